#include "bench/bare_stream.h"

#include <fcntl.h>
#include <grpcpp/create_channel_posix.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/server_posix.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <cstdlib>
#include <deque>
#include <mutex>
#include <string>

#include "agent/stdio.h"
#include "bare.grpc.pb.h"
#include "bench/bench_fleet.h"
#include "controller/fleet/command.h"

namespace balcony::bench {
namespace {

// Answers each message; reads on while it writes.
class Echo final : public grpc::ServerBidiReactor<Ping, Pong> {
 public:
  // `udp`: sends to nobody before each answer; -1: does not.
  explicit Echo(int udp) : udp_(udp) { StartRead(&ping_); }

  void OnReadDone(bool ok) override {
    std::unique_lock lock(mutex_);
    if (!ok) {
      ended_ = true;
      if (!writing_) Finish(grpc::Status::OK);
      return;
    }
    if (udp_ >= 0) SendToNobody(udp_);
    Pong pong;
    pong.set_id(ping_.id());
    if (writing_) {
      outbox_.push_back(pong);
      lock.unlock();
    } else {
      writing_ = true;
      pong_ = pong;
      lock.unlock();
      StartWrite(&pong_);
    }
    StartRead(&ping_);
  }

  void OnWriteDone(bool ok) override {
    {
      const std::lock_guard lock(mutex_);
      if (!ok || outbox_.empty()) {
        writing_ = false;
        if (ended_) Finish(grpc::Status::OK);
        return;
      }
      pong_ = outbox_.front();
      outbox_.pop_front();
    }
    StartWrite(&pong_);
  }

  void OnDone() override { delete this; }

 private:
  const int udp_;
  std::mutex mutex_;
  bool writing_ = false;
  bool ended_ = false;
  std::deque<Pong> outbox_;
  Ping ping_;
  Pong pong_;
};

class Service final : public Bare::CallbackService {
 public:
  explicit Service(int udp) : udp_(udp) {}

 private:
  grpc::ServerBidiReactor<Ping, Pong>* Stream(grpc::CallbackServerContext* /*context*/) override {
    return new Echo(udp_);
  }

  const int udp_;
};

// It has nothing to lose.
struct Child {
  explicit Child(pid_t started) : pid(started) {}
  ~Child() {
    kill(pid, SIGKILL);
    waitpid(pid, nullptr, 0);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  const pid_t pid;
};

class Client final : public BareStream, public grpc::ClientBidiReactor<Ping, Pong> {
 public:
  // `over` is let go when the stream has ended.
  Client(int fd, std::shared_ptr<void> over)
      : over_(std::move(over)),
        stub_(Bare::NewStub(grpc::CreateInsecureChannelFromFd("bare", fd))) {
    stub_->async()->Stream(&context_, this);
    AddHold();
    StartRead(&pong_);
    StartCall();
  }

  ~Client() override {
    context_.TryCancel();
    RemoveHold();
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return done_; });
  }

  void PingPong(int messages) override {
    for (int i = 0; i < messages; ++i) Send();
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return answered_ == sent_; });
  }

  void OnReadDone(bool ok) override {
    if (!ok) return;
    {
      const std::lock_guard lock(mutex_);
      if (++answered_ == sent_) changed_.notify_one();
    }
    StartRead(&pong_);
  }

  void OnWriteDone(bool ok) override {
    {
      const std::lock_guard lock(mutex_);
      if (!ok || outbox_.empty()) {
        writing_ = false;
        return;
      }
      ping_ = outbox_.front();
      outbox_.pop_front();
    }
    StartWrite(&ping_);
  }

  void OnDone(const grpc::Status& /*status*/) override {
    const std::lock_guard lock(mutex_);
    done_ = true;
    changed_.notify_one();
  }

 private:
  void Send() {
    {
      const std::lock_guard lock(mutex_);
      Ping ping;
      ping.set_id(++sent_);
      if (writing_) {
        outbox_.push_back(ping);
        return;
      }
      writing_ = true;
      ping_ = ping;
    }
    StartWrite(&ping_);
  }

  const std::shared_ptr<void> over_;
  const std::unique_ptr<Bare::Stub> stub_;
  grpc::ClientContext context_;
  std::mutex mutex_;  // covers all below
  std::condition_variable changed_;
  uint64_t sent_ = 0;
  uint64_t answered_ = 0;
  bool writing_ = false;
  bool done_ = false;
  std::deque<Ping> outbox_;
  Ping ping_;
  Pong pong_;
};

}  // namespace

int ServeBareOnStdio() { return ServeBare(agent::Stdio::Open().Release(), false); }

int ServeBare(int fd, bool sends) {
  const wire::Fd udp(sends ? socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0) : -1);
  Service service(udp.get());
  grpc::ServerBuilder builder;
  builder.RegisterService(&service);
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  const int watched = dup(fd);
  fcntl(fd, F_SETFL, O_NONBLOCK);
  grpc::AddInsecureChannelFromFd(server.get(), fd);
  pollfd stream{watched, POLLRDHUP, 0};
  while (poll(&stream, 1, -1) < 0 && errno == EINTR) {
  }
  return 0;
}

std::unique_ptr<BareStream> BareStream::Start(bool sends) {
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) std::abort();
  const pid_t server = fork();
  if (server == 0) {
    fcntl(pair[1], F_SETFD, 0);
    const std::string fd = std::to_string(pair[1]);
    execl("/proc/self/exe", "balcony_bench", "--serve-bare", fd.c_str(), sends ? "1" : "0",
          nullptr);
    _exit(127);
  }
  close(pair[1]);
  fcntl(pair[0], F_SETFL, O_NONBLOCK);
  return std::make_unique<Client>(pair[0], std::make_shared<Child>(server));
}

std::unique_ptr<BareStream> BareStream::StartBy(const std::string& command) {
  absl::StatusOr<fleet::RunningCommand> running = fleet::RunCommand(command);
  if (!running.ok()) std::abort();
  const int fd = running->stream.Release();
  fcntl(fd, F_SETFL, O_NONBLOCK);
  return std::make_unique<Client>(fd, running->process);
}

}  // namespace balcony::bench
