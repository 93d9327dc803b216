#include "agent/tcp_info.h"

#include <gmock/gmock.h>
#include <linux/tcp.h>

#include <cstddef>
#include <cstring>
#include <string>

namespace balcony::agent {
namespace {

v1::TcpInfo Print(std::string_view kernel) {
  v1::TcpInfo info;
  PrintTcpInfo(kernel, &info);
  return info;
}

std::string Bytes(const tcp_info& kernel) {
  return {reinterpret_cast<const char*>(&kernel), sizeof kernel};
}

TEST(TcpInfo, TimesHaveTheirUnits) {
  tcp_info kernel{};
  kernel.tcpi_rto = 201'000;
  kernel.tcpi_rtt = 45;
  kernel.tcpi_last_data_sent = 1500;
  kernel.tcpi_busy_time = 7'000'001;
  const v1::TcpInfo info = Print(Bytes(kernel));
  EXPECT_EQ(info.rto().nanos(), 201'000'000);
  EXPECT_EQ(info.rtt().nanos(), 45'000);
  EXPECT_EQ(info.last_data_sent().seconds(), 1);
  EXPECT_EQ(info.last_data_sent().nanos(), 500'000'000);
  EXPECT_EQ(info.busy_time().seconds(), 7);
  EXPECT_EQ(info.busy_time().nanos(), 1'000);
}

TEST(TcpInfo, BitsHaveNames) {
  tcp_info kernel{};
  kernel.tcpi_ca_state = 3;
  kernel.tcpi_options = 2 | 8;
  kernel.tcpi_snd_wscale = 7;
  kernel.tcpi_rcv_wscale = 9;
  const v1::TcpInfo info = Print(Bytes(kernel));
  EXPECT_EQ(info.ca_state(), "RECOVERY");
  EXPECT_THAT(info.options(), testing::ElementsAre("SACK", "ECN"));
  EXPECT_EQ(info.snd_wscale(), 7u);
  EXPECT_EQ(info.rcv_wscale(), 9u);
}

TEST(TcpInfo, FieldsThatAnOlderKernelDoesNotSendAreUnset) {
  tcp_info kernel{};
  kernel.tcpi_segs_out = 3;
  kernel.tcpi_delivered = 5;
  const std::string bytes = Bytes(kernel);
  const v1::TcpInfo info = Print(bytes.substr(0, offsetof(tcp_info, tcpi_busy_time)));
  EXPECT_EQ(info.segs_out(), 3u);
  EXPECT_TRUE(info.has_min_rtt());
  EXPECT_FALSE(info.has_busy_time());
  EXPECT_EQ(info.delivered(), 0u);
  EXPECT_FALSE(info.has_snd_wnd());
  EXPECT_TRUE(Print(bytes).has_snd_wnd());
  EXPECT_FALSE(Print(bytes.substr(0, offsetof(tcp_info, tcpi_snd_wnd) + 4)).has_rcv_wnd());
}

TEST(TcpInfo, FieldsOfANewerKernelAreRead) {
  std::string bytes = Bytes({}).substr(0, offsetof(tcp_info, tcpi_snd_wnd) + 4);
  const uint32_t window = 65483;
  bytes.append(reinterpret_cast<const char*>(&window), sizeof window);
  bytes.append(100, '\xff');
  EXPECT_EQ(Print(bytes).rcv_wnd(), window);
}

TEST(TcpInfo, RttIsUnsetUntilOneWasMeasured) {
  tcp_info kernel{};
  kernel.tcpi_min_rtt = ~0u;
  EXPECT_FALSE(Print(Bytes(kernel)).has_min_rtt());
}

}  // namespace
}  // namespace balcony::agent
