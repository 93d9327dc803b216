// Certificates for tests: an authority, and what it signs, as files in a folder of this test's own.
#pragma once

#include <grpcpp/security/credentials.h>
#include <openssl/x509.h>

#include <cstdint>
#include <memory>
#include <string>

namespace balcony::agent {

class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::string operator/(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

std::string Read(const std::string& path);

// A file that its owner alone may read.
void WriteSecret(const std::string& path, const std::string& text);

class Authority {
 public:
  Authority();
  ~Authority();
  Authority(const Authority&) = delete;
  Authority& operator=(const Authority&) = delete;

  // Writes PATH.pem, the authority's own.
  void Write(const std::string& path) const;

  struct Request {
    std::string common_name = {};  // empty: none
    std::string names = {};        // "IP:127.0.0.1,DNS:juliet"; empty: none
    std::string usage = {};        // extended: "clientAuth"; empty: any
    std::string password = {};     // of the key; empty: none
    int64_t from_seconds = -24 * 3600;
    int64_t until_seconds = 24 * 3600;  // both from now
  };

  // Writes PATH.pem and PATH-key.pem.
  void SignRequest(const std::string& path, const Request& request) const;
  // The same, made out to 127.0.0.1 and `name`, good from a day ago for that many days.
  void Sign(const std::string& path, const std::string& name, int days = 2) const;

 private:
  EVP_PKEY* const key_;
  X509* const certificate_;
};

// What a client has: TRUST.pem is whom it trusts, OWN.pem and OWN-key.pem who it is (empty:
// nobody), and a token (empty: none).
std::shared_ptr<grpc::ChannelCredentials> ClientCredentials(const std::string& trust,
                                                            const std::string& own,
                                                            const std::string& token = "");

}  // namespace balcony::agent
