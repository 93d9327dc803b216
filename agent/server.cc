#include "agent/server.h"

#include <fcntl.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/support/server_interceptor.h>

#include <algorithm>
#include <chrono>
#include <limits>
#include <utility>
#include <vector>

namespace balcony::agent {
namespace {

constexpr int kShortestPingMs = 500;
// Of one connection, before any limit of sessions knows of them.
constexpr int kStreams = 1024;
// For connections and streams themselves.
constexpr size_t kOwnBytes = 64 * 1024 * 1024;
constexpr absl::Duration kHandshakeGrace = absl::Seconds(2);

void SetKeepalive(grpc::ServerBuilder& builder, absl::Duration keepalive) {
  const auto milliseconds = static_cast<int>(absl::ToInt64Milliseconds(keepalive));
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, milliseconds);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, milliseconds);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
}

// A second net: the connections' own limit comes first, and is logged.
void SetHandshake(grpc::ServerBuilder& builder, absl::Duration first_call) {
  const int64_t milliseconds = absl::ToInt64Milliseconds(first_call + kHandshakeGrace);
  builder.AddChannelArgument(
      GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS,
      static_cast<int>(std::min<int64_t>(milliseconds, std::numeric_limits<int>::max())));
}

// What the limits allow in all: each session may be in the middle of a message. Beyond that gRPC
// ends streams, whosever they are, rather than that the host ends the agent.
void SetMemory(grpc::ServerBuilder& builder, const Limits& limits) {
  builder.SetMaxReceiveMessageSize(static_cast<int>(MessageBytes(limits)));
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, kStreams);
  builder.SetResourceQuota(
      grpc::ResourceQuota("messages")
          .Resize(kOwnBytes + limits.sessions * MessageBytes(limits) + limits.buffered_bytes));
}

// Sees every call of every service, once it was let through.
class Witness final : public grpc::experimental::ServerInterceptorFactoryInterface {
 public:
  explicit Witness(Connections& connections) : connections_(connections) {}

  grpc::experimental::Interceptor* CreateServerInterceptor(
      grpc::experimental::ServerRpcInfo* info) override {
    connections_.Used(info->server_context()->peer());
    return nullptr;
  }

 private:
  Connections& connections_;
};

void SetWitness(grpc::ServerBuilder& builder, Connections& connections) {
  std::vector<std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>> factories;
  factories.push_back(std::make_unique<Witness>(connections));
  builder.experimental().SetInterceptorCreators(std::move(factories));
}

}  // namespace

Server::Server(Loop& loop, const Policy& policy, const Options& options)
    : leases_(Leases::Begin(loop, options.limits, policy)),
      door_(loop, *leases_, options.limits, policy, options.callers),
      unary_door_(*leases_, options.callers) {
  grpc::EnableDefaultHealthCheckService(true);
  grpc::ServerBuilder builder;
  builder.RegisterService(&door_);
  builder.RegisterCallbackGenericService(&unary_door_);
  SetMemory(builder, options.limits);
  // A client may look for a sign of life every second, also between its calls; by default that is
  // "too many pings".
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS,
                             kShortestPingMs);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  if (options.keepalive > absl::ZeroDuration()) SetKeepalive(builder, options.keepalive);
  if (options.connections != nullptr) SetWitness(builder, *options.connections);
  SetHandshake(builder, options.limits.first_call);
  acceptor_ = builder.experimental().AddExternalConnectionAcceptor(
      grpc::ServerBuilder::experimental_type::ExternalConnectionType::FROM_FD, options.credentials);
  server_ = builder.BuildAndStart();
  if (ok()) server_->GetHealthCheckService()->SetServingStatus("balcony.v1.Agent", true);
}

Server::~Server() {
  leases_->EndAll();
  // Sessions have no end of their own to wait for.
  if (ok()) server_->Shutdown(std::chrono::system_clock::now());
}

void Server::Take(Fd connection) {
  fcntl(connection.get(), F_SETFD, FD_CLOEXEC);
  fcntl(connection.get(), F_SETFL, fcntl(connection.get(), F_GETFL) | O_NONBLOCK);
  grpc::experimental::ExternalConnectionAcceptor::NewConnectionParameters parameters;
  parameters.fd = connection.Release();
  acceptor_->HandleNewConnection(&parameters);
}

}  // namespace balcony::agent
