// How far the counters of the host's network stack have moved since this was made.
// Owns:   the kernel's text from then, which is parsed only when somebody asks: the reading takes
//         about 0.1 ms.
// Thread: any for what is const, and nothing else is there.
// Errors: 0, or the errno of reading /proc.
// Source: proc(5), RFC 1213, snmp_counter of the kernel's documentation.
#pragma once

#include <string>
#include <vector>

#include "balcony/v1/host.pb.h"

namespace balcony::agent {

class Counters {
 public:
  Counters();

  // The groups that the kernel has, in its order.
  int Groups(std::vector<std::string>& groups) const;

  // Adds those that have moved, in the kernel's order; of one group, or of all if it is empty.
  int Changes(const std::string& group,
              google::protobuf::RepeatedPtrField<v1::Counter>* changes) const;

 private:
  struct Text {
    int answer = 0;
    std::string tables;  // snmp and netstat: a line of names, a line of numbers
    std::string lines;   // snmp6: a name and a number
    std::string more_tables;
  };
  struct Value;

  static Text Read();
  static std::vector<Value> Parse(const Text& text);

  const Text before_;
};

}  // namespace balcony::agent
