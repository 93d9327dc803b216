#include "agent/listener.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "agent/endpoint.h"
#include "agent/log.h"
#include "agent/outcome.h"

namespace balcony::agent {
namespace {

constexpr int kBacklog = 128;
constexpr uint32_t kLastPort = 65535;
constexpr mode_t kOwnerOnly = 0600;

absl::Status Unavailable(const std::string& what, int error) {
  return absl::UnavailableError(absl::StrCat(what, ": ", ErrnoName(error)));
}

absl::StatusOr<sockaddr_un> ToSockaddr(const std::string& path) {
  sockaddr_un address{};
  if (path.empty() || path.size() >= sizeof address.sun_path) {
    return absl::InvalidArgumentError(absl::StrCat("a socket's path has 1 to ",
                                                   sizeof address.sun_path - 1, " bytes; \"", path,
                                                   "\" has ", path.size()));
  }
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, path.size());
  return address;
}

// connect(2) and bind(2) take any kind of address by this one type.
const sockaddr* Any(const sockaddr_un& address) {
  return static_cast<const sockaddr*>(static_cast<const void*>(&address));
}

// 0, or the errno of connect(2).
int Connect(const Fd& socket, const sockaddr_un& address) {
  return connect(socket.get(), Any(address), sizeof address) == 0 ? 0 : errno;
}

// Whether nobody listens there any more: a path outlives the agent that was killed. One whose
// backlog is full is alive: EAGAIN.
bool IsStale(const std::string& path, const sockaddr_un& address) {
  struct stat file {};
  if (stat(path.c_str(), &file) != 0 || !S_ISSOCK(file.st_mode)) return false;
  const Fd probe(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  return probe.ok() && Connect(probe, address) == ECONNREFUSED;
}

// Held while a path is looked at and taken, so that of two agents that find it stale one gets it,
// and the other does not unlink what the first has made. A lock on the directory leaves no file
// behind. Where it cannot be had (a directory that may not be read, a file system without locks)
// it goes without. Anybody who may read the directory can hold it for ever: so it is said who waits
// for what, before signals are taken.
Fd LockDirectory(const std::string& path) {
  const auto slash = path.rfind('/');
  const std::string directory = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  Fd lock(open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!lock.ok() || flock(lock.get(), LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) return lock;
  LogInfo("waiting for a lock (flock) that somebody else holds", {{"directory", directory}});
  flock(lock.get(), LOCK_EX);
  return lock;
}

std::string AddressAndPort(const Address& address) {
  v1::Endpoint endpoint;
  PrintEndpoint(address, &endpoint);
  const bool v6 = address.family() == AF_INET6;
  return absl::StrCat(v6 ? "[" : "", endpoint.address(), v6 ? "]:" : ":", endpoint.port());
}

}  // namespace

bool IsLoopback(const Address& address) {
  const auto* bytes = static_cast<const uint8_t*>(address.bytes());
  if (address.family() == AF_INET) return bytes[0] == 127;
  return std::memcmp(bytes, &in6addr_loopback, sizeof in6addr_loopback) == 0;
}

absl::StatusOr<Address> ParseAddress(const std::string& where) {
  const bool bare = !absl::StrContains(where, ':') || absl::EndsWith(where, "]");
  const auto colon = bare ? where.size() : where.rfind(':');
  const absl::string_view digits =
      absl::string_view(where).substr(std::min(colon + 1, where.size()));
  absl::string_view address(where.data(), colon);
  const bool opened = absl::ConsumePrefix(&address, "[");
  const bool closed = absl::ConsumeSuffix(&address, "]");
  v1::Endpoint endpoint;
  uint32_t port = 0;
  endpoint.set_address(std::string(address));
  if (digits.empty() && ParseEndpoint("address", endpoint).ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", where, "\" has no port; write ", where.substr(0, colon), ":50051"));
  }
  if (!absl::SimpleAtoi(digits, &port)) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", where, "\" is neither unix:PATH nor ADDRESS:PORT"));
  }
  // Without brackets nobody can tell where an IPv6 address ends and its port begins.
  if (opened != closed || opened != absl::StrContains(address, ':')) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", where, "\": an IPv6 address stands in brackets, as in [::1]:50051"));
  }
  endpoint.set_port(port);
  const auto parsed = ParseEndpoint("address", endpoint);
  if (parsed.ok() || port > kLastPort || absl::StrContains(address, '%')) return parsed;
  return absl::InvalidArgumentError(
      absl::StrCat("\"", address, "\" is not an IPv4 or IPv6 address, and no name is resolved ",
                   "here; write one such as 127.0.0.1:", port));
}

absl::StatusOr<std::string> ExpandPath(absl::string_view path, absl::string_view host) {
  std::string expanded;
  for (size_t i = 0; i < path.size(); ++i) {
    if (path[i] != '%') {
      expanded += path[i];
      continue;
    }
    const absl::string_view specifier = path.substr(i++, 2);
    if (specifier != "%H" && specifier != "%%") {
      return absl::InvalidArgumentError(absl::StrCat("\"", path, "\": ", specifier,
                                                     " is neither %H, the host's name, nor %%, a ",
                                                     "percent sign"));
    }
    if (specifier == "%H" && (host.empty() || absl::StrContains(host, '/'))) {
      return absl::InvalidArgumentError(absl::StrCat("\"", path, "\": the host's name, \"", host,
                                                     "\", cannot be part of a file's name"));
    }
    absl::StrAppend(&expanded, specifier == "%H" ? host : "%");
  }
  return expanded;
}

