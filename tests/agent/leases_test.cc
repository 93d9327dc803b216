#include "agent/leases.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>

#include <atomic>
#include <deque>
#include <optional>
#include <thread>

#include "agent/refusal.h"
#include "tests/agent/host.h"
#include "tests/agent/matchers.h"
#include "tests/agent/waiter.h"

namespace balcony::agent {
namespace {

using testing::HasSubstr;

constexpr char kTcp[] = "socket { socket: 's' family: FAMILY_INET transport: TRANSPORT_TCP }";
constexpr char kUdp[] = "socket { socket: 's' family: FAMILY_INET transport: TRANSPORT_UDP }";
constexpr char kRecvOne[] = "recv { socket: 's' max_bytes: 1 }";

class LeasesTest : public testing::Test {
 protected:
  explicit LeasesTest(const Limits& limits = {}) : leases_(Leases::Begin(loop_, limits, policy_)) {}
  ~LeasesTest() override { leases_->EndAll(); }

  // Opens a session for this owner, as the request's text says.
  absl::Status Open(const std::string& text, const std::string& owner = "") {
    v1::OpenSessionRequest request;
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &request)) << text;
    return leases_->Open({"a test", owner, owner, owner}, request, opened_);
  }

  absl::StatusCode EnterCode(const std::string& name, const std::string& owner = "") {
    return leases_->Enter(owner, name).status().code();
  }

  // Begins a call; the visit lasts until its end.
  static void Start(const Leases::Visit& visit, const std::string& text, Waiter& waiter) {
    v1::Call call = ToCall(text);
    call.set_id(visit.answers().Expect(waiter));
    if (call.id() != 0) Dispatch(visit.session(), call);
  }

  v1::Event Do(const std::string& name, const std::string& text) {
    auto visit = leases_->Enter("", name);
    EXPECT_TRUE(visit.ok()) << visit.status();
    Waiter waiter;
    Start(*visit, text, waiter);
    return waiter.Wait();
  }

  Clock clock_;
  Loop loop_{clock_};
  const Policy policy_;
  std::shared_ptr<Leases> leases_;
  v1::OpenSessionResponse opened_;
};

TEST_F(LeasesTest, NameAndLeaseMayBeTheAgentsChoice) {
  ASSERT_TRUE(Open("").ok());
  const std::string first = opened_.session();
  EXPECT_THAT(first, testing::MatchesRegex("[0-9a-f]{32}"));
  EXPECT_EQ(opened_.lease().seconds(), 60);
  ASSERT_TRUE(Open("").ok());
  EXPECT_NE(opened_.session(), first);
}

TEST_F(LeasesTest, NameAndLeaseMayBeGiven) {
  ASSERT_TRUE(Open("session: 'verona' lease { seconds: 3 nanos: 500000000 }").ok());
  EXPECT_EQ(opened_.session(), "verona");
  EXPECT_EQ(opened_.lease().seconds(), 3);
  EXPECT_EQ(opened_.lease().nanos(), 500'000'000);
}

TEST_F(LeasesTest, RefusesWhatCannotBe) {
  ASSERT_TRUE(Open("session: 'taken'").ok());
  const struct {
    std::string request;
    absl::StatusCode code;
    const char* field;
  } rows[] = {
      {"session: 'taken'", absl::StatusCode::kAlreadyExists, "session"},
      {"session: '" + std::string(65, 'x') + "'", absl::StatusCode::kInvalidArgument, "session"},
      {"session: 'two words'", absl::StatusCode::kInvalidArgument, "session"},
      {"session: 'R\xc3\xb6meo'", absl::StatusCode::kInvalidArgument, "session"},
      {"lease {}", absl::StatusCode::kInvalidArgument, "lease"},
      {"lease { seconds: -1 }", absl::StatusCode::kInvalidArgument, "lease"},
      {"lease { seconds: 3600 nanos: 1 }", absl::StatusCode::kInvalidArgument, "lease"},
  };
  for (const auto& row : rows) {
    const absl::Status status = Open(row.request);
    EXPECT_EQ(status.code(), row.code) << row.request;
    EXPECT_EQ(ToRefused(status).field(), row.field) << row.request;
  }
  EXPECT_EQ(Open("lease { seconds: -1 }").message(), Open("lease {}").message());
}

TEST_F(LeasesTest, SessionsKeepTheirSockets) {
  ASSERT_TRUE(Open("session: 'a'").ok());
  ASSERT_TRUE(Open("session: 'b'").ok());
  EXPECT_THAT(Do("a", kTcp), Succeeds());
  EXPECT_THAT(Do("a", kTcp), Refuses(v1::REFUSAL_CODE_ALREADY_EXISTS, "socket"));
  EXPECT_THAT(Do("b", kTcp), Succeeds());
}

TEST_F(LeasesTest, OwnersSeeTheirOwnSessionsAlone) {
  ASSERT_TRUE(Open("session: 'verona'", "montague").ok());
  EXPECT_EQ(EnterCode("verona", "capulet"), absl::StatusCode::kNotFound);
  EXPECT_TRUE(absl::IsNotFound(leases_->End("capulet", "verona")));
  v1::RenewSessionRequest request;
  v1::RenewSessionResponse response;
  request.set_session("verona");
  EXPECT_TRUE(absl::IsNotFound(leases_->Renew("capulet", request, response)));
  EXPECT_TRUE(leases_->Renew("montague", request, response).ok());
  EXPECT_EQ(response.lease().seconds(), 60);
  EXPECT_TRUE(Open("session: 'verona'", "capulet").ok());
  EXPECT_TRUE(leases_->End("capulet", "verona").ok());
  EXPECT_EQ(EnterCode("verona", "montague"), absl::StatusCode::kOk);
}

