#include "agent/places.h"

#include <gmock/gmock.h>

#include <vector>

namespace balcony::agent {
namespace {

using testing::HasSubstr;

// As many as the client gets.
std::vector<std::shared_ptr<Places::Place>> TakeAll(Places& places, const std::string& client) {
  std::vector<std::shared_ptr<Places::Place>> taken;
  auto place = places.Take(client);
  for (; place.ok(); place = places.Take(client)) taken.push_back(*place);
  EXPECT_TRUE(absl::IsResourceExhausted(place.status()));
  EXPECT_THAT(std::string(place.status().message()), HasSubstr("sessions is"));
  return taken;
}

TEST(Places, OneClientGetsNoMoreThanIsLeftToOthers) {
  Places places({.sessions = 100});
  const auto romeo = TakeAll(places, "romeo");
  EXPECT_EQ(romeo.size(), 51u);
  const auto juliet = TakeAll(places, "juliet");
  EXPECT_EQ(juliet.size(), 25u);
  EXPECT_TRUE(places.Take("nurse").ok());
}

TEST(Places, OfAFewAreTakenToTheLast) {
  Places places({.sessions = 2});
  EXPECT_EQ(TakeAll(places, "romeo").size(), 2u);
}

TEST(Places, AreGivenBack) {
  Places places({.sessions = 1});
  for (int i = 0; i < 3; ++i) EXPECT_EQ(TakeAll(places, "romeo").size(), 1u);
  EXPECT_EQ(TakeAll(places, "juliet").size(), 1u);
}

TEST(Places, HoldSoManyBytesAndTheLimitIsNamed) {
  Places places({.buffered_bytes = 1000});
  const auto romeo = places.Take("romeo").value();
  EXPECT_TRUE(romeo->CheckRoom(1000).ok());
  EXPECT_FALSE(romeo->HasRoom(1001));
  romeo->Hold(600);
  EXPECT_THAT(std::string(romeo->CheckRoom().message()), HasSubstr("buffered_bytes is 1000"));
  const auto juliet = places.Take("juliet").value();
  EXPECT_TRUE(juliet->HasRoom(400));
  EXPECT_FALSE(places.Take("romeo").value()->HasRoom());
  romeo->Release(300);
  EXPECT_TRUE(romeo->HasRoom());
}

TEST(Places, OpenSocketsAreSharedToo) {
  Places places({.sockets = 4});
  const auto romeo = places.Take("romeo").value();
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(romeo->CheckSocket("socket").ok());
    romeo->HoldSockets(1);
  }
  EXPECT_THAT(std::string(romeo->CheckSocket("socket").message()), HasSubstr("sockets is 4"));
  EXPECT_TRUE(places.Take("juliet").value()->CheckSocket("socket").ok());
  romeo->ReleaseSockets(1);
  EXPECT_TRUE(romeo->CheckSocket("socket").ok());
}

TEST(Places, OfASessionThatEndedHoldNothing) {
  Places places({.buffered_bytes = 1000});
  places.Take("romeo").value()->Hold(5000);
  EXPECT_TRUE(places.Take("romeo").value()->HasRoom(1000));
}

}  // namespace
}  // namespace balcony::agent
