// How each call of the notation fills its request, by family.
// Source: docs/language.md, "Calls"; proto/balcony/v1/session.proto.
#pragma once

#include <map>
#include <string>

#include "controller/run/arguments.h"
#include "controller/run/request.h"

namespace balcony::run {

// All that a row of the table may need to fill its request.
struct Making {
  Arguments& arguments;
  const std::string& fresh_name;
  Request& request;

  const std::string& on() const { return request.on->name; }
  v1::Call& call() const { return request.call; }
  void Fill(const std::string& argument, v1::Endpoint* end) const;
  void Fill(const std::string& argument, v1::Data* data) const;
  void Fill(google::protobuf::RepeatedField<int>* flags) const;
};

using Make = void (*)(const Making&);
using Makers = std::map<std::string, Make, std::less<>>;

Makers SocketMakers();
Makers MessageMakers();
Makers HostMakers();

// The enum's value that the notation calls so: "tcp", "DONTWAIT", "TIME-WAIT"; 0 if there is none.
int NumberOf(const google::protobuf::EnumDescriptor& type, const std::string& word);

}  // namespace balcony::run
