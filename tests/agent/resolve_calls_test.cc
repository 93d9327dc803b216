#include <gmock/gmock.h>

#include <fstream>
#include <string>

#include "tests/agent/host.h"
#include "tests/agent/matchers.h"
#include "tests/agent/name_server.h"

namespace balcony::agent {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::UnorderedElementsAre;

MATCHER_P(FailsWithName, name, "fails with " + std::string(name)) {
  return OutcomeOf(arg).name_error().name() == name &&
         !OutcomeOf(arg).name_error().message().empty();
}

// A host whose names come from a server of the test's own.
struct ResolveCalls : testing::Test {
  ResolveCalls() {
    MutexLock lock(host.session().mutex());
    host.session().resolver_options().servers = server.where();
  }

  std::vector<std::string> Addresses(const std::string& call) {
    const v1::Event event = host.Do("resolve { $0 }", call);
    EXPECT_THAT(event, Succeeds());
    return {event.done().resolve().addresses().begin(), event.done().resolve().addresses().end()};
  }

  NameServer server;
  Host host;
};

TEST_F(ResolveCalls, LiteralGivesItself) {
  EXPECT_THAT(Addresses("name: '10.10.0.101'"), ElementsAre("10.10.0.101"));
  EXPECT_THAT(Addresses("name: 'FD00:0::1' family: FAMILY_INET6"), ElementsAre("fd00::1"));
  EXPECT_THAT(host.Do("resolve { name: '10.10.0.101' family: FAMILY_INET6 }"),
              FailsWithName("EAI_ADDRFAMILY"));
  EXPECT_EQ(server.questions(), 0);
}

TEST_F(ResolveCalls, HostsFileComesFirst) {
  EXPECT_THAT(Addresses("name: 'localhost' family: FAMILY_INET"), ElementsAre("127.0.0.1"));
  EXPECT_THAT(Addresses("name: 'localhost'"), Contains("127.0.0.1"));
  EXPECT_EQ(server.questions(), 0);
}

// Whatever the file has of it: what c-ares makes of that is in memory that it must not keep.
TEST_F(ResolveCalls, LocalhostIsThereInEitherFamily) {
  for (const char* name : {"localhost", "LOCALHOST"}) {
    const std::string call = absl::Substitute("name: '$0' family: ", name);
    EXPECT_THAT(Addresses(call + "FAMILY_INET"), ElementsAre("127.0.0.1")) << name;
    EXPECT_THAT(Addresses(call + "FAMILY_INET6"), ElementsAre("::1")) << name;
  }
  EXPECT_EQ(server.questions(), 0);
}

TEST_F(ResolveCalls, DnsGivesAddressesOfOneOrBothFamilies) {
  EXPECT_THAT(Addresses("name: 'romeo.test'"),
              UnorderedElementsAre("10.10.0.100", "10.10.0.102", "fd00::100"));
  EXPECT_THAT(Addresses("name: 'romeo.test' family: FAMILY_INET"),
              UnorderedElementsAre("10.10.0.100", "10.10.0.102"));
  EXPECT_THAT(Addresses("name: 'romeo.test' family: FAMILY_INET6"), ElementsAre("fd00::100"));
}

TEST_F(ResolveCalls, AnswerThatDoesNotFitADatagramComesByTcp) {
  EXPECT_THAT(Addresses("name: 'many.test' family: FAMILY_INET"), testing::SizeIs(200));
}

TEST_F(ResolveCalls, ResolversErrorsAreNames) {
  EXPECT_THAT(host.Do("resolve { name: 'gone.test' }"), FailsWithName("EAI_NONAME"));
  EXPECT_THAT(host.Do("resolve { name: 'empty.test' }"), FailsWithName("EAI_NODATA"));
  EXPECT_THAT(host.Do("resolve { name: 'failing.test' }"), FailsWithName("EAI_AGAIN"));
  EXPECT_THAT(host.Do("resolve { name: 'malformed.test' }"), FailsWithName("EAI_FAIL"));
  EXPECT_THAT(host.Do("resolve { name: '..' }"), FailsWithName("EAI_NONAME"));
}

TEST_F(ResolveCalls, BlocksUntilThereIsAnAnswer) {
  const uint64_t id = host.Start("resolve { name: 'slow.test' family: FAMILY_INET }");
  EXPECT_THAT(host.Next(id), Blocks());
  server.AnswerSlow();
  const v1::Event done = host.Next(id);
  EXPECT_THAT(done, Succeeds());
  EXPECT_EQ(done.done().resolve().addresses(0), "10.10.0.100");
  EXPECT_TRUE(OutcomeOf(done).has_blocked());
}

TEST_F(ResolveCalls, SilentServerTakesAllThePatience) {
  const v1::Event event = host.Do("patience { nanos: 50000000 } resolve { name: 'slow.test' }");
  EXPECT_THAT(event, TimesOut());
  EXPECT_EQ(event.done().resolve().addresses_size(), 0);
}

TEST_F(ResolveCalls, SilentServerIsGivenUpWhenResolvConfSays) {
  const std::string file = testing::TempDir() + "/resolv.conf";
  std::ofstream(file)
      << "# a second\nnameserver 127.0.0.1\noptions ndots:1\ttimeout:1 attempts:1\n";
  {
    MutexLock lock(host.session().mutex());
    host.session().resolver_options().resolv_conf = file;
  }
  EXPECT_THAT(host.Do("patience { seconds: 4 } resolve { name: 'slow.test' }"),
              FailsWithName("EAI_AGAIN"));
}

TEST_F(ResolveCalls, IsCancelledOnce) {
  const uint64_t id = host.Start("resolve { name: 'slow.test' }");
  EXPECT_THAT(host.Next(id), Blocks());
  EXPECT_TRUE(host.Do("cancel { id: $0 }", id).done().cancel().found());
  EXPECT_THAT(host.Next(id), IsCancelled("cancelled"));
  EXPECT_FALSE(host.Do("cancel { id: $0 }", id).done().cancel().found());
  server.AnswerSlow();
  EXPECT_THAT(Addresses("name: 'romeo.test' family: FAMILY_INET6"), ElementsAre("fd00::100"));
}

TEST_F(ResolveCalls, EndsWithItsSession) {
  const uint64_t id = host.Start("resolve { name: 'slow.test' }");
  EXPECT_THAT(host.Next(id), Blocks());
  const size_t events = host.recorder().Count();
  host.session().End();
  server.AnswerSlow();
  EXPECT_EQ(host.recorder().Count(), events);
}

TEST_F(ResolveCalls, ManyAtOnceAreAnswered) {
  std::vector<uint64_t> ids;
  for (int i = 0; i < 100; ++i) ids.push_back(host.Start("resolve { name: 'romeo.test' }"));
  for (const uint64_t id : ids) {
    EXPECT_EQ(host.End(id).done().resolve().addresses_size(), 3);
  }
}

TEST_F(ResolveCalls, AreCounted) {
  Host small({.blocked_calls_per_session = 0});
  EXPECT_THAT(small.Do("resolve { name: 'romeo.test' }"),
              Refuses(v1::REFUSAL_CODE_RESOURCE_EXHAUSTED, ""));
}

TEST_F(ResolveCalls, MalformedOnesNameTheField) {
  const auto refuses_name = Refuses(v1::REFUSAL_CODE_INVALID_ARGUMENT, "name");
  EXPECT_THAT(host.Do("resolve {}"), refuses_name);
  EXPECT_THAT(host.Do("resolve { name: 'a\\nb' }"), refuses_name);
  EXPECT_THAT(host.Do("resolve { name: '$0' }", std::string(254, 'a')), refuses_name);
  EXPECT_THAT(host.Do("resolve { name: 'a' family: FAMILY_UNSPECIFIED }"),
              Refuses(v1::REFUSAL_CODE_INVALID_ARGUMENT, "family"));
}

}  // namespace
}  // namespace balcony::agent
