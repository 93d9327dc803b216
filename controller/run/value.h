// The values of the notation, as the interpreter holds them.
// Shapes: Text is a unit and a count, so that "x" * 10000000 is small; a Socket is a name in its
//         agent's session.
// Source: docs/language.md, "Names, words, values".
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "absl/time/time.h"
#include "balcony/v1/socket.pb.h"

namespace balcony::run {

struct Value;
struct NamedValue;

// Bytes: `unit`, `count` times in a row.
struct Text {
  std::string unit;
  uint64_t count = 1;

  uint64_t size() const { return unit.size() * count; }
  // All of it in one piece. REQUIRES: size() is small enough for memory; see kMaxTextBytes.
  std::string bytes() const;
  friend bool operator==(const Text& a, const Text& b);
};

// What may be written out in one piece, to join or to compare.
inline constexpr uint64_t kMaxTextBytes = 64 << 20;

struct Endpoint {
  std::string address;  // a literal
  uint32_t port = 0;
};

// An address without a port, where it stands as such: a gateway, the sender of an ICMP message.
struct Address {
  std::string literal;
};

// A word of the field: ECONNREFUSED, TIME-WAIT.
struct Word {
  std::string name;
};

// Two words or more: IN OUT RDHUP.
struct Words {
  std::vector<std::string> names;
};

struct Socket {
  std::string name;  // in its agent's session
  v1::Family family = v1::FAMILY_INET;
  v1::Transport transport = v1::TRANSPORT_TCP;
};

// Named values, in the order in which they are shown.
struct Record {
  std::vector<NamedValue> fields;
  bool counters = false;  // a field that is not there is 0
};

struct List {
  std::vector<Value> items;
};

// What is written `none`: no error, no event, no timer.
struct Nothing {};

struct Value {
  std::variant<Nothing, int64_t, absl::Duration, Text, Endpoint, Address, Word, Words, Socket,
               Record, List>
      node;
};

struct NamedValue {
  std::string name;
  Value value;
};

// The field of that name; null if there is none.
const Value* FindField(const Record& record, const std::string& name);

}  // namespace balcony::run
