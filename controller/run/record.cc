#include "controller/run/record.h"

#include <limits>
#include <utility>

#include "absl/time/time.h"
#include "balcony/v1/outcome.pb.h"
#include "controller/script/shape.h"
#include "google/protobuf/util/time_util.h"

namespace balcony::run {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::util::TimeUtil;

// One word is a Word, so that it is what a pattern's word is.
Value WordsValue(std::vector<std::string> names) {
  if (names.empty()) return {Nothing{}};
  if (names.size() == 1) return {Word{std::move(names.front())}};
  return {Words{std::move(names)}};
}

Value RepeatedValue(const Message& message, const FieldDescriptor& field) {
  const auto& reflection = *message.GetReflection();
  const int size = reflection.FieldSize(message, &field);
  std::vector<std::string> words;
  List list;
  for (int i = 0; i < size; ++i) {
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_ENUM)
      words.push_back(script::WordOf(*reflection.GetRepeatedEnum(message, &field, i)));
    else if (field.cpp_type() == FieldDescriptor::CPPTYPE_STRING)
      words.push_back(reflection.GetRepeatedString(message, &field, i));
    else
      list.items.push_back({RecordOf(reflection.GetRepeatedMessage(message, &field, i))});
  }
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) return {std::move(list)};
  return WordsValue(std::move(words));
}

Value StringValue(std::string bytes, const FieldDescriptor& field) {
  switch (script::ShapeOf(field).type) {
    case script::Type::kAddress:
      if (bytes.empty()) return {Nothing{}};
      return {Address{std::move(bytes)}};
    case script::Type::kWord:
      return {Word{std::move(bytes)}};
    default:
      return {Text{std::move(bytes)}};
  }
}

Value MessageValue(const Message& inner, const FieldDescriptor& field) {
  if (const auto* duration = dynamic_cast<const google::protobuf::Duration*>(&inner))
    return {absl::Nanoseconds(TimeUtil::DurationToNanoseconds(*duration))};
  if (const auto* stamp = dynamic_cast<const google::protobuf::Timestamp*>(&inner))
    return {Text{TimeUtil::ToString(*stamp)}};
  if (const auto* error = dynamic_cast<const v1::Errno*>(&inner)) return {Word{error->name()}};
  if (const auto* end = dynamic_cast<const v1::Endpoint*>(&inner)) {
    if (script::ShapeOf(field).type == script::Type::kAddress) return {Address{end->address()}};
    return {Endpoint{end->address(), end->port()}};
  }
  return {RecordOf(inner)};
}

// 2^64 - 1 is what the kernel has for "no limit", and more than a number of the notation can be.
Value UnsignedValue(uint64_t number) {
  if (number > static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) return {Nothing{}};
  return {static_cast<int64_t>(number)};
}

// Whether it is told although it is not there: that no error is pending is what SO_ERROR says.
bool IsAlwaysTold(const FieldDescriptor& field) {
  return field.containing_type()->full_name() == "balcony.v1.PendingError";
}

}  // namespace

Record RecordOf(const Message& message) {
  Record record;
  const google::protobuf::Descriptor& type = *message.GetDescriptor();
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    if (script::IsTold(field)) continue;
    if (script::IsInlined(field)) {
      for (NamedValue& inner :
           RecordOf(message.GetReflection()->GetMessage(message, &field)).fields)
        record.fields.push_back(std::move(inner));
      continue;
    }
    Value value = FieldOf(message, field);
    if (!std::holds_alternative<Nothing>(value.node) || IsAlwaysTold(field))
      record.fields.push_back({script::NameOf(field), std::move(value)});
  }
  return record;
}

Value FieldOf(const Message& message, const FieldDescriptor& field) {
  const auto& reflection = *message.GetReflection();
  if (field.is_repeated()) return RepeatedValue(message, field);
  if (field.has_presence() && !reflection.HasField(message, &field)) return {Nothing{}};
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      return {static_cast<int64_t>(reflection.GetBool(message, &field))};
    case FieldDescriptor::CPPTYPE_INT32:
      return {int64_t{reflection.GetInt32(message, &field)}};
    case FieldDescriptor::CPPTYPE_INT64:
      return {reflection.GetInt64(message, &field)};
    case FieldDescriptor::CPPTYPE_UINT32:
      return {int64_t{reflection.GetUInt32(message, &field)}};
    case FieldDescriptor::CPPTYPE_UINT64:
      return UnsignedValue(reflection.GetUInt64(message, &field));
    case FieldDescriptor::CPPTYPE_ENUM:
      return {Word{script::WordOf(*reflection.GetEnum(message, &field))}};
    case FieldDescriptor::CPPTYPE_STRING:
      return StringValue(reflection.GetString(message, &field), field);
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return MessageValue(reflection.GetMessage(message, &field), field);
    default:
      return {Nothing{}};  // the protos have no fractions
  }
}

}  // namespace balcony::run
