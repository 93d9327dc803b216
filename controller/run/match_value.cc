#include "controller/run/match_value.h"

#include <algorithm>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "controller/run/match_address.h"
#include "controller/run/notation.h"
#include "re2/re2.h"

namespace balcony::run {
namespace {

// What can be less or more: a number, or a time in nanoseconds.
struct Measure {
  int64_t amount = 0;
  bool time = false;
};

// What `16 bytes`, `3 sockets`, `> 3` and `< 1ms` measure of a value.
std::optional<Measure> MeasureOf(const Value& value, const std::string& unit) {
  const auto count = [](auto number) { return Measure{static_cast<int64_t>(number)}; };
  if (const auto* number = std::get_if<int64_t>(&value.node)) return count(*number);
  if (const auto* duration = std::get_if<absl::Duration>(&value.node))
    return Measure{absl::ToInt64Nanoseconds(*duration), true};
  if (const auto* text = std::get_if<Text>(&value.node)) {
    if (unit == "bytes") return count(text->size());
    if (unit == "lines" && text->size() <= kMaxTextBytes) {
      const std::string bytes = text->bytes();
      return count(std::count(bytes.begin(), bytes.end(), '\n'));
    }
  }
  const auto* list = std::get_if<List>(&value.node);
  return list != nullptr && !unit.empty() ? std::optional(count(list->items.size())) : std::nullopt;
}

// What stands in the pattern for that.
absl::StatusOr<Measure> LimitOf(const script::Expr& expr, const Scope& scope) {
  const auto value = Evaluate(expr, scope);
  if (!value.ok()) return value.status();
  const bool measures = std::holds_alternative<int64_t>(value->node) ||
                        std::holds_alternative<absl::Duration>(value->node);
  if (!measures) return absl::InvalidArgumentError("a number is wanted here");
  return *MeasureOf(*value, "");
}

bool Holds(int64_t left, const std::string& op, int64_t right) {
  if (op == "<") return left < right;
  if (op == "<=") return left <= right;
  if (op == ">") return left > right;
  return left >= right;
}

// Where two texts part, for those that are long.
void SayWherePart(const Text& expected, const Text& got, Differences& differences) {
  constexpr uint64_t kShort = 24;
  if (expected.size() < kShort || got.size() < kShort) return;
  if (expected.size() + got.size() > kMaxTextBytes) return;
  const std::string a = expected.bytes();
  const std::string b = got.bytes();
  const auto part = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  differences.push_back(absl::StrCat("the first ", part.first - a.begin(),
                                     " bytes are alike; expected ", a.size(), " bytes, got ",
                                     b.size()));
}

bool Same(const Value& expected, const Value& got, Differences& differences);

// Open, as a record pattern is: fields that are not expected are free.
bool SameRecord(const Record& expected, const Record& got, Differences& differences) {
  return std::all_of(expected.fields.begin(), expected.fields.end(), [&](const NamedValue& field) {
    const Value* other = FindField(got, field.name);
    return other != nullptr && Same(field.value, *other, differences);
  });
}

bool SameList(const List& expected, const List& got, Differences& differences) {
  return std::equal(expected.items.begin(), expected.items.end(), got.items.begin(),
                    got.items.end(),
                    [&](const Value& a, const Value& b) { return Same(a, b, differences); });
}

bool SameWords(const Words& expected, const Words& got) {
  const std::set<std::string> a(expected.names.begin(), expected.names.end());
  return a == std::set<std::string>(got.names.begin(), got.names.end());
}

// An address is as good as the text that it is.
std::optional<std::string> LiteralOf(const Value& value) {
  if (const auto* address = std::get_if<Address>(&value.node)) return address->literal;
  const auto* text = std::get_if<Text>(&value.node);
  return text != nullptr && text->size() < 64 ? std::optional(text->bytes()) : std::nullopt;
}

bool Same(const Value& expected, const Value& got, Differences& differences) {
  if (std::holds_alternative<Address>(expected.node) || std::holds_alternative<Address>(got.node)) {
    const auto literal = LiteralOf(expected);
    return literal && literal == LiteralOf(got);
  }
  if (const auto* duration = std::get_if<absl::Duration>(&expected.node)) {
    const auto* other = std::get_if<absl::Duration>(&got.node);
    return other != nullptr && *duration == *other;
  }
  if (const auto* words = std::get_if<Words>(&expected.node)) {
    const auto* other = std::get_if<Words>(&got.node);
    return other != nullptr && SameWords(*words, *other);
  }
  if (std::holds_alternative<Nothing>(expected.node))
    return std::holds_alternative<Nothing>(got.node);
  if (const auto* text = std::get_if<Text>(&expected.node)) {
    const auto* other = std::get_if<Text>(&got.node);
    if (other == nullptr) return false;
    if (*text == *other) return true;
    SayWherePart(*text, *other, differences);
    return false;
  }
  if (const auto* number = std::get_if<int64_t>(&expected.node)) {
    const auto* other = std::get_if<int64_t>(&got.node);
    return other != nullptr && *number == *other;
  }
  if (const auto* word = std::get_if<Word>(&expected.node)) {
    const auto* other = std::get_if<Word>(&got.node);
    return other != nullptr && word->name == other->name;
  }
  if (const auto* end = std::get_if<Endpoint>(&expected.node)) {
    const auto* other = std::get_if<Endpoint>(&got.node);
    return other != nullptr && end->address == other->address && end->port == other->port;
  }
  if (const auto* record = std::get_if<Record>(&expected.node)) {
    const auto* other = std::get_if<Record>(&got.node);
    return other != nullptr && SameRecord(*record, *other, differences);
  }
  if (const auto* list = std::get_if<List>(&expected.node)) {
    const auto* other = std::get_if<List>(&got.node);
    return other != nullptr && SameList(*list, *other, differences);
  }
  return false;
}

absl::StatusOr<bool> MatchRange(const script::Range& range, const Value& value, const Scope& scope,
                                Differences& differences) {
  if (const auto* transport = std::get_if<Word>(&value.node); transport != nullptr) {
    const auto* ref = std::get_if<script::Ref>(&range.from->node);  // tcp, in {transport: tcp}
    if (ref != nullptr && ref->path.front() == transport->name) return true;
  }
  const auto* host = std::get_if<script::Ref>(&range.from->node);
  const auto* address = std::get_if<Address>(&value.node);
  if (host != nullptr && address != nullptr && NamesHost(*host, scope))
    return MatchHostName(*host, *address, scope);
  const auto from = Evaluate(*range.from, scope);
  if (!from.ok()) return from.status();
  if (!range.to && range.unit.empty()) return Same(*from, value, differences);
  const auto low = LimitOf(*range.from, scope);
  if (!low.ok()) return low.status();
  const auto high = range.to ? LimitOf(*range.to, scope) : low;
  if (!high.ok()) return high.status();
  const std::optional<Measure> measure = MeasureOf(value, range.unit);
  if (!measure || measure->time != low->time || measure->time != high->time) return false;
  const bool matched = low->amount <= measure->amount && measure->amount <= high->amount;
  if (!matched && !range.unit.empty())
    differences.push_back(absl::StrCat("got ", measure->amount, " ", range.unit));
  return matched;
}

absl::StatusOr<bool> MatchCompare(const script::Compare& compare, const Value& value,
                                  const Scope& scope) {
  const auto limit = LimitOf(*compare.value, scope);
  if (!limit.ok()) return limit.status();
  const std::optional<Measure> measure = MeasureOf(value, compare.unit);
  return measure && measure->time == limit->time &&
         Holds(measure->amount, compare.op, limit->amount);
}

// A field that is not there is `none`, and nothing else.
bool MatchAbsent(const script::Alts& pattern) {
  return !pattern.negated &&
         std::any_of(pattern.atoms.begin(), pattern.atoms.end(), [](const script::Atom& atom) {
           return std::holds_alternative<script::None>(atom.node);
         });
}

absl::StatusOr<bool> MatchRecord(const script::Record& pattern, const Value& value,
                                 const Scope& scope, Differences& differences) {
  const auto* record = std::get_if<Record>(&value.node);
  if (record == nullptr) return false;
  bool all = true;
  for (const script::Field& field : pattern.fields) {
    const Value* got = FindField(*record, field.name);
    Differences inner;
    const auto matched =
        got == nullptr ? MatchAbsent(*field.value) : MatchValue(*field.value, *got, scope, inner);
    if (!matched.ok()) return matched;
    if (*matched) continue;
    all = false;
    const std::string shown =
        got == nullptr ? "none" : Write(*got, scope.setting.names, scope.self);
    differences.push_back(absl::StrCat(field.name, " is ", shown));
  }
  return all;
}

// Matches list elements from `next` on; `...` stands for any number of them.
absl::StatusOr<bool> MatchItems(const script::List& pattern, size_t next, const List& list,
                                size_t item, const Scope& scope) {
  if (next == pattern.elements.size()) return item == list.items.size();
  const auto& element = pattern.elements[next];
  if (std::holds_alternative<script::Ellipsis>(element)) {
    for (size_t rest = item; rest <= list.items.size(); ++rest) {
      const auto matched = MatchItems(pattern, next + 1, list, rest, scope);
      if (!matched.ok() || *matched) return matched;
    }
    return false;
  }
  const auto* alts = std::get_if<std::unique_ptr<script::Alts>>(&element);
  if (alts == nullptr || item == list.items.size()) return false;
  Differences unused;
  const auto matched = MatchValue(**alts, list.items[item], scope, unused);
  if (!matched.ok() || !*matched) return matched;
  return MatchItems(pattern, next + 1, list, item + 1, scope);
}

bool MatchRegex(const script::Regex& regex, const Value& value) {
  const auto* text = std::get_if<Text>(&value.node);
  if (text == nullptr || text->size() > kMaxTextBytes) return false;
  RE2::Options options(RE2::Latin1);  // on bytes, whatever they encode
  options.set_log_errors(false);
  const RE2 expression(regex.expression, options);
  return expression.ok() && RE2::PartialMatch(text->bytes(), expression);
}

}  // namespace

absl::StatusOr<bool> MatchAtom(const script::Atom& atom, const Value& value, const Scope& scope,
                               Differences& differences) {
  const bool nothing = std::holds_alternative<Nothing>(value.node);
  if (std::holds_alternative<script::None>(atom.node)) return nothing;
  if (std::holds_alternative<script::Any>(atom.node)) return !nothing;
  if (const auto* words = std::get_if<script::Words>(&atom.node))
    return Same({Words{words->names}}, value, differences);
  if (const auto* range = std::get_if<script::Range>(&atom.node)) {
    return MatchRange(*range, value, scope, differences);
  }
  if (const auto* compare = std::get_if<script::Compare>(&atom.node))
    return MatchCompare(*compare, value, scope);
  if (const auto* end = std::get_if<script::Endpoint>(&atom.node))
    return MatchEndpoint(*end, value, scope);
  if (const auto* address = std::get_if<script::Address>(&atom.node))
    return MatchAddress(*address, value, scope);
  if (const auto* regex = std::get_if<script::Regex>(&atom.node)) return MatchRegex(*regex, value);
  if (const auto* record = std::get_if<script::Record>(&atom.node)) {
    return MatchRecord(*record, value, scope, differences);
  }
  if (const auto* pattern = std::get_if<script::List>(&atom.node)) {
    const auto* list = std::get_if<List>(&value.node);
    if (list == nullptr) return false;
    return MatchItems(*pattern, 0, *list, 0, scope);
  }
  const auto* tuple = std::get_if<script::Tuple>(&atom.node);
  if (tuple != nullptr && tuple->parts.size() == 1) {
    return MatchValue(tuple->parts.front(), value, scope, differences);
  }
  return false;  // eof, blocks and true tuples are no single value
}

absl::StatusOr<bool> MatchValue(const script::Alts& pattern, const Value& value, const Scope& scope,
                                Differences& differences) {
  bool any = false;
  for (const script::Atom& atom : pattern.atoms) {
    const auto matched = MatchAtom(atom, value, scope, differences);
    if (!matched.ok()) return matched;
    any = any || *matched;
  }
  const bool nothing = std::holds_alternative<Nothing>(value.node);
  return pattern.negated ? !any && !nothing : any;
}

}  // namespace balcony::run
