// The counters of the kernel's network stack, by group, as /proc/net/snmp, snmp6 and netstat name
// them.
// Source: RFC 1213, RFC 4293, RFC 4022, RFC 4113; net/ipv4/proc.c and net/ipv6/proc.c of Linux 6.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace balcony::script {

// "Udp", "TcpExt" and so on.
const std::vector<std::string>& CounterGroups();

// The names in a group; none if there is no such group.
std::vector<std::string> CountersOf(std::string_view group);

}  // namespace balcony::script
