// What crosses into a library that ThreadSanitizer cannot see into, and back: the order that the
// library keeps inside is told at its edge. Nothing without that sanitizer.
// Source: sanitizer/tsan_interface.h; docs/decisions/009.
#pragma once

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#include <sanitizer/tsan_interface.h>
#define BALCONY_TSAN_EDGE 1
#endif
#endif

namespace balcony::fleet {

// `what` is the library's until it comes back.
inline void HandOver([[maybe_unused]] void* what) {
#ifdef BALCONY_TSAN_EDGE
  __tsan_release(what);
#endif
}

inline void TakeBack([[maybe_unused]] void* what) {
#ifdef BALCONY_TSAN_EDGE
  __tsan_acquire(what);
#endif
}

}  // namespace balcony::fleet
