#include "controller/fleet/network.h"

#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "controller/fleet/netlink.h"
#include "controller/fleet/refusal.h"

namespace balcony::fleet {
namespace {

constexpr unsigned kMtuBytes = 1500;
// A TAP drops what does not fit its queue, 500 frames by default: a receive window full of small
// segments must.
constexpr unsigned kQueueFrames = 10000;
constexpr int kReportMs = 100;
constexpr const char* kNever =
    "2000000000";  // milliseconds; the next of these comes at random within

constexpr absl::string_view kProcRemedy =
    "/proc/sys must be writable; in a container: --privileged";
constexpr absl::string_view kTapRemedy =
    "the capability CAP_NET_ADMIN is wanted; in a container: --cap-add NET_ADMIN";
constexpr absl::string_view kNamespaceRemedy =
    "run as root, or allow this user namespaces: sysctl "
    "kernel.apparmor_restrict_unprivileged_userns";

absl::string_view TunRemedy(int error) {
  if (error == EACCES) return "run as root, or give this user /dev/net/tun";
  return "modprobe tun, or in a container: --device /dev/net/tun";
}

// 0, or the kernel's errno.
int WriteFile(const std::string& path, absl::string_view content) {
  const wire::Fd file(open(path.c_str(), O_WRONLY | O_CLOEXEC));
  return file.valid() && write(file.get(), content.data(), content.size()) >= 0 ? 0 : errno;
}

absl::Status SetParameter(const std::string& path, absl::string_view value) {
  const int error = WriteFile(path, value);
  if (error == 0) return absl::OkStatus();
  return Refused(error, absl::StrCat("write ", value, " to ", path), kProcRemedy);
}

absl::StatusOr<wire::Fd> OpenTap(const std::string& name) {
  wire::Fd tap(open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC));
  if (!tap.valid()) return Refused(errno, "/dev/net/tun cannot be opened", TunRemedy(errno));
  ifreq request{};
  request.ifr_flags = IFF_TAP | IFF_NO_PI;
  name.copy(request.ifr_name, IFNAMSIZ - 1);
  if (ioctl(tap.get(), TUNSETIFF, &request) < 0) {
    return Refused(errno, "a TAP interface cannot be made", kTapRemedy);
  }
  // Otherwise each close waits 33 ms for the device to go; this way it goes with its namespace.
  if (ioctl(tap.get(), TUNSETPERSIST, 1) < 0) return Refused(errno, "TUNSETPERSIST", kTapRemedy);
  return tap;
}

bool IsIpv6(const AddressPlan& address) { return absl::StrContains(address.address(), ':'); }

bool HasIpv6(const InterfacePlan& interface) {
  for (const AddressPlan& address : interface.addresses()) {
    if (IsIpv6(address)) return true;
  }
  return false;
}

std::string Ipv6Parameter(const std::string& interface, absl::string_view name) {
  return absl::StrCat("/proc/sys/net/ipv6/conf/", interface, "/", name);
}

// Nothing that the author did not ask for is to be on the wire (docs/decisions/010). The groups of
// an address have to be reported, but MLD's first version does that while the address is added, and
// not some time later: then they can be thrown away.
absl::Status Silence(const std::string& interface, bool ipv6) {
  if (access(Ipv6Parameter(interface, "").c_str(), F_OK) != 0)
    return absl::OkStatus();  // no IPv6 in this kernel
  if (!ipv6) return SetParameter(Ipv6Parameter(interface, "disable_ipv6"), "1");
  for (const auto& [name, value] : {std::pair{"addr_gen_mode", "1"},
                                    {"accept_ra", "0"},
                                    {"router_solicitations", "0"},
                                    {"force_mld_version", "1"},
                                    {"mldv1_unsolicited_report_interval", kNever},
                                    {"mldv2_unsolicited_report_interval", kNever}}) {
    absl::Status set = SetParameter(Ipv6Parameter(interface, name), value);
    if (!set.ok()) return set;
  }
  return absl::OkStatus();
}

// A work queue joins an address's group a moment after the address was added, hence the wait for
// each report. Addresses that share a group have fewer reports and cost the whole moment.
absl::Status ForgetReports(const std::string& interface, const InterfacePlan& plan,
                           const wire::Fd& tap) {
  char frame[kMtuBytes + 14];
  for (const AddressPlan& address : plan.addresses()) {
    pollfd reported{.fd = tap.get(), .events = POLLIN, .revents = 0};
    if (IsIpv6(address) && poll(&reported, 1, kReportMs) == 1) {
      if (read(tap.get(), frame, sizeof(frame)) < 0) break;
    }
  }
  return SetParameter(Ipv6Parameter(interface, "force_mld_version"), "0");
}

absl::StatusOr<wire::Fd> AddInterface(Netlink& netlink, const std::string& name,
                                      const InterfacePlan& plan) {
  absl::StatusOr<wire::Fd> tap = OpenTap(name);
  if (!tap.ok()) return tap;
  absl::Status done = netlink.Configure(name, plan.mac(), kMtuBytes, kQueueFrames);
  if (done.ok()) done = Silence(name, HasIpv6(plan));
  if (done.ok()) done = netlink.BringUp(name);
  for (const AddressPlan& address : plan.addresses()) {
    if (done.ok()) done = netlink.AddAddress(name, address.address(), address.prefix_length());
  }
  if (done.ok() && HasIpv6(plan)) done = ForgetReports(name, plan, *tap);
  if (!done.ok()) return done;
  return tap;
}

// Only what belongs to the network: anything else would change this whole machine. That it cannot
// be set is no reason to do without hosts of their own, which the file asks for.
absl::Status SetSysctl(const SysctlPlan& sysctl) {
  const std::string& path = sysctl.path();
  if (!absl::StartsWith(path, "net.") || absl::StrContains(path, "..") ||
      absl::StrContains(path, '/')) {
    return absl::InvalidArgumentError(
        absl::StrCat("sysctl ", path, ": only parameters under net. are a host's own"));
  }
  const std::string value = absl::StrCat(sysctl.value());
  const int error =
      WriteFile(absl::StrCat("/proc/sys/", absl::StrReplaceAll(path, {{".", "/"}})), value);
  if (error == 0) return absl::OkStatus();
  if (error == ENOENT) {
    return absl::InvalidArgumentError(
        absl::StrCat("sysctl ", path, ": this kernel has no such parameter of a host"));
  }
  const bool shared = error == EACCES || error == EPERM;
  return absl::FailedPreconditionError(absl::StrCat(
      "sysctl ", path, " = ", value, ": the kernel refuses it: ", strerrordesc_np(error),
      shared ? " (it is this whole machine's and not a host's own, or may only be read)" : ""));
}

}  // namespace

absl::StatusOr<std::vector<wire::Fd>> EnterNetwork(const RaiseRequest& plan) {
  if (unshare(CLONE_NEWNET) != 0) {
    return Refused(errno, "a network namespace cannot be made", kNamespaceRemedy);
  }
  absl::StatusOr<Netlink> netlink = Netlink::Open();
  if (!netlink.ok()) return netlink.status();
  if (absl::Status up = netlink->BringUp("lo"); !up.ok()) return up;
  std::vector<wire::Fd> taps;
  for (const InterfacePlan& interface : plan.interfaces()) {
    absl::StatusOr<wire::Fd> tap =
        AddInterface(*netlink, absl::StrCat("eth", taps.size()), interface);
    if (!tap.ok()) return tap.status();
    taps.push_back(*std::move(tap));
  }
  for (const SysctlPlan& sysctl : plan.sysctls()) {
    if (absl::Status set = SetSysctl(sysctl); !set.ok()) return set;
  }
  return taps;
}

}  // namespace balcony::fleet
