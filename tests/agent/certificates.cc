#include "tests/agent/certificates.h"

#include <gtest/gtest.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace balcony::agent {
namespace {

constexpr int64_t kDaySeconds = 24 * 3600;

void Extend(X509* certificate, X509* issuer, int kind, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value);
  EXPECT_EQ(X509_add_ext(certificate, extension, -1), 1);
  X509_EXTENSION_free(extension);
}

// EVP_EC_gen(3) is a macro with a cast in it.
EVP_PKEY* NewKey() { return EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"); }

// Not signed yet.
X509* Make(EVP_PKEY* key, const Authority::Request& request) {
  static std::atomic<int> serial = 0;
  X509* made = X509_new();
  X509_set_version(made, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(made), ++serial);
  X509_gmtime_adj(X509_getm_notBefore(made), request.from_seconds);
  X509_gmtime_adj(X509_getm_notAfter(made), request.until_seconds);
  const auto* name = reinterpret_cast<const unsigned char*>(request.common_name.c_str());
  if (!request.common_name.empty()) {
    X509_NAME_add_entry_by_txt(X509_get_subject_name(made), "CN", MBSTRING_UTF8, name, -1, -1, 0);
  }
  X509_set_pubkey(made, key);
  return made;
}

void WriteCertificate(const std::string& path, X509* certificate) {
  // Whole or not at all, for whoever looks for new ones.
  FILE* file = std::fopen((path + ".new").c_str(), "w");
  PEM_write_X509(file, certificate);
  std::fclose(file);
  std::filesystem::rename(path + ".new", path);
}

}  // namespace

Folder::Folder() {
  std::string name = testing::TempDir() + "certificates-XXXXXX";
  path_ = mkdtemp(name.data());
}

Folder::~Folder() { std::filesystem::remove_all(path_); }

std::string Read(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

void WriteSecret(const std::string& path, const std::string& text) {
  std::ofstream(path + ".new") << text;
  chmod((path + ".new").c_str(), 0600);
  std::filesystem::rename(path + ".new", path);
}

Authority::Authority() : key_(NewKey()), certificate_(Make(key_, {.common_name = "authority"})) {
  X509_set_issuer_name(certificate_, X509_get_subject_name(certificate_));
  Extend(certificate_, certificate_, NID_basic_constraints, "critical,CA:TRUE");
  EXPECT_GT(X509_sign(certificate_, key_, EVP_sha256()), 0);
}

Authority::~Authority() {
  X509_free(certificate_);
  EVP_PKEY_free(key_);
}

void Authority::Write(const std::string& path) const {
  WriteCertificate(path + ".pem", certificate_);
}

void Authority::Sign(const std::string& path, const std::string& name, int days) const {
  SignRequest(path, {.common_name = name,
                     .names = "IP:127.0.0.1,DNS:" + name,
                     .until_seconds = (days - 1) * kDaySeconds});
}

void Authority::SignRequest(const std::string& path, const Request& request) const {
  EVP_PKEY* key = NewKey();
  X509* made = Make(key, request);
  X509_set_issuer_name(made, X509_get_subject_name(certificate_));
  if (!request.names.empty()) {
    Extend(made, certificate_, NID_subject_alt_name, request.names.c_str());
  }
  if (!request.usage.empty()) {
    Extend(made, certificate_, NID_ext_key_usage, request.usage.c_str());
  }
  EXPECT_GT(X509_sign(made, key_, EVP_sha256()), 0);
  BIO* memory = BIO_new(BIO_s_mem());
  const std::string& password = request.password;
  PEM_write_bio_PrivateKey(memory, key, password.empty() ? nullptr : EVP_aes_128_cbc(),
                           reinterpret_cast<const unsigned char*>(password.data()),
                           static_cast<int>(password.size()), nullptr, nullptr);
  char* text = nullptr;
  const auto size = BIO_get_mem_data(memory, &text);
  WriteSecret(path + "-key.pem", std::string(text, static_cast<size_t>(size)));
  WriteCertificate(path + ".pem", made);
  BIO_free(memory);
  X509_free(made);
  EVP_PKEY_free(key);
}

std::shared_ptr<grpc::ChannelCredentials> ClientCredentials(const std::string& trust,
                                                            const std::string& own,
                                                            const std::string& token) {
  grpc::SslCredentialsOptions options;
  options.pem_root_certs = Read(trust + ".pem");
  if (!own.empty()) {
    options.pem_cert_chain = Read(own + ".pem");
    options.pem_private_key = Read(own + "-key.pem");
  }
  const auto encrypted = grpc::SslCredentials(options);
  if (token.empty()) return encrypted;
  return grpc::CompositeChannelCredentials(encrypted, grpc::AccessTokenCredentials(token));
}

}  // namespace balcony::agent
