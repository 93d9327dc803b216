#include "controller/run/shown.h"

#include <gtest/gtest.h>

#include "controller/run/notation.h"
#include "tests/run/scene.h"

namespace balcony::run {
namespace {

const Names kNoNames({}, {});

Record Numbers(int fields) {
  Record record;
  for (int i = 0; i < fields; ++i)
    record.fields.push_back({std::string(1, static_cast<char>('a' + i)), {int64_t{i}}});
  return record;
}

std::string Told(const std::string& pattern, Record record) {
  const Scene scene("romeo> x = sock.info() => " + pattern);
  return Write(Shown({{std::move(record)}}, *scene.step().expect), kNoNames, 0);
}

TEST(Shown, AShortRecordIsShownWhole) {
  EXPECT_EQ(Told("{b: 1}", Numbers(3)), "{a: 0, b: 1, c: 2}");
}

TEST(Shown, OfALongRecordOnlyWhatThePatternNames) {
  EXPECT_EQ(Told("{d: 3, b: 5}", Numbers(20)), "{d: 3, b: 1}");
  EXPECT_EQ(Told("{b: 1} | {b: 2, c: 2}", Numbers(20)), "{b: 1, c: 2}");
  EXPECT_EQ(Told("{zz: 1}", Numbers(20)), "{zz: none}");
}

TEST(Shown, ACounterThatDidNotMoveIsZero) {
  Record counters = Numbers(2);
  counters.counters = true;
  EXPECT_EQ(Told("{b: 1, q: 0}", counters), "{b: 1, q: 0}");
}

}  // namespace
}  // namespace balcony::run
