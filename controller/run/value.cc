#include "controller/run/value.h"

#include <algorithm>

namespace balcony::run {

std::string Text::bytes() const {
  if (count == 1) return unit;
  std::string all;
  all.reserve(size());
  for (uint64_t i = 0; i < count; ++i) all += unit;
  return all;
}

bool operator==(const Text& a, const Text& b) {
  if (a.size() != b.size()) return false;
  if (a.count == b.count) return a.unit == b.unit;
  if (a.size() > kMaxTextBytes) return false;
  return a.bytes() == b.bytes();
}

const Value* FindField(const Record& record, const std::string& name) {
  const auto field =
      std::find_if(record.fields.begin(), record.fields.end(),
                   [&](const NamedValue& candidate) { return candidate.name == name; });
  if (field != record.fields.end()) return &field->value;
  static const Value kZero = {int64_t{0}};
  return record.counters ? &kZero : nullptr;
}

}  // namespace balcony::run
