// Keys and certificates: an authority of one's own, and what it signs.
// Owns:   OpenSSL's objects. Keys are EC P-256.
// Thread: one.
// Errors: kUnavailable, with OpenSSL's reason.
// Source: RFC 5280; X509_sign(3), EVP_EC_gen(3), X509V3_EXT_conf_nid(3).
#pragma once

#include <openssl/x509.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace balcony::cli {

class Certificate {
 public:
  // An authority that signs itself, good for ten years.
  static absl::StatusOr<Certificate> MakeAuthority();

  // From PEM. REQUIRES: the key is the certificate's.
  static absl::StatusOr<Certificate> Parse(const std::string& certificate, const std::string& key);

  // Signs one for an agent, which clients know by these host names and addresses.
  absl::StatusOr<Certificate> SignAgent(const std::vector<std::string>& hosts, int days) const;

  // Signs one for a controller of this name.
  absl::StatusOr<Certificate> SignController(const std::string& name, int days) const;

  // In PEM.
  absl::StatusOr<std::string> CertificateText() const;
  absl::StatusOr<std::string> KeyText() const;

 private:
  template <class T, void (*kFree)(T*)>
  struct Free {
    void operator()(T* object) const { kFree(object); }
  };
  using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY, EVP_PKEY_free>>;
  using X509Certificate = std::unique_ptr<X509, Free<X509, X509_free>>;
  struct Plan;

  Certificate(Key key, X509Certificate certificate)
      : key_(std::move(key)), certificate_(std::move(certificate)) {}

  // `signer` null: the new one itself.
  static absl::StatusOr<Certificate> Sign(const Plan& plan, const Certificate* signer);

  Key key_;
  X509Certificate certificate_;
};

// Whether a certificate can be made out to this host: an address, or a name of DNS.
bool IsHost(const std::string& host);

}  // namespace balcony::cli
