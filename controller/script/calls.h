// Every call of the notation: its arguments, and what it gives. `check` holds scripts against this
// table; the interpreter reads arguments by it. A new call is a row in one of rows_*.cc.
// Source: docs/language.md, "Calls".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "controller/script/ast.h"
#include "controller/script/shape.h"

namespace balcony::script {

struct Parameter {
  std::string name;
  Shape shape;  // its words may stand here by position, or as name=word
  bool required = true;
  bool by_name_only = false;  // until="\n"
  bool several = false;       // as many of its words as one likes: peek, dontwait
  int64_t least = 0;          // of a number
  int64_t most = INT64_MAX;
};

// On what a call is made.
enum class Receiver { kNone, kSocket };

// Who does a call.
enum class Actor { kAgent, kController, kWire };

struct Signature {
  std::string function;
  Receiver receiver = Receiver::kNone;
  Actor actor = Actor::kAgent;
  std::vector<Parameter> parameters;
  std::vector<Shape> results;  // none: it succeeds or fails; two: a tuple, as accept's
  bool may_block = false;      // may stand with & or => blocks
  bool may_end = false;        // may give eof
  bool own_network = false;    // of the host's own network, which hosts on loopback addresses lack
  bool observes = false;  // changes nothing, so that it can be repeated until it is as expected
};

// All calls, by name.
const std::vector<Signature>& Signatures();

// The call of that name; null if there is none. The pointer is good for ever.
const Signature* FindSignature(std::string_view function);

// What to write in place of a call of the notation that this version does not have yet; empty for
// any other.
std::string InPlaceOf(std::string_view function);

// The call's arguments in the order of the signature's parameters; none where one is not given.
// Arguments that fit no parameter are left out: Check refuses them.
std::vector<std::vector<const Arg*>> ArgumentsOf(const Signature& signature, const Call& call);

// "peek" of a bare name, "SO_RCVBUF" of a word; empty for any other argument.
std::string WordOf(const Arg& arg);

// What the call gives with these arguments: an option's value is of the option's kind. A
// kOptionValue among them is not known.
std::vector<Shape> ResultsOf(const Signature& signature, const Call& call);

// The call as its documentation writes it: "sock.recv(max_bytes[, waitall|dontwait ...][,
// until=text])".
std::string Usage(const Signature& signature);

}  // namespace balcony::script
