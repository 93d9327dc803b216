// The options of sockets by the names of their man pages: one table, of which the rest follows.
// Shapes: an option has one kind of value, in the contract and for the kernel. A new option is a
//         line in options.cc and one in docs/options.md.
// Errors: a name that is not in the table is kInvalidArgument, with the nearest one that is.
// Source: socket(7), ip(7), ipv6(7), tcp(7), udp(7), raw(7); linux/in.h, linux/in6.h, linux/tcp.h.
#pragma once

#include <span>
#include <string>

#include "absl/status/statusor.h"

namespace balcony::agent {

// What a value is: its field in OptionValue, and how the kernel takes it.
enum class Kind {
  kFlag,          // flag: int, 0 or 1
  kNumber,        // number: int
  kUnsigned,      // number: unsigned int
  kSeconds,       // duration: int
  kMilliseconds,  // duration: int
  kTime,          // duration: timeval
  kLinger,        // linger: struct linger
  kText,          // text: characters, at most 15
  kAddress,       // text: the kernel takes ip_mreqn, and gives in_addr
  kInterface,     // text: int, its index
  kWord,          // word: int
  kMembership,    // membership: ip_mreqn or ipv6_mreq, by the level
  kError,         // error: int
};

enum class OptionAccess { kReadWrite, kRead, kWrite };

struct Word {
  const char* name;
  int number;
};

struct Option {
  const char* name;
  int level;
  int number;
  Kind kind;
  OptionAccess access = OptionAccess::kReadWrite;
  const char* unit = "";  // of a number, for people
  std::span<const Word> words = {};
};

// All, in the order of the documentation.
std::span<const Option> Options();

// The option in the field "option". It lives for ever.
absl::StatusOr<const Option*> FindOption(const std::string& name);

}  // namespace balcony::agent
