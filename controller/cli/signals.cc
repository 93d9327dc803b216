#include "controller/cli/signals.h"

#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstring>
#include <thread>

#include "absl/strings/str_cat.h"

namespace balcony::cli {
namespace {

constexpr int kEndingSignals[] = {SIGINT, SIGTERM, SIGHUP};

// Within this time it is still the same wish.
constexpr std::chrono::milliseconds kSame(500);

sigset_t NotIgnored() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : kEndingSignals) {
    struct sigaction now {};
    sigaction(signal, nullptr, &now);
    if (now.sa_handler != SIG_IGN) sigaddset(&signals, signal);
  }
  return signals;
}

void DieOf(int signal) {
  std::signal(signal, SIG_DFL);
  sigset_t one;
  sigemptyset(&one);
  sigaddset(&one, signal);
  pthread_sigmask(SIG_UNBLOCK, &one, nullptr);
  raise(signal);
  // Process 1 of a container is still there: the kernel keeps such signals from it.
  _exit(128 + signal);
}

}  // namespace

Signals::Signals(run::Input& input) {
  const sigset_t signals = NotIgnored();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::thread([this, &input, signals] {
    int signal = 0;
    sigwait(&signals, &signal);
    caught_ = signal;
    const auto patience = std::chrono::steady_clock::now() + kSame;
    if (!input.Interrupt(absl::StrCat("interrupted by SIG", sigabbrev_np(signal)))) DieOf(signal);
    do {
      sigwait(&signals, &signal);
    } while (std::chrono::steady_clock::now() < patience);
    DieOf(signal);
  }).detach();
}

void Signals::Follow() const {
  if (const int signal = caught_; signal != 0) DieOf(signal);
}

}  // namespace balcony::cli
