#include "tests/agent/own_network.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "agent/endpoint.h"
#include "agent/fd.h"
#include "agent/interfaces.h"
#include "agent/netlink.h"

namespace balcony::agent {
namespace {

constexpr int kPassed = 0;
constexpr int kFailed = 1;
constexpr int kForbidden = 77;

bool Write(const char* path, const std::string& text) {
  const Fd file(open(path, O_WRONLY | O_CLOEXEC));
  return write(file.get(), text.data(), text.size()) >= 0;
}

// As the superuser, or as that of a user namespace.
bool Enter() {
  if (unshare(CLONE_NEWNET) == 0) return true;
  const std::string uid = absl::StrCat("0 ", geteuid(), " 1");
  const std::string gid = absl::StrCat("0 ", getegid(), " 1");
  return unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0 && Write("/proc/self/setgroups", "deny") &&
         Write("/proc/self/uid_map", uid) && Write("/proc/self/gid_map", gid);
}

[[noreturn]] void RunAndExit(const std::function<void()>& body) {
  if (!Enter()) _exit(kForbidden);
  EXPECT_EQ(SetInterface({"lo", true, {}}), 0);
  body();
  std::fflush(nullptr);
  _exit(testing::Test::HasFailure() ? kFailed : kPassed);
}

// Attributes within an attribute.
std::string Nested(uint16_t attribute, std::string_view value) {
  const rtattr head = {static_cast<uint16_t>(RTA_LENGTH(value.size())), attribute};
  std::string bytes(reinterpret_cast<const char*>(&head), sizeof head);
  bytes.append(value);
  bytes.resize(RTA_ALIGN(bytes.size()));
  return bytes;
}

int AddPair() {
  const ifinfomsg head{};
  const std::string peer =
      std::string(reinterpret_cast<const char*>(&head), sizeof head) + Nested(IFLA_IFNAME, "eth1");
  const std::string info =
      Nested(IFLA_INFO_KIND, "veth") + Nested(IFLA_INFO_DATA, Nested(VETH_INFO_PEER, peer));
  NetlinkRequest request(RTM_NEWLINK, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, head);
  request.Add(IFLA_IFNAME, "eth0", sizeof "eth0");
  request.Add(IFLA_LINKINFO, info.data(), info.size());
  return Netlink(NETLINK_ROUTE).Ask(std::move(request));
}

int AddAddress(const Address& address, unsigned prefix_length) {
  ifaddrmsg head{};
  head.ifa_family = static_cast<uint8_t>(address.family());
  head.ifa_prefixlen = static_cast<uint8_t>(prefix_length);
  head.ifa_flags = IFA_F_NODAD;
  head.ifa_index = if_nametoindex("eth0");
  NetlinkRequest request(RTM_NEWADDR, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, head);
  request.Add(IFA_LOCAL, address.bytes(), address.bytes_size());
  request.Add(IFA_ADDRESS, address.bytes(), address.bytes_size());
  return Netlink(NETLINK_ROUTE).Ask(std::move(request));
}

}  // namespace

void InOwnNetwork(const std::function<void()>& body) {
  std::fflush(nullptr);  // or the child would print it again
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) RunAndExit(body);
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status)) << "ended by signal " << WTERMSIG(status);
  if (WEXITSTATUS(status) == kForbidden) GTEST_SKIP() << "neither root nor a user namespace";
  EXPECT_EQ(WEXITSTATUS(status), kPassed) << "failed in its own network, as printed above";
}

void AddCable(const std::string& address, unsigned prefix_length) {
  v1::Endpoint endpoint;
  endpoint.set_address(address);
  const auto parsed = ParseEndpoint("address", endpoint);
  ASSERT_TRUE(parsed.ok());
  ASSERT_EQ(AddPair(), 0);
  ASSERT_EQ(SetInterface({"eth0", true, {}}), 0);
  ASSERT_EQ(SetInterface({"eth1", true, {}}), 0);
  ASSERT_EQ(AddAddress(*parsed, prefix_length), 0);
}

}  // namespace balcony::agent
