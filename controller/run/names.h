// Which host has which address in this run.
// Owns:   copies; immutable once made, so any thread may ask.
// Shapes: hosts by their names in the topology ("client[2]"); addresses are literals.
// Source: docs/language.md, "Names, words, values".
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "balcony/v1/socket.pb.h"

namespace balcony::run {

struct NamedHost {
  std::string name;
  std::vector<std::string> addresses;
  std::string localhost;  // its IPv4 loopback address, 127.0.0.1 unless hosts share one stack
};

// ::ffff:10.10.0.100 is 10.10.0.100 as a dual-stack socket sees it (ipv6(7)): the latter.
std::string_view WithoutMapping(std::string_view literal);

class Names {
 public:
  // `played` maps declared addresses to those that take their place on this fleet.
  Names(std::vector<NamedHost> hosts, std::map<std::string, std::string> played);

  // The address of `host`, or of "localhost" on the host `self`, in that family.
  absl::StatusOr<std::string> Resolve(const std::string& host, v1::Family family,
                                      size_t self) const;

  // The address that takes this literal's place here.
  std::string Played(const std::string& literal) const;

  // Whether the address is one of the host's ("localhost": any loopback address).
  bool Has(const std::string& host, std::string_view address) const;

  // How the address is shown on host `self`: a host's name, "localhost", or the literal (IPv6 in
  // brackets).
  std::string Show(const std::string& address, size_t self) const;

 private:
  const NamedHost* Find(const std::string& host) const;

  const std::vector<NamedHost> hosts_;
  const std::map<std::string, std::string> played_;
};

}  // namespace balcony::run