TEST_F(LeasesTest, SessionEndsWithItsLeaseAndItsSocketsWithIt) {
  ASSERT_TRUE(Open("session: 'short' lease { nanos: 500000000 }").ok());
  Do("short", kTcp);
  const v1::Event bind = Do("short", "bind { socket: 's' address { address: '127.0.0.1' } }");
  ASSERT_THAT(bind, Succeeds());
  Do("short", "listen { socket: 's' }");
  Until([&] { return leases_->size() == 0; });
  EXPECT_EQ(EnterCode("short"), absl::StatusCode::kNotFound);
  Host other;
  other.Tcp("s");
  const uint32_t port = bind.done().bind().local().port();
  // The session's end follows the name's.
  Until([&] {
    return OutcomeOf(
               other.Do("bind { socket: 's' address { address: '127.0.0.1' port: $0 } }", port))
        .has_ok();
  });
}

// Another lease of the same length, taken later, runs out meanwhile.
TEST_F(LeasesTest, SessionLivesWhileACallIsUnderWayAndNothingIsTimed) {
  ASSERT_TRUE(Open("session: 'busy' lease { nanos: 500000000 }").ok());
  std::optional visit(leases_->Enter("", "busy"));
  ASSERT_TRUE(visit->ok());
  ASSERT_TRUE(Open("session: 'idle' lease { nanos: 500000000 }").ok());
  const uint64_t before = loop_.wakeups();
  Until([&] { return leases_->size() == 1; });
  EXPECT_LE(loop_.wakeups() - before, 10u);
  Waiter waiter;
  Start(**visit, kTcp, waiter);
  EXPECT_THAT(waiter.Wait(), Succeeds());
  visit.reset();
  Until([&] { return leases_->size() == 0; });
}

TEST_F(LeasesTest, EndDropsTheCallsUnderWay) {
  ASSERT_TRUE(Open("session: 'a'").ok());
  ASSERT_THAT(Do("a", kUdp), Succeeds());
  const auto visit = leases_->Enter("", "a");
  Waiter waiter;
  Start(*visit, kRecvOne, waiter);
  EXPECT_TRUE(leases_->End("", "a").ok());
  EXPECT_EQ(waiter.Wait().event_case(), v1::Event::EVENT_NOT_SET);
  EXPECT_TRUE(absl::IsNotFound(leases_->End("", "a")));
  Waiter late;
  EXPECT_EQ(visit->answers().Expect(late), 0u);
}

TEST_F(LeasesTest, AfterTheLastNoneIsOpened) {
  ASSERT_TRUE(Open("session: 'a'").ok());
  leases_->EndAll();
  EXPECT_EQ(EnterCode("a"), absl::StatusCode::kNotFound);
  EXPECT_TRUE(absl::IsUnavailable(Open("session: 'b'")));
}

class TwoSessionsTest : public LeasesTest {
 protected:
  TwoSessionsTest() : LeasesTest({.sessions = 2, .lease = absl::Seconds(10)}) {}
};

TEST_F(TwoSessionsTest, LimitsHoldAndAreNamed) {
  ASSERT_TRUE(Open("").ok());
  EXPECT_EQ(opened_.lease().seconds(), 10);
  ASSERT_TRUE(Open("session: 'a'").ok());
  const absl::Status status = Open("session: 'b'");
  EXPECT_TRUE(absl::IsResourceExhausted(status));
  EXPECT_THAT(std::string(status.message()), HasSubstr("sessions is 2"));
  ASSERT_TRUE(leases_->End("", "a").ok());
  EXPECT_TRUE(Open("session: 'b'").ok());
}

// A call's end, its cancel, its patience, the session's end and its lease, all at about one time.
class RaceTest : public LeasesTest {
 protected:
  static constexpr int kCallers = 6;

  void Call(int caller, Waiter& waiter) {
    const auto visit = leases_->Enter("", "race");
    if (!visit.ok()) {
      waiter.Dropped();
      return;
    }
    v1::Call call = ToCall(caller % 3 == 0 ? "barrier {}" : kRecvOne);
    if (caller % 2 == 0) call.mutable_patience()->set_nanos(caller * 20'000);
    call.set_id(visit->answers().Expect(waiter));
    if (call.id() == 0) {
      waiter.Dropped();
      return;
    }
    const uint64_t id = call.id();
    Dispatch(visit->session(), call);
    if (caller % 2 == 1) {
      MutexLock lock(visit->session().mutex());
      visit->session().Cancel(id);
    }
    visit->session().Send();
    waiter.Wait();
  }

  void Round(int round) {
    ASSERT_TRUE(
        Open("session: 'race' lease { nanos: " + std::to_string(1 + round % 5 * 200'000) + " }")
            .ok());
    {
      const auto visit = leases_->Enter("", "race");
      Waiter made;
      if (visit.ok()) Start(*visit, kUdp, made);
    }
    std::deque<Waiter> waiters(kCallers);
    std::vector<std::thread> threads;
    for (int i = 0; i < kCallers; ++i) {
      threads.emplace_back([this, i, &waiters] { Call(i, waiters[static_cast<size_t>(i)]); });
    }
    threads.emplace_back([this] { (void)leases_->End("", "race"); });
    for (std::thread& thread : threads) thread.join();
    (void)leases_->End("", "race");
    for (Waiter& waiter : waiters) EXPECT_EQ(waiter.told(), 1);
  }
};

TEST_F(RaceTest, EveryCallerIsToldExactlyOnce) {
  for (int round = 0; round < 300; ++round) Round(round);
}

}  // namespace
}  // namespace balcony::agent
