// Messages of the agent as values of the notation: a record is read by its message's own fields.
// Source: controller/script/shape.h; docs/language.md, "Calls".
#pragma once

#include "controller/run/value.h"
#include "google/protobuf/message.h"

namespace balcony::run {

// All fields that are there; see script::ShapeOf for what is left out and what is inlined.
Record RecordOf(const google::protobuf::Message& message);

// One field: Nothing if it is not there.
Value FieldOf(const google::protobuf::Message& message,
              const google::protobuf::FieldDescriptor& field);

}  // namespace balcony::run
