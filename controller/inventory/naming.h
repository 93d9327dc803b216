// Names that the notation can have, for hosts that are called otherwise.
// Shapes: pure.
// Source: docs/language.md, "Names, words, values".
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "controller/inventory/document.h"

namespace balcony::inventory {

// Whether a host can be called so: juliet, tcp-server, client[2].
bool IsHostName(std::string_view name);

// The name for a host; nothing for one that is called by an address alone.
std::optional<std::string> NameFor(const Found& found);

}  // namespace balcony::inventory
