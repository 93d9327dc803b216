// Calls from bytes: a compact code in which most inputs are calls that can be made, on few sockets
// and few ports, and some are what no client should send. It reads the contract's descriptors, so a
// new call needs nothing here.
// Shapes: bytes that are not there are zeros.
// Thread: one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "balcony/v1/session.pb.h"

namespace balcony::agent {

class CallMaker {
 public:
  explicit CallMaker(std::span<const uint8_t> bytes) : bytes_(bytes) {}

  bool AtEnd() const { return at_ >= bytes_.size(); }
  uint8_t Byte() { return AtEnd() ? 0 : bytes_[at_++]; }

  // The next calls, without ids: one as a rule; those that lead to a connection; or none.
  // `last_id` is the latest that was used, for cancels.
  std::vector<v1::Call> Next(uint64_t last_id);

 private:
  using Message = google::protobuf::Message;
  using Field = google::protobuf::FieldDescriptor;

  v1::Call MakeCall(uint8_t code);
  std::vector<v1::Call> MakeConnection();
  v1::Call Parse();
  void Fill(Message& message);
  void FillField(Message& message, const Field& field);
  void AddValue(Message& message, const Field& field);
  int64_t Number(const Field& field);
  std::string Text(const Field& field);

  std::span<const uint8_t> bytes_;
  size_t at_ = 0;
  uint64_t last_id_ = 0;
};

// Every name that a socket of such a call may have.
std::vector<std::string> SocketNames(const v1::Call& call);

}  // namespace balcony::agent
