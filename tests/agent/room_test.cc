// What a session may hold, and for how long.
#include <gmock/gmock.h>

#include "tests/agent/host.h"
#include "tests/agent/matchers.h"

namespace balcony::agent {
namespace {

using testing::HasSubstr;

Limits Small() {
  Limits limits;
  limits.buffered_bytes_per_session = 1000;
  limits.patience = absl::Seconds(5);
  return limits;
}

TEST(Room, BlockedCallsHoldSoMuchPayloadAndNoMore) {
  Host host(Small());
  host.Connected();
  const uint64_t first = host.Start("recv { socket: 'romeo' max_bytes: 600 flags: FLAG_WAITALL }");
  EXPECT_THAT(host.Next(first), Blocks());
  const char* more = "recv { socket: 'juliet' max_bytes: $0 flags: FLAG_WAITALL }";
  EXPECT_THAT(host.Do(more, 500), Refuses(v1::REFUSAL_CODE_RESOURCE_EXHAUSTED, ""));
  const uint64_t second = host.Start(more, 400);
  EXPECT_THAT(host.Next(second), Blocks());
  // A recv that takes what there is holds nothing while it waits.
  const uint64_t third = host.Start("recv { socket: 'juliet' max_bytes: 9999 }");
  EXPECT_THAT(host.Next(third), Blocks());
  EXPECT_THAT(host.Do("cancel { id: $0 }", first), Succeeds());
  const uint64_t fourth = host.Start("recv { socket: 'romeo' max_bytes: 600 flags: FLAG_WAITALL }");
  EXPECT_THAT(host.Next(fourth), Blocks());
}

TEST(Room, PatienceIsTheLimitsAtMost) {
  Host host(Small());
  host.Udp("s");
  EXPECT_THAT(host.Do("patience { seconds: 6 } recv { socket: 's' max_bytes: 1 }"),
              Refuses(v1::REFUSAL_CODE_INVALID_ARGUMENT, "patience"));
  host.BoundUdp("b");
  const uint64_t call = host.Start("patience { seconds: 5 } recv { socket: 'b' max_bytes: 1 }");
  EXPECT_THAT(host.Next(call), Blocks());
}

TEST(Room, WithoutPatienceTheLimitEndsACall) {
  Limits limits;
  limits.patience = absl::Milliseconds(1);
  Host host(limits);
  host.BoundUdp("s");
  EXPECT_THAT(host.Do("recv { socket: 's' max_bytes: 1 }"), TimesOut());
}

// A sink that is full until the test says otherwise.
class FullSink final : public EventSink {
 public:
  void Keep(v1::Event event) override { recorder_->Keep(std::move(event)); }
  bool HasRoom() override { return has_room_; }
  void Send() override { recorder_->Send(); }

  Recorder& recorder() { return *recorder_; }
  void Empty() { has_room_ = true; }

 private:
  const std::unique_ptr<Recorder> recorder_ = std::make_unique<Recorder>();
  std::atomic<bool> has_room_ = false;
};

void Do(Session& session, uint64_t id, absl::string_view text) {
  v1::Call call = ToCall(std::string(text));
  call.set_id(id);
  Dispatch(session, call);
}

TEST(Room, ReceivesWaitForASinkThatIsFull) {
  Host peer;
  const uint32_t port = peer.BoundUdp("from");
  const auto sink = std::make_shared<FullSink>();
  const Policy policy;
  const auto session = Session::Open(peer.loop(), {}, policy, APlace(), sink);
  Do(*session, 1, "socket { socket: 's' family: FAMILY_INET transport: TRANSPORT_UDP }");
  Do(*session, 2,
     absl::Substitute("connect { socket: 's' address { address: '127.0.0.1' port: $0 } }", port));
  Do(*session, 3, "getsockname { socket: 's' }");
  sink->recorder().Next(1);
  sink->recorder().Next(2);
  const uint32_t own = sink->recorder().Next(3).done().getsockname().local().port();
  Do(*session, 4, "recv { socket: 's' max_bytes: 9 }");
  EXPECT_THAT(sink->recorder().Next(4), Blocks());
  peer.Do("sendto { socket: 'from' data { unit: 'hi' } address { address: '127.0.0.1' port: $0 } }",
          own);
  Do(*session, 5, "barrier {}");
  Do(*session, 6, "cancel { id: 99 }");
  EXPECT_THAT(sink->recorder().Next(6), Succeeds());
  sink->Empty();
  session->Resume();
  EXPECT_EQ(sink->recorder().Next(4).done().recv().data(), "hi");
  EXPECT_EQ(sink->recorder().Next(5).done().barrier().blocked(), 0u);
  session->End();
}

}  // namespace
}  // namespace balcony::agent
