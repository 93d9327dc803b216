#include "controller/script/address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

namespace balcony::script {
namespace {

constexpr size_t kIpv4Bytes = 4;
constexpr size_t kIpv6Bytes = 16;

std::optional<std::vector<uint8_t>> BytesOf(int family, size_t size, std::string_view text) {
  std::vector<uint8_t> bytes(size);
  if (inet_pton(family, std::string(text).c_str(), bytes.data()) != 1) return std::nullopt;
  return bytes;
}

std::vector<uint8_t> WithBehind(std::vector<uint8_t> bytes, int prefix_length, bool ones) {
  for (int bit = std::max(prefix_length, 0); bit < static_cast<int>(bytes.size()) * 8; ++bit) {
    const auto mask = static_cast<uint8_t>(0x80 >> bit % 8);
    uint8_t& byte = bytes[static_cast<size_t>(bit / 8)];
    byte = static_cast<uint8_t>(ones ? byte | mask : byte & ~mask);
  }
  return bytes;
}

}  // namespace

bool IsIpv4(std::string_view text) { return BytesOf(AF_INET, kIpv4Bytes, text).has_value(); }
bool IsIpv6(std::string_view text) { return BytesOf(AF_INET6, kIpv6Bytes, text).has_value(); }

std::optional<std::vector<uint8_t>> AddressBytes(std::string_view text) {
  text = text.substr(0, text.find('%'));
  if (text.find(':') != std::string_view::npos) return BytesOf(AF_INET6, kIpv6Bytes, text);
  return BytesOf(AF_INET, kIpv4Bytes, text);
}

std::string AddressText(const std::vector<uint8_t>& bytes) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(bytes.size() == kIpv4Bytes ? AF_INET : AF_INET6, bytes.data(), text.data(),
            text.size());
  return text.data();
}

std::optional<std::vector<uint8_t>> AddressAfter(std::vector<uint8_t> bytes, uint64_t count) {
  for (size_t i = bytes.size(); i-- > 0 && count > 0; count >>= 8) {
    count += bytes[i];
    bytes[i] = static_cast<uint8_t>(count & 0xFF);
  }
  if (count > 0) return std::nullopt;
  return bytes;
}

std::vector<uint8_t> NetworkOf(std::vector<uint8_t> bytes, int prefix_length) {
  return WithBehind(std::move(bytes), prefix_length, false);
}

std::vector<uint8_t> BroadcastOf(std::vector<uint8_t> bytes, int prefix_length) {
  return WithBehind(std::move(bytes), prefix_length, true);
}

bool IsOwnAddress(const std::vector<uint8_t>& bytes) {
  if (bytes.size() == kIpv4Bytes)
    return bytes[0] == 127 || bytes == std::vector<uint8_t>(kIpv4Bytes, 0);
  const bool zeros =
      std::all_of(bytes.begin(), bytes.end() - 1, [](uint8_t byte) { return byte == 0; });
  return zeros && bytes.back() <= 1;
}

}  // namespace balcony::script
