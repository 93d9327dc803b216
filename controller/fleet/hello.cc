#include "controller/fleet/hello.h"

#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace balcony::fleet {
namespace {

constexpr absl::string_view kHello =
    "balcony-agent ";  // then the protocol's number, and the agent's version
constexpr absl::string_view kProtocol = "1 ";
constexpr size_t kBannerBytes = 64 << 10;  // more than any login says
constexpr size_t kShownBytes = 200;

std::string Instead(absl::string_view banner) {
  if (banner.empty()) return "";
  const absl::string_view shown = banner.substr(0, kShownBytes);
  return absl::StrCat("; it wrote instead: \"", absl::CHexEscape(shown), "\"");
}

// Takes what is there, but nothing behind the first newline. kUnavailable at the end of the stream.
absl::StatusOr<std::string> TakePart(int stream) {
  char bytes[4096];
  const ssize_t peeked = recv(stream, bytes, sizeof(bytes), MSG_PEEK | MSG_DONTWAIT);
  if (peeked < 0 && (errno == EAGAIN || errno == EINTR)) return "";
  if (peeked < 0) return absl::UnavailableError(strerrordesc_np(errno));
  if (peeked == 0) return absl::UnavailableError("the stream ended");
  const auto size = static_cast<size_t>(peeked);
  const void* const newline = memchr(bytes, '\n', size);
  const size_t wanted = newline == nullptr
                            ? size
                            : static_cast<size_t>(static_cast<const char*>(newline) - bytes) + 1;
  const ssize_t taken = recv(stream, bytes, wanted, MSG_DONTWAIT);
  if (taken < 0) return absl::UnavailableError(strerrordesc_np(errno));
  return std::string(bytes, static_cast<size_t>(taken));
}

absl::Status CheckProtocol(absl::string_view line) {
  const size_t hello = line.rfind(kHello);
  if (line.substr(hello + kHello.size()).substr(0, kProtocol.size()) == kProtocol) {
    return absl::OkStatus();
  }
  return absl::FailedPreconditionError(
      absl::StrCat("its agent speaks another protocol than this controller, which needs \"", kHello,
                   kProtocol, "…\": it said \"", line.substr(hello), "\""));
}

}  // namespace

absl::Status AwaitHello(int stream, absl::Duration patience) {
  const auto start = std::chrono::steady_clock::now();
  std::string banner;
  size_t line = 0;  // where the last line begins
  while (banner.size() < kBannerBytes) {
    const absl::Duration left =
        patience - absl::FromChrono(std::chrono::steady_clock::now() - start);
    if (left <= absl::ZeroDuration()) {
      return absl::UnavailableError(absl::StrCat("no agent said hello within ",
                                                 absl::FormatDuration(patience), Instead(banner)));
    }
    pollfd readable{.fd = stream, .events = POLLIN, .revents = 0};
    poll(&readable, 1, static_cast<int>(absl::ToInt64Milliseconds(left)) + 1);
    if (readable.revents == 0) continue;
    absl::StatusOr<std::string> part = TakePart(stream);
    if (!part.ok()) {
      return absl::UnavailableError(
          absl::StrCat("no agent said hello: ", part.status().message(), Instead(banner)));
    }
    banner += *part;
    if (banner.empty() || banner.back() != '\n') continue;
    const absl::string_view last =
        absl::StripAsciiWhitespace(absl::string_view(banner).substr(line));
    if (last.find(kHello) != absl::string_view::npos) return CheckProtocol(last);
    line = banner.size();
  }
  return absl::UnavailableError(absl::StrCat("no agent said hello", Instead(banner)));
}

}  // namespace balcony::fleet
