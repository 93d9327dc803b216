#include "agent/rule.h"

#include <gmock/gmock.h>

#include "tests/agent/addresses.h"

namespace balcony::agent {
namespace {

using testing::HasSubstr;

struct RuleCase {
  const char* rule;
  Verb verb;
  const char* address;
  uint32_t port;
  bool allows;
};

class Rules : public testing::TestWithParam<RuleCase> {};

TEST_P(Rules, AllowTheirVerbsNetworksAndPorts) {
  const RuleCase& is = GetParam();
  const auto rule = Rule::Parse(is.rule);
  ASSERT_TRUE(rule.ok()) << rule.status();
  EXPECT_EQ(rule->Allows(is.verb, At(is.address, is.port), Ports::kOne), is.allows)
      << is.rule << " " << is.address << " " << is.port;
}

const RuleCase kRules[] = {
    {"10.10.0.0/24", Verb::kBind, "10.10.0.9", 1, true},
    {"10.10.0.0/24", Verb::kConnect, "10.10.0.255", 65535, true},
    {"10.10.0.0/24", Verb::kSend, "10.10.1.0", 1, false},
    {"10.10.0.0/24", Verb::kSend, "10.9.255.255", 1, false},
    {"any=10.10.0.0/24", Verb::kSend, "10.10.0.0", 1, true},
    {"connect=10.10.0.0/24", Verb::kConnect, "10.10.0.1", 1, true},
    {"connect=10.10.0.0/24", Verb::kBind, "10.10.0.1", 1, false},
    {"send=10.10.0.0/24", Verb::kConnect, "10.10.0.1", 1, false},
    {"bind=0.0.0.0:4000", Verb::kBind, "0.0.0.0", 4000, true},
    {"bind=0.0.0.0:4000", Verb::kBind, "10.0.0.1", 4000, false},
    {"10.0.0.1:4000-4010", Verb::kBind, "10.0.0.1", 3999, false},
    {"10.0.0.1:4000-4010", Verb::kBind, "10.0.0.1", 4000, true},
    {"10.0.0.1:4000-4010", Verb::kBind, "10.0.0.1", 4010, true},
    {"10.0.0.1:4000-4010", Verb::kBind, "10.0.0.1", 4011, false},
    {"10.0.0.1:4000-4010", Verb::kBind, "10.0.0.1", 0, false},
    {"10.0.0.1:1-65535", Verb::kBind, "10.0.0.1", 0, true},
    {"10.0.0.0/9", Verb::kBind, "10.127.0.1", 1, true},
    {"10.0.0.0/9", Verb::kBind, "10.128.0.1", 1, false},
    {"0.0.0.0/0", Verb::kConnect, "192.0.2.1", 1, true},
    {"0.0.0.0/0", Verb::kConnect, "::ffff:192.0.2.1", 1, true},
    {"0.0.0.0/0", Verb::kConnect, "2001:db8::1", 1, false},
    {"10.0.0.1", Verb::kConnect, "::ffff:10.0.0.1", 1, true},
    {"[::]/0", Verb::kConnect, "2001:db8::1", 1, true},
    {"[::]/0", Verb::kConnect, "::ffff:10.0.0.1", 1, false},
    {"[::]/0", Verb::kConnect, "10.0.0.1", 1, false},
    {"[2001:db8::]/32:4000-4010", Verb::kConnect, "2001:db8:ffff::1", 4005, true},
    {"[2001:db8::]/32:4000-4010", Verb::kConnect, "2001:db9::1", 4005, false},
    {"connect=[::1]:80", Verb::kConnect, "::1", 80, true},
    {"connect=[::1]:80", Verb::kConnect, "::2", 80, false},
    {"[fe80::]/10", Verb::kConnect, "fe80::1%lo", 1, true},
};
INSTANTIATE_TEST_SUITE_P(Rule, Rules, testing::ValuesIn(kRules));

TEST(Rule, PacketsOfNoOrOfAnyPortTakeARuleForAllPorts) {
  for (const Ports ports : {Ports::kNone, Ports::kAny}) {
    EXPECT_TRUE(Rule::Parse("10.0.0.1")->Allows(Verb::kSend, At("10.0.0.1", 80), ports));
    EXPECT_FALSE(Rule::Parse("10.0.0.1:80")->Allows(Verb::kSend, At("10.0.0.1", 80), ports));
  }
}

struct WrongCase {
  const char* rule;
  const char* said;
};

class WrongRules : public testing::TestWithParam<WrongCase> {};

TEST_P(WrongRules, AreNamedWithWhatIsWrongAndTheForm) {
  const auto rule = Rule::Parse(GetParam().rule);
  EXPECT_TRUE(absl::IsInvalidArgument(rule.status()));
  EXPECT_THAT(std::string(rule.status().message()),
              AllOf(HasSubstr(std::string("--allow ") + GetParam().rule + ": "),
                    HasSubstr(GetParam().said), HasSubstr("[bind=|connect=|send=|any=]NETWORK")));
}

const WrongCase kWrong[] = {
    {"", "\"\" is not an IPv4 or IPv6 address"},
    {"juliet", "\"juliet\" is not"},
    {"10.0.0", "\"10.0.0\" is not"},
    {"accept=10.0.0.1", "there is no \"accept\""},
    {"=10.0.0.1", "there is no \"\""},
    {"10.0.0.0/33", "a prefix of 0 to 32"},
    {"10.0.0.0/", "a prefix of 0 to 32"},
    {"10.0.0.0/-1", "a prefix of 0 to 32"},
    {"[::]/129", "a prefix of 0 to 128"},
    {"10.0.0.1/24", "has bits set behind its prefix of 24"},
    {"[2001:db8::1]/64", "has bits set behind its prefix of 64"},
    {"10.0.0.1:", "\"\" is not a range of ports"},
    {"10.0.0.1:0", "\"0\" is not a range of ports"},
    {"10.0.0.1:80-", "\"80-\" is not a range of ports"},
    {"10.0.0.1:90-80", "\"90-80\" is not a range of ports"},
    {"10.0.0.1:1-65536", "\"1-65536\" is not a range of ports"},
    {"10.0.0.1:http", "\"http\" is not a range of ports"},
    {"::1", "stands in brackets"},
    {"2001:db8::/32", "stands in brackets"},
    {"[::1", "stands in brackets"},
    {"[::/0]", "stands in brackets"},
    {"[10.0.0.1]", "stands in brackets"},
    {"[::1]80", "stands in brackets"},
    {"[fe80::1%lo]", "is not an IPv4 or IPv6 address"},
    {"[::ffff:10.0.0.1]", "is an IPv4 address"},
};
INSTANTIATE_TEST_SUITE_P(Rule, WrongRules, testing::ValuesIn(kWrong));

}  // namespace
}  // namespace balcony::agent
