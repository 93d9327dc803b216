#include "controller/fleet/command.h"

#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <iterator>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "controller/fleet/escort.h"
#include "controller/wire/thread.h"

namespace balcony::fleet {
namespace {

// A shell that waits for the last of its commands ends by itself, whatever that one was killed by.
std::string DescribeEnd(int status) {
  const int signal_number = WIFEXITED(status) ? WEXITSTATUS(status) - 128 : 0;
  const char* const signal_name = signal_number > 0 ? sigdescr_np(signal_number) : nullptr;
  if (signal_name == nullptr) return DescribeWaitStatus(status);
  return absl::StrCat(DescribeWaitStatus(status), ", a shell's word for signal ", signal_number,
                      " (", signal_name, ")");
}

// Its pidfd is the escort's, which is told to end, and never killed: it has something to do first.
class Command final : public Process {
 public:
  Command(pid_t escort, wire::Fd words, wire::Fd leash)
      : Process(OpenPidfd(escort), std::move(words)), escort_(escort), leash_(std::move(leash)) {}

  ~Command() override {
    Command::Kill();
    if (listener_.joinable()) {
      listener_.join();
    } else {
      waitpid(escort_, nullptr, 0);
    }
  }

  absl::Status Listen() {
    absl::StatusOr<std::thread> listener = wire::StartThread([this] { HearAndReap(); });
    if (!listener.ok()) return listener.status();
    listener_ = *std::move(listener);
    return absl::OkStatus();
  }

  void Kill() override { shutdown(leash_.get(), SHUT_WR); }

 private:
  void HearAndReap() {
    int status = 0;
    ssize_t size = 0;
    do {
      size = recv(leash_.get(), &status, sizeof(status), 0);
    } while (size < 0 && errno == EINTR);
    const bool told = size == sizeof(status);
    if (told) TellEnded(DescribeEnd(status), status == 0);
    waitpid(escort_, &status, 0);
    if (!told) TellEnded(absl::StrCat("its escort was ", DescribeWaitStatus(status)));
  }

  const pid_t escort_;
  const wire::Fd leash_;
  std::thread listener_;
};

// Sends what there is room for of what is left of the file; at its end shuts the stream for
// writing. False if there is no more to send.
bool Send(int input, int stream) {
  char part[1 << 16];
  while (true) {
    const ssize_t size = input < 0 ? 0 : read(input, part, sizeof(part));
    if (size <= 0) break;
    const ssize_t sent = send(stream, part, static_cast<size_t>(size), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent == size) continue;
    if (sent < 0 && errno != EAGAIN && errno != EINTR) return false;  // it reads no more
    lseek(input, std::max<ssize_t>(sent, 0) - size, SEEK_CUR);
    return true;
  }
  shutdown(stream, SHUT_WR);
  return false;
}

absl::Status NoDescriptor(int error) {
  return absl::ResourceExhaustedError(
      absl::StrCat("no descriptor for a command: ", strerrordesc_np(error), " (ulimit -n)"));
}

}  // namespace

std::string Quoted(const std::vector<std::string>& words) {
  return absl::StrJoin(words, " ", [](std::string* text, const std::string& word) {
    absl::StrAppend(text, "'", absl::StrReplaceAll(word, {{"'", R"('\'')"}}), "'");
  });
}

absl::StatusOr<RunningCommand> RunCommand(const std::string& command) {
  int stream[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, stream) != 0) return NoDescriptor(errno);
  wire::Fd ours(stream[0]);
  const wire::Fd theirs(stream[1]);
  int leash[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, leash) != 0) return NoDescriptor(errno);
  wire::Fd held(leash[0]);
  const wire::Fd worn(leash[1]);
  wire::Fd words(memfd_create("command-stderr", MFD_CLOEXEC));
  if (!words.valid()) return NoDescriptor(errno);
  const pid_t escort = fork();
  if (escort == 0) Escort(command.c_str(), theirs.get(), words.get(), worn.get());
  if (escort < 0) {
    return absl::ResourceExhaustedError(
        absl::StrCat("no process for a command: ", strerrordesc_np(errno),
                     " (raise ulimit -u or the pids limit)"));
  }
  auto running = std::make_shared<Command>(escort, std::move(words), std::move(held));
  if (absl::Status heard = running->Listen(); !heard.ok()) return heard;
  return RunningCommand{std::move(running), std::move(ours)};
}

wire::Fd ReadableText(const std::string& text) {
  wire::Fd file(memfd_create("text", MFD_CLOEXEC));
  if (write(file.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()) ||
      lseek(file.get(), 0, SEEK_SET) != 0) {
    return wire::Fd();
  }
  return file;
}

absl::StatusOr<std::string> OutputOf(const std::string& command, absl::Duration limit, int input,
                                     int interruption) {
  absl::StatusOr<RunningCommand> running = RunCommand(command);
  if (!running.ok()) return running.status();
  const int stream = running->stream.get();
  bool sends = Send(input, stream);
  const auto give_up = std::chrono::steady_clock::now() + absl::ToChronoNanoseconds(limit);
  std::string output;
  char part[4096];
  for (ssize_t size = 1; size != 0;) {
    const auto left = give_up - std::chrono::steady_clock::now();
    if (left <= std::chrono::nanoseconds(0)) {
      return absl::DeadlineExceededError(
          absl::StrCat("it did not end within ", absl::FormatDuration(limit)));
    }
    pollfd ready[] = {{stream, POLLIN, 0}, {interruption, POLLIN, 0}};
    if (sends) ready[0].events = POLLIN | POLLOUT;
    poll(ready, std::size(ready),
         static_cast<int>(absl::ToInt64Milliseconds(absl::FromChrono(left))) + 1);
    if (ready[1].revents != 0) return absl::CancelledError("interrupted");
    if (sends) sends = Send(input, stream);
    size = recv(stream, part, sizeof(part), MSG_DONTWAIT);
    if (size > 0) output.append(part, static_cast<size_t>(size));
    if (size < 0 && errno != EAGAIN && errno != EINTR) break;
  }
  const bool ended = running->process->WaitUntilEnded(
      absl::FromChrono(give_up - std::chrono::steady_clock::now()));
  if (ended && running->process->succeeded()) return output;
  return absl::UnavailableError(running->process->Obituary());
}

}  // namespace balcony::fleet
