// The neighbours: who has which hardware address.
// Thread: any.
// Errors: 0, or what rtnetlink(7) answered.
// Source: rtnetlink(7), arp(7), ip-neighbour(8).
#pragma once

#include <string>

#include "agent/endpoint.h"
#include "balcony/v1/host.pb.h"

namespace balcony::agent {

struct NeighbourChange {
  Address address;
  std::string link_address;  // six bytes; none to delete one
  std::string interface;
};

// Adds IPv4's, then IPv6's, in the kernel's order.
int ListNeighbours(google::protobuf::RepeatedPtrField<v1::Neighbour>* neighbours);

// Takes the place of what was known before.
int AddNeighbour(const NeighbourChange& neighbour);
int DeleteNeighbour(const NeighbourChange& neighbour);

}  // namespace balcony::agent
