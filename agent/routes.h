// The routes of the main table.
// Thread: any.
// Errors: 0, or what rtnetlink(7) answered.
// Source: rtnetlink(7), ip-route(8).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "agent/endpoint.h"
#include "balcony/v1/host.pb.h"

namespace balcony::agent {

// A route to add, or what a route to delete has. Addresses that are unknown are not given.
struct RouteChange {
  Address destination;
  uint8_t prefix_length = 0;
  v1::RouteKind kind = v1::ROUTE_KIND_UNICAST;
  Address gateway;
  std::string interface;
  Address source;
  std::optional<uint32_t> metric;
};

// Adds IPv4's, then IPv6's, in the kernel's order; of a route with several next hops one for each.
int ListRoutes(google::protobuf::RepeatedPtrField<v1::Route>* routes);

// REQUIRES: destination.known(), and what else is known is of its family.
int AddRoute(const RouteChange& route);
int DeleteRoute(const RouteChange& route);

}  // namespace balcony::agent
