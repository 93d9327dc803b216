#include "agent/leases.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "agent/check.h"
#include "agent/refusal.h"

namespace balcony::agent {
namespace {

constexpr absl::Duration kUsualLease = absl::Minutes(1);
constexpr size_t kRandomBytes = 16;

absl::StatusOr<std::string> UnguessableName() {
  std::array<char, kRandomBytes> bytes;
  if (getentropy(bytes.data(), bytes.size()) != 0) {
    return Refusal(absl::StatusCode::kInternal, "", "no random bytes for a name");
  }
  return absl::BytesToHexString({bytes.data(), bytes.size()});
}

absl::StatusOr<std::string> NameFor(const v1::OpenSessionRequest& request) {
  if (request.session().empty()) return UnguessableName();
  const absl::Status status = CheckName("session", request.session());
  if (!status.ok()) return status;
  if (std::all_of(request.session().begin(), request.session().end(), absl::ascii_isgraph)) {
    return request.session();
  }
  return InvalidArgument("session", "session must be of visible ASCII characters alone");
}

absl::StatusOr<absl::Duration> LengthFor(const v1::OpenSessionRequest& request,
                                         absl::Duration longest) {
  if (!request.has_lease()) return std::min(kUsualLease, longest);
  const auto length = CheckDuration("lease", request.lease());
  if (length.ok() && *length > absl::ZeroDuration() && *length <= longest) return *length;
  return InvalidArgument(
      "lease", absl::StrCat("lease must be above 0 and at most ", absl::FormatDuration(longest)));
}

}  // namespace

struct Leases::Lease {
  uint64_t number = 0;
  Key key;
  absl::Duration length;
  std::shared_ptr<Answers> answers;  // shared with the session
  std::shared_ptr<Session> session;  // shared with the loop

  // Under the leases' mutex:
  size_t visits = 0;
  absl::Time used;                               // when it was last renewed or left
  absl::Time deadline = absl::InfiniteFuture();  // that the loop has; InfiniteFuture: none
  bool ended = false;
};

Leases::Visit::~Visit() {
  if (lease_ != nullptr) leases_.Leave(*lease_);
}

Session& Leases::Visit::session() const { return *lease_->session; }
Answers& Leases::Visit::answers() const { return *lease_->answers; }

std::shared_ptr<Leases> Leases::Begin(Loop& loop, const Limits& limits, const Policy& policy) {
  std::shared_ptr<Leases> leases(new Leases(loop, limits, policy));
  leases->guest_ = loop.Join(leases);
  return leases;
}

absl::Status Leases::Open(const Caller& caller, const v1::OpenSessionRequest& request,
                          v1::OpenSessionResponse& response) {
  const auto name = NameFor(request);
  if (!name.ok()) return name.status();
  const auto length = LengthFor(request, limits_.lease);
  if (!length.ok()) return length.status();
  const auto lease = std::make_shared<Lease>();
  lease->key = {caller.owner, *name};
  lease->length = *length;
  MutexLock lock(mutex_);
  if (ended_) return absl::UnavailableError("the agent is ending");
  if (leases_.contains(lease->key)) {
    return Refusal(absl::StatusCode::kAlreadyExists, "session",
                   absl::StrCat("session ", Quoted(*name), " is open already"));
  }
  auto place = places_.Take(caller.client);
  if (!place.ok()) return place.status();
  lease->number = ++last_number_;
  lease->answers = std::make_shared<Answers>(*place);
  lease->session = Session::Open(loop_, limits_, policy_, *place, lease->answers,
                                 std::make_unique<Audit>(caller));
  lease->used = loop_.clock().Now();
  leases_[lease->key] = lease;
  by_number_[lease->number] = lease;
  Arm(*lease);
  response.set_session(*name);
  SetDuration(lease->length, response.mutable_lease());
  return absl::OkStatus();
}

absl::Status Leases::Renew(const std::string& owner, const v1::RenewSessionRequest& request,
                           v1::RenewSessionResponse& response) {
  MutexLock lock(mutex_);
  const auto lease = Find({owner, request.session()});
  if (!lease.ok()) return lease.status();
  (*lease)->used = loop_.clock().Now();
  SetDuration((*lease)->length, response.mutable_lease());
  return absl::OkStatus();
}

absl::Status Leases::End(const std::string& owner, const std::string& session) {
  std::shared_ptr<Lease> gone;
  {
    MutexLock lock(mutex_);
    auto lease = Find({owner, session});
    if (!lease.ok()) return lease.status();
    gone = *std::move(lease);
    Remove(*gone);
  }
  Finish(*gone);
  return absl::OkStatus();
}

absl::StatusOr<Leases::Visit> Leases::Enter(const std::string& owner, const std::string& session) {
  MutexLock lock(mutex_);
  auto lease = Find({owner, session});
  if (!lease.ok()) return lease.status();
  ++(*lease)->visits;
  return Visit(*this, *std::move(lease));
}

void Leases::EndAll() {
  std::map<Key, std::shared_ptr<Lease>> gone;
  {
    MutexLock lock(mutex_);
    ended_ = true;
    gone = leases_;
    for (const auto& [key, lease] : gone) Remove(*lease);
  }
  for (const auto& [key, lease] : gone) Finish(*lease);
  loop_.Leave(guest_);
}

size_t Leases::size() const {
  MutexLock lock(mutex_);
  return leases_.size();
}

void Leases::Expired(uint64_t number) {
  std::shared_ptr<Lease> lease;
  {
    MutexLock lock(mutex_);
    const auto found = by_number_.find(number);
    if (found == by_number_.end()) return;
    lease = found->second;
    lease->deadline = absl::InfiniteFuture();
    // Whoever leaves last sets it again.
    if (lease->visits > 0) return;
    if (lease->used + lease->length > loop_.clock().Now()) {
      Arm(*lease);
      return;
    }
    Remove(*lease);
  }
  Finish(*lease);
}

absl::StatusOr<std::shared_ptr<Leases::Lease>> Leases::Find(const Key& key) const {
  const auto found = leases_.find(key);
  if (found != leases_.end()) return found->second;
  return Refusal(absl::StatusCode::kNotFound, "session",
                 absl::StrCat("there is no session ", Quoted(key.second),
                              ", or it has ended; OpenSession opens one"));
}

void Leases::Remove(const Lease& lease) {
  const std::shared_ptr<Lease> gone = std::move(by_number_.extract(lease.number).mapped());
  leases_.erase(gone->key);
  gone->ended = true;
  if (gone->deadline != absl::InfiniteFuture()) {
    loop_.Remove({gone->deadline, guest_, gone->number});
  }
}

void Leases::Arm(Lease& lease) {
  lease.deadline = lease.used + lease.length;
  loop_.Add({lease.deadline, guest_, lease.number});
}

void Leases::Leave(Lease& lease) {
  MutexLock lock(mutex_);
  --lease.visits;
  if (lease.ended) return;
  lease.used = loop_.clock().Now();
  if (lease.visits == 0 && lease.deadline == absl::InfiniteFuture()) Arm(lease);
}

void Leases::Finish(const Lease& lease) {
  lease.session->End();
  lease.answers->Close();
}

}  // namespace balcony::agent
