#include "agent/audit.h"

#include <gmock/gmock.h>

#include <set>
#include <sstream>
#include <string>
#include <utility>

#include "tests/agent/client.h"
#include "tests/agent/process.h"

namespace balcony::agent {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;

TEST(Audit, SessionsAreToldInJsonIfAskedTo) {
  auto [log, err] = Pipe();
  auto [ours, theirs] = SocketPair();
  Process agent({"--fd", "7", "--log-format", "json"},
                {.err = std::move(err), .fd = std::move(theirs)});
  ReadLine(ours.get());
  Client(std::move(ours)).Do(kSocket);
  EXPECT_EQ(agent.Wait(), 0);
  EXPECT_THAT(ReadLine(log.get()),
              MatchesRegex("\\{\"time\":\"[^\"]+\",\"program\":\"balcony-agent\",\"pid\":[0-9]+,"
                           "\"level\":\"info\",\"text\":\"session opened\",\"session\":\"1\","
                           "\"peer\":\"its starter\",\"identity\":\"its starter\"\\}"));
  EXPECT_THAT(ReadLine(log.get()),
              HasSubstr("\"calls\":\"1\",\"denied\":\"0\",\"left_out\":\"0\"}"));
}

TEST(Audit, WhoComesIsQuoted) {
  testing::internal::CaptureStderr();
  {
    Audit audit({.peer = "192.0.2.1:5", .identity = "CN\n\"x\"", .client = "", .owner = ""});
    audit.Called();
    audit.Denied(absl::UnixEpoch(), "connect", "s", "outside");
  }
  EXPECT_THAT(testing::internal::GetCapturedStderr(),
              testing::AllOf(HasSubstr("peer=\"192.0.2.1:5\" identity=\"CN\\u000a\\\"x\\\"\""),
                             HasSubstr("calls=\"1\" denied=\"1\" left_out=\"0\"")));
}

TEST(Audit, LinesOfASessionHaveOneNumber) {
  testing::internal::CaptureStderr();
  {
    Audit audit({.peer = "192.0.2.1:5", .identity = "romeo", .client = "", .owner = ""});
    audit.Denied(absl::UnixEpoch(), "connect", "s", "outside");
  }
  std::istringstream lines(testing::internal::GetCapturedStderr());
  std::set<std::string> numbers;
  for (std::string line; std::getline(lines, line);) {
    const auto at = line.find("session=");
    ASSERT_NE(at, std::string::npos) << line;
    numbers.insert(line.substr(at, line.find(' ', at) - at));
    EXPECT_THAT(line, HasSubstr("identity=\"romeo\""));
  }
  EXPECT_EQ(numbers.size(), 1u);
}

}  // namespace
}  // namespace balcony::agent
