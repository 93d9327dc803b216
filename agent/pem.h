// The agent's own certificate and key, and who signs its clients' certificates, as files have them.
// A value.
// Errors: kUnavailable for what cannot be read or used, with the file and the reason. What gRPC
//         would say is only that a handshake failed, to the client that came.
// Source: RFC 7468, RFC 5280 sections 4.1.2.5 and 4.2.1.12; SSL_CTX_use_certificate(3).
#pragma once

#include <openssl/x509.h>

#include <string>

#include "absl/status/statusor.h"
#include "agent/access.h"

namespace balcony::agent {

struct Pem {
  std::string certificate;  // with those between it and its authority
  std::string key;
  std::string authority;  // empty: clients show no certificates

  bool operator==(const Pem&) const = default;
};

// Whether now is within a certificate's time.
enum class Validity { kNotYet, kNow, kOver };
Validity ValidityOf(const X509* certificate);

// What the files have now. REQUIRES: access.has_tls().
absl::StatusOr<Pem> ReadPem(const Access& access);

}  // namespace balcony::agent
