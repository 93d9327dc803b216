#include "agent/limits.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "agent/clock.h"
#include "agent/describe.h"

namespace balcony::agent {
namespace {

TEST(Limits, StandInTheDocsWithTheirDefaults) {
  std::ifstream page(BALCONY_DOCS "/security.md");
  const std::string text(std::istreambuf_iterator<char>(page), {});
  for (const LimitRow& row : LimitRows()) {
    const std::string line =
        absl::StrCat("| `", row.name, "` | ", LimitValue(row, Limits()), " | ", row.about, " |\n");
    EXPECT_NE(text.find(line), std::string::npos) << line;
  }
}

TEST(Limits, AreAllSetByNameAndToldByDescribe) {
  Limits limits;
  std::set<std::string> names;
  for (const LimitRow& row : LimitRows()) {
    const bool is_time = std::holds_alternative<absl::Duration Limits::*>(row.field);
    const std::string value = is_time ? "7s" : "7";
    EXPECT_TRUE(SetLimit(std::string(row.name) + "=" + value, limits).ok()) << row.name;
    EXPECT_EQ(LimitValue(row, limits), value);
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
  }
  const v1::Limits told = Describe(Clock(), limits).limits();
  EXPECT_EQ(told.buffered_bytes_per_session(), 7u);
  EXPECT_EQ(told.patience().seconds(), 7);
  for (int i = 0; i < v1::Limits::descriptor()->field_count(); ++i) {
    EXPECT_TRUE(names.contains(v1::Limits::descriptor()->field(i)->name()));
  }
}

TEST(Limits, DefaultsCanBeSaid) {
  for (const LimitRow& row : LimitRows()) {
    Limits limits;
    const std::string value = LimitValue(row, limits);
    EXPECT_TRUE(SetLimit(std::string(row.name) + "=" + value, limits).ok()) << row.name;
  }
}

TEST(Limits, WhatIsOutOfRangeIsRefused) {
  Limits limits;
  for (const char* text :
       {"payload_bytes=0", "payload_bytes=-1", "payload_bytes=x", "payload_bytes=99999999",
        "patience=0", "patience=9999999h", "first_call", "no_such=1", "=1"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(SetLimit(text, limits))) << text;
  }
  EXPECT_EQ(limits.payload_bytes, Limits().payload_bytes);
}

}  // namespace
}  // namespace balcony::agent
