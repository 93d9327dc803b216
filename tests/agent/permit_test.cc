// What --allow does to calls.
#include "agent/permit.h"

#include <gmock/gmock.h>

#include <cerrno>

#include "agent/listener.h"
#include "tests/agent/addresses.h"
#include "tests/agent/host.h"
#include "tests/agent/matchers.h"

namespace balcony::agent {
namespace {

using testing::HasSubstr;

constexpr char kSocket6[] = "socket { socket: '$0' family: FAMILY_INET6 transport: $1 }";

Policy WithRules(const std::vector<std::string>& rules) {
  Policy policy;
  for (const std::string& rule : rules) EXPECT_TRUE(policy.Allow(rule).ok()) << rule;
  return policy;
}

MATCHER_P(IsDenied, field, negation ? "is not denied" : "is denied") {
  return testing::ExplainMatchResult(Refuses(v1::REFUSAL_CODE_PERMISSION_DENIED, field), arg,
                                     result_listener);
}

// What the kernel was never asked for leaves the socket without a port.
MATCHER(IsUntouched, "has no port") {
  return OutcomeOf(arg).has_ok() && arg.done().getsockname().local().port() == 0;
}

TEST(Permit, MetadataIsDeniedBeforeTheKernelIsAsked) {
  Host host;
  host.Tcp("tcp");
  host.Udp("udp");
  ASSERT_THAT(host.Do(kSocket6, "six", "TRANSPORT_UDP"), Succeeds());
  EXPECT_THAT(host.Do(kConnectTo, "tcp", "169.254.169.254", 80), IsDenied("address"));
  EXPECT_THAT(host.Do(kConnectTo, "udp", "169.254.170.2", 80), IsDenied("address"));
  EXPECT_THAT(host.Do(kSendTo, "udp", "169.254.169.254", 80, "x"), IsDenied("address"));
  EXPECT_THAT(host.Do(kSendTo, "tcp", "169.254.169.254", 80, "x"), IsDenied("address"));
  EXPECT_THAT(host.Do(kSendTo, "six", "::ffff:169.254.169.254", 80, "x"), IsDenied("address"));
  EXPECT_THAT(host.Do(kConnectTo, "six", "fd00:ec2::254", 80), IsDenied("address"));
  EXPECT_THAT(host.Do("getsockname { socket: 'tcp' }"), IsUntouched());
  EXPECT_THAT(host.Do("getsockname { socket: 'udp' }"), IsUntouched());
  EXPECT_THAT(host.Do("getsockname { socket: 'six' }"), IsUntouched());
}

TEST(Permit, OwnControlPortIsDeniedByEveryNameOfThisHost) {
  auto control = Listener::Open("127.0.0.1:0");
  ASSERT_TRUE(control.ok());
  Policy policy;
  policy.GuardControl(control->port());
  Host host({}, policy);
  host.Tcp("four");
  ASSERT_THAT(host.Do(kSocket6, "six", "TRANSPORT_TCP"), Succeeds());
  for (const char* address : {"127.0.0.1", "127.0.0.9", "0.0.0.0"}) {
    EXPECT_THAT(host.Do(kConnectTo, "four", address, control->port()), IsDenied("address"));
  }
  for (const char* address : {"::ffff:127.0.0.1", "::", "::ffff:0.0.0.0"}) {
    EXPECT_THAT(host.Do(kConnectTo, "six", address, control->port()), IsDenied("address"));
  }
  EXPECT_FALSE(control->Accept().connection.ok());
}

TEST(Permit, OwnControlPortThatARuleNamesIsReached) {
  auto control = Listener::Open("127.0.0.1:0");
  ASSERT_TRUE(control.ok());
  Policy policy = WithRules({"connect=127.0.0.1:" + std::to_string(control->port())});
  policy.GuardControl(control->port());
  Host host({}, policy);
  host.Tcp("s");
  EXPECT_THAT(host.Do(kConnectTo, "s", "127.0.0.1", control->port()), Succeeds());
  EXPECT_TRUE(control->Accept().connection.ok());
}

TEST(Permit, BindOutsideOfTheRulesIsDeniedAndNamesThem) {
  Host host({}, WithRules({"bind=127.0.0.1"}));
  host.Tcp("s");
  const v1::Event denied = host.Do(kBindTo, "s", "127.0.0.2", 0);
  EXPECT_THAT(denied, IsDenied("address"));
  EXPECT_THAT(denied.refused().message(), HasSubstr("--allow bind=127.0.0.1"));
  EXPECT_THAT(host.Do(kBindTo, "s", "0.0.0.0", 0), IsDenied("address"));
  EXPECT_THAT(host.Do(kBindTo, "s", "127.0.0.1", 0), Succeeds());
}

TEST(Permit, WildcardOfASocketThatSpeaksBothTakesRulesForBoth) {
  Host six({}, WithRules({"[::]/0"}));
  ASSERT_THAT(six.Do(kSocket6, "s", "TRANSPORT_TCP"), Succeeds());
  EXPECT_THAT(six.Do(kBindTo, "s", "::", 0), IsDenied("address"));
  EXPECT_THAT(six.Do(kConnectTo, "s", "::", 1), IsDenied("address"));
  EXPECT_THAT(six.Do("listen { socket: 's' }"), IsDenied("socket"));
  EXPECT_THAT(six.Do(kBindTo, "s", "::1", 0), Succeeds());
  Host both({}, WithRules({"[::]/0", "0.0.0.0/0"}));
  ASSERT_THAT(both.Do(kSocket6, "s", "TRANSPORT_TCP"), Succeeds());
  EXPECT_THAT(both.Do(kBindTo, "s", "::", 0), Succeeds());
}

TEST(Permit, ListenOnAnUnboundSocketIsABindToTheWildcard) {
  Host host({}, WithRules({"127.0.0.0/8"}));
  host.Tcp("s");
  EXPECT_THAT(host.Do("listen { socket: 's' }"), IsDenied("socket"));
  EXPECT_THAT(host.Do(kBindTo, "s", "127.0.0.1", 0), Succeeds());
  EXPECT_THAT(host.Do("listen { socket: 's' }"), Succeeds());
}

TEST(Permit, PortOfAFailedConnectIsNoBind) {
  Host host({}, WithRules({"connect=127.0.0.1", "bind=127.0.0.1"}));
  const uint32_t closed = host.BoundTcp("closed");
  host.Tcp("s");
  EXPECT_THAT(host.Do(kConnectTo, "s", "127.0.0.1", closed), FailsWith(ECONNREFUSED));
  EXPECT_THAT(host.Do("listen { socket: 's' }"), IsDenied("socket"));
}

TEST(Permit, ConnectedDatagramSocketSendsWhereItWasAllowedToConnect) {
  Host host({}, WithRules({"bind=127.0.0.1", "connect=127.0.0.1"}));
  const uint32_t port = host.BoundUdp("juliet");
  host.Udp("romeo");
  EXPECT_THAT(host.Do(kSendTo, "romeo", "127.0.0.1", port, "x"), IsDenied("address"));
  EXPECT_THAT(host.Do(kConnectTo, "romeo", "127.0.0.1", port), Succeeds());
  EXPECT_THAT(host.Do("send { socket: 'romeo' data { unit: 'x' } }"), Succeeds());
}

TEST(Permit, SendtoOnAStreamSocketIsAConnect) {
  Host host({}, WithRules({"send=127.0.0.1"}));
  host.Tcp("s");
  EXPECT_THAT(host.Do(kSendTo, "s", "127.0.0.1", 9, "x"), IsDenied("address"));
}

TEST(Permit, MappedAddressIsCheckedAsIpv4) {
  Host host({}, WithRules({"127.0.0.1", "[::1]"}));
  const uint32_t port = host.Listening("door");
  ASSERT_THAT(host.Do(kSocket6, "s", "TRANSPORT_TCP"), Succeeds());
  EXPECT_THAT(host.Do(kConnectTo, "s", "::ffff:127.0.0.2", port), IsDenied("address"));
  EXPECT_THAT(host.Do(kConnectTo, "s", "::ffff:127.0.0.1", port), Succeeds());
}

TEST(Permit, WildcardDestinationIsAlsoTheSocketsOwnAddress) {
  Host host({}, WithRules({"bind=127.0.0.0/8", "send=0.0.0.0", "send=127.0.0.1"}));
  const uint32_t port = host.BoundUdp("juliet");
  host.Udp("s");
  ASSERT_THAT(host.Do(kBindTo, "s", "127.0.0.2", 0), Succeeds());
  EXPECT_THAT(host.Do(kSendTo, "s", "0.0.0.0", port, "x"), IsDenied("address"));
  EXPECT_THAT(host.Do(kSendTo, "juliet", "0.0.0.0", port, "x"), Succeeds());
}

constexpr char kRawUdp[] =
    "socket { socket: 's' family: FAMILY_INET transport: TRANSPORT_RAW protocol: PROTOCOL_UDP }";

TEST(Permit, RawPacketsTakeARuleForAllPorts) {
  Host host({}, WithRules({"send=127.0.0.1:4000", "send=127.0.0.2"}));
  if (!OutcomeOf(host.Do(kRawUdp)).has_ok()) GTEST_SKIP() << "raw(7) takes CAP_NET_RAW";
  EXPECT_THAT(host.Do(kSendTo, "s", "127.0.0.1", 4000, "x"), IsDenied("address"));
  EXPECT_THAT(host.Do(kSendTo, "s", "127.0.0.2", 0, "x"), testing::Not(IsDenied("address")));
}

TEST(Permit, RawPacketWithAHeaderOfItsOwnGoesWhereThatSays) {
  Host host;
  if (!OutcomeOf(host.Do(kRawUdp)).has_ok()) GTEST_SKIP() << "raw(7) takes CAP_NET_RAW";
  const auto packet = [](const std::string& destination) {
    v1::Call call = ToCall("send { socket: 's' data { } }");
    call.mutable_send()->mutable_data()->set_unit("\x45" + std::string(15, '\0') + destination +
                                                  "payload");
    return call;
  };
  EXPECT_THAT(host.Do(packet("\xa9\xfe\xa9\xfe")), IsDenied("data"));
  EXPECT_THAT(host.Do(packet(std::string("\x7f\0\0\1", 4))), testing::Not(IsDenied("data")));
}

TEST(Permit, HeaderOfOnesOwnIsDeniedWhereThereAreRules) {
  constexpr char kHeader[] = "setsockopt { socket: 's' option: 'IP_HDRINCL' value { flag: true } }";
  Host open;
  if (!OutcomeOf(open.Do(kRawUdp)).has_ok()) GTEST_SKIP() << "raw(7) takes CAP_NET_RAW";
  EXPECT_THAT(open.Do(kHeader), Succeeds());
  Host ruled({}, WithRules({"0.0.0.0/0"}));
  ASSERT_THAT(ruled.Do(kRawUdp), Succeeds());
  EXPECT_THAT(ruled.Do(kHeader), IsDenied("option"));
  EXPECT_THAT(ruled.Do(kHeader).refused().message(),
              testing::HasSubstr("so get around --allow 0.0.0.0/0;"));
}

}  // namespace
}  // namespace balcony::agent
