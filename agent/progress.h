// How far one try has brought a call.
#pragma once

#include <cstddef>

namespace balcony::agent {

// A call that moves more gives way to others.
constexpr size_t kTurnBytes = 1024 * 1024;

enum class Progress {
  kEnded,    // the kernel has answered
  kBlocked,  // it waits for the kernel
  kMore,     // it could go on at once, and gives way to others
};

}  // namespace balcony::agent
