#include "agent/options.h"

#include <gtest/gtest.h>
#include <netinet/in.h>

#include <fstream>
#include <set>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/substitute.h"
#include "agent/option_values.h"

namespace balcony::agent {
namespace {

std::string UnitOf(const Option& option) {
  if (option.kind == Kind::kSeconds) return "s";
  if (option.kind == Kind::kMilliseconds) return "ms";
  if (option.kind == Kind::kTime) return "us";
  const auto name = [](std::string* out, const Word& word) { out->append(word.name); };
  return option.words.empty() ? option.unit : absl::StrJoin(option.words, " ", name);
}

const char* ManPageOf(const Option& option) {
  switch (option.level) {
    case IPPROTO_IP:
      return "ip(7)";
    case IPPROTO_IPV6:
      return "ipv6(7)";
    case IPPROTO_TCP:
      return "tcp(7)";
    case IPPROTO_UDP:
      return "udp(7)";
    case SOL_RAW:
      return "raw(7)";
    default:
      return "socket(7)";
  }
}

// A row of the table for people.
std::string RowOf(const Option& option) {
  const char* access = option.access == OptionAccess::kRead    ? "get"
                       : option.access == OptionAccess::kWrite ? "set"
                                                               : "get, set";
  return absl::Substitute("| `$0` | $1 | $2 | $3 | $4 |", option.name, FieldOf(option.kind),
                          UnitOf(option), access, ManPageOf(option));
}

TEST(Options, AreThoseOfTheDocumentation) {
  std::ifstream page(BALCONY_DOCS "/options.md");
  std::vector<std::string> documented;
  for (std::string line; std::getline(page, line);) {
    if (absl::StartsWith(line, "| `")) documented.push_back(line);
  }
  std::vector<std::string> rows;
  for (const Option& option : Options()) rows.push_back(RowOf(option));
  EXPECT_EQ(documented, rows);
}

TEST(Options, HaveANameEach) {
  std::set<std::string> names;
  for (const Option& option : Options()) names.insert(option.name);
  EXPECT_EQ(names.size(), Options().size());
}

TEST(Options, AreFoundByName) {
  const auto found = FindOption("TCP_NODELAY");
  ASSERT_TRUE(found.ok());
  EXPECT_STREQ((*found)->name, "TCP_NODELAY");
}

TEST(Options, UnknownNameIsToldTheNearest) {
  const struct {
    const char* name;
    const char* nearest;
  } kCases[] = {{"SO_REUSADDR", "SO_REUSEADDR"},   {"tcp_nodelay", "TCP_NODELAY"},
                {"TCP_KEEPINTERVAL", "TCP_KEEPI"}, {"IPV6_ADD_MEMBERSHIP", "IP_ADD_MEMBERSHIP"},
                {"IP_MTU_DISCOVERY", "IP_MTU_DI"}, {"SO_NODELAY", "TCP_NODELAY"}};
  for (const auto& [name, nearest] : kCases) {
    const absl::Status status = FindOption(name).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_TRUE(absl::StrContains(status.message(), nearest)) << status.message();
  }
}

TEST(Options, NameTooLongToBeOneIsNotCompared) {
  const absl::Status status = FindOption(std::string(1'000'000, 'x')).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_FALSE(absl::StrContains(status.message(), "nearest"));
}

}  // namespace
}  // namespace balcony::agent
