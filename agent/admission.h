// Whether a call is delivered: by the client's certificate, its token, or both.
// Owns:   the token, where one is needed.
// Thread: any.
// Shapes: asked for each call. A handshake looks at a certificate once, and one that resumes a TLS
//         session does not; so its time may be over when a call comes.
// Errors: Refuse says what is wrong. It is logged, once a second at most.
// Source: RFC 8446 section 2.2, RFC 5280 section 4.1.2.5.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "agent/clock.h"
#include "agent/mutex.h"
#include "agent/seldom.h"
#include "agent/token.h"

namespace balcony::agent {

// What a client shows with a call.
struct Shown {
  std::string_view certificate;                  // PEM; empty: none
  std::vector<std::string> names;                // that it is made out to
  std::vector<std::string_view> authorizations;  // of the metadata
};

class Admission {
 public:
  // `token`: null where none is needed.
  Admission(bool needs_certificate, std::unique_ptr<const Token> token)
      : needs_certificate_(needs_certificate), token_(std::move(token)) {}

  bool needs_token() const { return token_ != nullptr; }

  // What is wrong with it; null if nothing is, and the call may be delivered.
  const char* Refuse(const Shown& shown);

 private:
  const char* WhatIsWrong(const Shown& shown) const;

  const bool needs_certificate_;
  const std::unique_ptr<const Token> token_;
  const Clock clock_;
  Mutex mutex_;
  Seldom refused_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace balcony::agent
