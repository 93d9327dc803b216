#include "controller/run/give.h"

namespace balcony::run {
namespace {

template <typename Response>
Answer GiveBytes(const Response& response) {
  Answer answer = Give(response, {{static_cast<int64_t>(response.bytes())}});
  answer.bytes = response.bytes();
  return answer;
}

template <typename Response>
Answer GiveData(const Response& response, std::vector<Value> values) {
  Answer answer = Give(response, std::move(values));
  answer.bytes = response.data().size();
  if (answer.kind == Answer::Kind::kValue && response.end_of_stream())
    answer.kind = Answer::Kind::kEof;
  return answer;
}

// What an option is set to; no value where that cannot be read.
template <typename Response>
Answer GiveOption(const Response& response) {
  const auto& oneof = *v1::OptionValue::descriptor()->FindOneofByName("value");
  const v1::OptionValue& value = response.value();
  const auto* field = value.GetReflection()->GetOneofFieldDescriptor(value, &oneof);
  if (field == nullptr) return Give(response, {});
  return Give(response, {FieldOf(value, *field)});
}

}  // namespace

std::optional<Answer> ReadMessageAnswer(const v1::Done& done) {
  switch (done.response_case()) {
    case v1::Done::kSend:
      return GiveBytes(done.send());
    case v1::Done::kSendall:
      return GiveBytes(done.sendall());
    case v1::Done::kSendto:
      return GiveBytes(done.sendto());
    case v1::Done::kSendmsg:
      return GiveBytes(done.sendmsg());
    case v1::Done::kRecv:
      return GiveData(done.recv(), {{Text{done.recv().data()}}});
    case v1::Done::kRecvfrom: {
      const v1::Endpoint& from = done.recvfrom().address();
      return GiveData(done.recvfrom(),
                      {{Text{done.recvfrom().data()}}, {Endpoint{from.address(), from.port()}}});
    }
    case v1::Done::kRecvmsg:
      return GiveData(done.recvmsg(), {{RecordOf(done.recvmsg())}});
    case v1::Done::kGetsockopt:
      return GiveOption(done.getsockopt());
    case v1::Done::kSetsockopt:
      return GiveOption(done.setsockopt());
    default:
      return std::nullopt;
  }
}

}  // namespace balcony::run
