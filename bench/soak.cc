// A million calls over sessions that come and go, against a real agent in a namespace of its own:
// prints its descriptors at the start and the end, and its resident size on the way. Exit 1 if the
// descriptors differ or if it grew by 1 MiB or more after the first tenth of the calls.
//
// balcony_soak [CALLS]

#include <fcntl.h>
#include <google/protobuf/text_format.h>
#include <grpcpp/create_channel_posix.h>
#include <grpcpp/grpcpp.h>
#include <sched.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/substitute.h"
#include "balcony/v1/agent.grpc.pb.h"
#include "tests/agent/namespace.h"

namespace balcony::bench {
namespace {

using std::chrono::steady_clock;

constexpr int kSteps = 10;
constexpr int64_t kMostGrowthKilobytes = 1024;
constexpr auto kPatience = std::chrono::seconds(10);

[[noreturn]] void Die(const std::string& what) {
  std::fprintf(stderr, "soak: %s\n", what.c_str());
  std::exit(2);
}

// What each session does; $0 is its listener's port. Calls that wait end in each of the ways that
// there are; those that a session leaves behind end with it.
constexpr const char* kListener[] = {
    "socket { socket: 'door' family: FAMILY_INET transport: TRANSPORT_TCP }",
    "listen { socket: 'door' backlog: 5 }",
};
constexpr const char* kScript[] = {
    "socket { socket: 'romeo' family: FAMILY_INET transport: TRANSPORT_TCP }",
    "connect { socket: 'romeo' address { address: '127.0.0.1' port: $0 } }",
    "accept { socket: 'door' connection: 'juliet' }",
    "getsockname { socket: 'romeo' }",
    "getpeername { socket: 'juliet' }",
    "send { socket: 'romeo' data { unit: 'But, soft!' } }",
    "queues { socket: 'juliet' }",
    "recv { socket: 'juliet' max_bytes: 1024 }",
    "recv { socket: 'juliet' max_bytes: 1024 }",
    "sendall { socket: 'romeo' data { unit: 'what light\\n' count: 100 } }",
    "recv { socket: 'juliet' max_bytes: 1024 until: '\\n' }",
    "recv { socket: 'juliet' max_bytes: 65536 }",
    "id: 113 recv { socket: 'juliet' max_bytes: 1024 flags: FLAG_WAITALL }",
    "send { socket: 'romeo' data { unit: 'through' } }",
    "cancel { id: 113 }",
    "patience { nanos: 100000 } recv { socket: 'juliet' max_bytes: 1024 }",
    "setblocking { socket: 'juliet' blocking: false }",
    "recv { socket: 'juliet' max_bytes: 1024 }",
    "setblocking { socket: 'juliet' blocking: true }",
    "state { socket: 'romeo' }",
    "socket { socket: 'moon' family: FAMILY_INET6 transport: TRANSPORT_UDP }",
    "bind { socket: 'moon' address { address: '::1' } }",
    "sendto { socket: 'moon' data { unit: 'envious' count: 50 } address { address: '::1' port: 9 } "
    "}",
    "recvfrom { socket: 'moon' max_bytes: 65536 flags: FLAG_DONTWAIT }",
    "recvfrom { socket: 'moon' max_bytes: 65536 }",
    "bind { socket: 'door' address { address: 'yonder' } }",
    "bind { socket: 'nobody' address { address: '::1' } }",
    "barrier {}",
    "close { socket: 'moon' }",
    "shutdown { socket: 'romeo' how: HOW_WR }",
    "recv { socket: 'juliet' max_bytes: 1024 }",
    "close { socket: 'romeo' }",
    "state { socket: 'romeo' }",
    "sockets { state: STATE_LISTEN }",
};
constexpr const char* kTidy[] = {"close { socket: 'juliet' }", "close { socket: 'door' }"};
constexpr const char* kLeftBehind[] = {
    "accept { socket: 'door' connection: 'paris' }",
    "patience { seconds: 60 } accept { socket: 'door' connection: 'tybalt' }"};

class Agent {
 public:
  Agent() {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) Die("no socket pair");
    const std::string program =
        (std::filesystem::read_symlink("/proc/self/exe").parent_path() / "balcony-agent").string();
    pid_ = fork();
    if (pid_ == 0) {
      if (!agent::EnterNamespace()) Die("this machine does not let us make a network namespace");
      fcntl(ends[1], F_SETFD, 0);
      execl(program.c_str(), "balcony-agent", "--fd", std::to_string(ends[1]).c_str(), nullptr);
      Die("no " + program);
    }
    close(ends[1]);
    for (char byte = 0; byte != '\n';) {
      if (read(ends[0], &byte, 1) != 1) Die("the agent does not start");
    }
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    stub_ = v1::Agent::NewStub(grpc::CreateInsecureChannelFromFd("agent", ends[0]));
  }

