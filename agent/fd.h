// An owned file descriptor.
// Owns:   one descriptor, or none; move-only; closed by the destructor.
// Thread: one at a time.
// Errors: 0, or the errno of close(2).
#pragma once

#include <string>
#include <utility>

namespace balcony::agent {

class Fd {
 public:
  Fd() = default;
  explicit Fd(int number) : number_(number) {}
  Fd(Fd&& other) noexcept : number_(other.Release()) {}
  Fd& operator=(Fd&& other) noexcept;
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;
  ~Fd() { Close(); }

  int get() const { return number_; }
  bool ok() const { return number_ >= 0; }

  // Gives the descriptor away.
  int Release() { return std::exchange(number_, -1); }

  // close(2). The descriptor is gone whatever the answer; without one the answer is 0.
  int Close();

 private:
  int number_ = -1;
};

// Appends the whole of a file to `text`. 0, or the errno of open(2) or read(2).
int ReadAll(const std::string& path, std::string& text);

}  // namespace balcony::agent
