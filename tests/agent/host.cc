#include "tests/agent/host.h"

#include <google/protobuf/text_format.h>

#include "tests/agent/matchers.h"

namespace balcony::agent {
namespace {

const char* KindOf(const v1::Event& event) {
  if (event.has_blocked()) return "blocked";
  return event.has_done() ? "done" : "refused";
}

}  // namespace

void Recorder::Keep(v1::Event event) {
  const std::lock_guard lock(mutex_);
  order_.push_back(absl::Substitute("$0 $1", event.id(), KindOf(event)));
  events_[event.id()].push_back(std::move(event));
}

v1::Event Recorder::Next(uint64_t id) {
  std::unique_lock lock(mutex_);
  const bool came = changed_.wait_for(lock, kPatience, [&] { return !events_[id].empty(); });
  EXPECT_TRUE(came) << "no event of call " << id;
  if (!came) return {};
  v1::Event event = std::move(events_[id].front());
  events_[id].pop_front();
  return event;
}

std::vector<std::string> Recorder::Order() {
  const std::lock_guard lock(mutex_);
  return order_;
}

size_t Recorder::Count() {
  const std::lock_guard lock(mutex_);
  return order_.size();
}

void Recorder::WaitForCount(size_t count) {
  std::unique_lock lock(mutex_);
  EXPECT_TRUE(changed_.wait_for(lock, kPatience, [&] { return order_.size() >= count; }));
}

v1::Call ToCall(const std::string& text) {
  v1::Call call;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &call)) << text;
  return call;
}

std::shared_ptr<Places::Place> APlace(const Limits& limits) {
  return Places(limits).Take("a client").value();
}

Host::Host(const Limits& limits, const Policy& policy)
    : policy_(policy), session_(Session::Open(loop_, limits, policy_, APlace(limits), recorder_)) {}

uint64_t Host::Start(v1::Call call) {
  if (call.id() == 0) call.set_id(++last_id_);
  const uint64_t id = call.id();
  Dispatch(*session_, call);
  return id;
}

v1::Event Host::End(uint64_t id) {
  v1::Event event = Next(id);
  return event.has_blocked() ? Next(id) : event;
}

void Host::Tcp(const std::string& name) {
  ASSERT_THAT(Do("socket { socket: '$0' family: FAMILY_INET transport: TRANSPORT_TCP }", name),
              Succeeds());
}

void Host::Udp(const std::string& name) {
  ASSERT_THAT(Do("socket { socket: '$0' family: FAMILY_INET transport: TRANSPORT_UDP }", name),
              Succeeds());
}

uint32_t Host::BoundTcp(const std::string& name) {
  Tcp(name);
  const v1::Event event = Do("bind { socket: '$0' address { address: '127.0.0.1' } }", name);
  EXPECT_THAT(event, Succeeds());
  return event.done().bind().local().port();
}

uint32_t Host::BoundUdp(const std::string& name) {
  Udp(name);
  const v1::Event event = Do("bind { socket: '$0' address { address: '127.0.0.1' } }", name);
  EXPECT_THAT(event, Succeeds());
  return event.done().bind().local().port();
}

uint32_t Host::Listening(const std::string& name) {
  const uint32_t port = BoundTcp(name);
  EXPECT_THAT(Do(kListen, name), Succeeds());
  return port;
}

void Host::Connected() {
  const uint32_t port = Listening("door");
  Tcp("romeo");
  ASSERT_THAT(Do(kConnect, "romeo", port), Succeeds());
  ASSERT_THAT(Do("accept { socket: 'door' connection: 'juliet' }"), Succeeds());
}

void Host::ConnectedUdp() {
  const uint32_t port = BoundUdp("juliet");
  Udp("romeo");
  ASSERT_THAT(Do(kConnect, "romeo", port), Succeeds());
}

uint32_t Host::FullDoor() {
  const uint32_t port = BoundTcp("door");
  EXPECT_THAT(Do("listen { socket: 'door' backlog: 0 }"), Succeeds());
  Tcp("first");
  EXPECT_THAT(Do(kConnect, "first", port), Succeeds());
  return port;
}

v1::State Host::State(const std::string& name) {
  return Do("state { socket: '$0' }", name).done().state().state();
}

v1::Queues Host::Queues(const std::string& name) {
  return Do("queues { socket: '$0' }", name).done().queues().queues();
}

void Host::WaitForRecvQueue(const std::string& name, uint32_t bytes) {
  Until([&] { return Queues(name).recv_queue() == bytes; });
}

void Host::WaitForState(const std::string& name, v1::State state) {
  Until([&] { return State(name) == state; });
}

void Send(Host& host, const std::string& text) {
  ASSERT_THAT(host.Do(kSend, "romeo", text), Succeeds());
}

}  // namespace balcony::agent
