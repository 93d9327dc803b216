// balcony-agent: does socket calls on command. What the process is, and what it waits for.

#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "agent/admission.h"
#include "agent/certificates.h"
#include "agent/clock.h"
#include "agent/command_line.h"
#include "agent/connections.h"
#include "agent/credentials.h"
#include "agent/gate.h"
#include "agent/grpc_log.h"
#include "agent/inquiry.h"
#include "agent/listener.h"
#include "agent/log.h"
#include "agent/loop.h"
#include "agent/policy.h"
#include "agent/privileges.h"
#include "agent/server.h"
#include "agent/signals.h"
#include "agent/stdio.h"
#include "agent/token.h"
#include "agent/undertaker.h"

namespace balcony::agent {
namespace {

constexpr rlim_t kOwnDescriptors = 64;
// A client behind a cut line is noticed: what comes by ssh at once, what crosses a wide network
// with more patience.
constexpr absl::Duration kStdioKeepalive = absl::Seconds(3);
constexpr absl::Duration kNetworkKeepalive = absl::Seconds(10);

constexpr absl::Duration kInquiryPatience = absl::Seconds(3);

int Fail(const absl::Status& status) {
  LogError(std::string(status.message()));
  return absl::IsInvalidArgument(status) ? kBadCommandLine : kCannotStart;
}

// The client scans for this line: what comes before it is a login script's or a shell's.
bool SayHello(int descriptor) {
  constexpr char kHello[] = "balcony-agent 1 " BALCONY_VERSION "\n";
  return write(descriptor, kHello, sizeof kHello - 1) == sizeof kHello - 1;
}

// As many descriptors as the host allows; gives their number.
rlim_t RaiseDescriptors() {
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  return files.rlim_cur;
}

uint32_t AtMost(uint32_t limit, rlim_t most) {
  return static_cast<uint32_t>(std::min<rlim_t>(limit, std::max<rlim_t>(most, 1)));
}

// No more than there are descriptors for: a quarter is for sessions, which have one each, and for
// connections, which have two. Of the sockets one client has about half at most.
void Fit(Limits& limits, rlim_t room) {
  limits.sockets = AtMost(limits.sockets, room - room / 4);
  limits.sockets_per_session = AtMost(limits.sockets_per_session, (limits.sockets + 1) / 2);
  limits.sessions = AtMost(limits.sessions, room / 8);
  limits.control_connections = AtMost(limits.control_connections, room / 16);
}

// Whether the network namespace can have been made for this agent. That of process 1 is the host's,
// or the container's; where it cannot be looked at it is somebody else's too.
absl::Status CheckOwnNetwork() {
  struct stat own {};
  struct stat first {};
  if (stat("/proc/self/ns/net", &own) != 0 || stat("/proc/1/ns/net", &first) != 0 ||
      own.st_dev != first.st_dev || own.st_ino != first.st_ino) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      "--own-network: this network namespace is that of process 1, and was not made for an agent");
}

// `where`: PATH, or unix:PATH as --listen has it.
int JoinPath(absl::string_view where) {
  absl::ConsumePrefix(&where, "unix:");
  absl::StatusOr<Fd> stream = ConnectToPath(std::string(where));
  if (!stream.ok()) return Fail(stream.status());
  if (!SayHello(STDOUT_FILENO)) return kCannotStart;
  Stdio::JoinAndWait(*std::move(stream));
  return 0;
}

int Check(const std::string& where) {
  const absl::StatusOr<v1::DescribeResponse> description = Inquire(where, kInquiryPatience);
  if (!description.ok()) {
    std::fprintf(stderr, "balcony-agent: %s\n",
                 std::string(description.status().message()).c_str());
    return kCannotStart;
  }
  std::printf("%s\n", Introduction(*description).c_str());
  return kEnded;
}

// Whether an inherited descriptor can carry a session.
absl::Status CheckStream(int descriptor) {
  int type = 0;
  int listens = 0;
  socklen_t size = sizeof type;
  if (getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &type, &size) != 0) {
    return absl::UnavailableError(absl::StrCat("descriptor ", descriptor, " is not a socket"));
  }
  if (type != SOCK_STREAM) {
    return absl::UnavailableError(
        absl::StrCat("descriptor ", descriptor, " is not a stream socket"));
  }
  getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size);
  if (listens != 0) {
    return absl::UnavailableError(absl::StrCat("descriptor ", descriptor,
                                               " is a listening socket; --fd is for a connection"));
  }
  return absl::OkStatus();
}

