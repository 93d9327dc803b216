// The rows of the table of calls, by family, and what they are made of.
// Source: docs/language.md, "Calls".
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "controller/script/calls.h"

namespace balcony::script {

// socket to close, and what a socket says of itself.
std::vector<Signature> SocketRows();
// Data, messages, options.
std::vector<Signature> MessageRows();
// The host that acts, the controller, the wire.
std::vector<Signature> HostRows();

inline Parameter Of(Type type, std::string name, std::vector<std::string> words = {}) {
  return {std::move(name), {.type = type, .words = std::move(words)}};
}
inline Parameter NumberOf(std::string name) { return Of(Type::kNumber, std::move(name)); }
// A number that an agent takes from `least` to `most` alone.
inline Parameter NumberOf(std::string name, int64_t least, int64_t most) {
  Parameter parameter = NumberOf(std::move(name));
  parameter.least = least;
  parameter.most = most;
  return parameter;
}
inline Parameter FlagOf(std::string name) { return Of(Type::kFlag, std::move(name)); }
inline Parameter TextOf(std::string name) { return Of(Type::kText, std::move(name)); }
inline Parameter EndpointOf(std::string name) { return Of(Type::kEndpoint, std::move(name)); }
inline Parameter AddressOf(std::string name) { return Of(Type::kAddress, std::move(name)); }
inline Parameter Keyword(std::string name, std::vector<std::string> words) {
  return Of(Type::kKeyword, std::move(name), std::move(words));
}
inline Parameter Optional(Parameter parameter) {
  parameter.required = false;
  return parameter;
}
inline Parameter ByName(Parameter parameter) {
  parameter.by_name_only = true;
  return Optional(std::move(parameter));
}
inline Parameter Several(Parameter parameter) {
  parameter.several = true;
  return Optional(std::move(parameter));
}

// A call that an agent does, on a socket or on its host.
inline Signature OnSocket(std::string function, std::vector<Parameter> parameters = {},
                          std::vector<Shape> results = {}) {
  return {std::move(function), Receiver::kSocket, Actor::kAgent, std::move(parameters),
          std::move(results)};
}
inline Signature OnHost(std::string function, std::vector<Parameter> parameters = {},
                        std::vector<Shape> results = {}) {
  return {std::move(function), Receiver::kNone, Actor::kAgent, std::move(parameters),
          std::move(results)};
}
inline Signature Blocking(Signature row) {
  row.may_block = true;
  return row;
}
inline Signature Ending(Signature row) {
  row.may_end = true;
  return row;
}
inline Signature Observing(Signature row) {
  row.observes = true;
  return row;
}
inline Signature OfOwnNetwork(Signature row) {
  row.own_network = true;
  return row;
}

}  // namespace balcony::script
