#include "controller/cli/certificate.h"

#include <arpa/inet.h>
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace balcony::cli {
namespace {

constexpr char kOrganisation[] = "Balcony";
constexpr int kAuthorityDays = 3650;
constexpr int kNameBytes = 64;  // of X.520's common name
constexpr int64_t kDaySeconds = 24 * 3600;
// Hosts whose clocks are behind take a new certificate too.
constexpr int64_t kBackdatedSeconds = 3600;

using Memory = std::unique_ptr<BIO, decltype(&BIO_free_all)>;

absl::Status OpensslError(const char* what) {
  std::array<char, 256> reason{};
  ERR_error_string_n(ERR_get_error(), reason.data(), reason.size());
  return absl::UnavailableError(absl::StrCat(what, ": ", reason.data()));
}

Memory Reading(const std::string& text) {
  return {BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), BIO_free_all};
}

std::string Written(const Memory& memory) {
  char* text = nullptr;
  const auto size = BIO_get_mem_data(memory.get(), &text);
  return {text, static_cast<size_t>(size)};
}

bool IsAddress(const std::string& host) {
  std::array<char, sizeof(in6_addr)> room;
  return inet_pton(AF_INET, host.c_str(), room.data()) == 1 ||
         inet_pton(AF_INET6, host.c_str(), room.data()) == 1;
}

std::string AlternativeName(const std::string& host) {
  return absl::StrCat(IsAddress(host) ? "IP:" : "DNS:", host);
}

// A number that nobody can guess and no other certificate has.
bool SetSerial(X509* certificate) {
  std::array<unsigned char, 16> bytes;
  if (RAND_bytes(bytes.data(), bytes.size()) != 1) return false;
  bytes[0] = (bytes[0] & 0x3f) | 0x40;  // positive, and of one length
  BIGNUM* number = BN_bin2bn(bytes.data(), bytes.size(), nullptr);
  const bool set = BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != nullptr;
  BN_free(number);
  return set;
}

bool AddName(X509_NAME* name, const char* field, const std::string& text) {
  return X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8,
                                    reinterpret_cast<const unsigned char*>(text.data()),
                                    static_cast<int>(text.size()), -1, 0) == 1;
}

bool AddExtension(X509* certificate, X509V3_CTX* context, int kind, const std::string& value) {
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, context, kind, value.c_str());
  if (extension == nullptr) return false;
  const bool added = X509_add_ext(certificate, extension, -1) == 1;
  X509_EXTENSION_free(extension);
  return added;
}

}  // namespace

struct Certificate::Plan {
  std::string name;
  int days = 0;
  std::vector<std::pair<int, std::string>> extensions;
};

absl::StatusOr<Certificate> Certificate::Sign(const Plan& plan, const Certificate* signer) {
  Key key(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"));
  X509Certificate made(X509_new());
  if (key == nullptr || made == nullptr) return OpensslError("cannot make a key");
  X509* const certificate = made.get();
  X509* const issuer = signer == nullptr ? certificate : signer->certificate_.get();
  X509_NAME* const subject = X509_get_subject_name(certificate);
  bool ok = X509_set_version(certificate, X509_VERSION_3) == 1 && SetSerial(certificate) &&
            X509_gmtime_adj(X509_getm_notBefore(certificate), -kBackdatedSeconds) != nullptr &&
            X509_gmtime_adj(X509_getm_notAfter(certificate), plan.days * kDaySeconds) != nullptr &&
            AddName(subject, "O", kOrganisation) && AddName(subject, "CN", plan.name) &&
            X509_set_issuer_name(certificate, X509_get_subject_name(issuer)) == 1 &&
            X509_set_pubkey(certificate, key.get()) == 1;
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  for (const auto& [kind, value] : plan.extensions) {
    ok = ok && AddExtension(certificate, &context, kind, value);
  }
  EVP_PKEY* const signing = signer == nullptr ? key.get() : signer->key_.get();
  if (!ok || X509_sign(certificate, signing, EVP_sha256()) == 0) {
    return OpensslError("cannot make a certificate");
  }
  return Certificate(std::move(key), std::move(made));
}

absl::StatusOr<Certificate> Certificate::MakeAuthority() {
  return Sign({.name = "Balcony authority",
               .days = kAuthorityDays,
               .extensions = {{NID_basic_constraints, "critical,CA:TRUE,pathlen:0"},
                              {NID_key_usage, "critical,keyCertSign,cRLSign"},
                              {NID_subject_key_identifier, "hash"}}},
              nullptr);
}

absl::StatusOr<Certificate> Certificate::SignAgent(const std::vector<std::string>& hosts,
                                                   int days) const {
  const auto append = [](std::string* out, const std::string& host) {
    out->append(AlternativeName(host));
  };
  return Sign({.name = hosts.front().substr(0, kNameBytes),
               .days = days,
               .extensions = {{NID_basic_constraints, "critical,CA:FALSE"},
                              {NID_key_usage, "critical,digitalSignature"},
                              {NID_ext_key_usage, "serverAuth"},
                              {NID_authority_key_identifier, "keyid"},
                              {NID_subject_alt_name, absl::StrJoin(hosts, ",", append)}}},
              this);
}

absl::StatusOr<Certificate> Certificate::SignController(const std::string& name, int days) const {
  return Sign({.name = name,
               .days = days,
               .extensions = {{NID_basic_constraints, "critical,CA:FALSE"},
                              {NID_key_usage, "critical,digitalSignature"},
                              {NID_ext_key_usage, "clientAuth"},
                              {NID_authority_key_identifier, "keyid"}}},
              this);
}

absl::StatusOr<Certificate> Certificate::Parse(const std::string& certificate,
                                               const std::string& key) {
  const Memory certificate_text = Reading(certificate);
  const Memory key_text = Reading(key);
  X509Certificate read(PEM_read_bio_X509(certificate_text.get(), nullptr, nullptr, nullptr));
  Key read_key(PEM_read_bio_PrivateKey(key_text.get(), nullptr, nullptr, nullptr));
  if (read == nullptr || read_key == nullptr ||
      X509_check_private_key(read.get(), read_key.get()) != 1) {
    return OpensslError("not a certificate and its key");
  }
  return Certificate(std::move(read_key), std::move(read));
}

absl::StatusOr<std::string> Certificate::CertificateText() const {
  const Memory memory(BIO_new(BIO_s_mem()), BIO_free_all);
  if (PEM_write_bio_X509(memory.get(), certificate_.get()) != 1) return OpensslError("PEM");
  return Written(memory);
}

absl::StatusOr<std::string> Certificate::KeyText() const {
  const Memory memory(BIO_new(BIO_s_mem()), BIO_free_all);
  if (PEM_write_bio_PrivateKey(memory.get(), key_.get(), nullptr, nullptr, 0, nullptr, nullptr) !=
      1) {
    return OpensslError("PEM");
  }
  return Written(memory);
}

bool IsHost(const std::string& host) {
  if (IsAddress(host)) return true;
  const bool is_name = std::all_of(host.begin(), host.end(), [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '.' || c == '_';
  });
  return is_name && !host.empty() && host.size() <= 253 && host.front() != '.' &&
         host.front() != '-';
}

}  // namespace balcony::cli
