#include "agent/undertaker.h"

#include <algorithm>
#include <csignal>
#include <cstddef>
#include <iterator>
#include <optional>
#include <system_error>
#include <utility>

#include "agent/diag.h"
#include "agent/privileges.h"

namespace balcony::agent {
namespace {

// Of connections that are not over; beyond that the oldest are left to the kernel.
constexpr size_t kMostWaiting = 10'000;

// Whether there is nothing left to bury of this connection.
bool IsGone(Diag& diag, const Tuple& tuple) {
  std::optional<Diag::Row> row;
  if (diag.Find(tuple, Diag::Detail::kRow, row) != 0 || !row) return true;
  return row->state == v1::STATE_TIME_WAIT && diag.Destroy(tuple) == 0;
}

}  // namespace

std::unique_ptr<Undertaker> Undertaker::Start() {
  if (!HasNetAdmin()) return nullptr;
  std::unique_ptr<Undertaker> undertaker(new Undertaker());
  // Signals are the first thread's.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  try {
    undertaker->thread_ = std::thread([mine = undertaker.get()] { mine->Run(); });
  } catch (const std::system_error&) {
    undertaker.reset();
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return undertaker;
}

Undertaker::~Undertaker() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void Undertaker::Bury(std::vector<Tuple> tuples) {
  {
    const std::lock_guard lock(mutex_);
    std::move(tuples.begin(), tuples.end(), std::back_inserter(coming_));
    asked_ = true;
  }
  changed_.notify_one();
}

void Undertaker::Run() {
  KeepNetAdminAlone();
  Diag diag;
  std::vector<Tuple> waiting;
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return asked_ || ending_; });
    const bool last = ending_;
    asked_ = false;
    std::move(coming_.begin(), coming_.end(), std::back_inserter(waiting));
    coming_.clear();
    lock.unlock();
    std::erase_if(waiting, [&](const Tuple& tuple) { return IsGone(diag, tuple); });
    if (waiting.size() > kMostWaiting) {
      waiting.erase(waiting.begin(), waiting.end() - kMostWaiting);
    }
    lock.lock();
    if (last) return;
  }
}

}  // namespace balcony::agent
