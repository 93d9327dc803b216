// The secret that clients show with each call: "authorization: Bearer …".
// Owns:   the token, which never leaves this class.
// Thread: any.
// Errors: kUnavailable for a file that cannot be read or that others may read, or whose token is
//         too short or has a space in it.
// Source: RFC 6750, section 2.1; CRYPTO_memcmp(3).
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

namespace balcony::agent {

// Whether only its owner may read a file with a secret in it; or, where that is root and we are
// not, its group besides.
absl::Status CheckSecret(const std::string& path);

class Token {
 public:
  static absl::StatusOr<std::unique_ptr<const Token>> Read(const std::string& path);

  // Of a call's "authorization" metadata; null if nothing is. A comparison in memory.
  const char* WhatIsWrong(const std::vector<std::string_view>& shown) const;

 private:
  explicit Token(std::string token) : token_(std::move(token)) {}

  const std::string token_;
};

}  // namespace balcony::agent
