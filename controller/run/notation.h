// Values written as the author of a file would write them.
// Shapes: text in quotes with the notation's escapes; an endpoint by its host's name where it has
//         one.
// Source: docs/language.md, "Names, words, values".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "controller/run/names.h"
#include "controller/run/value.h"

namespace balcony::run {

// "But, soft!\n": UTF-8 as it is, other bytes as \xHH. Over `most_bytes` it is cut, with its whole
// size behind.
std::string Quote(const Text& text, size_t most_bytes = 120);

// The same without the quotes, and whole.
std::string Escaped(const Text& text);

// "200ms", "1.5s": in the largest unit that is not above it.
std::string Spell(absl::Duration duration);

// One value, as host `self` sees it; a socket is `_`.
std::string Write(const Value& value, const Names& names, size_t self);

// Several, as a tuple without its parentheses.
std::string Write(const std::vector<Value>& values, const Names& names, size_t self);

}  // namespace balcony::run
