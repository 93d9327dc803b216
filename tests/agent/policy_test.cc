#include "agent/policy.h"

#include <gmock/gmock.h>

#include "tests/agent/addresses.h"

namespace balcony::agent {
namespace {

using testing::HasSubstr;

constexpr uint16_t kControl = 50051;

// A policy of an agent that listens on kControl.
Policy GuardedWith(const std::vector<std::string>& rules) {
  Policy policy;
  for (const std::string& rule : rules) EXPECT_TRUE(policy.Allow(rule).ok()) << rule;
  policy.GuardControl(kControl);
  return policy;
}

struct PolicyCase {
  std::vector<std::string> rules;
  Verb verb;
  const char* address;
  uint32_t port;
  const char* said;  // empty: it is allowed
};

class Policies : public testing::TestWithParam<PolicyCase> {};

TEST_P(Policies, AllowOrSayWhatDenies) {
  const PolicyCase& is = GetParam();
  const absl::Status status =
      GuardedWith(is.rules).Check(is.verb, At(is.address, is.port), Ports::kOne);
  if (*is.said == '\0') {
    EXPECT_TRUE(status.ok()) << status;
  } else {
    EXPECT_TRUE(absl::IsPermissionDenied(status)) << is.address;
    EXPECT_THAT(std::string(status.message()), HasSubstr(is.said));
  }
}

const PolicyCase kOrdinary[] = {
    {{}, Verb::kConnect, "192.0.2.1", 80, ""},
    {{}, Verb::kBind, "0.0.0.0", 0, ""},
    {{}, Verb::kSend, "255.255.255.255", 9, ""},
    {{"10.0.0.0/8"}, Verb::kSend, "10.1.2.3", 9, ""},
    {{"10.0.0.0/8"},
     Verb::kSend,
     "11.1.2.3",
     9,
     "send to 11.1.2.3:9 is outside of --allow 10.0.0.0/8; it takes --allow send=11.1.2.3:9"},
    {{"bind=10.0.0.0/8"}, Verb::kConnect, "10.1.2.3", 9, "outside of --allow bind=10.0.0.0/8"},
    {{"10.0.0.0/8"}, Verb::kConnect, "0.0.0.0", 9, "--allow connect=0.0.0.0:9"},
    {{"127.0.0.0/8"}, Verb::kConnect, "0.0.0.0", 9, "connect to 0.0.0.0:9 is outside"},
    {{"127.0.0.0/8"}, Verb::kConnect, "::ffff:0.0.0.0", 9, "connect to 0.0.0.0:9 is outside"},
    {{"[::1]"}, Verb::kConnect, "::", 9, "connect to [::]:9 is outside"},
    {{"0.0.0.0"}, Verb::kConnect, "0.0.0.0", 9, ""},
    {{"10.0.0.0/8"}, Verb::kBind, "0.0.0.0", 0, "bind to 0.0.0.0, at any port, is outside"},
    {{"10.0.0.0/8"}, Verb::kSend, "224.0.0.1", 9, "send to 224.0.0.1:9 is outside"},
    {{"10.0.0.1", "10.0.0.2"}, Verb::kSend, "10.0.0.2", 9, ""},
    {{"10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.5"},
     Verb::kSend,
     "10.0.0.6",
     9,
     "--allow 10.0.0.1, --allow 10.0.0.2, --allow 10.0.0.3 and 2 more"},
};
INSTANTIATE_TEST_SUITE_P(Ordinary, Policies, testing::ValuesIn(kOrdinary));

constexpr char kMetadata[] = "is denied, as clouds keep a host's metadata there";

const PolicyCase kGuardedMetadata[] = {
    {{}, Verb::kConnect, "169.254.169.254", 80, kMetadata},
    {{}, Verb::kSend, "169.254.169.254", 53, kMetadata},
    {{}, Verb::kBind, "169.254.169.254", 0, kMetadata},
    {{}, Verb::kConnect, "::ffff:169.254.169.254", 80, kMetadata},
    {{}, Verb::kConnect, "::169.254.169.254", 80, kMetadata},
    {{}, Verb::kConnect, "::ffff:0:169.254.169.254", 80, kMetadata},
    {{}, Verb::kConnect, "64:ff9b::169.254.169.254", 80, kMetadata},
    {{}, Verb::kConnect, "64:ff9b:1::169.254.169.254", 80, kMetadata},
    {{}, Verb::kConnect, "2002:a9fe:a9fe::1", 80, kMetadata},
    {{}, Verb::kConnect, "169.254.170.2", 80, kMetadata},
    {{}, Verb::kConnect, "169.254.170.23", 80, kMetadata},
    {{}, Verb::kConnect, "100.100.100.200", 80, kMetadata},
    {{}, Verb::kConnect, "168.63.129.16", 80, kMetadata},
    {{}, Verb::kConnect, "fd00:ec2::254", 80, kMetadata},
    {{}, Verb::kConnect, "fd00:ec2::23", 80, kMetadata},
    {{}, Verb::kConnect, "fd20:ce::254", 80, kMetadata},
    {{}, Verb::kConnect, "fe80::a9fe:a9fe%lo", 80, kMetadata},
    {{}, Verb::kConnect, "169.254.1.1", 80, ""},
    {{}, Verb::kConnect, "64:ff9b::192.0.2.1", 80, ""},
    {{"0.0.0.0/0"}, Verb::kConnect, "169.254.169.254", 80, kMetadata},
    {{"169.254.0.0/16"},
     Verb::kConnect,
     "169.254.169.254",
     80,
     "it takes --allow connect=169.254.169.254, for this very address"},
    {{"bind=169.254.169.254"}, Verb::kConnect, "169.254.169.254", 80, kMetadata},
    {{"connect=169.254.169.254"}, Verb::kConnect, "169.254.169.254", 80, ""},
    {{"connect=169.254.169.254"}, Verb::kConnect, "::ffff:169.254.169.254", 80, ""},
    {{"connect=169.254.169.254:80"}, Verb::kConnect, "169.254.169.254", 81, "is outside of"},
    {{"[fd00:ec2::254]"}, Verb::kConnect, "fd00:ec2::254", 80, ""},
    {{"[fd00:ec2::]/32"}, Verb::kConnect, "fd00:ec2::254", 80, kMetadata},
};
INSTANTIATE_TEST_SUITE_P(Metadata, Policies, testing::ValuesIn(kGuardedMetadata));

constexpr char kOwn[] = "may reach the agent's own control port";

const PolicyCase kGuardedControl[] = {
    {{}, Verb::kConnect, "127.0.0.1", kControl, kOwn},
    {{}, Verb::kConnect, "127.9.9.9", kControl, kOwn},
    {{}, Verb::kConnect, "0.0.0.0", kControl, kOwn},
    {{}, Verb::kConnect, "::", kControl, kOwn},
    {{}, Verb::kConnect, "::ffff:127.0.0.1", kControl, kOwn},
    {{}, Verb::kConnect, "::ffff:0.0.0.0", kControl, kOwn},
    {{}, Verb::kSend, "127.0.0.1", kControl, kOwn},
    {{}, Verb::kBind, "127.0.0.1", kControl, ""},
    {{}, Verb::kConnect, "127.0.0.1", kControl + 1, ""},
    {{}, Verb::kConnect, "192.0.2.1", kControl, ""},
    {{}, Verb::kSend, "224.0.0.1", kControl, ""},
    {{"0.0.0.0/0"}, Verb::kConnect, "127.0.0.1", kControl, kOwn},
    {{"127.0.0.0/8:50000-60000"},
     Verb::kConnect,
     "127.0.0.1",
     kControl,
     "it takes --allow connect=127.0.0.1:50051, for this very port"},
    {{"127.0.0.0/8:50051"}, Verb::kConnect, "127.0.0.1", kControl, ""},
    {{"connect=127.0.0.1:50051"}, Verb::kConnect, "127.0.0.2", kControl, kOwn},
};
INSTANTIATE_TEST_SUITE_P(Control, Policies, testing::ValuesIn(kGuardedControl));

TEST(Policy, RawPacketsToThisHostMayReachTheControlPortAndPingCannot) {
  const Policy policy = GuardedWith({});
  const Address own = At("127.0.0.1", 0);
  EXPECT_THAT(std::string(policy.Check(Verb::kSend, own, Ports::kAny).message()), HasSubstr(kOwn));
  EXPECT_TRUE(policy.Check(Verb::kSend, At("192.0.2.1", 0), Ports::kAny).ok());
  EXPECT_TRUE(policy.Check(Verb::kSend, own, Ports::kNone).ok());
  EXPECT_TRUE(Policy().Check(Verb::kSend, own, Ports::kAny).ok());
}

}  // namespace
}  // namespace balcony::agent
