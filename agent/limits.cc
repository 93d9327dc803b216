#include "agent/limits.h"

#include <iterator>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace balcony::agent {
namespace {

constexpr int64_t kLongestPayload = 15 * 1024 * 1024;
constexpr uint64_t kBesidePayload = 1024 * 1024;
constexpr int64_t kYear = 365 * 24 * 3600;

constexpr LimitRow kLimitRows[] = {
    {"sockets", &Limits::sockets, 1'000'000, "open sockets of all sessions"},
    {"sockets_per_session", &Limits::sockets_per_session, 1'000'000, "open sockets of a session"},
    {"blocked_calls_per_session", &Limits::blocked_calls_per_session, 1'000'000,
     "calls of a session that are blocked at the same time"},
    {"payload_bytes", &Limits::payload_bytes, kLongestPayload, "payload of one message"},
    {"sessions", &Limits::sessions, 1'000'000, "sessions of all clients"},
    {"lease", &Limits::lease, kYear, "the longest lease"},
    {"buffered_bytes_per_session", &Limits::buffered_bytes_per_session, UINT32_MAX,
     "payload that a session's blocked calls hold"},
    {"buffered_bytes", &Limits::buffered_bytes, UINT32_MAX,
     "payload that all sessions hold: of blocked calls, and answers not written"},
    {"patience", &Limits::patience, kYear, "how long a call may stay blocked"},
    {"control_connections", &Limits::control_connections, 10'000, "clients' connections"},
    {"connections_per_second", &Limits::connections_per_second, 1'000'000,
     "new connections from one address that is not a loopback one"},
    {"first_call", &Limits::first_call, kYear,
     "how long a connection may go without a call that is let through"},
    {"sockets_listed", &Limits::sockets_listed, 1'000'000, "sockets that one answer lists"},
};

absl::Status WrongLimit(absl::string_view name, const std::string& what) {
  return absl::InvalidArgumentError(absl::StrCat("--limit ", name, what));
}

absl::Status Set(const LimitRow& row, const std::string& value, uint32_t& field) {
  int64_t number = 0;
  if (!absl::SimpleAtoi(value, &number) || number < 1 || number > row.most) {
    return WrongLimit(row.name, absl::StrCat("=", value, ": a number from 1 to ", row.most));
  }
  field = static_cast<uint32_t>(number);
  return absl::OkStatus();
}

absl::Status Set(const LimitRow& row, const std::string& value, absl::Duration& field) {
  absl::Duration time;
  if (!absl::ParseDuration(value, &time) || time < absl::Milliseconds(1) ||
      time > absl::Seconds(row.most)) {
    return WrongLimit(row.name,
                      absl::StrCat("=", value, ": a time from 1ms to ",
                                   absl::FormatDuration(absl::Seconds(row.most)), ", as in 90s"));
  }
  field = time;
  return absl::OkStatus();
}

std::string Text(uint32_t number) { return absl::StrCat(number); }
std::string Text(absl::Duration time) { return absl::FormatDuration(time); }

}  // namespace

uint64_t MessageBytes(const Limits& limits) { return limits.payload_bytes + kBesidePayload; }

std::span<const LimitRow> LimitRows() { return kLimitRows; }

absl::Status SetLimit(const std::string& text, Limits& limits) {
  const size_t equals = text.find('=');
  if (equals == std::string::npos) return WrongLimit(text, ": NAME=VALUE is wanted");
  const std::string name = text.substr(0, equals);
  for (const LimitRow& row : kLimitRows) {
    if (name != row.name) continue;
    return std::visit([&](auto field) { return Set(row, text.substr(equals + 1), limits.*field); },
                      row.field);
  }
  const auto append_name = [](std::string* out, const LimitRow& row) { out->append(row.name); };
  return WrongLimit(name, absl::StrCat(": there is no such limit; there are ",
                                       absl::StrJoin(kLimitRows, ", ", append_name)));
}

std::string LimitValue(const LimitRow& row, const Limits& limits) {
  return std::visit([&](auto field) { return Text(limits.*field); }, row.field);
}

}  // namespace balcony::agent