absl::StatusOr<std::string> ExpandWhere(const std::string& where) {
  absl::string_view path = where;
  if (!absl::ConsumePrefix(&path, "unix:")) return where;
  char host[HOST_NAME_MAX + 1] = {};
  gethostname(host, sizeof host - 1);
  auto expanded = ExpandPath(path, host);
  if (!expanded.ok()) return expanded.status();
  return absl::StrCat("unix:", *expanded);
}

absl::StatusOr<bool> IsOpenToOthers(const std::string& where) {
  absl::string_view path = where;
  if (absl::ConsumePrefix(&path, "unix:")) {
    const auto address = ToSockaddr(std::string(path));
    if (!address.ok()) return address.status();
    return false;
  }
  const absl::StatusOr<Address> address = ParseAddress(where);
  if (!address.ok()) return address.status();
  return !IsLoopback(*address);
}

absl::StatusOr<Listener> Listener::Open(const std::string& where) {
  absl::string_view path = where;
  if (absl::ConsumePrefix(&path, "unix:")) return OpenPath(std::string(path));
  return OpenAddress(where);
}

absl::StatusOr<Listener> Listener::OpenPath(const std::string& path) {
  const auto address = ToSockaddr(path);
  if (!address.ok()) return address.status();
  Fd made(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!made.ok()) return Unavailable("socket", errno);
  const Fd lock = LockDirectory(path);  // until it listens
  if (IsStale(path, *address)) unlink(path.c_str());
  if (bind(made.get(), Any(*address), sizeof *address) != 0) {
    const int error = errno;
    if (error == EADDRINUSE) {
      return absl::AlreadyExistsError(
          absl::StrCat(path, " is in use by another agent, or is no socket"));
    }
    const absl::string_view remedy =
        error == EROFS ? " (a volume or a tmpfs in its place can hold a socket)" : "";
    return Unavailable(absl::StrCat("cannot bind ", path, remedy), error);
  }
  Listener listener(std::move(made), absl::StrCat("unix:", path));
  listener.path_ = path;
  // Nobody can connect before listen(2), so nobody does while the mode is another one.
  if (chmod(path.c_str(), kOwnerOnly) != 0 || stat(path.c_str(), &listener.file_) != 0 ||
      listen(listener.descriptor(), kBacklog) != 0 ||
      // Changes nothing: whoever watches the directory is told that somebody listens now.
      chmod(path.c_str(), kOwnerOnly) != 0) {
    return Unavailable(absl::StrCat("cannot listen on ", path), errno);
  }
  return listener;
}

absl::StatusOr<Listener> Listener::OpenAddress(const std::string& where) {
  absl::StatusOr<Address> address = ParseAddress(where);
  if (!address.ok()) return address.status();
  Fd made(socket(address->family(), SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!made.ok()) return Unavailable("socket", errno);
  // So that an agent can be started again at once. A port is not shared by it: two that listen
  // still collide.
  const int on = 1;
  setsockopt(made.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(made.get(), address->get(), address->size()) != 0 || listen(made.get(), kBacklog) != 0) {
    return Unavailable(absl::StrCat("cannot listen on ", where), errno);
  }
  Address chosen;
  if (getsockname(made.get(), chosen.room(), chosen.room_size()) != 0) {
    return Unavailable("getsockname", errno);
  }
  Listener listener(std::move(made), AddressAndPort(chosen));
  listener.port_ = chosen.port();
  return listener;
}

Listener::~Listener() {
  struct stat now {};
  // Only the file that was made here: another agent may have the path by now.
  if (socket_.ok() && !path_.empty() && stat(path_.c_str(), &now) == 0 &&
      now.st_ino == file_.st_ino && now.st_dev == file_.st_dev) {
    unlink(path_.c_str());
  }
}

Arrival Listener::Accept() {
  Arrival arrival;
  const bool has_address = path_.empty();
  arrival.connection =
      Fd(accept4(socket_.get(), has_address ? arrival.peer.room() : nullptr,
                 has_address ? arrival.peer.room_size() : nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  return arrival;
}

absl::StatusOr<Fd> ConnectToPath(const std::string& path, absl::Duration patience) {
  const auto address = ToSockaddr(path);
  if (!address.ok()) return address.status();
  Fd made(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!made.ok()) return absl::InternalError(ErrnoName(errno));
  // socket(7): no time is for ever.
  const bool for_ever = patience == absl::InfiniteDuration();
  const timeval longest = for_ever ? timeval{} : absl::ToTimeval(patience);
  setsockopt(made.get(), SOL_SOCKET, SO_SNDTIMEO, &longest, sizeof longest);
  const int error = Connect(made, *address);
  if (error == 0) return made;
  if (error == EAGAIN) return absl::DeadlineExceededError(path);
  const std::string text = absl::StrCat("cannot connect to ", path, ": ", ErrnoName(error));
  return error == ECONNREFUSED ? absl::UnavailableError(text) : absl::NotFoundError(text);
}

}  // namespace balcony::agent
