#include <poll.h>

#include <memory>

#include "absl/strings/str_cat.h"
#include "agent/calls.h"
#include "agent/poll.h"
#include "agent/refusal.h"

namespace balcony::agent::calls {
namespace {

struct Event {
  v1::PollEvent event;
  int kernel;
};

constexpr Event kAskedFor[] = {
    {v1::POLL_EVENT_IN, POLLIN},
    {v1::POLL_EVENT_PRI, POLLPRI},
    {v1::POLL_EVENT_OUT, POLLOUT},
    {v1::POLL_EVENT_RDHUP, POLLRDHUP},
};
constexpr Event kUnasked[] = {
    {v1::POLL_EVENT_ERR, POLLERR},
    {v1::POLL_EVENT_HUP, POLLHUP},
};

int KernelEvent(int event) {
  for (const Event& row : kAskedFor) {
    if (row.event == event) return row.kernel;
  }
  return 0;
}

absl::StatusOr<int> CheckEvents(const google::protobuf::RepeatedField<int>& events) {
  int asked = 0;
  for (const int event : events) {
    const int kernel = KernelEvent(event);
    if (kernel == 0) {
      return InvalidArgument(
          "events", absl::StrCat("of the events POLL_EVENT_IN, POLL_EVENT_PRI, POLL_EVENT_OUT and "
                                 "POLL_EVENT_RDHUP can be asked for; it was given ",
                                 NameOrNumber(v1::PollEvent_Name(event), event)));
    }
    asked |= kernel;
  }
  return asked != 0 ? asked : POLLIN | POLLPRI | POLLOUT | POLLRDHUP;
}

class Polling final : public BlockingCall {
 public:
  Polling(int events, bool wait) : events_(events), wait_(wait) {}

  Progress Try(agent::Socket& socket) override {
    answer_ = agent::Poll(socket, events_, found_);
    return answer_ == 0 && found_ == 0 && wait_ ? Progress::kBlocked : Progress::kEnded;
  }

  int answer() const override { return answer_; }
  // poll(2) has a timeout of its own, and does not look at the socket's.
  absl::Duration Allowance(const agent::Socket&, Direction) const override {
    return absl::InfiniteDuration();
  }

  v1::Outcome* Report(const agent::Socket&, bool, v1::Done& done) override {
    v1::PollResponse* response = done.mutable_poll();
    for (const Event& row : kAskedFor) {
      if ((found_ & row.kernel) != 0) response->add_events(row.event);
    }
    for (const Event& row : kUnasked) {
      if ((found_ & row.kernel) != 0) response->add_events(row.event);
    }
    return response->mutable_outcome();
  }

 private:
  const int events_;
  const bool wait_;
  int found_ = 0;
  int answer_ = 0;
};

}  // namespace

absl::Status Poll(Session& session, const Turn& turn, v1::PollRequest& request) {
  const auto events = CheckEvents(request.events());
  if (!events.ok()) return events.status();
  const auto entry = OpenNamed(session, request.socket());
  if (!entry.ok()) return entry.status();
  return session.Begin(turn, **entry, Direction::kEither, request.wait(),
                       std::make_unique<Polling>(*events, request.wait()));
}

absl::Status Ioctl(Session& session, const v1::IoctlRequest& request, v1::IoctlResponse& response) {
  if (!v1::Ioctl_IsValid(request.request()) || request.request() == v1::IOCTL_UNSPECIFIED) {
    return InvalidArgument("request",
                           "request must be IOCTL_SIOCATMARK, IOCTL_SIOCINQ, IOCTL_SIOCOUTQ or "
                           "IOCTL_SIOCOUTQNSD");
  }
  const auto entry = OpenNamed(session, request.socket());
  if (!entry.ok()) return entry.status();
  int value = 0;
  const int answer = agent::Ioctl((*entry)->socket, request.request(), value);
  SetAnswer(answer, response.mutable_outcome());
  if (answer == 0) response.set_value(value);
  return absl::OkStatus();
}

}  // namespace balcony::agent::calls
