#include "controller/wire/wire.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>

#include <cerrno>
#include <chrono>
#include <thread>
#include <utility>

#include "absl/status/status.h"
#include "controller/wire/lan_table.h"
#include "controller/wire/mutex.h"
#include "controller/wire/thread.h"

namespace balcony::wire {
namespace {

constexpr size_t kFrameBytes = 65536 + 14;  // the longest that an interface of any MTU hands over
constexpr int kPortsAtOnce = 64;
constexpr int kFramesAtOnce = 64;  // of one port, before the others have their turn
constexpr uint64_t kStop = ~uint64_t{0};
constexpr std::chrono::seconds kDrainLimit(10);

// The switch. Two threads carry frames: its own, which wakes when a TAP has some, and whoever
// drains. The mutex covers the TAPs, the counters and `pending_`; it is held from the read of a
// frame to its last write, so that whoever holds it knows of no frame in between, and given up
// after each pass. Nothing is called back while it is held.
//
// Each has an epoll instance of its own: while one thread scans an instance, another can find it
// empty for a moment. A TAP is in the ready list before the sender's call returns, so no event in
// `pending_` proves that all are empty.
class TapWire final : public Wire {
 public:
  TapWire(std::vector<Port> ports, Fd woken, Fd pending, Fd stop)
      : ports_(std::move(ports)),
        woken_(std::move(woken)),
        stop_(std::move(stop)),
        pending_(std::move(pending)),
        frame_(kFrameBytes) {
    for (const Port& port : ports_) table_.Add(port.mac, port.lan);
  }

  ~TapWire() override {
    if (!carrier_.joinable()) return;
    eventfd_write(stop_.get(), 1);
    carrier_.join();
  }

  absl::Status Begin() {
    MutexLock lock(mutex_);
    for (size_t i = 0; i < ports_.size(); ++i) {
      if (!Watch(woken_, ports_[i].tap, i) || !Watch(pending_, ports_[i].tap, i)) {
        return absl::ErrnoToStatus(errno, "wire: watch a TAP");
      }
    }
    if (!Watch(woken_, stop_, kStop)) return absl::ErrnoToStatus(errno, "wire: watch for the end");
    absl::StatusOr<std::thread> carrier = StartThread([this] { CarryUntilStopped(); });
    if (!carrier.ok()) return carrier.status();
    carrier_ = *std::move(carrier);
    return absl::OkStatus();
  }

  uint64_t Drain() override {
    const auto give_up = std::chrono::steady_clock::now() + kDrainLimit;
    while (CarryPending() && std::chrono::steady_clock::now() < give_up) {
    }
    MutexLock lock(mutex_);
    return carried_;
  }

  uint64_t dropped() override {
    MutexLock lock(mutex_);
    return dropped_;
  }

 private:
  static bool Watch(const Fd& epoll, const Fd& fd, uint64_t key) {
    epoll_event event{.events = EPOLLIN, .data = {.u64 = key}};
    return epoll_ctl(epoll.get(), EPOLL_CTL_ADD, fd.get(), &event) == 0;
  }

  void CarryUntilStopped() {
    epoll_event ready[kPortsAtOnce];
    while (true) {
      const int count = epoll_wait(woken_.get(), ready, kPortsAtOnce, -1);
      MutexLock lock(mutex_);
      for (int i = 0; i < count; ++i) {
        if (ready[i].data.u64 == kStop) return;
        CarryFrom(ready[i].data.u64);
      }
    }
  }

  // One pass over the TAPs that have frames. False if none had any.
  bool CarryPending() {
    epoll_event ready[kPortsAtOnce];
    MutexLock lock(mutex_);
    const int count = epoll_wait(pending_.get(), ready, kPortsAtOnce, 0);
    for (int i = 0; i < count; ++i) CarryFrom(ready[i].data.u64);
    return count > 0;
  }

  void CarryFrom(size_t sender) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    for (int i = 0; i < kFramesAtOnce; ++i) {
      const ssize_t size = read(ports_[sender].tap.get(), frame_.data(), frame_.size());
      if (size <= 0) {
        if (size == 0 || errno != EAGAIN) Forget(sender);
        return;
      }
      ++carried_;
      const std::span<const uint8_t> frame(frame_.data(), static_cast<size_t>(size));
      table_.ForEachReceiver(sender, frame, [&](size_t port) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
        Deliver(port, frame);
      });
    }
  }

  // An interface that was deleted reports that for ever.
  void Forget(size_t port) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    for (const Fd* epoll : {&woken_, &pending_}) {
      epoll_ctl(epoll->get(), EPOLL_CTL_DEL, ports_[port].tap.get(), nullptr);
    }
  }

  // EIO: the interface is down. ENOBUFS, ENOMEM, EAGAIN: the kernel has no memory for the frame.
  void Deliver(size_t port, std::span<const uint8_t> frame) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (write(ports_[port].tap.get(), frame.data(), frame.size()) < 0) ++dropped_;
  }

  const std::vector<Port> ports_;
  const Fd woken_;  // for the thread, which waits in it without the mutex
  const Fd stop_;
  LanTable table_;
  Mutex mutex_;
  const Fd pending_ ABSL_GUARDED_BY(mutex_);  // for those who drain
  std::vector<uint8_t> frame_ ABSL_GUARDED_BY(mutex_);
  uint64_t carried_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t dropped_ ABSL_GUARDED_BY(mutex_) = 0;
  std::thread carrier_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Wire>> Wire::Start(std::vector<Port> ports) {
  for (const Port& port : ports) {
    if (port.lan < 0) return absl::InvalidArgumentError("wire: a port's LAN is below 0");
  }
  Fd woken(epoll_create1(EPOLL_CLOEXEC));
  Fd pending(epoll_create1(EPOLL_CLOEXEC));
  Fd stop(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!stop.valid() || !woken.valid() || !pending.valid()) {
    return absl::ErrnoToStatus(errno, "wire: no descriptor");
  }
  auto wire = std::make_unique<TapWire>(std::move(ports), std::move(woken), std::move(pending),
                                        std::move(stop));
  if (absl::Status begun = wire->Begin(); !begun.ok()) return begun;
  return wire;
}

}  // namespace balcony::wire
