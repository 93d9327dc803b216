#include "controller/script/sizes.h"

#include <algorithm>
#include <utility>

namespace balcony::script {
namespace {

// What a call's literal says of what the call gives.
struct Bound {
  std::string function;
  std::string parameter;  // which has the literal
  bool text;              // a text of so many bytes at most; else their number
  bool all;               // so many, and no fewer
};

const Bound* FindBound(const std::string& function) {
  static const auto& bounds = *new std::vector<Bound>{
      {"send", "data", false, false},         {"sendto", "data", false, false},
      {"sendmsg", "data", false, false},      {"sendall", "data", false, true},
      {"len", "text", false, true},           {"recv", "max_bytes", true, false},
      {"recvfrom", "max_bytes", true, false}, {"recvmsg", "max_bytes", true, false},
  };
  const auto found = std::find_if(bounds.begin(), bounds.end(),
                                  [&](const Bound& bound) { return bound.function == function; });
  return found == bounds.end() ? nullptr : &*found;
}

// The numbers that a pattern is for, or the lengths of its texts.
struct Sizes {
  int64_t least = INT64_MIN;
  int64_t most = INT64_MAX;
};

int64_t After(int64_t number) { return number == INT64_MAX ? number : number + 1; }
int64_t Before(int64_t number) { return number == INT64_MIN ? number : number - 1; }

class SizeJudge {
 public:
  SizeJudge(const Place& place, const Bound& bound, int64_t size)
      : place_(place), bound_(bound), size_(size) {}

  void Check(const Expect& expect) {
    // Of two values the first is the text.
    const Atom* atom = Impossible(expect.parts[0]);
    if (atom == nullptr) return;
    const Sizes sizes = *SizesOf(*atom);
    const std::string size = std::to_string(size_);
    const std::string unit = bound_.text ? " bytes" : "";
    std::string remedy = bound_.all       ? "expect " + size
                         : sizes.most < 0 ? "expect 0" + unit + " or more"
                                          : "expect " + size + unit + " at most";
    const int64_t most = FindSignature(bound_.function)->parameters[0].most;
    if (bound_.text && sizes.least > size_ && sizes.least <= most)
      remedy = "write max_bytes=" + std::to_string(sizes.least) + ", or " + remedy;
    place_.findings.Report(
        atom->span,
        bound_.function + " never gives " + Written(*atom) + ": its " + bound_.parameter +
            (bound_.text ? " is " + size : " has " + size + (size_ == 1 ? " byte" : " bytes")),
        std::move(remedy));
  }

 private:
  // The first of the alternatives, if none of them can match.
  const Atom* Impossible(const Alts& alts) const {
    if (alts.negated) return nullptr;
    const Atom* first = nullptr;
    for (const Atom& atom : alts.atoms) {
      const Atom* impossible = Impossible(atom);
      if (impossible == nullptr) return nullptr;
      if (first == nullptr) first = impossible;
    }
    return first;
  }

  const Atom* Impossible(const Atom& atom) const {
    if (const auto* tuple = std::get_if<Tuple>(&atom.node)) return Impossible(tuple->parts[0]);
    if (const auto* record = std::get_if<Record>(&atom.node)) return Impossible(*record);
    const auto sizes = SizesOf(atom);
    const bool fits = !sizes || (sizes->least <= size_ && sizes->most >= (bound_.all ? size_ : 0));
    return fits ? nullptr : &atom;
  }

  const Atom* Impossible(const Record& record) const {
    for (const Field& field : record.fields)
      if (field.name == "data") return Impossible(*field.value);
    return nullptr;
  }

  // Nothing where they are not certain.
  std::optional<Sizes> SizesOf(const Atom& atom) const {
    if (const auto* compare = std::get_if<Compare>(&atom.node)) {
      const auto number = KnownNumber(place_, *compare->value);
      if (!number || !Measures(compare->unit)) return std::nullopt;
      return OfLines(compare->unit, Compared(compare->op, *number));
    }
    const auto* range = std::get_if<Range>(&atom.node);
    if (range == nullptr) return std::nullopt;
    if (bound_.text && range->to == nullptr && range->unit.empty()) {
      const auto bytes = SizeOf(*range->from, place_.scope.topology.parameters);
      return bytes ? std::optional(Sizes{*bytes, *bytes}) : std::nullopt;
    }
    const auto from = KnownNumber(place_, *range->from);
    const auto to = range->to == nullptr ? from : KnownNumber(place_, *range->to);
    if (!from || !to || !Measures(range->unit)) return std::nullopt;
    return OfLines(range->unit, {*from, *to});
  }

  // Whether a quantity of that unit is one of what is bounded.
  bool Measures(const std::string& unit) const {
    return unit == "bytes" || (bound_.text ? unit == "lines" : unit.empty());
  }

  // A line has a byte at least, and may have any number.
  static Sizes OfLines(const std::string& unit, Sizes sizes) {
    if (unit == "lines") sizes.most = INT64_MAX;
    return sizes;
  }

  static Sizes Compared(const std::string& op, int64_t number) {
    if (op == "<") return {INT64_MIN, Before(number)};
    if (op == "<=") return {INT64_MIN, number};
    if (op == ">") return {After(number), INT64_MAX};
    return {number, INT64_MAX};
  }

  // REQUIRES: SizesOf gives its sizes.
  std::string Written(const Atom& atom) const {
    const auto amount = [&](const Expr& value) {
      return std::to_string(KnownNumber(place_, value).value_or(0));
    };
    const auto unit = [](const std::string& name) { return name.empty() ? "" : " " + name; };
    if (const auto* compare = std::get_if<Compare>(&atom.node))
      return compare->op + " " + amount(*compare->value) + unit(compare->unit);
    const auto& range = std::get<Range>(atom.node);
    if (bound_.text && range.to == nullptr && range.unit.empty())
      return std::to_string(SizesOf(atom)->least) + " bytes";
    return amount(*range.from) + (range.to == nullptr ? "" : ".." + amount(*range.to)) +
           unit(range.unit);
  }

  const Place& place_;
  const Bound& bound_;
  const int64_t size_;
};

// The number that the bound's parameter is, or the length of the text that it is.
std::optional<int64_t> LiteralOf(const Place& place, const Bound& bound, const Signature& signature,
                                 const Call& call) {
  const auto arguments = ArgumentsOf(signature, call);
  for (size_t i = 0; i < arguments.size(); ++i) {
    if (signature.parameters[i].name != bound.parameter || arguments[i].empty()) continue;
    const Expr& value = *arguments[i][0]->value;
    return bound.text ? KnownNumber(place, value) : SizeOf(value, place.scope.topology.parameters);
  }
  return std::nullopt;
}

}  // namespace

void CheckSizes(const Place& place, const Expect& expect, const Signature& signature,
                const Call& call) {
  const Bound* bound = FindBound(signature.function);
  if (bound == nullptr) return;
  const auto size = LiteralOf(place, *bound, signature, call);
  if (size && *size >= 0) SizeJudge(place, *bound, *size).Check(expect);
}

}  // namespace balcony::script
