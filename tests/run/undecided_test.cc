// Mirrors controller/run/undecided.cc: when `=> blocks` may not be said, since a peer's timer may
// yet deliver.
#include "controller/run/undecided.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_replace.h"
#include "tests/run/played.h"

namespace balcony::run {
namespace {

using testing::HasSubstr;

// Without an accept a second SYN is dropped, since the backlog is full: romeo will send it again.
// DOOR, ANY and THERE are what the tests put in.
constexpr char kSecondSyn[] = R"(
JULIET> door = socket(DOOR)
JULIET> door.bind(ANY:4000)
JULIET> door.listen(0)
romeo> a = socket(tcp)
romeo> a.connect(THERE:4000)
romeo> b = socket(tcp)
romeo> done = b.connect(THERE:4000) & => blocks
JULIET> first, _ = door.accept()
)";

v1::FileReport PlayedSecondSyn(const std::string& host, const std::string& door,
                               const std::string& any, const std::string& there,
                               const std::string& lines) {
  return Played(absl::StrReplaceAll(
      kSecondSyn + lines, {{"JULIET", host}, {"DOOR", door}, {"ANY", any}, {"THERE", there}}));
}

void ExpectUndecided(const v1::FileReport& report) {
  EXPECT_EQ(report.verdict(), v1::VERDICT_UNDECIDED);
  EXPECT_THAT(report.message(), HasSubstr("romeo still has something unacknowledged"));
}

constexpr char kAccept[] = "JULIET> door.accept() => blocks\nromeo> wait done";

TEST(Undecided, WhileASynMayComeAgain) {
  ExpectUndecided(PlayedSecondSyn("juliet", "tcp", "juliet", "juliet", kAccept));
}

TEST(Undecided, OnADualStackSocketToo) {
  ExpectUndecided(PlayedSecondSyn("juliet", "tcp6", "[::]", "juliet", kAccept));
}

TEST(Undecided, WithinOneHostToo) {
  ExpectUndecided(PlayedSecondSyn("romeo", "tcp", "localhost", "localhost", kAccept));
}

TEST(Undecided, InTheBackgroundToo) {
  ExpectUndecided(PlayedSecondSyn(
      "juliet", "tcp", "juliet", "juliet",
      "JULIET> more, _ = door.accept() & => blocks\nJULIET> wait more\nromeo> wait done"));
}

TEST(Undecided, NotWhatIsWatched) {
  const auto report = PlayedSecondSyn(
      "juliet", "tcp", "juliet", "juliet",
      "JULIET> door.accept() => blocks for 10ms\nJULIET> door.accept()\nromeo> wait done");
  EXPECT_EQ(report.verdict(), v1::VERDICT_PASSED) << report.message();
}

// Bytes on a connection that is made already can bring no other.
TEST(Undecided, NotForWhatIsNotForThisSocket) {
  for (const char* door : {"tcp", "tcp6"}) {
    const auto report =
        Played(absl::StrReplaceAll(R"(
juliet> door = socket(DOOR)
juliet> door.bind(ANY:4000)
juliet> door.listen()
romeo> sock = socket(tcp)
romeo> sock.connect(juliet:4000)
juliet> conn, _ = door.accept()
romeo> sock.setblocking(0)
romeo> sock.send("x" * 100000000)
juliet> door.accept() => blocks)",
                                   {{"DOOR", door}, {"ANY", door[3] == '6' ? "[::]" : "juliet"}}));
    EXPECT_EQ(report.verdict(), v1::VERDICT_PASSED) << report.message();
  }
}

}  // namespace
}  // namespace balcony::run
