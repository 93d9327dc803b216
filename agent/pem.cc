#include "agent/pem.h"

#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <memory>

#include "absl/strings/str_cat.h"
#include "agent/fd.h"
#include "agent/outcome.h"
#include "agent/token.h"

namespace balcony::agent {
namespace {

using OwnCertificate = std::unique_ptr<X509, decltype(&X509_free)>;
using OwnKey = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using PemBio = std::unique_ptr<BIO, decltype(&BIO_free)>;

absl::Status Unusable(const std::string& path, const std::string& what) {
  return absl::UnavailableError(absl::StrCat(path, ": ", what));
}

absl::Status ReadWhole(const std::string& path, std::string& text) {
  errno = 0;
  const Fd file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  std::array<char, 4096> some;
  ssize_t count = file.ok() ? 1 : -1;
  while (count > 0) {
    count = read(file.get(), some.data(), some.size());
    if (count > 0) text.append(some.data(), static_cast<size_t>(count));
  }
  if (count == 0) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat("cannot read ", path, ": ", ErrnoName(errno)));
}

PemBio BioOf(const std::string& pem) {
  return {BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free};
}

OwnCertificate ParseCertificate(const std::string& pem) {
  return {PEM_read_bio_X509(BioOf(pem).get(), nullptr, nullptr, nullptr), X509_free};
}

// Whether there is a certificate, and nothing among them that is broken: gRPC takes all or none.
bool HoldsCertificates(const std::string& pem) {
  const PemBio bio = BioOf(pem);
  ERR_clear_error();
  int count = 0;
  while (OwnCertificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr), X509_free)) {
    ++count;
  }
  const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  ERR_clear_error();
  return count > 0 && at_end;
}

// Without a callback OpenSSL asks at the terminal.
int RefusePassword(char*, int, int, void* asked) {
  *static_cast<bool*>(asked) = true;
  return -1;
}

absl::Status CheckKey(const std::string& path, const std::string& pem, const X509* certificate) {
  bool encrypted = false;
  const OwnKey key(PEM_read_bio_PrivateKey(BioOf(pem).get(), nullptr, RefusePassword, &encrypted),
                   EVP_PKEY_free);
  if (encrypted) {
    return Unusable(path, absl::StrCat("encrypted keys are not supported; openssl pkey -in ", path,
                                       " -out FILE writes it in plain text"));
  }
  if (key == nullptr) return Unusable(path, "holds no key in PEM");
  if (X509_check_private_key(certificate, key.get()) == 1) return absl::OkStatus();
  return Unusable(path, "is the key of another certificate");
}

absl::Status CheckCertificate(const std::string& path, X509* certificate) {
  const Validity validity = ValidityOf(certificate);
  if (validity == Validity::kOver) {
    return Unusable(path, "has expired; balcony certs makes another");
  }
  if (validity == Validity::kNotYet) {
    return Unusable(path, "is not valid yet; is the host's clock right?");
  }
  if ((X509_get_extended_key_usage(certificate) & XKU_SSL_SERVER) == 0) {
    return Unusable(path, "is not for servers: its extended key usage is without serverAuth");
  }
  return absl::OkStatus();
}

absl::Status CheckPem(const Access& access, const Pem& pem) {
  const OwnCertificate certificate = ParseCertificate(pem.certificate);
  if (certificate == nullptr || !HoldsCertificates(pem.certificate)) {
    return Unusable(access.certificate, "holds no certificate in PEM, or a broken one");
  }
  const absl::Status key = CheckKey(access.key, pem.key, certificate.get());
  if (!key.ok()) return key;
  if (!access.authority.empty() && !HoldsCertificates(pem.authority)) {
    return Unusable(access.authority, "holds no certificate in PEM, or a broken one");
  }
  return CheckCertificate(access.certificate, certificate.get());
}

}  // namespace

Validity ValidityOf(const X509* certificate) {
  // X509_cmp_time(3): 0 is a time that cannot be read.
  if (X509_cmp_current_time(X509_get0_notAfter(certificate)) <= 0) return Validity::kOver;
  if (X509_cmp_current_time(X509_get0_notBefore(certificate)) >= 0) return Validity::kNotYet;
  return Validity::kNow;
}

absl::StatusOr<Pem> ReadPem(const Access& access) {
  Pem pem;
  absl::Status status = CheckSecret(access.key);
  if (status.ok()) status = ReadWhole(access.key, pem.key);
  if (status.ok()) status = ReadWhole(access.certificate, pem.certificate);
  if (status.ok() && !access.authority.empty()) {
    status = ReadWhole(access.authority, pem.authority);
  }
  if (status.ok()) status = CheckPem(access, pem);
  if (!status.ok()) return status;
  return pem;
}

}  // namespace balcony::agent
