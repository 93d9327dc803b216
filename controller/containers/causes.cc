#include "controller/containers/causes.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace balcony::containers {
namespace {

const EngineEvent* Find(const std::vector<EngineEvent>& events, const char* action) {
  const auto found = std::find_if(events.begin(), events.end(),
                                  [&](const EngineEvent& event) { return event.action == action; });
  return found == events.end() ? nullptr : &*found;
}

// The last one to end is the one whose end is asked about.
const EngineEvent* FindLast(const std::vector<EngineEvent>& events, const char* action) {
  const auto found = std::find_if(events.rbegin(), events.rend(),
                                  [&](const EngineEvent& event) { return event.action == action; });
  return found == events.rend() ? nullptr : &*found;
}

// A container that ends leaves its networks too; one that is taken off a network goes on.
const EngineEvent* FindDisconnect(const std::vector<EngineEvent>& events) {
  const EngineEvent* const off = Find(events, "disconnect");
  const EngineEvent* const end = Find(events, "die");
  return off != nullptr && (end == nullptr || off < end) ? off : nullptr;
}

std::string EndOf(const std::vector<EngineEvent>& events) {
  if (Find(events, "restart") != nullptr) return "was restarted";
  if (Find(events, "destroy") != nullptr) return "was removed";
  if (Find(events, "stop") != nullptr) return "was stopped";
  const EngineEvent* const signal = Find(events, "kill");
  if (signal != nullptr) return absl::StrCat("was killed by signal ", signal->detail);
  return absl::StrCat("ended with exit code ", Find(events, "die")->detail);
}

}  // namespace

std::optional<EngineEvent> ParseEvent(const std::string& line) {
  const std::vector<std::string> columns = absl::StrSplit(line, '\t');
  if (columns.size() != 7) return std::nullopt;
  const auto value = [&](size_t i) { return columns[i] == "<no value>" ? "" : columns[i]; };
  if (columns[0] == "network") return EngineEvent{value(3), columns[1], value(6)};
  if (columns[0] != "container") return std::nullopt;
  const std::string action = columns[1].substr(0, columns[1].find(':'));  // "exec_start: balcony-…"
  return EngineEvent{columns[2], action, value(4).empty() ? value(5) : value(4)};
}

bool EndsHost(const std::vector<EngineEvent>& events) {
  return Find(events, "pause") != nullptr || FindDisconnect(events) != nullptr;
}

bool TellsEnd(const std::vector<EngineEvent>& events) {
  return EndsHost(events) || Find(events, "oom") != nullptr || Find(events, "die") != nullptr;
}

bool MayTellMore(const std::vector<EngineEvent>& events) {
  if (Find(events, "oom") != nullptr || Find(events, "pause") != nullptr) return false;
  if (FindDisconnect(events) != nullptr) return false;
  return Find(events, "restart") == nullptr && Find(events, "destroy") == nullptr;
}

std::string CauseOf(const std::string& name, const std::vector<EngineEvent>& events) {
  const std::string container = absl::StrCat("the container ", name, " ");
  if (Find(events, "oom") != nullptr) {
    return absl::StrCat(container,
                        "ran out of memory, and the kernel killed a process in it; it"
                        " needs a higher mem_limit");
  }
  if (Find(events, "pause") != nullptr) return container + "was paused";
  if (const EngineEvent* const off = FindDisconnect(events)) {
    return absl::StrCat(container, "was disconnected from the network ", off->detail);
  }
  if (Find(events, "die") != nullptr) return container + EndOf(events);
  if (const EngineEvent* const end = FindLast(events, "exec_die")) {
    return absl::StrCat("the process that joins it in the container ", name,
                        " ended with exit code ", end->detail);
  }
  return "";
}

}  // namespace balcony::containers
