#include "controller/run/shown.h"

#include <utility>

namespace balcony::run {
namespace {

// TCP_INFO has 54 fields, and the counters of TCP are more.
constexpr size_t kShort = 12;

void Select(const script::Alts& alts, const Record& from, Record& selected) {
  for (const script::Atom& atom : alts.atoms) {
    const auto* pattern = std::get_if<script::Record>(&atom.node);
    if (pattern == nullptr) continue;
    for (const script::Field& field : pattern->fields) {
      const Value* value = FindField(from, field.name);
      if (FindField(selected, field.name) == nullptr)
        selected.fields.push_back({field.name, value == nullptr ? Value{} : *value});
    }
  }
}

}  // namespace

std::vector<Value> Shown(std::vector<Value> values, const script::Expect& expect) {
  if (values.size() != 1 || expect.parts.size() != 1) return values;
  auto* record = std::get_if<Record>(&values.front().node);
  if (record == nullptr || (record->fields.size() <= kShort && !record->counters)) return values;
  Record selected;
  Select(expect.parts.front(), *record, selected);
  if (!selected.fields.empty()) *record = std::move(selected);
  return values;
}

}  // namespace balcony::run
