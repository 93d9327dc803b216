#include "agent/loop.h"

#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

namespace balcony::agent {
namespace {

constexpr size_t kEventsAtOnce = 256;
constexpr int kNoWait = 0;
constexpr int kForEver = -1;
// A barrier is asked of what is ready now. Sockets that keep each other busy for ever do not hold
// it up for ever.
constexpr int kBarrierRounds = 1000;

// Guest 0 is the loop itself.
constexpr uint64_t kTimerKey = 0;
constexpr uint64_t kWakeUpKey = 1;

uint64_t Key(uint32_t guest, uint32_t socket_number) {
  return (uint64_t{guest} << 32) | socket_number;
}

int Control(int epoll, int operation, int descriptor, uint32_t events, uint64_t key) {
  epoll_event event{};
  event.events = events;
  event.data.u64 = key;
  return epoll_ctl(epoll, operation, descriptor, &event) == 0 ? 0 : errno;
}

// EPOLLERR and EPOLLHUP come unasked.
constexpr uint32_t kIn = EPOLLIN | EPOLLPRI | EPOLLRDHUP | EPOLLET;
constexpr uint32_t kOut = EPOLLOUT | EPOLLET;

uint32_t Events(Direction direction) {
  switch (direction) {
    case Direction::kIn:
      return kIn;
    case Direction::kOut:
      return kOut;
    default:
      return kIn | kOut;
  }
}

void Drain(int descriptor) {
  uint64_t count = 0;
  [[maybe_unused]] const ssize_t ignored = read(descriptor, &count, sizeof count);
}

}  // namespace

Loop::Loop(const Clock& clock, Undertaker* undertaker)
    : clock_(clock),
      undertaker_(undertaker),
      epoll_(epoll_create1(EPOLL_CLOEXEC)),
      timer_(timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC)),
      wakeup_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  // A descriptor that is missing cannot be added.
  if (Control(epoll_.get(), EPOLL_CTL_ADD, timer_.get(), EPOLLIN, kTimerKey) != 0 ||
      Control(epoll_.get(), EPOLL_CTL_ADD, wakeup_.get(), EPOLLIN, kWakeUpKey) != 0) {
    return;
  }
  thread_ = std::thread([this] { Run(); });
}

Loop::~Loop() {
  if (!ok()) return;
  stopping_ = true;
  WakeUp();
  thread_.join();
}

uint32_t Loop::Join(std::shared_ptr<Guest> guest) {
  MutexLock lock(mutex_);
  guests_[++last_guest_] = std::move(guest);
  return last_guest_;
}

void Loop::Leave(uint32_t guest) {
  std::shared_ptr<Guest> gone;  // its destructor, if it is the last, runs without the lock
  MutexLock lock(mutex_);
  if (const auto found = guests_.find(guest); found != guests_.end()) {
    gone = std::move(found->second);
    guests_.erase(found);
  }
}

int Loop::Watch(uint32_t guest, uint32_t socket_number, int descriptor, Direction direction) {
  // One direction only: an established connection is nearly always ready for sending, and a call
  // that waits to receive would wake the loop for nothing.
  return Control(epoll_.get(), EPOLL_CTL_ADD, descriptor, Events(direction),
                 Key(guest, socket_number));
}

int Loop::WatchBoth(uint32_t guest, uint32_t socket_number, int descriptor) {
  return Control(epoll_.get(), EPOLL_CTL_MOD, descriptor, Events(Direction::kEither),
                 Key(guest, socket_number));
}

void Loop::Unwatch(int descriptor) { epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, descriptor, nullptr); }

void Loop::Again(uint32_t guest, uint32_t socket_number) {
  MutexLock lock(mutex_);
  again_.emplace_back(guest, socket_number);
  if (again_.size() == 1) WakeUp();
}

void Loop::Add(const Deadline& deadline) {
  MutexLock lock(mutex_);
  timers_.Add(deadline);
  if (deadline.at < armed_) Arm();
}

void Loop::Remove(const Deadline& deadline) {
  // The timer stays armed: one wake-up for nothing is cheaper than a system call for each call that
  // ends in time.
  MutexLock lock(mutex_);
  timers_.Remove(deadline);
}

void Loop::Settle(uint32_t guest, uint64_t call) {
  MutexLock lock(mutex_);
  barriers_.emplace_back(guest, call);
  if (barriers_.size() == 1) WakeUp();
}

void Loop::Run() {
  while (!stopping_) {
    Round(HasWork() ? kNoWait : kForEver);
    Resume();
    AnswerBarriers();
  }
}

bool Loop::GaveWay() {
  MutexLock lock(mutex_);
  return !again_.empty();
}

// A wake-up that was drained while a barrier was answered may have been for more than that.
bool Loop::HasWork() {
  MutexLock lock(mutex_);
  return !again_.empty() || !barriers_.empty();
}

bool Loop::Round(int timeout_ms) {
  std::array<epoll_event, kEventsAtOnce> events;
  const int count = epoll_wait(epoll_.get(), events.data(), kEventsAtOnce, timeout_ms);
  if (timeout_ms != kNoWait) wakeups_.fetch_add(1, std::memory_order_relaxed);
  if (count <= 0) return false;
  Take(std::span(events).first(static_cast<size_t>(count)));
  return true;
}

void Loop::Take(std::span<const epoll_event> events) {
  for (const epoll_event& event : events) {
    const uint64_t key = event.data.u64;
    if (key == kTimerKey) {
      Expire();
    } else if (key == kWakeUpKey) {
      Drain(wakeup_.get());
    } else if (const auto guest = Find(static_cast<uint32_t>(key >> 32))) {
      guest->Ready(static_cast<uint32_t>(key));
    }
  }
}

// Lets the calls that gave way go on.
void Loop::Resume() {
  std::vector<std::pair<uint32_t, uint32_t>> now;
  {
    MutexLock lock(mutex_);
    now.swap(again_);
  }
  for (const auto& [number, socket_number] : now) {
    if (const auto guest = Find(number)) guest->Ready(socket_number);
  }
}

void Loop::Expire() {
  Drain(timer_.get());
  std::vector<Deadline> come;
  {
    MutexLock lock(mutex_);
    come = timers_.TakeUpTo(clock_.Now());
    Arm();
  }
  for (const Deadline& deadline : come) {
    if (const auto guest = Find(deadline.guest)) guest->Expired(deadline.call);
  }
}

void Loop::AnswerBarriers() {
  std::vector<std::pair<uint32_t, uint64_t>> asked;
  {
    MutexLock lock(mutex_);
    asked.swap(barriers_);
  }
  if (asked.empty()) return;
  for (int round = 0; round < kBarrierRounds; ++round) {
    if (!Round(kNoWait) && !GaveWay()) break;
    Resume();
  }
  for (const auto& [number, call] : asked) {
    if (const auto guest = Find(number)) guest->Settled(call);
  }
}

void Loop::Arm() {
  armed_ = timers_.earliest();
  itimerspec when{};
  if (armed_ != absl::InfiniteFuture()) when.it_value = clock_.Monotonic(armed_);
  timerfd_settime(timer_.get(), TFD_TIMER_ABSTIME, &when, nullptr);
}

void Loop::WakeUp() {
  const uint64_t one = 1;
  [[maybe_unused]] const ssize_t ignored = write(wakeup_.get(), &one, sizeof one);
}

std::shared_ptr<Loop::Guest> Loop::Find(uint32_t guest) {
  MutexLock lock(mutex_);
  const auto found = guests_.find(guest);
  return found == guests_.end() ? nullptr : found->second;
}

}  // namespace balcony::agent
