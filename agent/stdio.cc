#include "agent/stdio.h"

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <memory>
#include <thread>

namespace balcony::agent {
namespace {

constexpr size_t kBufferBytes = 64 * 1024;

bool WriteAll(int to, const char* data, size_t size) {
  while (size > 0) {
    const ssize_t written = write(to, data, size);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    data += written;
    size -= static_cast<size_t>(written);
  }
  return true;
}

// Copies until the source ends or the sink does.
void Copy(int from, int to) {
  std::array<char, kBufferBytes> buffer;
  for (;;) {
    const ssize_t size = read(from, buffer.data(), buffer.size());
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0 || !WriteAll(to, buffer.data(), static_cast<size_t>(size))) return;
  }
}

// Shared by the two threads: the stream is closed when both have ended.
void Up(const std::shared_ptr<Fd>& stream) {
  Copy(STDIN_FILENO, stream->get());
  shutdown(stream->get(), SHUT_WR);
}

void Down(const std::shared_ptr<Fd>& stream) {
  Copy(stream->get(), STDOUT_FILENO);
  shutdown(stream->get(), SHUT_RDWR);
}

}  // namespace

void Stdio::Join(Fd stream) {
  const auto shared = std::make_shared<Fd>(std::move(stream));
  std::thread([shared] { Up(shared); }).detach();
  std::thread([shared] { Down(shared); }).detach();
}

void Stdio::JoinAndWait(Fd stream) {
  const auto shared = std::make_shared<Fd>(std::move(stream));
  std::thread([shared] { Up(shared); }).detach();
  Down(shared);
}

Fd Stdio::Open() {
  int ends[2] = {-1, -1};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return Fd();
  Join(Fd(ends[1]));
  return Fd(ends[0]);
}

}  // namespace balcony::agent
