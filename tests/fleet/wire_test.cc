// The switch, on sockets that keep frames apart instead of TAPs.
#include "controller/wire/wire.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>

#include <string>
#include <utility>
#include <vector>

#include "controller/wire/lan_table.h"
#include "tests/fleet/matchers.h"

namespace balcony::wire {
namespace {

using fleet::IsOk;
using fleet::StatusIs;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr MacAddress kRomeo = {2, 0, 0, 0, 0, 1};
constexpr MacAddress kJuliet = {2, 0, 0, 0, 0, 2};
constexpr MacAddress kNurse = {2, 0, 0, 0, 0, 3};
constexpr MacAddress kNobody = {2, 0, 0, 0, 0, 9};
constexpr MacAddress kEverybody = {255, 255, 255, 255, 255, 255};
constexpr MacAddress kGroup = {1, 0, 0x5e, 0, 0, 1};

std::string FrameTo(const MacAddress& to, const std::string& payload = "") {
  return std::string(to.begin(), to.end()) + std::string(8, '\0') + payload;
}

std::vector<size_t> Receivers(const LanTable& table, size_t sender, const std::string& frame) {
  std::vector<size_t> ports;
  table.ForEachReceiver(sender, {reinterpret_cast<const uint8_t*>(frame.data()), frame.size()},
                        [&](size_t port) { ports.push_back(port); });
  return ports;
}

LanTable TwoLans() {
  LanTable table;
  table.Add(kRomeo, 0);
  table.Add(kJuliet, 0);
  table.Add(kNurse, 0);
  table.Add(kJuliet, 1);
  table.Add(kNurse, 1);
  return table;
}

TEST(LanTable, SendsAFrameToItsAddress) {
  EXPECT_THAT(Receivers(TwoLans(), 0, FrameTo(kJuliet)), ElementsAre(1));
  EXPECT_THAT(Receivers(TwoLans(), 4, FrameTo(kJuliet)), ElementsAre(3));
}

TEST(LanTable, SendsGroupsAndStrangersToAllOthersOfTheLan) {
  EXPECT_THAT(Receivers(TwoLans(), 1, FrameTo(kEverybody)), ElementsAre(0, 2));
  EXPECT_THAT(Receivers(TwoLans(), 3, FrameTo(kGroup)), ElementsAre(4));
  EXPECT_THAT(Receivers(TwoLans(), 0, FrameTo(kNobody)), ElementsAre(1, 2));
}

TEST(LanTable, GivesNothingBackToItsSender) {
  EXPECT_THAT(Receivers(TwoLans(), 0, FrameTo(kRomeo)), IsEmpty());
}

TEST(LanTable, DropsARunt) {
  EXPECT_THAT(Receivers(TwoLans(), 0, FrameTo(kJuliet).substr(0, 13)), IsEmpty());
}

// A port whose other end is in the test's hand.
struct Plug {
  Fd end;
  Port port;
};

Plug PlugOf(const MacAddress& mac, int lan) {
  int ends[2] = {-1, -1};
  EXPECT_EQ(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends), 0);
  return {Fd(ends[0]), {Fd(ends[1]), mac, lan}};
}

std::string ReadFrame(const Fd& end) {
  char bytes[2000];
  const ssize_t size = read(end.get(), bytes, sizeof(bytes));
  return size < 0 ? "nothing" : std::string(bytes, static_cast<size_t>(size));
}

void WriteFrame(const Fd& end, const std::string& frame) {
  EXPECT_EQ(write(end.get(), frame.data(), frame.size()), static_cast<ssize_t>(frame.size()));
}

std::unique_ptr<Wire> WireOf(std::vector<Plug*> plugs) {
  std::vector<Port> ports;
  for (Plug* plug : plugs) ports.push_back(std::move(plug->port));
  auto wire = Wire::Start(std::move(ports));
  EXPECT_THAT(wire, IsOk());
  return *std::move(wire);
}

TEST(Wire, HasCarriedEveryFrameWhenDrained) {
  Plug romeo = PlugOf(kRomeo, 0);
  Plug juliet = PlugOf(kJuliet, 0);
  const auto wire = WireOf({&romeo, &juliet});
  for (uint64_t i = 1; i <= 2000; ++i) {
    WriteFrame(romeo.end, FrameTo(kJuliet, std::to_string(i)));
    ASSERT_EQ(wire->Drain(), i);
    ASSERT_EQ(ReadFrame(juliet.end), FrameTo(kJuliet, std::to_string(i)));
  }
}

TEST(Wire, CarriesByItself) {
  Plug romeo = PlugOf(kRomeo, 0);
  Plug juliet = PlugOf(kJuliet, 0);
  const auto wire = WireOf({&romeo, &juliet});
  WriteFrame(romeo.end, FrameTo(kEverybody, "Juliet?"));
  pollfd arrived{juliet.end.get(), POLLIN, 0};
  EXPECT_EQ(poll(&arrived, 1, 10000), 1);
  EXPECT_EQ(ReadFrame(juliet.end), FrameTo(kEverybody, "Juliet?"));
}

TEST(Wire, KeepsLansApart) {
  Plug romeo = PlugOf(kRomeo, 0);
  Plug juliet = PlugOf(kJuliet, 1);
  const auto wire = WireOf({&romeo, &juliet});
  WriteFrame(romeo.end, FrameTo(kEverybody));
  EXPECT_EQ(wire->Drain(), 1U);
  EXPECT_EQ(ReadFrame(juliet.end), "nothing");
}

TEST(Wire, CountsFramesThatAReceiverDidNotTake) {
  Plug romeo = PlugOf(kRomeo, 0);
  Plug juliet = PlugOf(kJuliet, 0);
  const auto wire = WireOf({&romeo, &juliet});
  juliet.end.Reset();
  WriteFrame(romeo.end, FrameTo(kJuliet));
  EXPECT_EQ(wire->Drain(), 1U);
  EXPECT_EQ(wire->dropped(), 1U);
}

TEST(Wire, RefusesALanBelowZero) {
  std::vector<Port> ports;
  ports.push_back(PlugOf(kRomeo, -1).port);
  EXPECT_THAT(Wire::Start(std::move(ports)),
              StatusIs(absl::StatusCode::kInvalidArgument, testing::HasSubstr("below 0")));
}

}  // namespace
}  // namespace balcony::wire
