#include "agent/admission.h"

#include <openssl/pem.h>
#include <openssl/x509.h>

#include <algorithm>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "agent/log.h"
#include "agent/pem.h"

namespace balcony::agent {
namespace {

// Null if nothing is.
const char* WrongWithCertificate(const Shown& shown) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> text(
      BIO_new_mem_buf(shown.certificate.data(), static_cast<int>(shown.certificate.size())),
      BIO_free);
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(
      PEM_read_bio_X509(text.get(), nullptr, nullptr, nullptr), X509_free);
  if (certificate == nullptr) return "this agent wants a client certificate";
  const Validity validity = ValidityOf(certificate.get());
  if (validity == Validity::kOver) {
    return "the client's certificate has expired; balcony certs makes another";
  }
  if (validity == Validity::kNotYet) return "the client's certificate is not valid yet";
  if (std::all_of(shown.names.begin(), shown.names.end(),
                  [](const std::string& name) { return name.empty(); })) {
    return "the client's certificate names nobody: it has neither a subject alternative name nor a"
           " common name";
  }
  return nullptr;
}

}  // namespace

const char* Admission::WhatIsWrong(const Shown& shown) const {
  const char* wrong = needs_certificate_ ? WrongWithCertificate(shown) : nullptr;
  if (wrong != nullptr || token_ == nullptr) return wrong;
  return token_->WhatIsWrong(shown.authorizations);
}

// gRPC does not say here whence it came.
const char* Admission::Refuse(const Shown& shown) {
  const char* wrong = WhatIsWrong(shown);
  if (wrong == nullptr) return nullptr;
  MutexLock lock(mutex_);
  if (const std::optional<uint64_t> others = refused_.Tell(clock_.Now())) {
    LogWarning("a call is refused", {{"why", wrong},
                                     {"identity", absl::StrJoin(shown.names, ",")},
                                     {"others", absl::StrCat(*others)}});
  }
  return wrong;
}

}  // namespace balcony::agent
