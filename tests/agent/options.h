// The two calls on options, for tests: EXPECT_EQ(Getsockopt(host, "s", "IP_TTL"), "number: 64").
#pragma once

#include <string>

#include "tests/agent/host.h"

namespace balcony::agent {

// `value` as text, like "flag: true".
inline v1::Event Setsockopt(Host& host, const std::string& socket, const std::string& option,
                            const std::string& value) {
  return host.Do("setsockopt { socket: '$0' option: '$1' value { $2 } }", socket, option, value);
}

// What was read back.
inline std::string ReadBack(const v1::Event& event) {
  return event.done().setsockopt().value().ShortDebugString();
}

inline std::string Getsockopt(Host& host, const std::string& socket, const std::string& option) {
  const v1::Event event = host.Do("getsockopt { socket: '$0' option: '$1' }", socket, option);
  return event.done().getsockopt().value().ShortDebugString();
}

}  // namespace balcony::agent
