#include "controller/fleet/hello.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <string>

#include "controller/wire/fd.h"
#include "tests/fleet/matchers.h"

namespace balcony::fleet {
namespace {

using testing::HasSubstr;

constexpr absl::Duration kSoon = absl::Milliseconds(30);

struct Stream {
  Stream() {
    int ends[2] = {-1, -1};
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    here.Reset(ends[0]);
    there.Reset(ends[1]);
  }
  void Write(const std::string& text) {
    EXPECT_EQ(write(there.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  wire::Fd here;
  wire::Fd there;
};

TEST(Hello, IsTakenAndNotAByteBehindIt) {
  Stream stream;
  stream.Write("balcony-agent 1 0.1.0\nPRI * HTTP/2.0");
  ASSERT_THAT(AwaitHello(stream.here.get(), absl::Seconds(10)), IsOk());
  char rest[100];
  EXPECT_EQ(read(stream.here.get(), rest, sizeof(rest)), 14);
}

TEST(Hello, IsFoundBehindABanner) {
  for (const std::string banner :
       {"Welcome to Verona\n\nLast login: never\r\n", "no newline: ", "\n", "\xff\xfe"}) {
    Stream stream;
    stream.Write(banner + "balcony-agent 1 0.1.0\r\n");
    EXPECT_THAT(AwaitHello(stream.here.get(), absl::Seconds(10)), IsOk()) << banner;
  }
}

TEST(Hello, ThatDoesNotComeShowsWhatCameInstead) {
  Stream stream;
  stream.Write("Permission denied\n");
  EXPECT_THAT(AwaitHello(stream.here.get(), kSoon),
              StatusIs(absl::StatusCode::kUnavailable,
                       HasSubstr("within 30ms; it wrote instead: \"Permission denied\\n\"")));
}

TEST(Hello, CannotComeAfterTheEnd) {
  Stream stream;
  stream.Write("balcony-agent 1");
  stream.there.Reset();
  EXPECT_THAT(AwaitHello(stream.here.get(), absl::Seconds(10)),
              StatusIs(absl::StatusCode::kUnavailable, HasSubstr("the stream ended")));
}

TEST(Hello, OfAnotherProtocolIsRefused) {
  Stream stream;
  stream.Write("balcony-agent 2 7.0.0\n");
  EXPECT_THAT(AwaitHello(stream.here.get(), absl::Seconds(10)),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("balcony-agent 2 7.0.0")));
}

TEST(Hello, IsNotLookedForInEndlessNoise) {
  Stream stream;
  const std::string noise(80 << 10, '#');
  const int room = 1 << 20;
  setsockopt(stream.there.get(), SOL_SOCKET, SO_SNDBUF, &room, sizeof(room));
  stream.Write(noise);
  EXPECT_THAT(AwaitHello(stream.here.get(), absl::Seconds(10)),
              StatusIs(absl::StatusCode::kUnavailable, HasSubstr("###")));
}

}  // namespace
}  // namespace balcony::fleet
