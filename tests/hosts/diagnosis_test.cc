#include "controller/hosts/diagnosis.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

namespace balcony::hosts {
namespace {

using testing::HasSubstr;

const Ends kEnds{"romeo", "juliet", "10.77.1.11", "10.77.1.12", "10.77.1.0/24"};

// An ICMP message of juliet's.
v1::ExtendedError Icmp(v1::Origin origin, uint32_t type, uint32_t code,
                       const std::string& offender = "10.77.1.12") {
  v1::ExtendedError error;
  error.set_origin(origin);
  error.set_type(type);
  error.set_code(code);
  error.mutable_offender()->set_address(offender);
  return error;
}

struct Case {
  Probed probed;
  const char* what;
  const char* remedy;
};

TEST(Diagnosis, NamesTheCauseAndTheRemedy) {
  const Case cases[] = {
      {{.error = "EHOSTUNREACH", .icmp = Icmp(v1::ORIGIN_ICMP, 3, 13)},
       "a firewall on juliet rejects it (ICMP admin-prohibited",
       "on juliet: sudo firewall-cmd --zone=trusted --add-source=10.77.1.0/24"},
      {{.error = "EACCES", .icmp = Icmp(v1::ORIGIN_ICMPV6, 1, 1)}, "admin-prohibited", "juliet"},
      {{.error = "EHOSTUNREACH", .icmp = Icmp(v1::ORIGIN_ICMP, 3, 10, "10.77.1.1")},
       "a firewall on the router 10.77.1.1 rejects it",
       "on the router 10.77.1.1"},
      {{.error = "ECONNREFUSED", .icmp = Icmp(v1::ORIGIN_ICMP, 3, 3)},
       "rejects it (ICMP port-unreachable)",
       "nft list ruleset"},
      {{.error = "ECONNREFUSED"}, "by a reset, although juliet listens", "tcp reset"},
      {{}, "a firewall on juliet or on the way drops it", "security groups"},
      {{.error = "ETIMEDOUT", .heard = true}, "a firewall on romeo drops it", "on romeo"},
      {{.neighbour = "INCOMPLETE"}, "nobody answers for 10.77.1.12", "juliet's interface"},
      {{.error = "EHOSTUNREACH", .neighbour = "FAILED"}, "nobody answers for 10.77.1.12", ""},
      {{.neighbour = "REACHABLE"}, "drops it", ""},
      {{.error = "ENETUNREACH"}, "romeo has no route there", "ip route add 10.77.1.12"},
      {{.error = "EPERM"}, "romeo's own firewall", "on romeo"},
      {{.error = "EMSGSIZE"}, "narrower than the interface", "MTU"},
      {{.error = "EHOSTUNREACH", .icmp = Icmp(v1::ORIGIN_ICMP, 3, 1, "10.77.1.1")},
       "EHOSTUNREACH, told by ICMP",
       "ip route get 10.77.1.12"},
  };
  for (const Case& one : cases) {
    const Finding found = Diagnose(kEnds, "tcp", one.probed);
    EXPECT_EQ(found.where, "romeo to juliet, tcp");
    EXPECT_THAT(found.what, HasSubstr(one.what));
    EXPECT_THAT(found.remedy, HasSubstr(one.remedy));
    EXPECT_TRUE(found.fault);
  }
}

}  // namespace
}  // namespace balcony::hosts
