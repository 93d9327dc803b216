// Sessions that no stream holds: opened by name, kept by a lease.
// Owns:   the sessions. Borrows the loop, which outlives it and shares it, and the policy.
// Thread: any. The mutex covers the names and how each session is used. Nothing of a session is
//         called while it is held, and no session's mutex is held when it is taken. Lock order:
//         this, then the loop's.
// Shapes: a session lives while somebody visits it, and for its lease after that. It ends once: on
//         request, with its lease, or with this. An owner sees his own sessions alone, and two
//         owners may use one name. Nothing is timed while a session is visited, and a visit within
//         the lease sets no timer.
// Errors: as in lease.proto, with the field named.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>

#include "absl/status/statusor.h"
#include "agent/answers.h"
#include "agent/audit.h"
#include "agent/limits.h"
#include "agent/loop.h"
#include "agent/places.h"
#include "agent/policy.h"
#include "agent/session.h"
#include "balcony/v1/lease.pb.h"

namespace balcony::agent {

class Leases final : public Loop::Guest {
 private:
  struct Lease;

 public:
  // A call's stay in a session. What it gives lives for as long as the visit.
  class Visit {
   public:
    Visit(Visit&&) = default;
    Visit& operator=(Visit&&) = delete;
    ~Visit();

    Session& session() const;
    Answers& answers() const;

   private:
    friend class Leases;
    Visit(Leases& leases, std::shared_ptr<Lease> lease)
        : leases_(leases), lease_(std::move(lease)) {}

    Leases& leases_;
    std::shared_ptr<Lease> lease_;  // none: moved from
  };

  static std::shared_ptr<Leases> Begin(Loop& loop, const Limits& limits, const Policy& policy);

  // Whoever opens a session owns it.
  absl::Status Open(const Caller& caller, const v1::OpenSessionRequest& request,
                    v1::OpenSessionResponse& response);
  absl::Status Renew(const std::string& owner, const v1::RenewSessionRequest& request,
                     v1::RenewSessionResponse& response);
  absl::Status End(const std::string& owner, const std::string& session);

  // Gives no visit after End; the visits end before this does.
  absl::StatusOr<Visit> Enter(const std::string& owner, const std::string& session);

  // Ends all sessions, and opens no more.
  void EndAll();

  // How many sessions are open.
  size_t size() const;

  // For those that a stream holds too.
  Places& places() { return places_; }

  // The loop's.
  void Ready(uint32_t /*socket_number*/) override {}
  void Expired(uint64_t number) override;
  void Settled(uint64_t /*call*/) override {}

 private:
  using Key = std::pair<std::string, std::string>;  // the owner, the session's name

  Leases(Loop& loop, const Limits& limits, const Policy& policy)
      : loop_(loop), limits_(limits), policy_(policy), places_(limits) {}

  absl::StatusOr<std::shared_ptr<Lease>> Find(const Key& key) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Remove(const Lease& lease) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Arm(Lease& lease) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Leave(Lease& lease);
  static void Finish(const Lease& lease);

  Loop& loop_;
  const Limits limits_;
  const Policy& policy_;
  Places places_;
  uint32_t guest_ = 0;  // in the loop; set before anybody else knows this

  mutable Mutex mutex_;
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;
  uint64_t last_number_ ABSL_GUARDED_BY(mutex_) = 0;
  // Shared with the visits, which a session's end does not end.
  std::map<Key, std::shared_ptr<Lease>> leases_ ABSL_GUARDED_BY(mutex_);
  std::unordered_map<uint64_t, std::shared_ptr<Lease>> by_number_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace balcony::agent
