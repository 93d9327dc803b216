#include "agent/resolver.h"

#include <netdb.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <fstream>
#include <span>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "agent/endpoint.h"
#include "agent/outcome.h"
#include "agent/refusal.h"

namespace balcony::agent {
namespace {

constexpr int kReadyAtOnce = 16;
// Then the others on the loop have their turn.
constexpr int kRoundsAtOnce = 64;
// resolv.conf(5).
constexpr int kMostSeconds = 30;
constexpr int kMostAttempts = 5;

struct Error {
  int ares;
  int number;
  const char* name;
};
// As glibc reads the answers of DNS; a server that cannot be reached may be there the next time.
constexpr Error kErrors[] = {
    {ARES_ENOTFOUND, EAI_NONAME, "EAI_NONAME"}, {ARES_EBADNAME, EAI_NONAME, "EAI_NONAME"},
    {ARES_ENODATA, EAI_NODATA, "EAI_NODATA"},   {ARES_ESERVFAIL, EAI_AGAIN, "EAI_AGAIN"},
    {ARES_ETIMEOUT, EAI_AGAIN, "EAI_AGAIN"},    {ARES_ECONNREFUSED, EAI_AGAIN, "EAI_AGAIN"},
    {ARES_ENOMEM, EAI_MEMORY, "EAI_MEMORY"},
};
constexpr int kGiven =
    ARES_OPT_LOOKUPS | ARES_OPT_TIMEOUT | ARES_OPT_TRIES | ARES_OPT_SOCK_STATE_CB;
constexpr Error kOtherError = {0, EAI_FAIL, "EAI_FAIL"};

const Error& ToError(int status) {
  for (const Error& error : kErrors) {
    if (error.ares == status) return error;
  }
  return kOtherError;
}

int ToFamily(v1::Family family) {
  if (family == v1::FAMILY_UNSPECIFIED) return AF_UNSPEC;
  return family == v1::FAMILY_INET6 ? AF_INET6 : AF_INET;
}

// RFC 6761, section 6.3.
bool IsLocalhost(const std::string& name) { return absl::EqualsIgnoreCase(name, "localhost"); }

// How long a name server is waited for, and how often all are asked.
struct Patience {
  int seconds = 5;
  int attempts = 2;
};

// As getaddrinfo(3) has it; c-ares reads no such options.
Patience ReadPatience(const std::string& resolv_conf) {
  Patience patience;
  std::ifstream file(resolv_conf);
  for (std::string line; std::getline(file, line);) {
    const std::vector<absl::string_view> words =
        absl::StrSplit(line, absl::ByAnyChar(" \t"), absl::SkipEmpty());
    if (words.empty() || words[0] != "options") continue;
    for (absl::string_view word : words) {
      int* const value = absl::ConsumePrefix(&word, "timeout:")    ? &patience.seconds
                         : absl::ConsumePrefix(&word, "attempts:") ? &patience.attempts
                                                                   : nullptr;
      if (value != nullptr && !absl::SimpleAtoi(word, value)) *value = 0;
    }
  }
  return {std::clamp(patience.seconds, 1, kMostSeconds),
          std::clamp(patience.attempts, 1, kMostAttempts)};
}

std::string PrintNode(const ares_addrinfo_node& node) {
  if (node.ai_family == AF_INET6) {
    return PrintAddress(Address(*reinterpret_cast<const sockaddr_in6*>(node.ai_addr)));
  }
  return PrintAddress(Address(*reinterpret_cast<const sockaddr_in*>(node.ai_addr)));
}

}  // namespace

absl::StatusOr<std::unique_ptr<Resolver>> Resolver::Open(std::string name, v1::Family family,
                                                         const Options& options) {
  std::unique_ptr<Resolver> resolver(new Resolver(std::move(name), family));
  ares_options ares{};
  std::string lookups = "fb";  // files before DNS, whatever nsswitch.conf says
  ares.lookups = lookups.data();
  const Patience patience = ReadPatience(options.resolv_conf);
  ares.timeout = patience.seconds;
  ares.tries = patience.attempts;
  ares.sock_state_cb_data = resolver.get();
  ares.sock_state_cb = [](void* self, ares_socket_t descriptor, int readable, int writable) {
    static_cast<Resolver*>(self)->Watch(descriptor, readable != 0, writable != 0);
  };
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = resolver->timer_.get();
  if (epoll_ctl(resolver->epoll_.get(), EPOLL_CTL_ADD, resolver->timer_.get(), &event) != 0 ||
      ares_init_options(&resolver->channel_, &ares, kGiven) != ARES_SUCCESS ||
      (!options.servers.empty() &&
       ares_set_servers_ports_csv(resolver->channel_, options.servers.c_str()) != ARES_SUCCESS)) {
    return Refusal(absl::StatusCode::kResourceExhausted, "",
                   "the agent has no descriptors or no memory to resolve a name with");
  }
  return resolver;
}

Resolver::Resolver(std::string name, v1::Family family)
    : name_(std::move(name)),
      family_(family),
      epoll_(epoll_create1(EPOLL_CLOEXEC)),
      timer_(timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC)) {}

