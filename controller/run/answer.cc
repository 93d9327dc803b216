#include "controller/run/answer.h"

#include "controller/run/give.h"
#include "controller/run/notation.h"
#include "google/protobuf/util/time_util.h"

namespace balcony::run {
namespace {

absl::Time ToTime(const google::protobuf::Timestamp& stamp) {
  return absl::FromUnixNanos(google::protobuf::util::TimeUtil::TimestampToNanoseconds(stamp));
}

}  // namespace

absl::Duration Answer::duration() const {
  return started && ended ? *ended - *started : absl::ZeroDuration();
}

Answer Begin(const v1::Outcome& outcome) {
  Answer answer;
  switch (outcome.result_case()) {
    case v1::Outcome::kError:
      answer.kind = Answer::Kind::kErrno;
      answer.error = outcome.error().name();
      break;
    case v1::Outcome::kNameError:
      answer.kind = Answer::Kind::kNameError;
      answer.error = outcome.name_error().name();
      break;
    case v1::Outcome::kTimedOut:
      answer.kind = Answer::Kind::kTimedOut;
      break;
    case v1::Outcome::kCancelled:
      answer.kind = Answer::Kind::kCancelled;
      answer.closed = outcome.cancelled().reason() == "closed";
      break;
    default:
      break;
  }
  answer.started = ToTime(outcome.started());
  if (outcome.has_blocked()) answer.blocked = ToTime(outcome.blocked());
  answer.ended = ToTime(outcome.ended());
  return answer;
}

Answer ReadAnswer(const v1::Done& done, const Request& request) {
  if (auto answer = ReadSocketAnswer(done, request)) return *std::move(answer);
  if (auto answer = ReadMessageAnswer(done)) return *std::move(answer);
  if (auto answer = ReadHostAnswer(done, request)) return *std::move(answer);
  return Answer();
}

std::string Write(const Answer& answer, const Names& names, size_t self) {
  switch (answer.kind) {
    case Answer::Kind::kValue:
      return Write(answer.values, names, self);
    case Answer::Kind::kEof:
      return "eof";
    case Answer::Kind::kErrno:
    case Answer::Kind::kNameError:
      return answer.error;
    case Answer::Kind::kBlocks:
      return "blocks";
    case Answer::Kind::kTimedOut:
      return "still blocks";
    case Answer::Kind::kCancelled:
      return "cancelled";
  }
  return "";
}

}  // namespace balcony::run
