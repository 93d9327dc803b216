// From a call's response to its answer: the outcome that all responses have, and the values beside
// it. One function a family of calls; nothing if the response is of another.
// Source: proto/balcony/v1/session.proto.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "controller/run/answer.h"
#include "controller/run/record.h"

namespace balcony::run {

std::optional<Answer> ReadSocketAnswer(const v1::Done& done, const Request& request);
std::optional<Answer> ReadMessageAnswer(const v1::Done& done);
std::optional<Answer> ReadHostAnswer(const v1::Done& done, const Request& request);

// The answer without its values.
Answer Begin(const v1::Outcome& outcome);

template <typename Response>
Answer Give(const Response& response, std::vector<Value> values) {
  Answer answer = Begin(response.outcome());
  if (answer.kind == Answer::Kind::kValue) answer.values = std::move(values);
  return answer;
}

// One value, a field of the response.
template <typename Response>
Answer GiveField(const Response& response, const char* name) {
  const auto& field = *Response::descriptor()->FindFieldByName(name);
  return Give(response, {FieldOf(response, field)});
}

}  // namespace balcony::run
