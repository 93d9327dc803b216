// What became of a call, in words: EXPECT_THAT(host.Do("…"), FailsWith(ECONNREFUSED)).
#pragma once

#include <gmock/gmock.h>

#include <string>

#include "agent/outcome.h"
#include "balcony/v1/session.pb.h"

namespace balcony::agent {

// What a recv has given.
inline std::string DataOf(const v1::Event& event) { return event.done().recv().data(); }

// The outcome within a done event, whatever the call; one without a result if the event is none.
inline v1::Outcome OutcomeOf(const v1::Event& event) {
  const google::protobuf::Message& done = event.done();
  const auto* which = done.GetReflection()->GetOneofFieldDescriptor(
      done, done.GetDescriptor()->FindOneofByName("response"));
  if (which == nullptr) return {};
  const google::protobuf::Message& response = done.GetReflection()->GetMessage(done, which);
  const auto* field = response.GetDescriptor()->FindFieldByName("outcome");
  v1::Outcome outcome;
  outcome.CopyFrom(response.GetReflection()->GetMessage(response, field));
  return outcome;
}

MATCHER(Succeeds, negation ? "does not succeed" : "succeeds") { return OutcomeOf(arg).has_ok(); }

MATCHER_P(FailsWith, number,
          (negation ? "does not fail with " : "fails with ") + ErrnoName(number)) {
  return OutcomeOf(arg).error().number() == number &&
         OutcomeOf(arg).error().name() == ErrnoName(number);
}

MATCHER(TimesOut, negation ? "does not time out" : "times out") {
  return OutcomeOf(arg).has_timed_out();
}

MATCHER_P(IsCancelled, reason, std::string("is cancelled: ") + reason) {
  return OutcomeOf(arg).cancelled().reason() == reason;
}

MATCHER(Blocks, negation ? "does not block" : "blocks") { return arg.has_blocked(); }

// `code` without its prefix: Refuses(v1::REFUSAL_CODE_NOT_FOUND, "socket").
MATCHER_P2(Refuses, code, field,
           "refuses with " + v1::RefusalCode_Name(code) + " for the field \"" + field + "\"") {
  return arg.refused().code() == code && arg.refused().field() == field &&
         !arg.refused().message().empty();
}

}  // namespace balcony::agent
