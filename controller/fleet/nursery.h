// Where agents on this machine come from: a process started before any thread, which makes a
// network for each host and an agent in it. When the controller dies, however it dies, the nursery
// and all it started die with it.
// Owns:   the nursery process, and a thread that hears its reports once there are any.
// Thread: any after Start.
// Errors: kPermissionDenied where networks of their own are forbidden here, kResourceExhausted
//         where there is no more of something, with the kernel's reason and the remedy.
// Source: docs/decisions/005; pid_namespaces(7), clone(2).
#pragma once

#include <sys/types.h>

#include <future>
#include <map>
#include <memory>
#include <thread>
#include <vector>

#include "absl/status/statusor.h"
#include "controller/fleet/nursery.pb.h"
#include "controller/fleet/packet.h"
#include "controller/fleet/process.h"
#include "controller/wire/fd.h"
#include "controller/wire/mutex.h"

namespace balcony::fleet {

// A child that is about to become an agent.
struct Newborn {
  // Shared by the fleet and by the link that asks for its obituary.
  std::shared_ptr<Process> process;
  wire::Fd stream;
  std::vector<wire::Fd> taps;  // of its interfaces, in the plan's order
};

class Nursery {
 public:
  // REQUIRES: the process has one thread, and this thread lives as long as the nursery.
  static absl::StatusOr<std::unique_ptr<Nursery>> Start();
  ~Nursery();  // kills all that it started
  Nursery(const Nursery&) = delete;
  Nursery& operator=(const Nursery&) = delete;

  // Starts an agent; `plan.child` is set here. Children are raised side by side: ask for all before
  // awaiting the first.
  std::future<absl::StatusOr<Newborn>> Raise(RaiseRequest plan);

  pid_t pid() const { return pid_; }

 private:
  Nursery(pid_t pid, wire::Fd socket) : pid_(pid), socket_(std::move(socket)) {}

  absl::Status HaveListener() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Listen();
  void Hear(Packet packet);
  void HearRaised(uint64_t child, Packet packet) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void HearEnded(uint64_t child, const std::string& how) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Bury();  // the nursery has ended, and with it all children

  using Birth = std::promise<absl::StatusOr<Newborn>>;

  const pid_t pid_;
  const wire::Fd socket_;
  wire::Mutex mutex_;  // covers what follows; nothing is called back while it is held
  uint64_t last_child_ ABSL_GUARDED_BY(mutex_) = 0;
  std::string epitaph_ ABSL_GUARDED_BY(mutex_);  // how the nursery ended; empty while it lives
  std::map<uint64_t, Birth> births_ ABSL_GUARDED_BY(mutex_);  // asked for, not answered
  std::map<uint64_t, std::weak_ptr<Process>> children_
      ABSL_GUARDED_BY(mutex_);  // raised, not ended
  std::thread listener_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace balcony::fleet
