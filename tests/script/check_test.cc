// Mirrors controller/script/check.cc: what it finds, by line and column.
#include "tests/script/found.h"

namespace balcony::script {
namespace {

TEST(Check, NamesAreDeclaredOnce) {
  ExpectFound("", {
                      {"host a\nset a = 1", "2:5: a is a host already; take another name"},
                      {"set n = 1\nhost a\na> n = len(\"x\")",
                       "3:4: n is a parameter already; take another name"},
                  });
}

TEST(Check, OverridesAreParametersThatAreSet) {
  EXPECT_THAT(
      Found("set clients = 2\nhost a", "a.balcony", {{"client", "3"}}),
      testing::ElementsAre("0:1: -D client: this file sets no client; did you mean clients?"));
  EXPECT_THAT(Found("host a", "a.balcony", {{"n", "3"}}),
              testing::ElementsAre("0:1: -D n: this file sets no n; it sets none"));
  EXPECT_THAT(Found("host a", "a.balcony", {{"m", "3"}, {"n", "3"}}), testing::SizeIs(2));
}

TEST(Check, FindsInTheFilesOrderAndNotTwice) {
  EXPECT_THAT(Found(kHosts + "romeo> done = other.connect(juliet:1) &\nromeo> "
                             "other.close()\nverona> x = socket(tcp)\n"),
              testing::ElementsAre("4:15: romeo has no other; a step above must set it",
                                   "4:21: nobody joins done; write romeo> wait done",
                                   "6:1: unknown host verona"));
}

TEST(Check, ATextMayNotHaveAnothersName) {
  EXPECT_THAT(Found("```text a\n```\n```balcony\nhost a\n```\n", "a.md"),
              testing::ElementsAre("4:6: a is a text already; take another name"));
  EXPECT_THAT(
      Found("```text n\n```\n```balcony\nset n = 1\nhost a\na> n = len(\"x\")\n```\n", "a.md"),
      testing::ElementsAre("4:5: n is a text already; take another name",
                           "6:4: n is a parameter already; take another name"));
}

}  // namespace
}  // namespace balcony::script
