#include "controller/script/expectations.h"

#include <algorithm>

#include "controller/script/sizes.h"
#include "controller/script/vocabulary.h"

namespace balcony::script {
namespace {

// What a pattern is held against: all that a call may come to, or one value of it.
struct Subject {
  const Signature& signature;
  const std::vector<Shape>& results;  // of the call
  std::optional<Shape> shape;         // of the value; kNone if the call gives none
  bool outcome;       // the call's whole outcome: then errors, eof and blocks may stand here
  size_t values = 1;  // more than one: a tuple

  // A part of it: an element, a field.
  Subject Part(const Shape& part) const { return {signature, results, part, false}; }
  bool Is(Type type) const { return shape && shape->type == type; }
};

bool Contains(const std::vector<std::string>& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

class Judge {
 public:
  Judge(const Place& place, const Subject& subject) : place_(place), subject_(subject) {}

  void Check(const Alts& alts) {
    for (const Atom& atom : alts.atoms) {
      span_ = atom.span;
      if (alts.negated && std::holds_alternative<Any>(atom.node))
        Report("nothing is not _", "leave the pattern away");
      std::visit([&](const auto& node) { Accept(node); }, atom.node);
    }
  }

  void Check(const Expect& expect) {
    span_ = expect.span;
    if (expect.parts.size() == 1)
      Check(expect.parts[0]);
    else
      CheckParts(expect.parts);
  }

 private:
  void Accept(const Any&) {}

  void Accept(const None&) {
    if (!IsOneValue() || !subject_.shape || subject_.shape->may_be_none) return;
    Report(subject_.outcome ? Name() + " never gives none" : "this is never none", Given());
  }

  void Accept(const Eof&) {
    if (!subject_.outcome)
      Report("eof is no part of a value", "it stands alone");
    else if (!subject_.signature.may_end)
      Report(Name() + " never gives eof", Given());
  }

  void Accept(const Blocks& blocks) {
    if (!subject_.outcome)
      Report("blocks is no part of a value", "it stands alone");
    else if (!subject_.signature.may_block)
      Report(Name() + " never blocks", Given());
    else if (blocks.watched && *blocks.watched <= absl::ZeroDuration())
      Report("nothing can be watched in no time", "say how long: blocks for 1s");
  }

  void Accept(const Regex&) { Want(Type::kText); }

  void Accept(const Record& record) {
    if (!Want(Type::kRecord) || !subject_.shape || subject_.shape->fields.empty()) return;
    const std::vector<Shape>& known = subject_.shape->fields;
    for (const Field& field : record.fields) {
      if (const Shape* shape = FindMember(known, field.name)) {
        Judge(place_, subject_.Part(*shape)).Check(*field.value);
        continue;
      }
      std::string remedy = DidYouMean(field.name, NamesOf(known));
      if (remedy.empty()) remedy = "it has " + Listed(NamesOf(known));
      place_.findings.Report(field.span, Name() + " gives no " + field.name, std::move(remedy));
    }
  }

  void Accept(const List& list) {
    if (!Want(Type::kList) || !subject_.shape || subject_.shape->element.empty()) return;
    for (const auto& element : list.elements) {
      if (std::holds_alternative<Packet>(element))
        Report("a packet is no socket", "packets stand behind wire> packets()");
      const auto* alts = std::get_if<std::unique_ptr<Alts>>(&element);
      if (alts != nullptr) Judge(place_, subject_.Part(subject_.shape->element[0])).Check(**alts);
    }
  }

  void Accept(const Tuple& tuple) {
    if (tuple.parts.size() == 1) return Judge(place_, subject_).Check(tuple.parts[0]);
    if (!subject_.outcome) return Report("this is one value, and no tuple", "");
    CheckParts(tuple.parts);
  }

  void Accept(const Words& words) {
    if (subject_.Is(Type::kWords)) return CheckWords(words.names);
    Report(Name() + " gives no " + words.names[0] + " " + words.names[1], Given());
  }

  void Accept(const Compare& compare) { WantQuantity(*compare.value, compare.unit); }

  void Accept(const Range& range) {
    if (range.to == nullptr && range.unit.empty()) return AcceptValue(*range.from);
    WantQuantity(*range.from, range.unit);
    if (range.to == nullptr) return;
    WantMeasure(*range.to);
    const auto from = KnownNumber(place_, *range.from);
    const auto to = KnownNumber(place_, *range.to);
    if (from && to && *from > *to)
      Report("no number is in this range", "its end comes before its beginning");
  }

  void Accept(const Endpoint& endpoint) {
    if (Want(Type::kEndpoint)) CheckEndpoint(place_, endpoint, span_, true);
  }

  void Accept(const Address& address) {
    if (subject_.Is(Type::kAddress)) return;
    if (Want(Type::kEndpoint)) Report("an endpoint has a port", "write " + address.literal + ":*");
  }

  void AcceptValue(const Expr& value) {
    if (const auto* word = std::get_if<Word>(&value.node)) return AcceptWord(word->name);
    const auto* ref = std::get_if<Ref>(&value.node);
    const bool keyword = subject_.Is(Type::kKeyword) && ref != nullptr && ref->path.size() == 1;
    if (keyword && Contains(subject_.shape->words, ref->path[0])) return;
    if (ref != nullptr && IsHost(place_, *ref)) return AcceptHost(*ref);
    if (const Known type = TypeOf(place_, value)) Want(*type);
  }

  void AcceptHost(const Ref& host) {
    if (subject_.Is(Type::kAddress)) {
      if (place_.scope.hosts.Has(host.path[0]))
        HostsOf(place_, host.path[0], host.index ? &*host.index : nullptr, span_, true);
    } else if (Want(Type::kEndpoint)) {
      Report("an endpoint has a port", "write " + host.path[0] + ":*");
    }
  }

  void AcceptWord(const std::string& word) {
    const bool of_words = subject_.Is(Type::kWord) || subject_.Is(Type::kWords);
    if (of_words && Contains(subject_.shape->words, word)) return;
    if (subject_.Is(Type::kError) && IsErrno(word)) return;
    const std::string other = OtherName(word);
    if (IsState(word)) {
      Want(Type::kState);
    } else if (IsErrno(word) || IsNameError(word)) {
      AcceptError(word);
    } else if (!other.empty()) {
      Report(word + " is another name of " + other, "write " + other + ", as the transcript does");
    } else {
      ReportUnknown(word);
    }
  }

  void AcceptError(const std::string& word) {
    if (!subject_.outcome)
      Report("an error is no part of a value", "it stands alone");
    else if (subject_.signature.actor != Actor::kAgent)
      Report(Name() + " gives no error", Given());
    else if (IsNameError(word) && Name() != "resolve")
      Report(Name() + " never gives " + word, "only resolve asks what a name means");
  }

  void CheckWords(const std::vector<std::string>& words) {
    for (const std::string& word : words)
      if (!Contains(subject_.shape->words, word)) return ReportUnknown(word);
  }

  void ReportUnknown(const std::string& word) {
    std::vector<std::vector<std::string>> known = {Errnos(), States(), NameErrors()};
    if (subject_.Is(Type::kState)) std::swap(known[0], known[1]);
    if (subject_.shape) known.insert(known.begin(), subject_.shape->words);
    std::string remedy;
    for (const auto& words : known)
      if (remedy.empty()) remedy = DidYouMean(word, words);
    Report("unknown word " + word, std::move(remedy));
  }

  // A number, or a duration where the value is one.
  void WantMeasure(const Expr& value) {
    const Known type = TypeOf(place_, value);
    const bool duration = subject_.Is(Type::kDuration);
    if (!type || *type == (duration ? Type::kDuration : Type::kNumber)) return;
    if (!subject_.shape && *type == Type::kDuration) return;
    place_.findings.Report(value.span,
                           std::string(duration ? "a duration" : "a number") +
                               " stands here, and this is " + Article(*type),
                           duration ? "write it with its unit, such as 200ms" : "");
  }

  void WantQuantity(const Expr& value, const std::string& unit) {
    WantMeasure(value);
    if (!IsOneValue() || !subject_.shape) return;
    const Type type = subject_.shape->type;
    const bool number = type == Type::kNumber || type == Type::kFlag || type == Type::kSetting;
    const bool fits = unit.empty()        ? number || type == Type::kDuration
                      : unit == "bytes"   ? number || type == Type::kText
                      : unit == "lines"   ? type == Type::kText
                      : unit == "sockets" ? type == Type::kList
                                          : false;
    if (fits) return;
    if (unit.empty() && type == Type::kText)
      return Report(Name() + " gives a text, and no number",
                    "its length is a number of bytes: 16 bytes");
    if (unit.empty() && type == Type::kList)
      return Report(Name() + " gives a list, and no number",
                    "its length is a number of sockets: 3 sockets");
    Report(Name() + " gives no " + (unit.empty() ? "number" : unit), Given());
  }

  // A tuple's parts against the values.
  void CheckParts(const std::vector<Alts>& parts) {
    if (parts.size() != subject_.results.size())
      return Report(std::to_string(parts.size()) + " values are expected", Given());
    for (size_t i = 0; i < parts.size(); ++i)
      Judge(place_, subject_.Part(subject_.results[i])).Check(parts[i]);
  }

  bool IsOneValue() {
    if (subject_.values == 1) return true;
    Report("one value is expected", Given());
    return false;
  }

  // Whether the value may be of that type.
  bool Want(Type type) {
    if (!IsOneValue()) return false;
    if (!subject_.shape || Fits(type, subject_.shape->type)) return true;
    if (subject_.outcome)
      Report(Name() + " never gives " + Article(type), Given());
    else
      Report("this is " + Article(type), "the value is " + Written(*subject_.shape));
    return false;
  }

  std::string Name() const { return subject_.signature.function; }

  static std::string Written(const Shape& shape) {
    const bool none = shape.may_be_none && shape.type != Type::kRecord;
    return Article(shape.type) + (none ? " or none" : "");
  }

  // What the call gives, for a remedy.
  std::string Given() const {
    const std::vector<Shape>& results = subject_.results;
    if (results.empty()) return "it succeeds or fails: leave the pattern away, or name an error";
    std::string given = "it gives " + Article(results[0].type);
    if (results.size() > 1) given += " and " + Article(results[1].type) + ", such as => _, romeo:*";
    return given;
  }

  void Report(std::string message, std::string remedy) {
    place_.findings.Report(span_, std::move(message), std::move(remedy));
  }

  const Place& place_;
  const Subject subject_;
  Span span_;  // of the atom at hand
};

}  // namespace

void CheckExpect(const Place& place, const Expect& expect, const Signature& signature,
                 const Call& call) {
  const std::vector<Shape> results = ResultsOf(signature, call);
  std::optional<Shape> shape = results.empty() ? Shape() : results[0];
  if (shape->type == Type::kOptionValue) shape.reset();
  Judge(place, {signature, results, shape, true, std::max<size_t>(results.size(), 1)})
      .Check(expect);
  CheckSizes(place, expect, signature, call);
  if (expect.timing && signature.actor != Actor::kAgent)
    place.findings.Report(expect.span, signature.function + " has no patience",
                          "leave within away");
  else if (expect.timing && expect.timing->latest <= absl::ZeroDuration())
    place.findings.Report(expect.span, "no call ends in no time", "give it some: within 200ms");
}

}  // namespace balcony::script
