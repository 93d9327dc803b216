#include "controller/run/notation.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "controller/script/source.h"

namespace balcony::run {
namespace {

template <typename... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};
template <typename... Ts>
Overloaded(Ts...) -> Overloaded<Ts...>;

// What a terminal would obey and not show: the controls of ASCII and of Latin-1 (U+0080..U+009F).
bool IsControl(std::string_view bytes) {
  const auto byte = static_cast<unsigned char>(bytes[0]);
  if (byte == 0xC2 && bytes.size() > 1) return static_cast<unsigned char>(bytes[1]) < 0xA0;
  return byte < 0x20 || byte == 0x7F;
}

// Writes the character at the front of `bytes` to `out`; gives how many bytes it took.
size_t WriteCharacter(std::string_view bytes, std::string& out) {
  switch (const char byte = bytes.front()) {
    case '\n':
      out += "\\n";
      return 1;
    case '\t':
      out += "\\t";
      return 1;
    case '"':
    case '\\':
      out += '\\';
      out += byte;
      return 1;
    default:
      break;
  }
  const auto byte = static_cast<unsigned char>(bytes.front());
  const size_t length = IsControl(bytes) ? 0 : script::CharacterLength(bytes, 0);
  if (length == 0) {
    absl::StrAppendFormat(&out, "\\x%02x", byte);
    return 1;
  }
  out += bytes.substr(0, length);
  return length;
}

std::string WriteRecord(const Record& record, const Names& names, size_t self) {
  return absl::StrCat("{",
                      absl::StrJoin(record.fields, ", ",
                                    [&](std::string* out, const auto& field) {
                                      absl::StrAppend(out, field.name, ": ",
                                                      Write(field.value, names, self));
                                    }),
                      "}");
}

std::string WriteList(const List& list, const Names& names, size_t self) {
  return absl::StrCat("[",
                      absl::StrJoin(list.items, ", ",
                                    [&](std::string* out, const Value& item) {
                                      absl::StrAppend(out, Write(item, names, self));
                                    }),
                      "]");
}

}  // namespace

std::string Quote(const Text& text, size_t most_bytes) {
  Text shown = text;
  if (!text.unit.empty() && text.size() > most_bytes) {
    shown.count = std::min<uint64_t>(text.count, most_bytes / text.unit.size() + 1);
  }
  const std::string bytes = shown.bytes().substr(0, most_bytes);
  std::string out = "\"";
  for (size_t at = 0; at < bytes.size();) {
    at += WriteCharacter(std::string_view(bytes).substr(at), out);
  }
  out += '"';
  if (text.size() > most_bytes) absl::StrAppend(&out, "… (", text.size(), " bytes)");
  return out;
}

std::string Escaped(const Text& text) {
  const std::string quoted = Quote(text, text.size());
  return quoted.substr(1, quoted.size() - 2);
}

std::string Spell(absl::Duration duration) {
  const auto nanoseconds = static_cast<double>(absl::ToInt64Nanoseconds(duration));
  if (nanoseconds == 0 || nanoseconds >= 1e9) return absl::StrCat(nanoseconds / 1e9, "s");
  if (nanoseconds >= 1e6) return absl::StrCat(nanoseconds / 1e6, "ms");
  return absl::StrCat(nanoseconds / 1e3, "us");
}

std::string Write(const Value& value, const Names& names, size_t self) {
  return std::visit(Overloaded{
                        [](const Nothing&) { return std::string("none"); },
                        [](int64_t number) { return absl::StrCat(number); },
                        [](absl::Duration duration) { return Spell(duration); },
                        [](const Text& text) { return Quote(text); },
                        [&](const Endpoint& end) {
                          return absl::StrCat(names.Show(end.address, self), ":", end.port);
                        },
                        [&](const Address& address) { return names.Show(address.literal, self); },
                        [](const Word& word) { return word.name; },
                        [](const Words& words) { return absl::StrJoin(words.names, " "); },
                        [](const Socket&) { return std::string("_"); },
                        [&](const Record& record) { return WriteRecord(record, names, self); },
                        [&](const List& list) { return WriteList(list, names, self); },
                    },
                    value.node);
}

std::string Write(const std::vector<Value>& values, const Names& names, size_t self) {
  if (values.size() == 1 && std::holds_alternative<Socket>(values.front().node)) return "";
  return absl::StrJoin(values, ", ", [&](std::string* out, const Value& value) {
    absl::StrAppend(out, Write(value, names, self));
  });
}

}  // namespace balcony::run
