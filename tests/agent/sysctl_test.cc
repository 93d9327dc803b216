#include "agent/sysctl.h"

#include <gmock/gmock.h>

#include <string>

namespace balcony::agent {
namespace {

using absl::StatusCode;
using testing::HasSubstr;

struct SysctlCase {
  std::string name;
  StatusCode read;
  StatusCode write;
};

class SysctlNames : public testing::TestWithParam<SysctlCase> {};

TEST_P(SysctlNames, AreAllowedOrNot) {
  EXPECT_EQ(CheckSysctlRead(GetParam().name).code(), GetParam().read);
  EXPECT_EQ(CheckSysctlWrite(GetParam().name, "1").code(), GetParam().write);
}

const SysctlCase kNames[] = {
    {"net.ipv4.tcp_syncookies", StatusCode::kOk, StatusCode::kOk},
    {"net.ipv4.conf.eth0.rp_filter", StatusCode::kOk, StatusCode::kOk},
    {"net.ipv6.neigh.eth-1.ucast_solicit", StatusCode::kOk, StatusCode::kOk},
    {"net.core.somaxconn", StatusCode::kOk, StatusCode::kOk},
    {"net.ipv4.tcp_mem", StatusCode::kOk, StatusCode::kPermissionDenied},
    {"net.core.rmem_max", StatusCode::kOk, StatusCode::kPermissionDenied},
    {"net.ipv4.conf.eth0.sub.rp_filter", StatusCode::kOk, StatusCode::kPermissionDenied},
    {"net.ipv4.tcp_fastopen_key", StatusCode::kPermissionDenied, StatusCode::kPermissionDenied},
    {"net.ipv6.conf.all.stable_secret", StatusCode::kPermissionDenied,
     StatusCode::kPermissionDenied},
    {"kernel.hostname", StatusCode::kPermissionDenied, StatusCode::kPermissionDenied},
    {"net.unix.max_dgram_qlen", StatusCode::kPermissionDenied, StatusCode::kPermissionDenied},
    {"", StatusCode::kInvalidArgument, StatusCode::kInvalidArgument},
    {"net.ipv4.", StatusCode::kInvalidArgument, StatusCode::kInvalidArgument},
    {"net.ipv4...kernel", StatusCode::kInvalidArgument, StatusCode::kInvalidArgument},
    {"net.ipv4.conf.../rp_filter", StatusCode::kInvalidArgument, StatusCode::kInvalidArgument},
    {"net.ipv4.conf./.rp_filter", StatusCode::kInvalidArgument, StatusCode::kInvalidArgument},
    {"net/ipv4/tcp_ecn", StatusCode::kInvalidArgument, StatusCode::kInvalidArgument},
    {"net.ipv4.tcp_ecn\n", StatusCode::kInvalidArgument, StatusCode::kInvalidArgument},
    {std::string("net.ipv4.tcp_ecn\0x", 18), StatusCode::kInvalidArgument,
     StatusCode::kInvalidArgument},
    {"net.ipv4." + std::string(200, 'a'), StatusCode::kInvalidArgument,
     StatusCode::kInvalidArgument},
};
INSTANTIATE_TEST_SUITE_P(Sysctl, SysctlNames, testing::ValuesIn(kNames));

TEST(Sysctl, RefusalNamesTheSetting) {
  EXPECT_THAT(CheckSysctlRead("kernel.hostname").message(), HasSubstr("kernel.hostname"));
  EXPECT_THAT(CheckSysctlWrite("net.ipv4.tcp_mem", "1").message(), HasSubstr("net.ipv4.tcp_mem"));
}

TEST(Sysctl, ValueIsOneLineOfText) {
  for (const std::string& value : {std::string(), std::string("1\n2"), std::string("1\0", 2),
                                   std::string(257, '1'), std::string("\xc3\xa4")}) {
    EXPECT_EQ(CheckSysctlWrite("net.ipv4.tcp_ecn", value).code(), StatusCode::kInvalidArgument);
  }
}

TEST(Sysctl, NumbersOfOneSettingAreSeparatedBySpaces) {
  std::string value;
  ASSERT_EQ(ReadSysctl("net.ipv4.ip_local_port_range", value), 0);
  EXPECT_THAT(value, testing::MatchesRegex("[0-9]+ [0-9]+"));
  EXPECT_EQ(ReadSysctl("net.ipv4.no_such_setting", value), ENOENT);
  EXPECT_EQ(ReadSysctl("net.ipv4.conf", value), EISDIR);
}

}  // namespace
}  // namespace balcony::agent
