#include "agent/token.h"

#include <openssl/crypto.h>
#include <openssl/sha.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "agent/outcome.h"

namespace balcony::agent {
namespace {

constexpr std::string_view kScheme = "Bearer ";
constexpr size_t kShortestToken = 16;
constexpr size_t kLongestToken = 1024;

using Digest = std::array<unsigned char, SHA256_DIGEST_LENGTH>;

Digest DigestOf(std::string_view text) {
  Digest digest;
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  return digest;
}

// Of digests, so that neither the place of a difference nor the length shows in the time it takes.
bool IsSame(std::string_view a, std::string_view b) {
  const Digest left = DigestOf(a);
  const Digest right = DigestOf(b);
  return CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

bool IsGraphic(const std::string& token) {
  return std::all_of(token.begin(), token.end(),
                     [](unsigned char byte) { return byte > 0x20 && byte < 0x7f; });
}

// Where root hands a secret out it is by the group, as Kubernetes does: another's process cannot be
// the owner. As PostgreSQL has it for its key.
mode_t Forbidden(const struct stat& file) {
  const bool is_handed_out = file.st_uid == 0 && geteuid() != 0;
  return is_handed_out ? S_IWGRP | S_IXGRP | S_IRWXO : S_IRWXG | S_IRWXO;
}

}  // namespace

absl::Status CheckSecret(const std::string& path) {
  struct stat file {};
  if (stat(path.c_str(), &file) != 0) {
    return absl::UnavailableError(absl::StrCat("cannot read ", path, ": ", ErrnoName(errno)));
  }
  if ((file.st_mode & Forbidden(file)) == 0) return absl::OkStatus();
  return absl::UnavailableError(
      absl::StrCat(path, " is a secret that others may read or write: chmod 600 ", path,
                   " makes it yours alone"));
}

absl::StatusOr<std::unique_ptr<const Token>> Token::Read(const std::string& path) {
  const absl::Status secret = CheckSecret(path);
  if (!secret.ok()) return secret;
  std::ifstream file(path);
  std::string token(kLongestToken + 2, '\0');
  file.read(token.data(), static_cast<std::streamsize>(token.size()));
  if (file.bad()) return absl::UnavailableError(absl::StrCat("cannot read ", path));
  token.resize(static_cast<size_t>(file.gcount()));
  absl::StripTrailingAsciiWhitespace(&token);
  if (token.size() < kShortestToken || token.size() > kLongestToken || !IsGraphic(token)) {
    return absl::UnavailableError(
        absl::StrCat(path, ": a token has ", kShortestToken, " to ", kLongestToken,
                     " characters of ASCII and no space; openssl rand -hex 32 makes a good one"));
  }
  return std::unique_ptr<const Token>(new Token(std::move(token)));
}

const char* Token::WhatIsWrong(const std::vector<std::string_view>& shown) const {
  if (shown.size() != 1) {
    return "this agent wants a token: metadata \"authorization: Bearer TOKEN\", once";
  }
  if (shown[0].substr(0, kScheme.size()) != kScheme ||
      !IsSame(shown[0].substr(kScheme.size()), token_)) {
    return "the token is not this agent's";
  }
  return nullptr;
}

}  // namespace balcony::agent
