// A client of an agent, over a stream socket: one session, with calls written as text.
#pragma once

#include <grpcpp/grpcpp.h>

#include <cstdint>
#include <memory>
#include <string>

#include "agent/fd.h"
#include "balcony/v1/agent.grpc.pb.h"

namespace balcony::agent {

// A call that every session can do.
constexpr char kSocket[] = "socket { socket: 's' family: FAMILY_INET transport: TRANSPORT_TCP }";

// A channel over a stream.
std::shared_ptr<grpc::Channel> ToChannel(Fd stream);

class Client {
 public:
  explicit Client(Fd stream);
  explicit Client(std::shared_ptr<grpc::Channel> channel);
  ~Client();

  // Begins a call and gives its id.
  uint64_t Start(const std::string& text);
  uint64_t Start(v1::Call call);

  // The session's next event; an empty one if the stream has ended.
  v1::Event Next();

  // Begins a call and gives its last event. REQUIRES: no other call is under way.
  v1::Event Do(const std::string& text);

  v1::DescribeResponse Describe();

  // Half-closes and gives the stream's status.
  grpc::Status Finish();
  // Breaks the stream off.
  void Break() { context_.TryCancel(); }

 private:
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::Agent::Stub> stub_;
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReaderWriter<v1::Call, v1::Event>> stream_;
  uint64_t last_id_ = 0;
};

}  // namespace balcony::agent
