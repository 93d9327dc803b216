// struct tcp_info as the contract has it.
// Thread: any.
// Shapes: kernels know more or fewer fields than this program's headers: what they did not send
//         stays unset.
// Units:  the kernel's micro- and milliseconds become durations.
// Source: tcp(7), linux/tcp.h; tcp_get_info of the kernel's net/ipv4/tcp.c.
#pragma once

#include <string_view>

#include "balcony/v1/observe.pb.h"

namespace balcony::agent {

// Writes all but the state and the congestion control's name, which are not among these bytes.
void PrintTcpInfo(std::string_view kernel, v1::TcpInfo* info);

}  // namespace balcony::agent
