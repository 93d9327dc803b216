#include "controller/run/tell.h"

#include <chrono>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "controller/run/notation.h"
#include "controller/run/shown.h"
#include "google/protobuf/util/time_util.h"

namespace balcony::run {
namespace {

void SetTime(const std::optional<absl::Time>& time, google::protobuf::Timestamp* stamp) {
  *stamp = google::protobuf::util::TimeUtil::NanosecondsToTimestamp(absl::ToUnixNanos(*time));
}

void SetTimes(const Answer& answer, v1::StepReport& report) {
  if (answer.started) SetTime(answer.started, report.mutable_started());
  if (answer.blocked) SetTime(answer.blocked, report.mutable_blocked());
  if (answer.ended) SetTime(answer.ended, report.mutable_ended());
}

// On the controller's clock, since the run began.
void SetMoments(const RunState& run, const Ended& ended, v1::StepReport& report) {
  if (!ended.asked) return;
  const auto since = [&](Moment moment) {
    return google::protobuf::util::TimeUtil::NanosecondsToDuration(
        std::chrono::nanoseconds(moment - run.started()).count());
  };
  *report.mutable_asked() = since(*ended.asked);
  *report.mutable_known() = since(std::chrono::steady_clock::now());
}

// What could not be done, and whose fault it is: the file's, or the run's circumstances.
v1::Verdict VerdictOf(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kAlreadyExists:
    case absl::StatusCode::kFailedPrecondition:
      return v1::VERDICT_INVALID;
    default:
      return v1::VERDICT_NOT_RUN;
  }
}

std::string StillBlocks(RunState& run, const Written& written, const std::string& host,
                        const Answer& answer) {
  std::string message =
      absl::StrCat(written.function, " on ", host, " still blocks after ",
                   absl::FormatDuration(absl::Trunc(answer.duration(), absl::Milliseconds(1))));
  if (answer.blocked) {
    absl::StrAppend(&message, ", since ",
                    absl::FormatTime("%H:%M:%E3S", *answer.blocked, absl::LocalTimeZone()));
  }
  if (answer.bytes > 0) absl::StrAppend(&message, ", with ", answer.bytes, " bytes done");
  if (run.remaining() <= absl::ZeroDuration()) absl::StrAppend(&message, "; ", run.LimitText());
  return message;
}

std::string Observed(RunState& run, const Written& written, const Answer& answer, size_t host) {
  if (!written.expect) return Write(answer, run.setting().names, host);
  Answer shown = answer;
  shown.values = Shown(std::move(shown.values), *written.expect);
  return Write(shown, run.setting().names, host);
}

std::string Differs(const Written& written, const std::string& observed, const Match& match) {
  std::string message =
      written.expect ? absl::StrCat("expected ", written.expect->text) : "expected success";
  absl::StrAppend(&message, ", got ", observed.empty() ? "success" : observed);
  if (!match.differences.empty())
    absl::StrAppend(&message, " (", absl::StrJoin(match.differences, "; "), ")");
  return message;
}

// Why a step that was cancelled is nobody's failure: what failed was another.
std::string BecauseOf(RunState& run) {
  const std::optional<Failure> failure = run.failure();
  return failure && !failure->place.empty()
             ? absl::StrCat("cancelled, because this failed: ", failure->place)
             : "cancelled, because another step failed";
}

// The verdict on an answer, and why it is not passed.
void GiveVerdict(RunState& run, const Written& written, const Ended& ended, bool went_on,
                 v1::StepReport& report) {
  const Answer& answer = *ended.answer;
  const auto give = [&](v1::Verdict verdict, const std::string& message) {
    report.set_verdict(verdict);
    report.set_message(message);
  };
  if (!answer.held.empty()) return give(v1::VERDICT_NOT_RUN, answer.held);
  if (!answer.undecided.empty()) return give(v1::VERDICT_UNDECIDED, answer.undecided);
  if (ended.match.matched || went_on) return give(v1::VERDICT_PASSED, "");
  const std::optional<Failure> failure = run.failure();
  if (failure && failure->place.empty()) return give(failure->verdict, failure->message);
  if (answer.kind == Answer::Kind::kCancelled && answer.closed)
    return give(v1::VERDICT_FAILED, "cancelled, because its socket was closed");
  if (answer.kind == Answer::Kind::kCancelled) return give(v1::VERDICT_CANCELLED, BecauseOf(run));
  if (answer.input_ended)
    return give(v1::VERDICT_NOT_RUN,
                "the input has ended; type a line, or pipe in as many as the file asks for");
  if (answer.kind == Answer::Kind::kTimedOut)
    return give(v1::VERDICT_FAILED, StillBlocks(run, written, report.host(), answer));
  give(v1::VERDICT_FAILED, Differs(written, report.observed(), ended.match));
}

}  // namespace

v1::StepReport Tell(RunState& run, const Written& written, size_t host, const Ended& ended,
                    bool went_on) {
  v1::StepReport report;
  if (!written.wire) report.set_host(run.setting().topology.hosts[host].name);
  report.set_line(static_cast<uint32_t>(written.span.line));
  report.set_column(static_cast<uint32_t>(written.span.column));
  report.set_call(written.call);
  if (written.expect) {
    report.set_expected(written.expect->text);
    report.set_expected_line(static_cast<uint32_t>(written.expect->span.line));
    report.set_expected_column(static_cast<uint32_t>(written.expect->span.column));
  }
  if (!ended.answer.ok()) {
    report.set_verdict(VerdictOf(ended.answer.status()));
    report.set_message(std::string(ended.answer.status().message()));
    return report;
  }
  const Answer& answer = *ended.answer;
  if (ended.data) report.set_data(Quote(*ended.data));
  report.set_observed(Observed(run, written, answer, host));
  report.set_alternative(ended.match.alternative);
  SetTimes(answer, report);
  SetMoments(run, ended, report);
  report.set_warning(answer.warning);
  GiveVerdict(run, written, ended, went_on, report);
  return report;
}

std::string PlaceOf(const std::string& file, const script::Span& span, const std::string& prompt,
                    const std::string& call) {
  return absl::StrCat(file, ":", span.line, ":", span.column, ": ", prompt, " ", call);
}

Failure FailureOf(RunState& run, const v1::StepReport& report) {
  const script::Span span{static_cast<int>(report.line()), static_cast<int>(report.column()), 1};
  const std::string prompt = absl::StrCat(report.host().empty() ? "wire" : report.host(), ">");
  return {report.verdict(), PlaceOf(run.setting().script.name, span, prompt, report.call()),
          report.message()};
}

}  // namespace balcony::run
