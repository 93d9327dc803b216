#include "agent/sysctl.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <iterator>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "agent/fd.h"
#include "agent/refusal.h"

namespace balcony::agent {
namespace {

constexpr size_t kSettingNameBytes = 128;
constexpr size_t kValueBytes = 256;

// What can be read lies below these.
constexpr const char* kReadable[] = {"net.ipv4.", "net.ipv6.", "net.core."};

// Keys: whoever has them can forge cookies or guess addresses.
constexpr const char* kSecrets[] = {
    "net.ipv4.tcp_fastopen_key",
    "net.ipv6.conf.*.stable_secret",
    "net.core.netdev_rss_key",
};

// What can be set: what experiments need, and what belongs to one network namespace. A "*" stands
// for one part of the name.
constexpr const char* kWritable[] = {
    "net.core.somaxconn",
    "net.ipv4.conf.*.accept_redirects",
    "net.ipv4.conf.*.accept_source_route",
    "net.ipv4.conf.*.arp_announce",
    "net.ipv4.conf.*.arp_ignore",
    "net.ipv4.conf.*.forwarding",
    "net.ipv4.conf.*.proxy_arp",
    "net.ipv4.conf.*.route_localnet",
    "net.ipv4.conf.*.rp_filter",
    "net.ipv4.conf.*.secure_redirects",
    "net.ipv4.conf.*.send_redirects",
    "net.ipv4.conf.*.shared_media",
    "net.ipv4.icmp_echo_ignore_all",
    "net.ipv4.icmp_echo_ignore_broadcasts",
    "net.ipv4.icmp_errors_use_inbound_ifaddr",
    "net.ipv4.icmp_msgs_burst",
    "net.ipv4.icmp_msgs_per_sec",
    "net.ipv4.icmp_ratelimit",
    "net.ipv4.icmp_ratemask",
    "net.ipv4.igmp_max_memberships",
    "net.ipv4.ip_default_ttl",
    "net.ipv4.ip_forward",
    "net.ipv4.ip_local_port_range",
    "net.ipv4.ip_local_reserved_ports",
    "net.ipv4.ip_no_pmtu_disc",
    "net.ipv4.ip_nonlocal_bind",
    "net.ipv4.ip_unprivileged_port_start",
    "net.ipv4.ipfrag_time",
    "net.ipv4.neigh.*.*",
    "net.ipv4.ping_group_range",
    "net.ipv4.route.min_adv_mss",
    "net.ipv4.route.min_pmtu",
    "net.ipv4.route.mtu_expires",
    "net.ipv4.tcp_abort_on_overflow",
    "net.ipv4.tcp_adv_win_scale",
    "net.ipv4.tcp_autocorking",
    "net.ipv4.tcp_base_mss",
    "net.ipv4.tcp_challenge_ack_limit",
    "net.ipv4.tcp_congestion_control",
    "net.ipv4.tcp_dsack",
    "net.ipv4.tcp_early_retrans",
    "net.ipv4.tcp_ecn",
    "net.ipv4.tcp_ecn_fallback",
    "net.ipv4.tcp_fastopen",
    "net.ipv4.tcp_fin_timeout",
    "net.ipv4.tcp_frto",
    "net.ipv4.tcp_invalid_ratelimit",
    "net.ipv4.tcp_keepalive_intvl",
    "net.ipv4.tcp_keepalive_probes",
    "net.ipv4.tcp_keepalive_time",
    "net.ipv4.tcp_max_syn_backlog",
    "net.ipv4.tcp_max_tw_buckets",
    "net.ipv4.tcp_min_snd_mss",
    "net.ipv4.tcp_moderate_rcvbuf",
    "net.ipv4.tcp_mtu_probing",
    "net.ipv4.tcp_no_metrics_save",
    "net.ipv4.tcp_notsent_lowat",
    "net.ipv4.tcp_orphan_retries",
    "net.ipv4.tcp_recovery",
    "net.ipv4.tcp_reordering",
    "net.ipv4.tcp_retries1",
    "net.ipv4.tcp_retries2",
    "net.ipv4.tcp_rfc1337",
    "net.ipv4.tcp_rmem",
    "net.ipv4.tcp_sack",
    "net.ipv4.tcp_shrink_window",
    "net.ipv4.tcp_slow_start_after_idle",
    "net.ipv4.tcp_syn_linear_timeouts",
    "net.ipv4.tcp_syn_retries",
    "net.ipv4.tcp_synack_retries",
    "net.ipv4.tcp_syncookies",
    "net.ipv4.tcp_thin_linear_timeouts",
    "net.ipv4.tcp_timestamps",
    "net.ipv4.tcp_tso_win_divisor",
    "net.ipv4.tcp_tw_reuse",
    "net.ipv4.tcp_window_scaling",
    "net.ipv4.tcp_wmem",
    "net.ipv4.tcp_workaround_signed_windows",
    "net.ipv4.udp_rmem_min",
    "net.ipv4.udp_wmem_min",
    "net.ipv6.bindv6only",
    "net.ipv6.conf.*.accept_dad",
    "net.ipv6.conf.*.accept_ra",
    "net.ipv6.conf.*.accept_redirects",
    "net.ipv6.conf.*.disable_ipv6",
    "net.ipv6.conf.*.forwarding",
    "net.ipv6.conf.*.hop_limit",
    "net.ipv6.conf.*.mtu",
    "net.ipv6.icmp.echo_ignore_all",
    "net.ipv6.icmp.ratelimit",
    "net.ipv6.icmp.ratemask",
    "net.ipv6.ip_nonlocal_bind",
    "net.ipv6.neigh.*.*",
    "net.ipv6.route.min_adv_mss",
    "net.ipv6.route.mtu_expires",
};

bool Matches(const char* pattern, const std::string& name) {
  const std::vector<std::string> wanted = absl::StrSplit(pattern, '.');
  const std::vector<std::string> parts = absl::StrSplit(name, '.');
  return std::equal(wanted.begin(), wanted.end(), parts.begin(), parts.end(),
                    [](const std::string& a, const std::string& b) { return a == "*" || a == b; });
}

template <size_t kSize>
bool MatchesAny(const char* const (&patterns)[kSize], const std::string& name) {
  return std::any_of(std::begin(patterns), std::end(patterns),
                     [&](const char* pattern) { return Matches(pattern, name); });
}

// A dot becomes a slash, so that no part may be empty, and no part can be "..".
absl::Status CheckName(const std::string& name) {
  const auto is_ours = [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '-' || c == '.';
  };
  const std::string framed = absl::StrCat(".", name, ".");
  if (name.size() <= kSettingNameBytes && std::all_of(name.begin(), name.end(), is_ours) &&
      !absl::StrContains(framed, "..")) {
    return absl::OkStatus();
  }
  return InvalidArgument(
      "name", absl::StrCat("name must be a setting's, for example net.ipv4.tcp_syncookies: letters,"
                           " digits, _ and -, with single dots between; it is ",
                           Quoted(name)));
}

std::string ToPath(const std::string& name) {
  return absl::StrCat("/proc/sys/", absl::StrReplaceAll(name, {{".", "/"}}));
}

}  // namespace

absl::Status CheckSysctlRead(const std::string& name) {
  absl::Status status = CheckName(name);
  if (!status.ok()) return status;
  const bool is_below = std::any_of(std::begin(kReadable), std::end(kReadable),
                                    [&](const char* at) { return absl::StartsWith(name, at); });
  if (!is_below) {
    return Refusal(absl::StatusCode::kPermissionDenied, "name",
                   absl::StrCat(name, " is not among the settings that can be read: those of ",
                                "net.ipv4, net.ipv6 and net.core"));
  }
  if (!MatchesAny(kSecrets, name)) return absl::OkStatus();
  return Refusal(absl::StatusCode::kPermissionDenied, "name",
                 absl::StrCat(name, " is a secret of the host and is not told"));
}

absl::Status CheckSysctlWrite(const std::string& name, const std::string& value) {
  absl::Status status = CheckName(name);
  if (!status.ok()) return status;
  const auto is_text = [](char c) { return absl::ascii_isprint(static_cast<unsigned char>(c)); };
  if (value.empty() || value.size() > kValueBytes ||
      !std::all_of(value.begin(), value.end(), is_text)) {
    return InvalidArgument(
        "value", absl::StrCat("value must have 1 to ", kValueBytes, " characters of ASCII; it has ",
                              value.size(), " bytes"));
  }
  if (MatchesAny(kWritable, name)) return absl::OkStatus();
  return Refusal(
      absl::StatusCode::kPermissionDenied, "name",
      absl::StrCat(name, " is not among the settings that can be set (agent/sysctl.cc)"));
}

int ReadSysctl(const std::string& name, std::string& value) {
  const Fd file(open(ToPath(name).c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.ok()) return errno;
  std::array<char, 4096> text;
  const ssize_t got = read(file.get(), text.data(), text.size());
  if (got < 0) return errno;
  const absl::string_view all(text.data(), static_cast<size_t>(got));
  value = absl::StrJoin(absl::StrSplit(all, absl::ByAnyChar(" \t\n"), absl::SkipEmpty()), " ");
  return 0;
}

int WriteSysctl(const std::string& name, const std::string& value) {
  const Fd file(open(ToPath(name).c_str(), O_WRONLY | O_CLOEXEC));
  if (!file.ok()) return errno;
  // The kernel takes a setting whole, in one call, or not at all.
  return write(file.get(), value.data(), value.size()) < 0 ? errno : 0;
}

}  // namespace balcony::agent
