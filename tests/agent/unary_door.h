// A server in this process with one session open, and a client that makes unary calls in it.
#pragma once

#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>

#include "absl/strings/substitute.h"
#include "agent/server.h"
#include "tests/agent/client.h"
#include "tests/agent/host.h"
#include "tests/agent/process.h"

namespace balcony::agent {

constexpr char kName[] = "verona";
constexpr char kRecvRequest[] = "socket: 'juliet' max_bytes: 9";

// What came of a call: the RPC's status, and if that is OK, the response.
template <class Response>
struct Reply {
  grpc::Status status;
  Response response;
};

template <class Message>
Message Parse(const std::string& text) {
  Message message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message)) << text;
  return message;
}

inline void Name(grpc::ClientContext& context, const std::string& session = kName) {
  context.AddMetadata("balcony-session", session);
}

class UnaryDoorTest : public testing::Test {
 protected:
  using Context = grpc::ClientContext;
  using Stub = v1::Agent::Stub;
  using StatusCode = grpc::StatusCode;

  UnaryDoorTest() : channel_(Connect()), agent_(v1::Agent::NewStub(channel_)) { Open(kName); }

  std::shared_ptr<grpc::Channel> Connect() {
    auto [ours, theirs] = SocketPair();
    server_->Take(std::move(theirs));
    return ToChannel(std::move(ours));
  }

  void Open(const std::string& session) {
    Context context;
    v1::OpenSessionRequest request;
    v1::OpenSessionResponse response;
    request.set_session(session);
    EXPECT_TRUE(agent_->OpenSession(&context, request, &response).ok());
  }

  grpc::Status End(const std::string& session = kName) {
    Context context;
    v1::EndSessionRequest request;
    v1::EndSessionResponse response;
    request.set_session(session);
    return agent_->EndSession(&context, request, &response);
  }

  // Makes a call in the session: Do(&Stub::Bind, "socket: 's' …").
  template <class Request, class Response>
  Reply<Response> Do(grpc::Status (Stub::*method)(Context*, const Request&, Response*),
                     const std::string& text) {
    Context context;
    Name(context);
    return Do(context, method, text);
  }

  template <class Request, class Response>
  Reply<Response> Do(Context& context,
                     grpc::Status (Stub::*method)(Context*, const Request&, Response*),
                     const std::string& text) {
    Reply<Response> reply;
    reply.status = (agent_.get()->*method)(&context, Parse<Request>(text), &reply.response);
    return reply;
  }

  // Listener "door", and "romeo" and "juliet", connected.
  void Connected() {
    Do(&Stub::Socket, "socket: 'door' family: FAMILY_INET transport: TRANSPORT_TCP");
    const auto bound = Do(&Stub::Bind, "socket: 'door' address { address: '127.0.0.1' }");
    Do(&Stub::Listen, "socket: 'door'");
    Do(&Stub::Socket, "socket: 'romeo' family: FAMILY_INET transport: TRANSPORT_TCP");
    const auto connected =
        Do(&Stub::Connect, absl::Substitute("socket: 'romeo' address { address: '127.0.0.1' "
                                            "port: $0 }",
                                            bound.response.local().port()));
    EXPECT_TRUE(connected.response.outcome().has_ok());
    EXPECT_TRUE(Do(&Stub::Accept, "socket: 'door' connection: 'juliet'").status.ok());
  }

  void WaitForBlocked(uint32_t calls) {
    Until([&] { return Do(&Stub::Barrier, "").response.blocked() == calls; });
  }

  Clock clock_;
  Loop loop_{clock_};
  const Policy policy_;
  std::unique_ptr<Server> server_ = std::make_unique<Server>(loop_, policy_, Server::Options{});
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<Stub> agent_;
};

// A recv that is under way.
struct Recv {
  grpc::ClientContext context;
  v1::RecvRequest request = Parse<v1::RecvRequest>(kRecvRequest);
  v1::RecvResponse response;
  grpc::Status status;
  std::atomic<int> ends = 0;

  void Start(v1::Agent::Stub& agent, const std::string& session = kName) {
    Name(context, session);
    agent.async()->Recv(&context, &request, &response, [this](const grpc::Status& came) {
      status = came;
      ++ends;
    });
  }

  grpc::Status Wait() {
    Until([&] { return ends > 0; });
    return status;
  }
};

}  // namespace balcony::agent
