// The flags of a call that moves data: MSG_PEEK and its like.
// Shapes: in the kernel's words only between ToKernel and PrintFlags.
// Errors: CheckFlags: kInvalidArgument for one that the call does not take, and for one said twice.
// Source: send(2), recv(2).
#pragma once

#include <cstdint>
#include <initializer_list>

#include "absl/status/statusor.h"
#include "balcony/v1/transfer.pb.h"

namespace balcony::agent {

// A set of flags.
class Flags {
 public:
  Flags() = default;
  Flags(std::initializer_list<v1::Flag> flags) {
    for (const v1::Flag flag : flags) Add(flag);
  }

  void Add(v1::Flag flag) { bits_ |= 1U << flag; }
  bool Has(v1::Flag flag) const { return (bits_ >> flag & 1) != 0; }

 private:
  uint32_t bits_ = 0;
};

// The field "flags", of which the call takes those in `taken`.
absl::StatusOr<Flags> CheckFlags(const google::protobuf::RepeatedField<int>& flags,
                                 const Flags& taken);

// MSG_PEEK and its like.
int ToKernel(const Flags& flags);

// Writes those that a message can come with: TRUNC, CTRUNC, OOB, ERRQUEUE, EOR.
void PrintFlags(int kernel, google::protobuf::RepeatedField<int>* flags);

}  // namespace balcony::agent
