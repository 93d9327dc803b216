// The options of sockets: the kind of value that each has, by which `sock.setsockopt(SO_RCVBUF,
// 5000)` is judged and sent.
// Source: docs/options.md; socket(7), ip(7), ipv6(7), tcp(7), udp(7), raw(7).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "controller/script/shape.h"

namespace balcony::script {

// The names are those of v1.OptionValue.
enum class OptionKind {
  kFlag,
  kNumber,
  kDuration,
  kLinger,
  kText,
  kWord,
  kMembership,
  kError  // can only be read
};

struct Option {
  std::string name;
  OptionKind kind = OptionKind::kNumber;
  std::vector<std::string> words = {};  // kWord: those that there are
};

// All options, by name.
const std::vector<Option>& Options();

// The option of that name; null if there is none. The pointer is good for ever.
const Option* FindOption(std::string_view name);

// What its value is.
Shape ShapeOf(const Option& option);

// A value of its kind, as it is written: "200ms", "{onoff: 1, linger: 0}".
std::string ExampleOf(const Option& option);

}  // namespace balcony::script
