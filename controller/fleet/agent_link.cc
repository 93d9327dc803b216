#include "controller/fleet/agent_link.h"

#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "controller/fleet/channel.h"
#include "controller/fleet/hello.h"
#include "controller/fleet/session.h"

namespace balcony::fleet {
namespace {

absl::Status Lost(const std::string& host, const std::string& why) {
  return absl::UnavailableError(absl::StrCat("the agent of ", host, " is lost: ", why));
}

absl::Status WhyLost(const std::string& host, const std::function<std::string()>& obituary,
                     const grpc::Status& end) {
  if (end.error_code() == grpc::StatusCode::CANCELLED) {
    return absl::UnavailableError(absl::StrCat("the session with ", host, " is over"));
  }
  std::vector<std::string> why;
  if (absl::StrContains(end.error_message(), "keepalive")) why.emplace_back("it stopped answering");
  const std::string last = obituary ? obituary() : "";
  if (!last.empty()) why.push_back(last);
  if (why.empty()) why.push_back(end.ok() ? "it ended the session" : end.error_message());
  return Lost(host, absl::StrJoin(why, "; "));
}

// Why an agent was given up, told before its stream is broken off.
class GivenUp {
 public:
  void Tell(const std::string& why) {
    std::lock_guard lock(mutex_);
    if (why_.empty()) why_ = why;
  }
  std::string why() {
    std::lock_guard lock(mutex_);
    return why_;
  }

 private:
  std::mutex mutex_;
  std::string why_;
};

class SessionLink final : public AgentLink {
 public:
  SessionLink(const std::string& host, const std::shared_ptr<grpc::Channel>& channel,
              const std::function<std::string()>& obituary, absl::Duration patience)
      : patience_(patience),
        session_(new Session(channel, [host, obituary, given_up = given_up_](const auto& end) {
          const std::string why = given_up->why();
          return why.empty() ? WhyLost(host, obituary, end) : Lost(host, why);
        })) {}

  std::shared_ptr<PendingCall> Start(v1::Call call) override {
    return session_->Start(std::move(call));
  }
  int blocked_calls() override { return session_->blocked_calls(); }
  void WhenLost(std::function<void(const absl::Status&)> tell) override {
    session_->WhenLost(std::move(tell));
  }
  absl::Status status() override { return session_->status(); }
  void Lose(const std::string& why) override {
    given_up_->Tell(why);
    session_->Cancel();
  }

  absl::StatusOr<v1::DescribeResponse> Describe() override {
    std::lock_guard lock(mutex_);
    if (!description_.ok()) description_ = session_->Describe(patience_);
    return description_;
  }

 private:
  const absl::Duration patience_;
  const std::shared_ptr<GivenUp> given_up_ = std::make_shared<GivenUp>();
  const std::unique_ptr<Session, Session::End> session_;
  // Covers what follows; held while the agent is asked, so that it is asked once.
  std::mutex mutex_;
  absl::StatusOr<v1::DescribeResponse> description_ = absl::UnknownError("not asked yet");
};

}  // namespace

absl::StatusOr<std::unique_ptr<AgentLink>> AgentLink::Join(
    const std::string& host, wire::Fd stream, bool hello,
    const std::function<std::string()>& obituary, absl::Duration patience) {
  if (hello) {
    const absl::Status heard = AwaitHello(stream.get(), patience);
    if (!heard.ok()) {
      const std::string why = obituary ? obituary() : "";
      return absl::Status(heard.code(),
                          absl::StrCat(host, ": ", heard.message(), why.empty() ? "" : "; ", why));
    }
  }
  return std::make_unique<SessionLink>(host, ChannelOver(std::move(stream)), obituary, patience);
}

std::unique_ptr<AgentLink> AgentLink::Dial(const std::string& host,
                                           const std::shared_ptr<grpc::Channel>& channel,
                                           absl::Duration patience) {
  return std::make_unique<SessionLink>(host, channel, nullptr, patience);
}

}  // namespace balcony::fleet
