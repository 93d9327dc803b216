#include "controller/containers/watch.h"

#include <sys/socket.h>

#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <map>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "controller/containers/causes.h"
#include "controller/fleet/command.h"
#include "controller/wire/mutex.h"
#include "controller/wire/thread.h"

namespace balcony::containers {
namespace {

// A stream ends a little before the engine tells of it, on a loaded machine seconds.
constexpr std::chrono::seconds kUntilTold(4);
// How a container was ended is told behind that it was; a restart when it is over.
constexpr std::chrono::seconds kMoment(1);

}  // namespace

// The mutex covers all of it; nothing is called back while it is held.
class Watch::Records {
 public:
  void Add(const EngineEvent& event) {
    std::function<void(const std::string&)> tell;
    std::string why;
    {
      wire::MutexLock lock(mutex_);
      Record& record = records_[event.container];
      // What was before somebody joined the container is no news.
      if (event.action == "exec_start") record.joined = true;
      if (!record.joined) return;
      record.events.push_back(event);
      changed_.notify_all();
      if (!EndsHost(record.events)) return;
      why = containers::CauseOf(record.name, record.events);
      tell = std::exchange(record.tell, nullptr);
    }
    if (tell) tell(why);
  }

  void Await(const Container& container, std::function<void(const std::string&)> tell) {
    std::string why;
    {
      wire::MutexLock lock(mutex_);
      Record& record = records_[container.id];
      record.name = container.name;
      if (!EndsHost(record.events)) {
        record.tell = std::move(tell);
        return;
      }
      why = containers::CauseOf(record.name, record.events);
    }
    tell(why);
  }

  std::string CauseOf(const Container& container) {
    const auto now = [] { return std::chrono::steady_clock::now(); };
    wire::MutexLock lock(mutex_);
    Record& record = records_[container.id];
    for (const auto until = now() + kUntilTold; !TellsEnd(record.events);) {
      if (!lock.WaitUntil(changed_, until)) break;
    }
    for (const auto until = now() + kMoment; MayTellMore(record.events);) {
      if (!lock.WaitUntil(changed_, until)) break;
    }
    return containers::CauseOf(container.name, record.events);
  }

 private:
  struct Record {
    std::string name;
    bool joined = false;
    std::vector<EngineEvent> events;
    std::function<void(const std::string&)> tell;
  };

  wire::Mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, Record> records_ ABSL_GUARDED_BY(mutex_);  // by container
};

Watch::Watch(fleet::RunningCommand events)
    : events_(std::move(events)), records_(std::make_shared<Records>()) {}

absl::StatusOr<std::unique_ptr<Watch>> Watch::Start() {
  // The stream may begin after the first of what it is to tell: the engine remembers that.
  const timespec now = absl::ToTimespec(absl::Now());
  const std::string since = absl::StrFormat("%d.%09d", now.tv_sec, now.tv_nsec);
  absl::StatusOr<fleet::RunningCommand> events = fleet::RunCommand(
      absl::StrCat("exec setsid docker ",
                   fleet::Quoted({"events", "--since", since, "--filter", "type=container",
                                  "--filter", "type=network", "--format", kEventFormat})));
  if (!events.ok()) return events.status();
  std::unique_ptr<Watch> watch(new Watch(*std::move(events)));
  absl::StatusOr<std::thread> reader = wire::StartThread([watch = watch.get()] { watch->Read(); });
  if (!reader.ok()) return reader.status();
  watch->reader_ = *std::move(reader);
  return watch;
}

Watch::~Watch() {
  shutdown(events_.stream.get(), SHUT_RDWR);
  events_.process->Kill();
  if (reader_.joinable()) reader_.join();
}

void Watch::Read() {
  std::string text;
  char part[4096];
  while (true) {
    const ssize_t size = recv(events_.stream.get(), part, sizeof(part), 0);
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return;
    text.append(part, static_cast<size_t>(size));
    for (size_t end = 0; (end = text.find('\n')) != std::string::npos; text.erase(0, end + 1)) {
      if (const auto event = ParseEvent(text.substr(0, end))) records_->Add(*event);
    }
  }
}

std::function<std::string()> Watch::CauseFor(const Container& container) {
  return [records = records_, container] { return records->CauseOf(container); };
}

void Watch::WhenEnded(const Container& container,
                      std::function<void(const std::string& why)> tell) {
  records_->Await(container, std::move(tell));
}

}  // namespace balcony::containers