// The stream that the command line names, after the hello.
absl::StatusOr<Fd> OpenStream(const CommandLine& line) {
  if (line.fd) {
    const absl::Status status = CheckStream(*line.fd);
    if (!status.ok()) return status;
  }
  if (!SayHello(line.fd.value_or(STDOUT_FILENO))) {
    return absl::UnavailableError("nobody reads the hello");
  }
  Fd stream = line.fd ? Fd(*line.fd) : Stdio::Open();
  if (!stream.ok()) return absl::UnavailableError("no socket pair");
  return stream;
}

// Who a client is that shows no certificate.
const char* Otherwise(const Access& access) {
  return access.token_file.empty() ? "anybody" : "token";
}

// How they are told apart, for the log.
const char* Clients(const CommandLine& line) {
  const Access& access = line.access;
  if (absl::StartsWith(line.listen, "unix:")) return "owner of the path";
  if (!access.authority.empty()) {
    return access.token_file.empty() ? "mutual TLS" : "mutual TLS and token";
  }
  return access.token_file.empty() ? "anybody who can connect" : "token";
}

absl::Status OpenTls(const Access& access, std::unique_ptr<Certificates>& certificates,
                     std::shared_ptr<grpc::ServerCredentials>& credentials) {
  absl::StatusOr<std::unique_ptr<Certificates>> read = Certificates::Read(access);
  if (!read.ok()) return read.status();
  std::unique_ptr<const Token> token;
  if (!access.token_file.empty()) {
    absl::StatusOr<std::unique_ptr<const Token>> secret = Token::Read(access.token_file);
    if (!secret.ok()) return secret.status();
    token = *std::move(secret);
  }
  certificates = *std::move(read);
  credentials = MakeCredentials(
      *certificates, std::make_unique<Admission>(certificates->mutual(), std::move(token)));
  return absl::OkStatus();
}

// Serves whoever is let in, until a signal comes or `stream`, where there is one, ends.
int ServeListener(const CommandLine& line, const Policy& policy, Loop& loop, Listener& listener,
                  const Fd& signals, const Fd& stream) {
  const Access& access = line.access;
  std::unique_ptr<Certificates> certificates;
  auto credentials = grpc::InsecureServerCredentials();
  if (access.has_tls()) {
    const absl::Status status = OpenTls(access, certificates, credentials);
    if (!status.ok()) return Fail(status);
  }
  Connections connections(line.limits);
  if (!connections.ok()) return Fail(absl::UnavailableError("no descriptors for connections"));
  const bool open = IsOpenToOthers(line.listen).value_or(false);
  Server server(loop, policy,
                {.limits = line.limits,
                 .keepalive = open ? kNetworkKeepalive : absl::ZeroDuration(),
                 .credentials = std::move(credentials),
                 .callers = {connections, Otherwise(access)},
                 .connections = &connections});
  if (!server.ok()) return Fail(absl::UnavailableError("gRPC does not start"));
  LogInfo(absl::StrCat("listening on ", listener.where()), {{"clients", Clients(line)}});
  if (open && access.insecure) LogWarning("anybody who reaches it may use this agent");
  const absl::Status status =
      Gate(listener, connections, certificates.get(), server, loop.clock()).Serve(signals, stream);
  return status.ok() ? kEnded : Fail(status);
}

