#include "agent/counters.h"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <map>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "agent/fd.h"

namespace balcony::agent {
namespace {

// Has a name and a number for each kind of message that came or went, and no line before.
constexpr char kAppearsLater[] = "IcmpMsg";

std::vector<absl::string_view> Split(absl::string_view text, char by) {
  return absl::StrSplit(text, by, absl::SkipEmpty());
}

// Most are unsigned; "Tcp MaxConn" is -1.
int64_t ParseNumber(absl::string_view text) {
  int64_t number = 0;
  uint64_t large = 0;
  if (absl::SimpleAtoi(text, &number)) return number;
  return absl::SimpleAtoi(text, &large) ? static_cast<int64_t>(large) : 0;
}

}  // namespace

struct Counters::Value {
  std::string group;
  std::string name;
  int64_t value;

  // "Udp: InDatagrams NoPorts" and "Udp: 5 0".
  static void FromTables(absl::string_view text, std::vector<Value>& values) {
    const auto lines = Split(text, '\n');
    for (size_t i = 0; i + 1 < lines.size(); i += 2) {
      const auto names = Split(lines[i], ' ');
      const auto numbers = Split(lines[i + 1], ' ');
      if (names.empty() || names.front() != numbers.front()) return;
      const std::string group(names.front().substr(0, names.front().size() - 1));
      for (size_t k = 1; k < std::min(names.size(), numbers.size()); ++k) {
        values.push_back({group, std::string(names[k]), ParseNumber(numbers[k])});
      }
    }
  }

  // "Icmp6InMsgs     5": of these only the group has a 6 at its end.
  static void FromLines(absl::string_view text, std::vector<Value>& values) {
    for (const absl::string_view line : Split(text, '\n')) {
      const size_t six = line.find('6');
      const size_t end = line.find_first_of(" \t");
      if (six == absl::string_view::npos || end == absl::string_view::npos || six > end) continue;
      values.push_back({std::string(line.substr(0, six + 1)),
                        std::string(line.substr(six + 1, end - six - 1)),
                        ParseNumber(line.substr(line.find_last_of(" \t") + 1))});
    }
  }
};

Counters::Counters() : before_(Read()) {}

Counters::Text Counters::Read() {
  Text text;
  text.answer = ReadAll("/proc/net/snmp", text.tables);
  // A kernel without IPv6 has no such file.
  const int six = ReadAll("/proc/net/snmp6", text.lines);
  if (text.answer == 0 && six != ENOENT) text.answer = six;
  const int more = ReadAll("/proc/net/netstat", text.more_tables);
  if (text.answer == 0) text.answer = more;
  return text;
}

std::vector<Counters::Value> Counters::Parse(const Text& text) {
  std::vector<Value> values;
  Value::FromTables(text.tables, values);
  Value::FromLines(text.lines, values);
  Value::FromTables(text.more_tables, values);
  return values;
}

int Counters::Groups(std::vector<std::string>& groups) const {
  groups.emplace_back(kAppearsLater);
  for (const Value& value : Parse(before_)) {
    if (std::find(groups.begin(), groups.end(), value.group) == groups.end()) {
      groups.push_back(value.group);
    }
  }
  return before_.answer;
}

int Counters::Changes(const std::string& group,
                      google::protobuf::RepeatedPtrField<v1::Counter>* changes) const {
  if (before_.answer != 0) return before_.answer;
  const Text now = Read();
  if (now.answer != 0) return now.answer;
  std::map<std::pair<std::string, std::string>, int64_t> before;
  for (const Value& value : Parse(before_)) before[{value.group, value.name}] = value.value;
  for (const Value& value : Parse(now)) {
    // Those that appear only now have been 0.
    const int64_t change = value.value - before[{value.group, value.name}];
    if (change == 0 || (!group.empty() && group != value.group)) continue;
    v1::Counter* counter = changes->Add();
    counter->set_group(value.group);
    counter->set_name(value.name);
    counter->set_change(change);
  }
  return 0;
}

}  // namespace balcony::agent
