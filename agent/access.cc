#include "agent/access.h"

#include "absl/strings/str_cat.h"

namespace balcony::agent {

absl::Status CheckAccess(const Access& access, const std::string& where, bool is_open) {
  if (access.certificate.empty() != access.key.empty()) {
    return absl::InvalidArgumentError("--tls-cert and --tls-key need each other");
  }
  if (access.has_authentication() && !access.has_tls()) {
    return absl::InvalidArgumentError(
        "--tls-ca and --token-file need --tls-cert and --tls-key: in plain text anybody on the way"
        " could take the session");
  }
  if (access.has_authentication() && access.insecure) {
    return absl::InvalidArgumentError("--insecure contradicts --tls-ca and --token-file");
  }
  if (!is_open || access.has_authentication() || access.insecure) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      where,
      " is not a loopback address, and without authentication whoever reaches it could use"
      " this host's network: give --tls-cert and --tls-key with --tls-ca or --token-file"
      " (balcony certs makes the files), or listen on 127.0.0.1 or a unix:PATH;"
      " --insecure lets everybody in"));
}

}  // namespace balcony::agent