Resolver::~Resolver() {
  // Has Take called if there was no answer yet.
  if (channel_ != nullptr) ares_destroy(channel_);
}

Progress Resolver::Step() {
  if (!asked_) Ask();
  for (int round = 0; round < kRoundsAtOnce && !ended_; ++round) {
    if (Round()) continue;
    Arm();
    return ended_ ? Progress::kEnded : Progress::kBlocked;
  }
  return ended_ ? Progress::kEnded : Progress::kMore;
}

void Resolver::Ask() {
  asked_ = true;
  if (TakeLiteral()) return;
  ares_addrinfo_hints hints{};
  // c-ares 1.18 leaks where /etc/hosts has localhost in the other family alone.
  hints.ai_family = IsLocalhost(name_) ? AF_UNSPEC : ToFamily(family_);
  // No service: c-ares would look its port up with functions that a static program lacks.
  ares_getaddrinfo(
      channel_, name_.c_str(), nullptr, &hints,
      [](void* self, int status, int, ares_addrinfo* found) {
        static_cast<Resolver*>(self)->Take(status, found);
      },
      this);
}

bool Resolver::TakeLiteral() {
  v1::Endpoint endpoint;
  endpoint.set_address(name_);
  const auto literal = ParseEndpoint("name", endpoint);
  if (!literal.ok()) return false;
  ended_ = true;
  if (family_ == v1::FAMILY_UNSPECIFIED || literal->family() == ToFamily(family_)) {
    answer_.addresses.push_back(PrintAddress(*literal));
  } else {
    answer_.error = "EAI_ADDRFAMILY";
    answer_.message = gai_strerror(EAI_ADDRFAMILY);
  }
  return true;
}

void Resolver::Take(int status, ares_addrinfo* found) {
  ended_ = true;
  const std::unique_ptr<ares_addrinfo, decltype(&ares_freeaddrinfo)> owned(found,
                                                                           ares_freeaddrinfo);
  if (found != nullptr) {
    const int wanted = ToFamily(family_);
    for (const ares_addrinfo_node* node = found->nodes; node != nullptr; node = node->ai_next) {
      if (wanted != AF_UNSPEC && node->ai_family != wanted) continue;
      answer_.addresses.push_back(PrintNode(*node));
    }
  }
  if (answer_.addresses.empty() && IsLocalhost(name_)) {
    answer_.addresses.emplace_back(family_ == v1::FAMILY_INET6 ? "::1" : "127.0.0.1");
  }
  if (!answer_.addresses.empty()) return;
  const Error& error = ToError(status == ARES_SUCCESS ? ARES_ENODATA : status);
  answer_.error = error.name;
  answer_.message = gai_strerror(error.number);
}

void Resolver::Watch(int descriptor, bool readable, bool writable) {
  epoll_event event{};
  event.data.fd = descriptor;
  event.events = (readable ? uint32_t{EPOLLIN} : 0) | (writable ? uint32_t{EPOLLOUT} : 0);
  if (event.events == 0) {
    epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, descriptor, nullptr);
  } else if (epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, descriptor, &event) != 0) {
    // Where that is impossible too the time-out has the last word.
    epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, descriptor, &event);
  }
}

bool Resolver::Round() {
  std::array<epoll_event, kReadyAtOnce> events;
  const int count = epoll_wait(epoll_.get(), events.data(), kReadyAtOnce, 0);
  if (count <= 0) return false;
  for (const epoll_event& event : std::span(events).first(static_cast<size_t>(count))) {
    if (event.data.fd == timer_.get()) {
      uint64_t expirations = 0;
      [[maybe_unused]] const ssize_t got = read(timer_.get(), &expirations, sizeof expirations);
      ares_process_fd(channel_, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
    } else {
      const bool out = (event.events & EPOLLOUT) != 0;
      const bool in = (event.events & ~uint32_t{EPOLLOUT}) != 0;  // errors are read
      ares_process_fd(channel_, in ? event.data.fd : ARES_SOCKET_BAD,
                      out ? event.data.fd : ARES_SOCKET_BAD);
    }
  }
  return true;
}

void Resolver::Arm() {
  timeval left{};
  itimerspec when{};
  if (ares_timeout(channel_, nullptr, &left) != nullptr) {
    when.it_value.tv_sec = left.tv_sec;
    when.it_value.tv_nsec = left.tv_usec * kNanosPerMicro + 1;  // 0 would disarm it
  }
  timerfd_settime(timer_.get(), 0, &when, nullptr);
}

}  // namespace balcony::agent
