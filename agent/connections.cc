#include "agent/connections.h"

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "agent/log.h"
#include "agent/network.h"

namespace balcony::agent {
namespace {

std::string PeerText(const Address& peer) {
  if (!peer.known()) return "by path";
  v1::Endpoint endpoint;
  PrintEndpoint(peer, &endpoint);
  return absl::StrCat(endpoint.address(), " port ", endpoint.port());
}

uint32_t UidOf(const Fd& connection) {
  ucred owner{};
  socklen_t size = sizeof owner;
  getsockopt(connection.get(), SOL_SOCKET, SO_PEERCRED, &owner, &size);
  return owner.uid;
}

}  // namespace

Address PeerAddress(const std::string& peer) {
  absl::string_view rest = peer;
  if (!absl::ConsumePrefix(&rest, "ipv4:") && !absl::ConsumePrefix(&rest, "ipv6:")) return {};
  const std::string text = absl::StrReplaceAll(rest, {{"%5B", "["}, {"%5D", "]"}, {"%25", "%"}});
  return ParseAddress(text).value_or(Address());
}

Connections::Connections(const Limits& limits)
    : limits_(limits), epoll_(epoll_create1(EPOLL_CLOEXEC)), rate_(limits.connections_per_second) {}

bool Connections::Admit(const Arrival& arrival, absl::Time now) {
  Entry entry;
  entry.peer = Unmapped(arrival.peer);  // as gRPC names it
  entry.admitted = now;
  if (entry.peer.known()) {
    entry.place = PlaceOf(entry.peer);
    if (!IsLoopback(entry.peer) && !rate_.Allows(entry.place, now)) {
      Tell(too_fast_, "a connection is refused", "connections_per_second", entry.peer, now);
      return false;
    }
  } else {
    entry.used = true;
    entry.uid = UidOf(arrival.connection);
    entry.place = absl::StrCat("uid ", entry.uid);
  }
  entry.duplicate = Fd(fcntl(arrival.connection.get(), F_DUPFD_CLOEXEC, 0));
  MutexLock lock(mutex_);
  if (!HasRoomFor(entry.place) && !MakeRoom(entry.place, now)) {
    Tell(too_many_, "a connection is refused", "control_connections", entry.peer, now);
    return false;
  }
  const uint64_t number = ++last_number_;
  epoll_event event{};
  event.events = EPOLLRDHUP | EPOLLET;
  event.data.u64 = number;
  if (!entry.duplicate.ok() ||
      epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, entry.duplicate.get(), &event) != 0) {
    Tell(too_many_, "a connection is refused", "RLIMIT_NOFILE", entry.peer, now);
    return false;
  }
  if (entry.peer.known()) by_peer_[entry.peer] = number;
  entries_.emplace(number, std::move(entry));
  return true;
}

size_t Connections::CountFrom(absl::string_view place) const {
  return static_cast<size_t>(
      std::count_if(entries_.begin(), entries_.end(),
                    [&](const auto& numbered) { return numbered.second.place == place; }));
}

bool Connections::HasRoomFor(const std::string& place) const {
  const size_t most = limits_.control_connections;
  return entries_.size() < most && CountFrom(place) <= most - entries_.size();
}

bool Connections::MakeRoom(const std::string& place, absl::Time now) {
  struct Silent {
    Entries::iterator oldest;
    size_t count = 0;
  };
  std::map<absl::string_view, Silent> silent;
  for (auto entry = entries_.begin(); entry != entries_.end(); ++entry) {
    if (entry->second.used) continue;
    ++silent.try_emplace(entry->second.place, Silent{entry}).first->second.count;
  }
  // Of equals the one that has waited longest: by address some would never get in.
  const auto gives_way_later = [](const auto& a, const auto& b) {
    return std::pair(a.second.count, b.second.oldest->first) <
           std::pair(b.second.count, a.second.oldest->first);
  };
  auto most = std::max_element(silent.begin(), silent.end(), gives_way_later);
  // Whoever has more than is left, or than those who would give way, makes room among their own.
  if (most == silent.end() || entries_.size() < limits_.control_connections ||
      CountFrom(place) > CountFrom(most->first)) {
    most = silent.find(place);
  }
  if (most == silent.end()) return false;
  const auto oldest = most->second.oldest;
  Tell(too_many_, "a connection without a call gives way", "control_connections",
       oldest->second.peer, now);
  End(oldest);
  return true;
}

void Connections::Used(const std::string& peer) {
  const Address address = PeerAddress(peer);
  if (!address.known()) return;
  MutexLock lock(mutex_);
  const auto number = by_peer_.find(address);
  if (number != by_peer_.end()) entries_.at(number->second).used = true;
}

void Connections::DropEnded() {
  std::array<epoll_event, 64> events;
  const int count = epoll_wait(epoll_.get(), events.data(), events.size(), 0);
  MutexLock lock(mutex_);
  for (int i = 0; i < count; ++i) {
    const uint64_t number = events[static_cast<size_t>(i)].data.u64;  // packed: no reference to it
    const auto entry = entries_.find(number);
    if (entry != entries_.end()) Forget(entry);
  }
}

absl::Duration Connections::DropSilent(absl::Time now) {
  MutexLock lock(mutex_);
  for (auto entry = entries_.begin(); entry != entries_.end();) {
    const auto current = entry++;
    if (current->second.used) continue;
    const absl::Time due = current->second.admitted + limits_.first_call;
    if (due > now) return due - now;
    Tell(silent_, "a connection without a call is closed", "first_call", current->second.peer, now);
    End(current);
  }
  return absl::InfiniteDuration();
}

std::string Connections::Owners() {
  std::set<uint32_t> uids;
  MutexLock lock(mutex_);
  for (const auto& [number, entry] : entries_) {
    if (!entry.peer.known()) uids.insert(entry.uid);
  }
  return uids.empty() ? "" : absl::StrCat("uid ", absl::StrJoin(uids, " or "));
}

// gRPC sees the end of the stream and lets go of its own descriptor.
void Connections::End(Entries::iterator entry) {
  shutdown(entry->second.duplicate.get(), SHUT_RDWR);
  Forget(entry);
}

void Connections::Forget(Entries::iterator entry) {
  // A newer connection may have the address by now.
  if (entry->second.peer.known()) {
    const auto number = by_peer_.find(entry->second.peer);
    if (number != by_peer_.end() && number->second == entry->first) by_peer_.erase(number);
  }
  // Closing does not: gRPC's descriptor is of the same connection.
  epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, entry->second.duplicate.get(), nullptr);
  entries_.erase(entry);
}

void Connections::Tell(Seldom& seldom, const char* why, const char* limit, const Address& peer,
                       absl::Time now) {
  const std::optional<uint64_t> others = seldom.Tell(now);
  if (!others) return;
  LogWarning(why, {{"limit", limit}, {"peer", PeerText(peer)}, {"others", absl::StrCat(*others)}});
}

}  // namespace balcony::agent
