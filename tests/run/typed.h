// What a person would type, as something that can be read.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <string>

#include "controller/wire/fd.h"

namespace balcony::run {

inline wire::Fd Typed(const std::string& lines) {
  wire::Fd file(memfd_create("typed", MFD_CLOEXEC));
  [[maybe_unused]] const ssize_t ignored = pwrite(file.get(), lines.data(), lines.size(), 0);
  return file;
}

}  // namespace balcony::run