  ~Agent() {
    kill(pid_, SIGTERM);
    waitpid(pid_, nullptr, 0);
  }
  Agent(const Agent&) = delete;
  Agent& operator=(const Agent&) = delete;

  v1::Agent::Stub& stub() { return *stub_; }

  // So that it has begun to serve.
  void Describe() {
    grpc::ClientContext context;
    v1::DescribeResponse response;
    if (!stub_->Describe(&context, {}, &response).ok()) Die("the agent does not answer");
  }

  int64_t ResidentKilobytes() const {
    std::ifstream status(absl::Substitute("/proc/$0/status", pid_));
    for (std::string word; status >> word;) {
      int64_t kilobytes = 0;
      if (word == "VmRSS:" && status >> kilobytes) return kilobytes;
    }
    Die("the agent is gone");
  }

  long Descriptors() const {
    using Directory = std::filesystem::directory_iterator;
    return std::distance(Directory(absl::Substitute("/proc/$0/fd", pid_)), Directory());
  }

 private:
  pid_t pid_ = -1;
  std::unique_ptr<v1::Agent::Stub> stub_;
};

// One session; its calls are sent ahead and its events are read behind.
class Session {
 public:
  explicit Session(Agent& agent) : stream_(agent.stub().Session(&context_)) {}

  int64_t calls() const { return calls_; }

  template <size_t kSize>
  void Start(const char* const (&texts)[kSize], uint32_t port = 0) {
    for (const char* text : texts) {
      v1::Call call;
      if (!google::protobuf::TextFormat::ParseFromString(absl::Substitute(text, port), &call))
        Die(text);
      ++calls_;
      if (call.id() == 0) call.set_id(static_cast<uint64_t>(calls_));
      if (!stream_->Write(call)) Die("the session has ended");
    }
  }

  // Reads until so many calls have not ended yet; gives the last event.
  v1::Event ReadUntil(int64_t open) {
    v1::Event event;
    while (calls_ - ended_ > open) {
      if (!stream_->Read(&event)) Die("the session has ended");
      if (!event.has_blocked()) ++ended_;
    }
    return event;
  }

  void HalfClose() {
    stream_->WritesDone();
    v1::Event event;
    while (stream_->Read(&event)) {
    }
    if (!stream_->Finish().ok()) Die("the session ends badly");
  }

  void BreakOff() { context_.TryCancel(); }

 private:
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReaderWriter<v1::Call, v1::Event>> stream_;
  int64_t calls_ = 0;
  int64_t ended_ = 0;
};

// Gives how many calls it made. Sessions end tidily, with calls that wait, or broken off.
int64_t PlaySession(Agent& agent, int64_t number) {
  Session session(agent);
  session.Start(kListener);
  const uint32_t port = session.ReadUntil(0).done().listen().local().port();
  session.Start(kScript, port);
  const bool tidy = number % 3 == 0;
  tidy ? session.Start(kTidy) : session.Start(kLeftBehind);
  // The second recv of datagrams waits for ever, unless its socket is closed; so do the accepts.
  session.ReadUntil(tidy ? 0 : 2);
  number % 3 == 1 ? session.BreakOff() : session.HalfClose();
  return session.calls();
}

// A session's last descriptor goes a little after its status.
long SettledDescriptors(const Agent& agent, long wanted) {
  const auto end = steady_clock::now() + kPatience;
  while (agent.Descriptors() != wanted && steady_clock::now() < end) sched_yield();
  return agent.Descriptors();
}

int Run(int64_t wanted) {
  Agent agent;
  agent.Describe();
  const long descriptors = agent.Descriptors();
  std::printf("descriptors at the start: %ld\n     calls   sessions  resident kB\n", descriptors);
  const auto began = steady_clock::now();
  int64_t sessions = 0;
  int64_t calls = 0;
  int64_t first = 0;
  int64_t last = 0;
  for (int step = 1; step <= kSteps; ++step) {
    while (calls < wanted / kSteps * step) calls += PlaySession(agent, sessions++);
    last = agent.ResidentKilobytes();
    if (step == 1) first = last;
    std::printf("%10ld %10ld %12ld\n", calls, sessions, last);
    std::fflush(stdout);
  }
  const std::chrono::duration<double> took = steady_clock::now() - began;
  const long left = SettledDescriptors(agent, descriptors);
  std::printf(
      "descriptors at the end: %ld\ngrowth after the first tenth: %ld kB\n%.0f calls a second\n",
      left, last - first, static_cast<double>(calls) / took.count());
  return left == descriptors && last - first < kMostGrowthKilobytes ? 0 : 1;
}

}  // namespace
}  // namespace balcony::bench

int main(int argc, char** argv) {
  return balcony::bench::Run(argc > 1 ? std::atoll(argv[1]) : 1'000'000);
}
