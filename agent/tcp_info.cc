#include "agent/tcp_info.h"

#include <linux/tcp.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <limits>

#include "absl/time/time.h"
#include "agent/outcome.h"

namespace balcony::agent {
namespace {

using google::protobuf::Duration;
using v1::TcpInfo;

struct Field {
  size_t offset;
  size_t size;
  void (*write)(uint64_t value, TcpInfo* info);
};

template <void (TcpInfo::*kSet)(uint32_t)>
constexpr Field Number32(size_t offset) {
  return {offset, sizeof(uint32_t),
          [](uint64_t value, TcpInfo* info) { (info->*kSet)(static_cast<uint32_t>(value)); }};
}

template <void (TcpInfo::*kSet)(uint64_t)>
constexpr Field Number64(size_t offset) {
  return {offset, sizeof(uint64_t), [](uint64_t value, TcpInfo* info) { (info->*kSet)(value); }};
}

template <Duration* (TcpInfo::*kMutable)()>
constexpr Field Milliseconds(size_t offset) {
  return {offset, sizeof(uint32_t), [](uint64_t value, TcpInfo* info) {
            SetDuration(absl::Milliseconds(value), (info->*kMutable)());
          }};
}

template <Duration* (TcpInfo::*kMutable)()>
constexpr Field Microseconds(size_t offset, size_t size = sizeof(uint32_t)) {
  return {offset, size, [](uint64_t value, TcpInfo* info) {
            SetDuration(absl::Microseconds(value), (info->*kMutable)());
          }};
}

// All ones until there is a measurement.
void WriteMinRtt(uint64_t value, TcpInfo* info) {
  if (value == std::numeric_limits<uint32_t>::max()) return;
  SetDuration(absl::Microseconds(value), info->mutable_min_rtt());
}

// Linux 6.2 appended it; Debian 12's header ends before.
constexpr size_t kRcvWnd = offsetof(tcp_info, tcpi_snd_wnd) + sizeof(uint32_t);

constexpr Field kFields[] = {
    Microseconds<&TcpInfo::mutable_rto>(offsetof(tcp_info, tcpi_rto)),
    Microseconds<&TcpInfo::mutable_ato>(offsetof(tcp_info, tcpi_ato)),
    Number32<&TcpInfo::set_snd_mss>(offsetof(tcp_info, tcpi_snd_mss)),
    Number32<&TcpInfo::set_rcv_mss>(offsetof(tcp_info, tcpi_rcv_mss)),
    Number32<&TcpInfo::set_unacked>(offsetof(tcp_info, tcpi_unacked)),
    Number32<&TcpInfo::set_sacked>(offsetof(tcp_info, tcpi_sacked)),
    Number32<&TcpInfo::set_lost>(offsetof(tcp_info, tcpi_lost)),
    Number32<&TcpInfo::set_retrans>(offsetof(tcp_info, tcpi_retrans)),
    Milliseconds<&TcpInfo::mutable_last_data_sent>(offsetof(tcp_info, tcpi_last_data_sent)),
    Milliseconds<&TcpInfo::mutable_last_data_recv>(offsetof(tcp_info, tcpi_last_data_recv)),
    Milliseconds<&TcpInfo::mutable_last_ack_recv>(offsetof(tcp_info, tcpi_last_ack_recv)),
    Number32<&TcpInfo::set_pmtu>(offsetof(tcp_info, tcpi_pmtu)),
    Number32<&TcpInfo::set_rcv_ssthresh>(offsetof(tcp_info, tcpi_rcv_ssthresh)),
    Microseconds<&TcpInfo::mutable_rtt>(offsetof(tcp_info, tcpi_rtt)),
    Microseconds<&TcpInfo::mutable_rttvar>(offsetof(tcp_info, tcpi_rttvar)),
    Number32<&TcpInfo::set_snd_ssthresh>(offsetof(tcp_info, tcpi_snd_ssthresh)),
    Number32<&TcpInfo::set_snd_cwnd>(offsetof(tcp_info, tcpi_snd_cwnd)),
    Number32<&TcpInfo::set_advmss>(offsetof(tcp_info, tcpi_advmss)),
    Number32<&TcpInfo::set_reordering>(offsetof(tcp_info, tcpi_reordering)),
    Microseconds<&TcpInfo::mutable_rcv_rtt>(offsetof(tcp_info, tcpi_rcv_rtt)),
    Number32<&TcpInfo::set_rcv_space>(offsetof(tcp_info, tcpi_rcv_space)),
    Number32<&TcpInfo::set_total_retrans>(offsetof(tcp_info, tcpi_total_retrans)),
    Number64<&TcpInfo::set_pacing_rate>(offsetof(tcp_info, tcpi_pacing_rate)),
    Number64<&TcpInfo::set_max_pacing_rate>(offsetof(tcp_info, tcpi_max_pacing_rate)),
    Number64<&TcpInfo::set_bytes_acked>(offsetof(tcp_info, tcpi_bytes_acked)),
    Number64<&TcpInfo::set_bytes_received>(offsetof(tcp_info, tcpi_bytes_received)),
    Number32<&TcpInfo::set_segs_out>(offsetof(tcp_info, tcpi_segs_out)),
    Number32<&TcpInfo::set_segs_in>(offsetof(tcp_info, tcpi_segs_in)),
    Number32<&TcpInfo::set_notsent_bytes>(offsetof(tcp_info, tcpi_notsent_bytes)),
    {offsetof(tcp_info, tcpi_min_rtt), sizeof(uint32_t), WriteMinRtt},
    Number32<&TcpInfo::set_data_segs_in>(offsetof(tcp_info, tcpi_data_segs_in)),
    Number32<&TcpInfo::set_data_segs_out>(offsetof(tcp_info, tcpi_data_segs_out)),
    Number64<&TcpInfo::set_delivery_rate>(offsetof(tcp_info, tcpi_delivery_rate)),
    Microseconds<&TcpInfo::mutable_busy_time>(offsetof(tcp_info, tcpi_busy_time), sizeof(uint64_t)),
    Microseconds<&TcpInfo::mutable_rwnd_limited>(offsetof(tcp_info, tcpi_rwnd_limited),
                                                 sizeof(uint64_t)),
    Microseconds<&TcpInfo::mutable_sndbuf_limited>(offsetof(tcp_info, tcpi_sndbuf_limited),
                                                   sizeof(uint64_t)),
    Number32<&TcpInfo::set_delivered>(offsetof(tcp_info, tcpi_delivered)),
    Number32<&TcpInfo::set_delivered_ce>(offsetof(tcp_info, tcpi_delivered_ce)),
    Number64<&TcpInfo::set_bytes_sent>(offsetof(tcp_info, tcpi_bytes_sent)),
    Number64<&TcpInfo::set_bytes_retrans>(offsetof(tcp_info, tcpi_bytes_retrans)),
    Number32<&TcpInfo::set_dsack_dups>(offsetof(tcp_info, tcpi_dsack_dups)),
    Number32<&TcpInfo::set_reord_seen>(offsetof(tcp_info, tcpi_reord_seen)),
    Number32<&TcpInfo::set_rcv_ooopack>(offsetof(tcp_info, tcpi_rcv_ooopack)),
    Number32<&TcpInfo::set_snd_wnd>(offsetof(tcp_info, tcpi_snd_wnd)),
    Number32<&TcpInfo::set_rcv_wnd>(kRcvWnd),
};

uint64_t ValueAt(std::string_view kernel, const Field& field) {
  if (field.size == sizeof(uint64_t)) {
    uint64_t wide = 0;
    std::memcpy(&wide, kernel.data() + field.offset, sizeof wide);
    return wide;
  }
  uint32_t narrow = 0;
  std::memcpy(&narrow, kernel.data() + field.offset, sizeof narrow);
  return narrow;
}

// What is smaller than a word comes first, and every kernel has it.
void PrintBits(const tcp_info& kernel, TcpInfo* info) {
  constexpr const char* kCaStates[] = {"OPEN", "DISORDER", "CWR", "RECOVERY", "LOSS"};
  constexpr const char* kOptions[] = {"TIMESTAMPS", "SACK",     "WSCALE",
                                      "ECN",        "ECN_SEEN", "SYN_DATA"};
  if (kernel.tcpi_ca_state < std::size(kCaStates)) {
    info->set_ca_state(kCaStates[kernel.tcpi_ca_state]);
  }
  for (size_t bit = 0; bit < std::size(kOptions); ++bit) {
    if ((kernel.tcpi_options >> bit & 1) != 0) info->add_options(kOptions[bit]);
  }
  info->set_retransmits(kernel.tcpi_retransmits);
  info->set_probes(kernel.tcpi_probes);
  info->set_backoff(kernel.tcpi_backoff);
  info->set_snd_wscale(kernel.tcpi_snd_wscale);
  info->set_rcv_wscale(kernel.tcpi_rcv_wscale);
}

}  // namespace

void PrintTcpInfo(std::string_view kernel, TcpInfo* info) {
  tcp_info known{};
  std::memcpy(&known, kernel.data(), std::min(sizeof known, kernel.size()));
  PrintBits(known, info);
  for (const Field& field : kFields) {
    if (field.offset + field.size <= kernel.size()) field.write(ValueAt(kernel, field), info);
  }
}

}  // namespace balcony::agent
