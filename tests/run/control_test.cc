#include "controller/run/control.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "tests/fleet/fake_agent.h"
#include "tests/fleet/matchers.h"

namespace balcony::run {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

template <typename Message>
Message Parse(const std::string& text) {
  Message message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message)) << text;
  return message;
}

constexpr char kDescription[] = R"(
  interfaces { name: "lo" up: true addresses { address: "127.0.0.1" prefix_length: 8 } }
  interfaces {
    name: "control" up: true
    addresses { address: "172.16.0.12" prefix_length: 12 }
    addresses { address: "fe80::1%control" prefix_length: 64 }
  }
  interfaces { name: "data" up: true addresses { address: "10.10.0.101" prefix_length: 24 } }
  login_address: "172.16.0.12")";
constexpr char kRoutes[] = R"(routes {
  routes { destination: "0.0.0.0/0" gateway: "172.16.0.1" interface: "control" }
  routes { destination: "10.0.0.0/8" gateway: "10.10.0.1" interface: "data" }
  routes { destination: "10.10.0.0/24" interface: "data" }
  routes { destination: "10.99.0.0/24" interface: "data" metric: 100 }
  routes { destination: "10.99.0.0/24" interface: "control" metric: 10 }
  routes { destination: "172.16.0.0/12" interface: "control" }
})";

class ControlTest : public testing::Test {
 protected:
  explicit ControlTest(const std::string& control_address = "172.16.0.12") {
    auto agent = std::make_unique<fleet::FakeAgent>(Parse<v1::DescribeResponse>(kDescription),
                                                    [](const v1::Call& call) {
                                                      EXPECT_TRUE(call.has_routes());
                                                      return Parse<v1::Done>(kRoutes);
                                                    });
    fleet_.hosts.push_back({"juliet", {"10.10.0.101"}, std::move(agent), control_address});
  }

  std::string WhyNot(const std::string& call) {
    const auto networks = ControlNetworks::Look(fleet_);
    EXPECT_THAT(networks, fleet::IsOk());
    return networks->WhyNot(0, Parse<v1::Call>(call));
  }

  std::string Warning(const std::string& call, const std::string& done = "") {
    return ControlNetworks::Look(fleet_)->Warning(0, Parse<v1::Call>(call), Parse<v1::Done>(done));
  }

  fleet::Fleet fleet_;
};

TEST_F(ControlTest, IsNotBoundNorReached) {
  const std::pair<const char*, const char*> refused[] = {
      {R"(bind { address { address: "172.16.0.12" port: 4000 } })", "172.16.0.12 is on control"},
      {R"(connect { address { address: "172.16.0.11" port: 4000 } })", "is reached by control"},
      {R"(sendto { address { address: "198.51.100.7" port: 9 } })", "is reached by control"},
      {R"(sendmsg { address { address: "10.99.0.1" port: 9 } })", "is reached by control"},
  };
  for (const auto& [call, why] : refused) EXPECT_THAT(WhyNot(call), HasSubstr(why)) << call;
}

TEST_F(ControlTest, LeavesTheExperimentsNetworksAlone) {
  for (const char* const call : {
           R"(bind { address { address: "10.10.0.101" port: 4000 } })",
           R"(bind { address { address: "127.0.0.1" port: 4000 } })",
           R"(connect { address { address: "10.10.0.100" port: 4000 } })",
           R"(connect { address { address: "10.20.0.9" port: 4000 } })",  // by a router there
           R"(connect { address { address: "127.0.0.1" port: 4000 } })",
           R"(send { socket: "conn" })",
       }) {
    EXPECT_THAT(WhyNot(call), IsEmpty()) << call;
    EXPECT_THAT(Warning(call), IsEmpty()) << call;
  }
}

TEST_F(ControlTest, IsWarnedOfWhereASocketIsBoundEverywhereOrSendsToMany) {
  const char* const wildcard = R"(bind { address { address: "0.0.0.0" port: 4000 } })";
  EXPECT_THAT(WhyNot(wildcard), IsEmpty());
  EXPECT_THAT(Warning(wildcard), HasSubstr("bound on control too"));
  EXPECT_THAT(Warning("listen {}", R"(listen { local { address: "::" port: 40001 } })"),
              HasSubstr("listens on control too"));
  EXPECT_THAT(Warning("listen {}", R"(listen { local { address: "10.10.0.101" port: 4000 } })"),
              IsEmpty());
  const char* const many = R"(sendto { address { address: "224.0.0.251" port: 5353 } })";
  EXPECT_THAT(WhyNot(many), IsEmpty());
  EXPECT_THAT(Warning(many), HasSubstr("it leaves by control"));
}

class SharedTest : public ControlTest {
 protected:
  SharedTest() : ControlTest("") {}
};

TEST_F(SharedTest, NetworkIsTheExperimentsToo) {
  EXPECT_THAT(WhyNot(R"(bind { address { address: "172.16.0.12" port: 4000 } })"), IsEmpty());
  EXPECT_THAT(Warning(R"(bind { address { address: "0.0.0.0" port: 4000 } })"), IsEmpty());
}

}  // namespace
}  // namespace balcony::run
