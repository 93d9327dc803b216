#include "controller/containers/engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/fleet/matchers.h"

namespace balcony::containers {
namespace {

TEST(ParseContainer, ReadsALine) {
  const auto container = ParseContainer(
      "abc\tmine_client_3\trunning\tmine\tclient\t3\tclient[2]\tunix:/a\t/home\tx.yaml");
  ASSERT_THAT(container, fleet::IsOk());
  EXPECT_EQ(container->id, "abc");
  EXPECT_EQ(container->name, "mine_client_3");
  EXPECT_EQ(container->state, "running");
  EXPECT_EQ(container->project, "mine");
  EXPECT_EQ(container->service, "client");
  EXPECT_EQ(container->number, 3);
  EXPECT_EQ(container->host, "client[2]");
  EXPECT_EQ(container->agent, "unix:/a");
  EXPECT_EQ(container->folder, "/home");
  EXPECT_EQ(container->files, "x.yaml");
}

TEST(ParseContainer, TakesAMissingLabelForNone) {
  const auto container = ParseContainer("abc\tx\trunning\tmine\tclient\t\t\t\t\t");
  ASSERT_THAT(container, fleet::IsOk());
  EXPECT_EQ(container->number, 0);
  EXPECT_EQ(container->host, "");
  EXPECT_EQ(container->agent, "");
}

TEST(ParseContainer, RefusesWhatIsNone) {
  EXPECT_THAT(ParseContainer("WARNING: Error loading config file"),
              fleet::StatusIs(absl::StatusCode::kUnavailable, testing::HasSubstr("WARNING")));
}

}  // namespace
}  // namespace balcony::containers