// Serves the one stream until it ends or a signal comes, and until then whoever comes to the
// listener, where there is one. gRPC does not notice the end of an idle stream in time, so a
// duplicate of its descriptor is watched: for its end only, so that traffic wakes nobody.
int ServeStream(const CommandLine& line, const Policy& policy, Loop& loop, Listener* listener,
                const Fd& signals) {
  Server server(
      loop, policy,
      {.limits = line.limits, .keepalive = line.stdio ? kStdioKeepalive : absl::ZeroDuration()});
  if (!server.ok()) return Fail(absl::UnavailableError("gRPC does not start"));
  absl::StatusOr<Fd> stream = OpenStream(line);
  if (!stream.ok()) return Fail(stream.status());
  const Fd watched(dup(stream->get()));
  if (!watched.ok()) return Fail(absl::UnavailableError("no descriptors for a stream"));
  server.Take(*std::move(stream));
  if (listener != nullptr) return ServeListener(line, policy, loop, *listener, signals, watched);
  pollfd events[] = {{signals.get(), POLLIN, 0}, {watched.get(), POLLRDHUP, 0}};
  while (poll(events, std::size(events), -1) < 0 && errno == EINTR) {
  }
  return kEnded;
}

int Run(CommandLine line) {
  SetLogFormat(line.log_format);
  LogForGrpc();
  SetSignals();
  if (!line.check.empty()) return Check(line.check);
  if (!line.stdio_path.empty()) return JoinPath(line.stdio_path);
  if (line.own_network) {
    const absl::Status status = CheckOwnNetwork();
    if (!status.ok()) return Fail(status);
  }
  // Where the network is the agent's own, TIME-WAIT goes with it.
  const auto undertaker = line.own_network ? nullptr : Undertaker::Start();
  // Not before: process 1 shows its network to those alone who may as much as it.
  DropPrivileges(line.own_network);
  if (line.access.has_tls()) HideMemory();
  Policy policy;
  for (const std::string& rule : line.allow) {
    const absl::Status status = policy.Allow(rule);
    if (!status.ok()) return Fail(status);
  }
  const rlim_t descriptors = RaiseDescriptors();
  // With too few gRPC ends the process.
  if (descriptors <= kOwnDescriptors) {
    return Fail(absl::UnavailableError(absl::StrCat("RLIMIT_NOFILE allows ", descriptors,
                                                    " descriptors; an agent needs more than ",
                                                    kOwnDescriptors)));
  }
  Fit(line.limits, descriptors - kOwnDescriptors);
  line.limits.own_network = line.own_network;
  line.limits.narrate = line.narrate;
  // Before signals have to wait: this may wait itself, and a signal ends that at once.
  std::optional<Listener> listener;
  if (!line.listen.empty()) {
    absl::StatusOr<Listener> opened = Listener::Open(line.listen);
    if (!opened.ok()) return Fail(opened.status());
    listener.emplace(*std::move(opened));
  }
  const Fd signals = CatchSignals();
  if (!signals.ok()) return Fail(absl::UnavailableError("no descriptors for signals"));
  if (listener) policy.GuardControl(listener->port());
  const Clock clock;
  Loop loop(clock, undertaker.get());
  if (!loop.ok()) return Fail(absl::UnavailableError("no descriptors for epoll, timer and event"));
  if (line.fd || line.stdio) {
    return ServeStream(line, policy, loop, listener ? &*listener : nullptr, signals);
  }
  return ServeListener(line, policy, loop, *listener, signals, Fd());
}

int Main(int argc, char** argv) {
  auto parsed = ParseCommandLine(argc, argv);
  if (const auto* done = std::get_if<ExitCode>(&parsed)) return *done;
  return Run(std::get<CommandLine>(std::move(parsed)));
}

}  // namespace
}  // namespace balcony::agent

int main(int argc, char** argv) { return balcony::agent::Main(argc, argv); }
