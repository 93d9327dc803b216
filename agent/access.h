// Who may use an agent at an address, as the command line says it. A value.
// Errors: kInvalidArgument for options that contradict each other or leave an address open to all.
// Source: `balcony-agent --help`.
#pragma once

#include <string>

#include "absl/status/status.h"

namespace balcony::agent {

// Empty: not given.
struct Access {
  std::string certificate;  // the agent's own, PEM, with those between it and its authority
  std::string key;          // of the certificate, PEM
  std::string authority;    // who signs clients' certificates, PEM
  std::string token_file;   // holds the token that clients show
  bool insecure = false;    // no authentication at all, and on purpose

  bool has_tls() const { return !certificate.empty() || !key.empty(); }
  bool has_authentication() const { return !authority.empty() || !token_file.empty(); }
  bool is_default() const { return !has_tls() && !has_authentication() && !insecure; }
};

// Whether an agent may listen at `where` with these. `is_open`: at an address that other hosts
// reach.
absl::Status CheckAccess(const Access& access, const std::string& where, bool is_open);

}  // namespace balcony::agent
