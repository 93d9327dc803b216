#include "agent/describe.h"

#include <linux/capability.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "agent/interfaces.h"
#include "agent/outcome.h"
#include "agent/routes.h"
#include "agent/socket.h"
#include "agent/sysctl.h"
#include "google/protobuf/duration.pb.h"

namespace balcony::agent {
namespace {

// By number, as linux/capability.h has them.
constexpr const char* kCapabilityNames[] = {"CAP_CHOWN",
                                            "CAP_DAC_OVERRIDE",
                                            "CAP_DAC_READ_SEARCH",
                                            "CAP_FOWNER",
                                            "CAP_FSETID",
                                            "CAP_KILL",
                                            "CAP_SETGID",
                                            "CAP_SETUID",
                                            "CAP_SETPCAP",
                                            "CAP_LINUX_IMMUTABLE",
                                            "CAP_NET_BIND_SERVICE",
                                            "CAP_NET_BROADCAST",
                                            "CAP_NET_ADMIN",
                                            "CAP_NET_RAW",
                                            "CAP_IPC_LOCK",
                                            "CAP_IPC_OWNER",
                                            "CAP_SYS_MODULE",
                                            "CAP_SYS_RAWIO",
                                            "CAP_SYS_CHROOT",
                                            "CAP_SYS_PTRACE",
                                            "CAP_SYS_PACCT",
                                            "CAP_SYS_ADMIN",
                                            "CAP_SYS_BOOT",
                                            "CAP_SYS_NICE",
                                            "CAP_SYS_RESOURCE",
                                            "CAP_SYS_TIME",
                                            "CAP_SYS_TTY_CONFIG",
                                            "CAP_MKNOD",
                                            "CAP_LEASE",
                                            "CAP_AUDIT_WRITE",
                                            "CAP_AUDIT_CONTROL",
                                            "CAP_SETFCAP",
                                            "CAP_MAC_OVERRIDE",
                                            "CAP_MAC_ADMIN",
                                            "CAP_SYSLOG",
                                            "CAP_WAKE_ALARM",
                                            "CAP_BLOCK_SUSPEND",
                                            "CAP_AUDIT_READ",
                                            "CAP_PERFMON",
                                            "CAP_BPF",
                                            "CAP_CHECKPOINT_RESTORE"};

// "CLIENT PORT SERVER PORT".
void DescribeLogin(v1::DescribeResponse& response) {
  const char* const connection = std::getenv("SSH_CONNECTION");
  if (connection == nullptr) return;
  const std::vector<std::string> words = absl::StrSplit(connection, ' ');
  if (words.size() == 4) response.set_login_address(words[2]);
  response.set_uid(geteuid());
}

void DescribeHost(v1::DescribeResponse& response) {
  utsname name{};
  uname(&name);
  response.set_hostname(name.nodename);
  response.mutable_kernel()->set_sysname(name.sysname);
  response.mutable_kernel()->set_release(name.release);
  response.mutable_kernel()->set_machine(name.machine);
}

void DescribeCapabilities(v1::DescribeResponse& response) {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {};
  if (syscall(SYS_capget, &header, data) != 0) return;
  const uint64_t effective = (uint64_t{data[1].effective} << 32) | data[0].effective;
  for (size_t number = 0; number < std::size(kCapabilityNames); ++number) {
    if ((effective >> number & 1) != 0) response.add_capabilities(kCapabilityNames[number]);
  }
}

// By the names of the message's fields, so that a limit is one row of a table.
void DescribeLimits(const Limits& limits, v1::Limits& message) {
  const google::protobuf::Reflection& reflection = *message.GetReflection();
  for (const LimitRow& row : LimitRows()) {
    const auto* field = message.GetDescriptor()->FindFieldByName(row.name);
    if (const auto* number = std::get_if<uint32_t Limits::*>(&row.field)) {
      reflection.SetUInt32(&message, field, limits.**number);
      continue;
    }
    const absl::Duration time = limits.*std::get<absl::Duration Limits::*>(row.field);
    google::protobuf::Duration duration;
    duration.set_seconds(absl::ToInt64Seconds(time));
    duration.set_nanos(
        static_cast<int32_t>(absl::ToInt64Nanoseconds(time - absl::Seconds(duration.seconds()))));
    reflection.MutableMessage(&message, field)->CopyFrom(duration);
  }
}

void DescribePorts(v1::DescribeResponse& response) {
  std::string value;
  uint32_t start = 0;
  if (ReadSysctl("net.ipv4.ip_unprivileged_port_start", value) == 0 &&
      absl::SimpleAtoi(value, &start)) {
    response.set_unprivileged_port_start(start);
  }
}

void DescribeDefaultRoutes(v1::DescribeResponse& response) {
  google::protobuf::RepeatedPtrField<v1::Route> routes;
  if (ListRoutes(&routes) != 0) return;
  v1::DefaultRoutes& defaults = *response.mutable_default_routes();
  for (v1::Route& route : routes) {
    if (route.destination() == "0.0.0.0/0" && !defaults.has_ipv4())
      defaults.mutable_ipv4()->Swap(&route);
    if (route.destination() == "::/0" && !defaults.has_ipv6())
      defaults.mutable_ipv6()->Swap(&route);
  }
}

// A kernel without IPv6 makes no such sockets, and has no such settings either.
void DescribeIpv6(v1::DescribeResponse& response) {
  std::string disabled;
  Socket any;
  if (any.Open(v1::FAMILY_INET6, v1::TRANSPORT_UDP, v1::PROTOCOL_UNSPECIFIED) == EAFNOSUPPORT) {
    response.set_ipv6(false);
  } else if (ReadSysctl("net.ipv6.conf.all.disable_ipv6", disabled) == 0) {
    response.set_ipv6(disabled == "0");
  }
  if (response.interfaces().empty()) return;
  response.set_ipv6_loopback(false);
  for (const v1::Interface& interface : response.interfaces()) {
    for (const v1::InterfaceAddress& own : interface.addresses()) {
      if (own.address() == "::1") response.set_ipv6_loopback(interface.up());
    }
  }
}

std::string NetworkName() {
  std::string boot;
  std::ifstream("/proc/sys/kernel/random/boot_id") >> boot;
  struct stat inode {};
  if (boot.empty() || stat("/proc/self/ns/net", &inode) != 0) return "";
  return absl::StrCat(boot, "/", inode.st_ino);
}

}  // namespace

v1::DescribeResponse Describe(const Clock& clock, const Limits& limits) {
  v1::DescribeResponse response;
  response.set_version(BALCONY_VERSION);
  DescribeHost(response);
  DescribeLogin(response);
  ListInterfaces(response.mutable_interfaces());  // none where it fails, as the header says
  DescribeCapabilities(response);
  DescribePorts(response);
  DescribeDefaultRoutes(response);
  DescribeIpv6(response);
  DescribeLimits(limits, *response.mutable_limits());
  response.set_network(NetworkName());
  SetTimestamp(clock.Now(), response.mutable_now());
  return response;
}

}  // namespace balcony::agent
