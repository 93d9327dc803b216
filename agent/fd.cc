#include "agent/fd.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace balcony::agent {

Fd& Fd::operator=(Fd&& other) noexcept {
  if (this != &other) {
    Close();
    number_ = other.Release();
  }
  return *this;
}

int Fd::Close() {
  if (!ok()) return 0;
  if (close(Release()) == 0) return 0;
  // close(2): on Linux the descriptor is closed even when a signal interrupted the call.
  return errno == EINTR ? 0 : errno;
}

int ReadAll(const std::string& path, std::string& text) {
  const Fd file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.ok()) return errno;
  std::array<char, 16 * 1024> part;
  for (;;) {
    const ssize_t result = read(file.get(), part.data(), part.size());
    if (result < 0 && errno == EINTR) continue;
    if (result <= 0) return result == 0 ? 0 : errno;
    text.append(part.data(), static_cast<size_t>(result));
  }
}

}  // namespace balcony::agent
