// Any calls at all, with a real loop, session and sockets: no crash, hang or leak; each call ends
// exactly once, in the way that it was asked; and a session leaves no descriptor behind.
// Plays in a network namespace of its own. The first byte says how the session ends.
#include <dirent.h>

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <set>
#include <span>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "agent/dispatch.h"
#include "agent/loop.h"
#include "tests/agent/call_maker.h"
#include "tests/agent/matchers.h"
#include "tests/agent/namespace.h"

namespace balcony::agent {
namespace {

constexpr int kSkipped = 77;
constexpr auto kPatience = std::chrono::seconds(10);
constexpr uint64_t kMostCalls = 512;

uint64_t messages = 0;  // in all, told at the end

void Require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "not so: %s\n", what);
  std::abort();
}

// Counts how often each call has ended.
class Ledger final : public EventSink {
 public:
  void Begin(const v1::Call& call) {
    const std::lock_guard lock(mutex_);
    Account& account = accounts_[call.id()];
    account.again = account.begun > 0;
    account.kind = call.call_case();
    ++account.begun;
    ++open_;
  }

  void Keep(v1::Event event) override {
    const std::lock_guard lock(mutex_);
    Account& account = accounts_[event.id()];
    Require(account.ended < account.begun, "an event is of a call that is under way");
    if (event.has_blocked()) {
      Require(!account.blocked || account.again, "a call is blocked at most once");
      account.blocked = true;
      return;
    }
    Require(event.has_done() || event.has_refused(), "an event says what happened");
    if (event.has_done()) CheckDone(event, account);
    ++account.ended;
    if (--open_ == 0) changed_.notify_all();
  }

  void Send() override {}

  // The calls that have not ended.
  std::vector<uint64_t> Open() {
    const std::lock_guard lock(mutex_);
    std::vector<uint64_t> ids;
    for (const auto& [id, account] : accounts_) {
      if (account.ended < account.begun) ids.push_back(id);
    }
    return ids;
  }

  void WaitForAll() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return open_ == 0; });
  }

 private:
  struct Account {
    int begun = 0;
    int ended = 0;
    bool again = false;  // the id was used before
    bool blocked = false;
    int kind = 0;
  };

  static void CheckDone(const v1::Event& event, const Account& account) {
    Require(event.done().response_case() == account.kind || account.again,
            "a response is of its call's kind");
    const v1::Outcome outcome = OutcomeOf(event);
    Require(outcome.result_case() != v1::Outcome::RESULT_NOT_SET, "an outcome has a result");
    Require(outcome.has_started() && outcome.has_ended(), "an outcome says when");
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::unordered_map<uint64_t, Account> accounts_;
  int open_ = 0;
};

int Descriptors() {
  DIR* const directory = opendir("/proc/self/fd");
  int count = 0;
  while (readdir(directory) != nullptr) ++count;
  closedir(directory);
  return count;
}

// The loop, about to tell a session something, may have it for a little longer than we.
bool LeavesNothing(int before) {
  const auto end = std::chrono::steady_clock::now() + kPatience;
  while (Descriptors() != before) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::yield();
  }
  return true;
}

// One session, from its first call to its end.
class Play {
 public:
  Play(Loop& loop, const Limits& limits)
      : session_(Session::Open(loop, limits, policy_, Places(limits).Take("").value(), ledger_)) {}

  uint64_t calls() const { return last_id_; }

  void Do(v1::Call call, bool again) {
    if (!again || last_id_ == 0) ++last_id_;
    call.set_id(last_id_);
    for (std::string& name : SocketNames(call)) names_.insert(std::move(name));
    ledger_->Begin(call);
    Dispatch(*session_, call);
  }

  // After this no call waits any more, whatever it waited for.
  void CloseAll() {
    const std::set<std::string> names = std::move(names_);
    for (const std::string& name : names) {
      v1::Call close;
      close.mutable_close()->set_socket(name);
      Do(std::move(close), false);
    }
    for (const uint64_t id : ledger_->Open()) {
      v1::Call cancel;
      cancel.mutable_cancel()->set_id(id);
      Do(std::move(cancel), false);
    }
    ledger_->WaitForAll();
  }

  void End() { session_->End(); }

 private:
  const Policy policy_;
  const std::shared_ptr<Ledger> ledger_ = std::make_shared<Ledger>();
  const std::shared_ptr<Session> session_;
  std::set<std::string> names_;
  uint64_t last_id_ = 0;
};

Limits LimitsOf(uint8_t way) {
  Limits limits;
  if (way % 4 == 3) limits.sockets_per_session = 4;
  if (way % 4 == 3) limits.blocked_calls_per_session = 3;
  if (way % 4 == 2) limits.payload_bytes = 1000;
  return limits;
}

void PlayAll(Loop& loop, std::span<const uint8_t> bytes) {
  CallMaker maker(bytes);
  const uint8_t way = maker.Byte();
  Play play(loop, LimitsOf(way));
  while (!maker.AtEnd() && play.calls() < kMostCalls) {
    for (v1::Call& call : maker.Next(play.calls())) {
      const bool again = maker.Byte() >= 0xf8;
      play.Do(std::move(call), again);
    }
  }
  if (way < 0xc0) play.CloseAll();
  messages += play.calls();
  play.End();
}

}  // namespace
}  // namespace balcony::agent

// The names are libFuzzer's.
extern "C" int LLVMFuzzerInitialize(int*, char***) {
  using namespace balcony::agent;  // NOLINT(google-build-using-namespace)
  if (EnterNamespace()) {
    std::atexit([] { std::fprintf(stderr, "%ju messages\n", uintmax_t{messages}); });
    return 0;
  }
  std::fprintf(stderr, "skipped: this machine does not let us make a network namespace\n");
  std::exit(kSkipped);
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace balcony::agent;  // NOLINT(google-build-using-namespace)
  static const Clock clock;
  static Loop loop(clock);
  const int before = Descriptors();
  PlayAll(loop, {data, size});
  Require(LeavesNothing(before), "a session leaves no descriptor behind");
  return 0;
}
