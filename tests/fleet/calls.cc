#include "tests/fleet/calls.h"

#include <gtest/gtest.h>

#include <utility>

#include "tests/fleet/matchers.h"

namespace balcony::fleet {
namespace {

v1::Call NewSocket(const std::string& name, v1::Family family, v1::Transport transport) {
  v1::Call call;
  call.mutable_socket()->set_socket(name);
  call.mutable_socket()->set_family(family);
  call.mutable_socket()->set_transport(transport);
  return call;
}

void Fill(v1::Endpoint* endpoint, const std::string& address, uint32_t port) {
  endpoint->set_address(address);
  endpoint->set_port(port);
}

}  // namespace

v1::Call Tcp(const std::string& name) {
  return NewSocket(name, v1::FAMILY_INET, v1::TRANSPORT_TCP);
}

v1::Call Tcp6(const std::string& name) {
  return NewSocket(name, v1::FAMILY_INET6, v1::TRANSPORT_TCP);
}

v1::Call Udp(const std::string& name) {
  return NewSocket(name, v1::FAMILY_INET, v1::TRANSPORT_UDP);
}

v1::Call Bind(const std::string& socket, const std::string& address, uint32_t port) {
  v1::Call call;
  call.mutable_bind()->set_socket(socket);
  Fill(call.mutable_bind()->mutable_address(), address, port);
  return call;
}

v1::Call Listen(const std::string& socket) {
  v1::Call call;
  call.mutable_listen()->set_socket(socket);
  return call;
}

v1::Call Accept(const std::string& socket, const std::string& connection) {
  v1::Call call;
  call.mutable_accept()->set_socket(socket);
  call.mutable_accept()->set_connection(connection);
  return call;
}

v1::Call Connect(const std::string& socket, const std::string& address, uint32_t port) {
  v1::Call call;
  call.mutable_connect()->set_socket(socket);
  Fill(call.mutable_connect()->mutable_address(), address, port);
  return call;
}

v1::Call Sendall(const std::string& socket, const std::string& unit, uint64_t count) {
  v1::Call call;
  call.mutable_sendall()->set_socket(socket);
  call.mutable_sendall()->mutable_data()->set_unit(unit);
  call.mutable_sendall()->mutable_data()->set_count(count);
  return call;
}

v1::Call Sendto(const std::string& socket, const std::string& text, const std::string& address,
                uint32_t port) {
  v1::Call call;
  call.mutable_sendto()->set_socket(socket);
  call.mutable_sendto()->mutable_data()->set_unit(text);
  Fill(call.mutable_sendto()->mutable_address(), address, port);
  return call;
}

v1::Call Recv(const std::string& socket, int64_t max_bytes) {
  v1::Call call;
  call.mutable_recv()->set_socket(socket);
  call.mutable_recv()->set_max_bytes(max_bytes);
  return call;
}

v1::Call Recvfrom(const std::string& socket, int64_t max_bytes) {
  v1::Call call;
  call.mutable_recvfrom()->set_socket(socket);
  call.mutable_recvfrom()->set_max_bytes(max_bytes);
  return call;
}

v1::Call State(const std::string& socket) {
  v1::Call call;
  call.mutable_state()->set_socket(socket);
  return call;
}

v1::Call Queues(const std::string& socket) {
  v1::Call call;
  call.mutable_queues()->set_socket(socket);
  return call;
}

v1::Call Sockets() {
  v1::Call call;
  call.mutable_sockets();
  return call;
}

v1::Call Close(const std::string& socket) {
  v1::Call call;
  call.mutable_close()->set_socket(socket);
  return call;
}

v1::Call SetSysctl(const std::string& name, const std::string& value) {
  v1::Call call;
  call.mutable_sysctl()->set_name(name);
  call.mutable_sysctl()->set_value(value);
  return call;
}

absl::StatusOr<v1::Done> Do(AgentLink& agent, v1::Call call) {
  const std::shared_ptr<PendingCall> pending = agent.Start(std::move(call));
  if (!pending->WaitUntilEnded(kPatience)) return absl::DeadlineExceededError("still under way");
  return pending->result();
}

std::shared_ptr<PendingCall> DoBlocked(AgentLink& agent, v1::Call call) {
  std::shared_ptr<PendingCall> pending = agent.Start(std::move(call));
  EXPECT_TRUE(pending->WaitUntilKnown(kPatience));
  EXPECT_TRUE(pending->blocked());
  return pending;
}

void ListenOn(AgentLink& agent, const std::string& address, uint32_t port) {
  const bool v6 = address.find(':') != std::string::npos;
  ASSERT_THAT(Do(agent, v6 ? Tcp6("door") : Tcp("door")), Succeeds());
  ASSERT_THAT(Do(agent, Bind("door", address, port)), Succeeds());
  ASSERT_THAT(Do(agent, Listen("door")), Succeeds());
}

const v1::Outcome& OutcomeOf(const v1::Done& done) {
  const auto* const reflection = done.GetReflection();
  const auto* const response =
      reflection->GetOneofFieldDescriptor(done, done.GetDescriptor()->oneof_decl(0));
  if (response == nullptr) return v1::Outcome::default_instance();
  const google::protobuf::Message& message = reflection->GetMessage(done, response);
  const auto* const outcome = message.GetDescriptor()->FindFieldByName("outcome");
  return static_cast<const v1::Outcome&>(message.GetReflection()->GetMessage(message, outcome));
}

}  // namespace balcony::fleet
