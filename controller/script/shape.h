// What a value is, as far as it is known without running: its type, and what is in a record or a
// list.
// Shapes: records are messages of the protos, read by reflection: a field has one name at all
//         levels.
// Source: docs/language.md, "Calls"; proto/balcony/v1.
#pragma once

#include <string>
#include <vector>

#include "google/protobuf/descriptor.h"

namespace balcony::script {

enum class Type {
  kNumber,
  kFlag,  // 0 or 1
  kText,
  kDuration,
  kEndpoint,
  kAddress,  // without a port
  kKeyword,  // a small word of the notation: tcp, dontwait
  kState,
  kError,        // an error as data, inside a record
  kWord,         // one of some capital words: DO, ICMP
  kWords,        // any number of them: IN OUT RDHUP
  kSetting,      // of the kernel: a number, or a text
  kOption,       // SO_RCVBUF
  kOptionValue,  // of the kind that the call's option has
  kSocket,
  kRecord,
  kList,
  kNone
};

struct Shape {
  Type type = Type::kNone;
  std::vector<Shape> fields = {};       // of a record: each has its name
  std::vector<std::string> words = {};  // kKeyword, kWord, kWords: those that there are
  std::vector<Shape> element = {};      // of a list: one
  bool may_be_none = false;
  std::string name = {};  // of a field
};

// The field of that name; null if there is none.
const Shape* FindMember(const std::vector<Shape>& fields, const std::string& name);
std::vector<std::string> NamesOf(const std::vector<Shape>& fields);

// A record whose fields are the message's. A response's own outcome is none of them.
Shape ShapeOf(const google::protobuf::Descriptor& message);
Shape ShapeOf(const google::protobuf::FieldDescriptor& field);

// A field's name in the notation: the proto's own, but for `errno`, which no proto can have.
std::string NameOf(const google::protobuf::FieldDescriptor& field);

// Whether the field's own fields stand in its place: a socket's queues.
bool IsInlined(const google::protobuf::FieldDescriptor& field);
// Whether the notation tells the field in another way: an outcome, the end of a stream.
bool IsTold(const google::protobuf::FieldDescriptor& field);

// An enum's value as a word: "TIME-WAIT", "KEEPALIVE", and "tcp" of a transport.
std::string WordOf(const google::protobuf::EnumValueDescriptor& value);

}  // namespace balcony::script
