// A session in this process, without gRPC, that does calls written as text. Host host;
// EXPECT_THAT(host.Do("socket { socket: 's' family: FAMILY_INET transport: TRANSPORT_TCP }"),
// Succeeds());
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/substitute.h"
#include "agent/clock.h"
#include "agent/dispatch.h"
#include "agent/event_sink.h"
#include "agent/limits.h"
#include "agent/loop.h"
#include "agent/places.h"
#include "agent/session.h"

namespace balcony::agent {

// How long a test waits for what must come.
constexpr auto kPatience = std::chrono::seconds(20);

// Keeps a session's events for whoever waits for them.
class Recorder final : public EventSink {
 public:
  void Keep(v1::Event event) override;
  void Send() override { changed_.notify_all(); }

  // The next event of this call; an empty one, and a failed test, if none comes in time.
  v1::Event Next(uint64_t id);

  // The calls whose events were kept, in order, each with "blocked", "done" or "refused" behind it.
  std::vector<std::string> Order();
  size_t Count();
  void WaitForCount(size_t count);

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<uint64_t, std::deque<v1::Event>> events_;
  std::vector<std::string> order_;
};

// For a session that is alone.
std::shared_ptr<Places::Place> APlace(const Limits& limits = {});

// Asks again until the answer is right: for effects that the kernel's own threads bring about.
template <class Predicate>
void Until(const Predicate& holds) {
  const auto end = std::chrono::steady_clock::now() + kPatience;
  while (!holds()) {
    ASSERT_LT(std::chrono::steady_clock::now(), end) << "never came";
    std::this_thread::yield();
  }
}

// A call from its text, the rest put in for $0, $1, …; without an id.
v1::Call ToCall(const std::string& text);

// Calls that many tests make. $0 is the socket; addresses are on loopback.
constexpr char kBind[] = "bind { socket: '$0' address { address: '127.0.0.1' port: $1 } }";
constexpr char kConnect[] = "connect { socket: '$0' address { address: '127.0.0.1' port: $1 } }";
constexpr char kListen[] = "listen { socket: '$0' }";
constexpr char kClose[] = "close { socket: '$0' }";
constexpr char kSend[] = "send { socket: '$0' data { unit: '$1' } }";
constexpr char kRecv[] = "recv { socket: '$0' max_bytes: $1 }";
// What "juliet" gets, with all that comes beside the data.
constexpr char kRecvmsg[] = "recvmsg { socket: 'juliet' max_bytes: 99 }";

class Host {
 public:
  explicit Host(const Limits& limits = {}, const Policy& policy = {});
  ~Host() { session_->End(); }

  // Begins a call and gives its id.
  uint64_t Start(v1::Call call);
  template <class... Values>
  uint64_t Start(absl::string_view text, const Values&... values) {
    return Start(ToCall(absl::Substitute(text, values...)));
  }

  v1::Event Next(uint64_t id) { return recorder_->Next(id); }

  // The call's last event.
  v1::Event End(uint64_t id);

  // Begins a call and gives its last event.
  template <class... Values>
  v1::Event Do(absl::string_view text, const Values&... values) {
    return End(Start(text, values...));
  }
  v1::Event Do(v1::Call call) { return End(Start(std::move(call))); }

  // Sockets that most tests begin with, on loopback.
  void Tcp(const std::string& name);
  void Udp(const std::string& name);
  // A bound socket; gives its port.
  uint32_t BoundTcp(const std::string& name);
  uint32_t BoundUdp(const std::string& name);
  // A listening socket; gives its port.
  uint32_t Listening(const std::string& name);
  // A listener "door", a socket "romeo" connected to it, and "juliet", which was accepted.
  void Connected();
  // The same of UDP: "romeo" connected to "juliet".
  void ConnectedUdp();
  // A listener "door" whose backlog is full: it drops SYNs, so that a connect stays in SYN-SENT.
  // Gives its port.
  uint32_t FullDoor();

  v1::State State(const std::string& name);
  v1::Queues Queues(const std::string& name);
  // Waits until the socket has this many bytes to be received.
  void WaitForRecvQueue(const std::string& name, uint32_t bytes);
  void WaitForState(const std::string& name, v1::State state);

  Recorder& recorder() { return *recorder_; }
  Loop& loop() { return loop_; }
  Session& session() { return *session_; }

 private:
  const Policy policy_;
  Clock clock_;
  Loop loop_{clock_};
  std::shared_ptr<Recorder> recorder_ = std::make_shared<Recorder>();
  std::shared_ptr<Session> session_;
  uint64_t last_id_ = 0;
};

// "romeo" sends this.
void Send(Host& host, const std::string& text);

}  // namespace balcony::agent
