#include "controller/report/transcript.h"

#include <gtest/gtest.h>

#include "controller/report/json.h"
#include "google/protobuf/util/time_util.h"

namespace balcony::report {
namespace {

using google::protobuf::util::TimeUtil;

constexpr Layout kPlain{7, 24, false};

v1::StepReport Step(const std::string& host, const std::string& call, const std::string& observed) {
  v1::StepReport step;
  step.set_host(host);
  step.set_call(call);
  step.set_observed(observed);
  step.set_verdict(v1::VERDICT_PASSED);
  return step;
}

TEST(Transcript, AnswersStandInOneColumn) {
  EXPECT_EQ(StepLines({Step("romeo", "sock.send(\"Hi\")", "2")}, "romeo>", kPlain),
            "romeo>  sock.send(\"Hi\")           => 2\n");
  EXPECT_EQ(StepLines({Step("juliet", "sock.bind(juliet:4000)", "EADDRINUSE")}, "juliet>", kPlain),
            "juliet> sock.bind(juliet:4000)    => EADDRINUSE\n");
}

TEST(Transcript, ACallThatIsTooLongHasItsAnswerBelow) {
  EXPECT_EQ(
      StepLines({Step("romeo", "sock.send(\"But, soft! what light\")", "22")}, "romeo>", kPlain),
      "romeo>  sock.send(\"But, soft! what light\")\n" + std::string(32, ' ') + "  => 22\n");
}

TEST(Transcript, WidthIsInCharactersAndNotInBytes) {
  EXPECT_EQ(StepLines({Step("romeo", "sock.send(\"é\")", "2")}, "romeo>", kPlain),
            "romeo>  sock.send(\"é\")            => 2\n");
}

TEST(Transcript, HostsThatAgreeShareALine) {
  const std::vector<v1::StepReport> same = {Step("client[1]", "f()", "1"),
                                            Step("client[2]", "f()", "1")};
  EXPECT_EQ(StepLines(same, "client[*]>", {10, 5, false}), "client[*]> f()    => 1\n");
  const std::vector<v1::StepReport> other = {Step("client[1]", "f()", "1"),
                                             Step("client[2]", "f()", "2")};
  EXPECT_EQ(StepLines(other, "client[*]>", {10, 5, false}),
            "client[1]> f()    => 1\nclient[2]> f()    => 2\n");
}

TEST(Transcript, HostsThatSentSomethingElseHaveLinesOfTheirOwn) {
  std::vector<v1::StepReport> steps = {Step("a[1]", "f()", "1"), Step("a[2]", "f()", "1")};
  steps[0].set_data("\"one\"");
  steps[1].set_data("\"two\"");
  EXPECT_EQ(StepLines(steps, "a[*]>", {5, 5, false}),
            "a[1]> f()    => 1  # \"one\"\na[2]> f()    => 1  # \"two\"\n");
}

TEST(Transcript, ALongBlockIsNoted) {
  v1::StepReport step = Step("romeo", "sock.recv(4)", "\"late\"");
  *step.mutable_blocked() = TimeUtil::MillisecondsToTimestamp(1000);
  *step.mutable_ended() = TimeUtil::MillisecondsToTimestamp(2200);
  EXPECT_EQ(StepLines({step}, "romeo>", kPlain),
            "romeo>  sock.recv(4)              => \"late\"  # blocked 1.20 s\n");
}

TEST(Transcript, TheVerdictSaysWhatWasNotReached) {
  v1::FileReport report;
  *report.add_steps() = Step("romeo", "f()", "1");
  *report.mutable_duration() = TimeUtil::MillisecondsToDuration(12);
  report.set_verdict(v1::VERDICT_PASSED);
  EXPECT_EQ(VerdictLine(report, 1, kPlain), "# passed: 1 step in 12 ms\n");
  report.set_verdict(v1::VERDICT_FAILED);
  report.set_message("x.md:3:1: expected 2, got 1");
  EXPECT_EQ(VerdictLine(report, 24, kPlain),
            "# failed: x.md:3:1: expected 2, got 1; 23 steps not reached\n");
}

TEST(Transcript, AFileThatWasSkippedSaysWhyAndIsNotAmongThePassed) {
  v1::Report report;
  v1::FileReport* skipped = report.add_files();
  skipped->set_file("x.md");
  skipped->set_verdict(v1::VERDICT_SKIPPED);
  skipped->set_message("needs wire, and given agents have none");
  EXPECT_EQ(Opening(*skipped, kPlain), "# x.md\n");  // no agent was asked
  EXPECT_EQ(VerdictLine(*skipped, 24, kPlain),
            "# skipped: needs wire, and given agents have none\n");
  report.add_files()->set_verdict(v1::VERDICT_PASSED);
  EXPECT_EQ(Total(report, kPlain), "# 2 files: 1 passed, 1 skipped\n");
}

TEST(Transcript, AnExternalHostIsToldApart) {
  v1::FileReport report;
  report.set_file("x.md");
  v1::HostReport* romeo = report.add_hosts();
  romeo->set_name("romeo");
  romeo->set_kind(v1::HOST_KIND_AGENT);
  romeo->add_addresses("10.10.0.100");
  v1::HostReport* web = report.add_hosts();
  web->set_name("web");
  web->set_kind(v1::HOST_KIND_EXTERNAL);
  web->add_addresses("192.0.2.9");
  report.add_hosts()->set_name("nurse");  // skipped before she had an address
  EXPECT_EQ(Opening(report, kPlain),
            "# x.md: romeo 10.10.0.100, web (external) 192.0.2.9, nurse\n");
}

TEST(Transcript, SeveralFilesHaveOneTotal) {
  v1::Report report;
  report.add_files()->set_verdict(v1::VERDICT_PASSED);
  EXPECT_EQ(Total(report, kPlain), "");
  report.add_files()->set_verdict(v1::VERDICT_FAILED);
  EXPECT_EQ(Total(report, kPlain), "# 2 files: 1 passed, 1 failed\n");
}

TEST(Json, NamesFieldsAsTheProtoDoes) {
  v1::Report report;
  report.set_version("1");
  report.add_files()->add_hosts()->set_agent_version("1");
  const auto json = Json(report);
  ASSERT_TRUE(json.ok());
  EXPECT_NE(json->find("\"agent_version\": \"1\""), std::string::npos);
}

}  // namespace
}  // namespace balcony::report
