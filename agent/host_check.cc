#include "agent/host_check.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "agent/refusal.h"

namespace balcony::agent {
namespace {

constexpr size_t kInterfaceNameBytes = 15;
constexpr uint32_t kMinMtuBytes = 68;
constexpr uint32_t kMaxMtuBytes = 65535;
constexpr size_t kBitsPerByte = 8;

// dev_valid_name of the kernel.
absl::Status CheckInterface(const std::string& field, const std::string& name) {
  const bool valid = !name.empty() && name.size() <= kInterfaceNameBytes && name != "." &&
                     name != ".." && std::all_of(name.begin(), name.end(), [](char c) {
                       return c > ' ' && c != '/' && c != ':' && c != '\x7f';
                     });
  if (valid) return absl::OkStatus();
  return InvalidArgument(
      field, absl::StrCat(field, " must be an interface's name, 1 to ", kInterfaceNameBytes,
                          " letters; it is ", Quoted(name)));
}

absl::StatusOr<Address> CheckLiteral(const std::string& field, const std::string& text) {
  v1::Endpoint endpoint;
  endpoint.set_address(text);
  const absl::StatusOr<Address> address = ParseEndpoint(field, endpoint);
  if (address.ok() && address->scope() == 0) return address;
  return InvalidArgument(field, absl::StrCat(field, " must be an IPv4 or IPv6 address without a ",
                                             "scope; it is ", Quoted(text)));
}

// An address of the route that may be left out.
absl::Status CheckPart(const std::string& field, const std::string& text,
                       const Address& destination, Address& part) {
  if (text.empty()) return absl::OkStatus();
  absl::StatusOr<Address> address = CheckLiteral(field, text);
  if (!address.ok()) return address.status();
  if (address->family() != destination.family()) {
    return InvalidArgument(field, absl::StrCat(field, " must be of the destination's family"));
  }
  part = *address;
  return absl::OkStatus();
}

absl::Status CheckDestination(const std::string& text, RouteChange& change) {
  const size_t slash = text.find('/');
  uint32_t length = 0;
  if (slash != std::string::npos && absl::SimpleAtoi(text.substr(slash + 1), &length)) {
    absl::StatusOr<Address> address = CheckLiteral("route.destination", text.substr(0, slash));
    if (address.ok() && length <= address->bytes_size() * kBitsPerByte) {
      change.destination = *address;
      change.prefix_length = static_cast<uint8_t>(length);
      return absl::OkStatus();
    }
  }
  return InvalidArgument("route.destination",
                         absl::StrCat("route.destination must be a network, for example ",
                                      "10.10.0.0/24; it is ", Quoted(text)));
}

absl::Status CheckKind(const v1::Route& route, RouteChange& change) {
  switch (route.kind()) {
    case v1::ROUTE_KIND_UNSPECIFIED:
    case v1::ROUTE_KIND_UNICAST:
      change.kind = v1::ROUTE_KIND_UNICAST;
      return absl::OkStatus();
    case v1::ROUTE_KIND_UNREACHABLE:
    case v1::ROUTE_KIND_PROHIBIT:
    case v1::ROUTE_KIND_BLACKHOLE:
      break;
    default:
      return InvalidArgument("route.kind",
                             "route.kind must be UNICAST, UNREACHABLE, PROHIBIT or BLACKHOLE");
  }
  change.kind = route.kind();
  const char* field = !route.gateway().empty()     ? "route.gateway"
                      : !route.interface().empty() ? "route.interface"
                                                   : nullptr;
  if (field == nullptr) return absl::OkStatus();
  return InvalidArgument(field, absl::StrCat(field, " is for a UNICAST route only"));
}

absl::StatusOr<NeighbourChange> CheckAddressAndInterface(bool present,
                                                         const v1::Neighbour& neighbour) {
  if (!present) return InvalidArgument("neighbour", "neighbour is missing");
  absl::StatusOr<Address> address = CheckLiteral("neighbour.address", neighbour.address());
  if (!address.ok()) return address.status();
  const absl::Status status = CheckInterface("neighbour.interface", neighbour.interface());
  if (!status.ok()) return status;
  return NeighbourChange{*address, "", neighbour.interface()};
}

// Six bytes, "02:00:00:00:00:01".
bool ParseLinkAddress(const std::string& text, std::string& bytes) {
  constexpr absl::string_view kLike = "02:00:00:00:00:01";
  if (text.size() != kLike.size()) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool separates = kLike[i] == ':';
    if (separates != (text[i] == ':')) return false;
    if (!separates && !absl::ascii_isxdigit(static_cast<unsigned char>(text[i]))) return false;
  }
  bytes = absl::HexStringToBytes(absl::StrReplaceAll(text, {{":", ""}}));
  return true;
}

}  // namespace

absl::Status CheckOwnNetwork(const Limits& limits) {
  if (limits.own_network) return absl::OkStatus();
  return Refusal(absl::StatusCode::kPermissionDenied, "",
                 "this network namespace was not made for this agent (--own-network): it is looked "
                 "at, and never changed");
}

absl::StatusOr<InterfaceChange> CheckSetInterface(const v1::SetInterfaceRequest& request) {
  const absl::Status status = CheckInterface("name", request.name());
  if (!status.ok()) return status;
  InterfaceChange change{request.name(), std::nullopt, std::nullopt};
  if (request.has_up()) change.up = request.up();
  if (request.has_mtu()) change.mtu_bytes = request.mtu();
  if (!change.up && !change.mtu_bytes) {
    return InvalidArgument("up", "up or mtu is needed: there is nothing to change");
  }
  if (change.mtu_bytes && (*change.mtu_bytes < kMinMtuBytes || *change.mtu_bytes > kMaxMtuBytes)) {
    return InvalidArgument("mtu", absl::StrCat("mtu must be ", kMinMtuBytes, " to ", kMaxMtuBytes,
                                               "; it is ", *change.mtu_bytes));
  }
  return change;
}

absl::StatusOr<RouteChange> CheckRoute(bool present, const v1::Route& route) {
  if (!present) return InvalidArgument("route", "route is missing");
  RouteChange change;
  absl::Status status = CheckDestination(route.destination(), change);
  if (status.ok()) status = CheckKind(route, change);
  if (status.ok()) {
    status = CheckPart("route.gateway", route.gateway(), change.destination, change.gateway);
  }
  if (status.ok()) {
    status = CheckPart("route.source", route.source(), change.destination, change.source);
  }
  if (status.ok() && !route.interface().empty()) {
    status = CheckInterface("route.interface", route.interface());
  }
  if (!status.ok()) return status;
  change.interface = route.interface();
  if (route.has_metric()) change.metric = route.metric();
  return change;
}

absl::StatusOr<NeighbourChange> CheckNeighbour(bool present, const v1::Neighbour& neighbour) {
  absl::StatusOr<NeighbourChange> change = CheckAddressAndInterface(present, neighbour);
  if (!change.ok() || ParseLinkAddress(neighbour.link_address(), change->link_address)) {
    return change;
  }
  return InvalidArgument("neighbour.link_address",
                         absl::StrCat("neighbour.link_address must be like 02:00:00:00:00:01; it ",
                                      "is ", Quoted(neighbour.link_address())));
}

absl::StatusOr<NeighbourChange> CheckNoNeighbour(bool present, const v1::Neighbour& neighbour) {
  return CheckAddressAndInterface(present, neighbour);
}

}  // namespace balcony::agent
