#include "controller/script/needs.h"

#include <algorithm>
#include <charconv>

#include "controller/script/source.h"

namespace balcony::script {
namespace {

// How a need of that kind is written, after its name.
std::string_view ExampleOf(NeedArgument argument) {
  switch (argument) {
    case NeedArgument::kBytes:
      return " 1500";
    case NeedArgument::kVersion:
      return " 5.10";
    case NeedArgument::kNone:
      return "";
  }
  return "";
}

std::string_view MeaningOf(NeedArgument argument) {
  switch (argument) {
    case NeedArgument::kBytes:
      return " takes a number of bytes";
    case NeedArgument::kVersion:
      return " takes a version";
    case NeedArgument::kNone:
      return " takes nothing more";
  }
  return "";
}

// A number from its first digit on; `text` is then what follows.
std::optional<uint32_t> TakeNumber(std::string_view& text) {
  uint32_t number = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<size_t>(rest - text.data()));
  return number;
}

bool ReadArgument(std::string_view text, NeedArgument argument, Needed& needed) {
  if (argument == NeedArgument::kNone) return text.empty();
  if (argument == NeedArgument::kVersion) {
    const auto version = VersionOf(text);
    if (version) needed.version = *version;
    return version && text.find_first_not_of("0123456789.") == std::string_view::npos;
  }
  const auto bytes = TakeNumber(text);
  if (bytes) needed.bytes = *bytes;
  return bytes && text.empty() && *bytes > 0;
}

}  // namespace

const std::vector<NeedRow>& NeedRows() {
  static const auto& rows = *new std::vector<NeedRow>{
      {Need::kBroadcast, "broadcast", NeedArgument::kNone},
      {Need::kIpv6, "ipv6", NeedArgument::kNone},
      {Need::kIpv6Loopback, "ipv6-loopback", NeedArgument::kNone},
      {Need::kKernel, "kernel", NeedArgument::kVersion},
      {Need::kMtu, "mtu", NeedArgument::kBytes},
      {Need::kMulticast, "multicast", NeedArgument::kNone},
      {Need::kNoDefaultRoute, "no-default-route", NeedArgument::kNone},
      {Need::kPrivilegedPorts, "privileged-ports", NeedArgument::kNone},
      {Need::kRaw, "raw", NeedArgument::kNone},
      {Need::kWire, "wire", NeedArgument::kNone},
  };
  return rows;
}

std::optional<std::pair<uint32_t, uint32_t>> VersionOf(std::string_view text) {
  const auto major = TakeNumber(text);
  if (!major) return std::nullopt;
  if (!text.starts_with('.')) return std::pair(*major, 0U);
  text.remove_prefix(1);
  return std::pair(*major, TakeNumber(text).value_or(0));
}

std::optional<Needed> ToNeeded(const NeedsDecl& declaration,
                               std::pair<std::string, std::string>& wrong) {
  const std::string& name = declaration.name;
  std::vector<std::string> names;
  for (const NeedRow& row : NeedRows()) {
    names.emplace_back(row.name);
    if (row.name != name) continue;
    Needed needed = {row.need, name, 0, {}};
    if (!declaration.argument.empty()) needed.written += " " + declaration.argument;
    if (ReadArgument(declaration.argument, row.argument, needed)) return needed;
    wrong = {name + std::string(MeaningOf(row.argument)),
             "write needs " + name + std::string(ExampleOf(row.argument))};
    return std::nullopt;
  }
  wrong = {"unknown need " + name, DidYouMean(name, names)};
  if (wrong.second.empty()) {
    wrong.second = "there are";
    for (const std::string& known : names)
      wrong.second += (known == names.front()  ? " "
                       : known == names.back() ? " and "
                                               : ", ") +
                      known;
  }
  return std::nullopt;
}

}  // namespace balcony::script
