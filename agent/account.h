// The words for one call on a socket, and the facts in them.
// Shapes: pure. Long payload is cut, and counted in full.
#pragma once

#include <google/protobuf/message.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "balcony/v1/session.pb.h"

namespace balcony::agent {

// A line, and the facts in it.
struct Narration {
  std::string text;
  std::vector<std::pair<std::string_view, std::string>> fields;
};

// A socket, as far as its calls have told.
struct SeenSocket {
  std::string local;
  std::string peer;
  bool duplicated = false;
};

// A call under way.
struct BegunCall {
  v1::Call::CallCase kind = v1::Call::CALL_NOT_SET;
  std::string socket;
  std::string other;    // the name of a socket that comes of it
  std::string address;  // that it was given
  std::string data;     // the beginning of what is to be sent
  uint64_t size = 0;    // of all of it
  bool peeks = false;
  bool connects = false;
  v1::How how = v1::HOW_UNSPECIFIED;
  std::optional<SeenSocket>
      left;  // by a close that lingers: the name may be another socket's by then
};

// What is to be remembered of a call that is made; absent for one that is not told.
std::optional<BegunCall> ReadCall(const v1::Call& call);

// The words for a call. Borrows all it is made of.
class Account {
 public:
  // `response`: null while it is blocked.
  Account(const BegunCall& call, const SeenSocket& seen, const google::protobuf::Message* response);

  // Each is empty where there is nothing to tell.
  std::string Waiting() const;
  std::string Done() const;
  std::string Failed(const v1::Outcome& outcome) const;

  // The socket, as a person would call it.
  std::string Itself() const;

  // The line with its facts. `error`: what became of a call that did not succeed, or empty.
  Narration Told(std::string text, const std::string& error) const;

 private:
  std::string At() const;
  std::string Shown() const;
  std::string Moved() const;

  const BegunCall& call_;
  const SeenSocket& seen_;
  const google::protobuf::Message* const response_;
  std::string local_;
  std::string peer_;
  std::string data_;
  uint64_t bytes_ = 0;
  uint64_t all_ = 0;
};

// What became of a call that did not succeed: "ECONNREFUSED (Connection refused)", "timed out".
std::string Failure(const v1::Outcome& outcome);

// An address in a response, "10.0.0.1:80" or "[::1]:80"; empty if it is not set.
std::string EndpointIn(const google::protobuf::Message& message, const char* name);

// Bytes as Python shows them: b'Hello'. Those behind the first 200 are left out: b'Hel'...
std::string PythonBytes(std::string_view bytes, uint64_t all);

}  // namespace balcony::agent
