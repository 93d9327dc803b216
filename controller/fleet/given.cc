#include "controller/fleet/given.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>
#include <functional>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "controller/fleet/command.h"

namespace balcony::fleet {
namespace {

constexpr absl::Duration kLoginPatience = absl::Seconds(20);
constexpr time_t kConnectSeconds = 3;  // to this machine, so it is at once or not at all

// Where to dial.
struct Target {
  std::string name;  // with TLS, and then nothing else
  sockaddr_storage address{};
  socklen_t size = 0;
};

bool IsNumber(absl::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == absl::string_view::npos;
}

absl::string_view WithoutBrackets(absl::string_view host) {
  if (host.size() < 2 || host.front() != '[' || host.back() != ']') return host;
  return host.substr(1, host.size() - 2);
}

// Absent for what is no address, or a name other than localhost.
std::optional<Target> TargetOf(absl::string_view host, uint16_t port) {
  const std::string literal =
      host == "localhost" ? "127.0.0.1" : std::string(WithoutBrackets(host));
  Target target;
  auto* const v4 = reinterpret_cast<sockaddr_in*>(&target.address);
  if (inet_pton(AF_INET, literal.c_str(), &v4->sin_addr) == 1) {
    v4->sin_family = AF_INET;
    v4->sin_port = htons(port);
    target.size = sizeof(*v4);
    return target;
  }
  auto* const v6 = reinterpret_cast<sockaddr_in6*>(&target.address);
  if (inet_pton(AF_INET6, literal.c_str(), &v6->sin6_addr) != 1) return std::nullopt;
  v6->sin6_family = AF_INET6;
  v6->sin6_port = htons(port);
  target.size = sizeof(*v6);
  return target;
}

bool IsLoopback(const Target& target) {
  if (target.address.ss_family == AF_INET6) {
    return IN6_IS_ADDR_LOOPBACK(&reinterpret_cast<const sockaddr_in6*>(&target.address)->sin6_addr);
  }
  const auto* const v4 = reinterpret_cast<const sockaddr_in*>(&target.address);
  return ntohl(v4->sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
}

absl::StatusOr<Target> ParseUnix(absl::string_view path) {
  Target target;
  auto* const address = reinterpret_cast<sockaddr_un*>(&target.address);
  if (path.empty() || path.size() >= sizeof(address->sun_path)) {
    return absl::InvalidArgumentError(absl::StrCat("the path of a Unix socket has 1 to ",
                                                   sizeof(address->sun_path) - 1, " bytes"));
  }
  address->sun_family = AF_UNIX;
  path.copy(address->sun_path, path.size());
  target.size = sizeof(*address);
  return target;
}

// Absent for a command: an address is one word with a number behind a colon, or should be.
absl::StatusOr<std::optional<Target>> ParseTarget(const absl::string_view given, bool tls) {
  absl::string_view where = given;
  if (absl::ConsumePrefix(&where, "unix:")) return ParseUnix(where);
  if (absl::StripAsciiWhitespace(where).empty()) {
    return absl::InvalidArgumentError(
        "it is empty; ADDRESS:PORT, unix:PATH or a command is wanted");
  }
  if (IsNumber(absl::StripPrefix(where, ":"))) {
    return absl::InvalidArgumentError("an address stands before its port: 127.0.0.1:7000");
  }
  if (where.find_first_of(" \t\n/'\"$;|&") != absl::string_view::npos) return std::nullopt;
  if (TargetOf(where, 0).has_value()) {
    return absl::InvalidArgumentError("an address needs a port: 127.0.0.1:7000, [::1]:7000");
  }
  const size_t colon = where.rfind(':');
  if (colon == absl::string_view::npos || colon == 0) return std::nullopt;
  const absl::string_view host = where.substr(0, colon);
  const absl::string_view number = where.substr(colon + 1);
  const bool is_number = IsNumber(number);
  if (!is_number && !TargetOf(host, 0).has_value()) return std::nullopt;
  int port = 0;
  if (!is_number || !absl::SimpleAtoi(number, &port) || port < 1 || port > 65535) {
    return absl::InvalidArgumentError("a port is 1 to 65535");
  }
  const std::optional<Target> target = TargetOf(host, static_cast<uint16_t>(port));
  if (tls) return Target{.name = std::string(given)};
  if (target.has_value() && IsLoopback(*target)) return target;
  return absl::InvalidArgumentError(
      absl::StrCat("without TLS an agent can be dialled on this machine's loopback addresses only; "
                   "elsewhere give"
                   " --tls DIR (balcony certs makes the folder), or a command, for example 'ssh ",
                   WithoutBrackets(host), " balcony-agent --stdio'"));
}

// A listener whose queue is full lets connect(2) wait, as long as SO_SNDTIMEO says.
absl::StatusOr<wire::Fd> Connect(const Target& target) {
  wire::Fd stream(socket(target.address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!stream.valid()) return absl::ErrnoToStatus(errno, "socket");
  const timeval patience{.tv_sec = kConnectSeconds, .tv_usec = 0};
  setsockopt(stream.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
  if (connect(stream.get(), reinterpret_cast<const sockaddr*>(&target.address), target.size) != 0) {
    const int error = errno;
    if (error != EINPROGRESS && error != EAGAIN) {
      return absl::UnavailableError(
          absl::StrCat("no agent listens there: ", strerrordesc_np(error)));
    }
    return absl::UnavailableError(absl::StrCat(
        "whoever listens there has accepted no connection for ", kConnectSeconds, " seconds"));
  }
  const timeval for_ever{};
  setsockopt(stream.get(), SOL_SOCKET, SO_SNDTIMEO, &for_ever, sizeof(for_ever));
  const int on = 1;  // of no meaning, and refused, on a Unix socket
  setsockopt(stream.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  return stream;
}

}  // namespace

absl::Status CheckGiven(const std::string& where, const Tls& tls) {
  return ParseTarget(where, tls.given()).status();
}

absl::StatusOr<GivenStream> ReachGiven(const std::string& where, const Tls& tls) {
  const absl::StatusOr<std::optional<Target>> target = ParseTarget(where, tls.given());
  if (!target.ok()) return target.status();
  if (target->has_value() && !(*target)->name.empty()) {
    auto channel = ChannelTo((*target)->name, tls);
    if (!channel.ok()) return channel.status();
    GivenStream dialled;
    dialled.channel = *std::move(channel);
    return dialled;
  }
  if (target->has_value()) {
    absl::StatusOr<wire::Fd> stream = Connect(**target);
    if (!stream.ok()) return stream.status();
    return GivenStream{*std::move(stream), nullptr, false, nullptr};
  }
  absl::StatusOr<RunningCommand> command = RunCommand(where);
  if (!command.ok()) return command.status();
  return GivenStream{std::move(command->stream), nullptr, true, std::move(command->process)};
}

// One that is dialled says no hello: whether it is an agent shows when it is asked who it is.
absl::StatusOr<std::unique_ptr<AgentLink>> JoinGiven(const std::string& host, GivenStream reached) {
  if (reached.channel != nullptr) {
    auto link = AgentLink::Dial(host, reached.channel, kLoginPatience);
    if (absl::Status told = link->Describe().status(); !told.ok()) return told;
    return link;
  }
  std::function<std::string()> obituary;
  if (reached.process != nullptr) {
    obituary = [process = reached.process] { return process->Obituary(); };
  }
  absl::StatusOr<std::unique_ptr<AgentLink>> link =
      AgentLink::Join(host, std::move(reached.stream), reached.hello, obituary, kLoginPatience);
  if (!link.ok()) {
    return absl::Status(
        link.status().code(),
        absl::StrCat(link.status().message(), "; it must end in balcony-agent --stdio"));
  }
  if (reached.process != nullptr || (*link)->Describe().ok()) return link;
  return absl::UnavailableError("whoever listens there is no balcony-agent, or is stopped");
}

}  // namespace balcony::fleet
