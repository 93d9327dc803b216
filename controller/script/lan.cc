#include "controller/script/lan.h"

#include <algorithm>
#include <charconv>

#include "controller/script/address.h"

namespace balcony::script {

std::optional<Network> ParseNetwork(std::string_view text) {
  const size_t slash = text.find('/');
  auto bytes = AddressBytes(text.substr(0, slash));
  if (!bytes) return std::nullopt;
  const int longest = static_cast<int>(bytes->size()) * 8;
  if (slash == std::string_view::npos) return Network{*std::move(bytes), longest};
  const std::string_view digits = text.substr(slash + 1);
  int length = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), length);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  if (length < 0 || length > longest) return std::nullopt;
  return Network{NetworkOf(*std::move(bytes), length), length};
}

bool Holds(const Network& network, const Bytes& address) {
  return address.size() == network.first.size() &&
         NetworkOf(address, network.length) == network.first;
}

bool Overlap(const Network& a, const Network& b) {
  if (a.first.size() != b.first.size()) return false;
  const int length = std::min(a.length, b.length);
  return NetworkOf(a.first, length) == NetworkOf(b.first, length);
}

std::string PrefixText(const Bytes& bytes, int length) {
  return AddressText(bytes) + "/" + std::to_string(length);
}

bool IsNoHosts(const Bytes& bytes) {
  if (IsOwnAddress(bytes) || bytes[0] == 0xFF) return true;
  return bytes.size() == 4 && (bytes[0] == 0 || bytes[0] >= 224);
}

bool IsReserved(const Bytes& bytes, const Network& network) {
  if (network.length >= static_cast<int>(bytes.size()) * 8 - 1) return false;
  return bytes == network.first ||
         (bytes.size() == 4 && bytes == BroadcastOf(bytes, network.length));
}

std::string Instead(const Bytes& bytes, const Network& network) {
  const bool loopback = bytes[0] == 127 || (IsOwnAddress(bytes) && bytes.back() == 1);
  if (IsNoHosts(bytes))
    return std::string(loopback ? "each host has its own loopback: " : "") +
           "write one of a LAN, such as " + (bytes.size() == 4 ? "10.10.0.1/24" : "fd00::1/64");
  return std::string("it is the network's ") +
         (bytes == network.first ? "own" : "broadcast address") + ": write one between, such as " +
         PrefixText(*AddressAfter(network.first, 1), network.length);
}

std::pair<std::string, std::string> WhyNotExternal(const Bytes& bytes) {
  const std::string text = AddressText(bytes);
  if (text == "127.0.0.1" || text == "::1")
    return {text + " is every host's own", "have the program listen at another, such as 127.0.0.9"};
  const bool loopback = bytes.size() == 4 && bytes[0] == 127 && text != "127.0.0.0";
  if (!loopback && IsNoHosts(bytes))
    return {text + " is no host's address", "write one such as 192.0.2.9"};
  return {};
}

}  // namespace balcony::script
