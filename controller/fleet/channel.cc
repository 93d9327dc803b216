#include "controller/fleet/channel.h"

#include <grpc/grpc.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/create_channel_posix.h>
#include <grpcpp/security/credentials.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <iterator>
#include <memory>
#include <mutex>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "balcony/v1/agent.grpc.pb.h"

namespace balcony::fleet {
namespace {

constexpr int kMaxMessageBytes = 16 << 20;
// A stopped agent is noticed after four to five seconds; a busy machine is not taken for one, nor a
// wide network on which a packet was lost twice.
constexpr int kPingEveryMs = 1000;
constexpr int kPingPatienceMs = 4000;
constexpr int kTryAgainMs = 500;
constexpr int kConnectPatienceMs = 5000;

// A question to nobody, over a channel that is never closed.
struct Unanswered {
  std::shared_ptr<grpc::Channel> channel =
      grpc::CreateChannel("unix:/dev/null", grpc::InsecureChannelCredentials());
  std::unique_ptr<v1::Agent::Stub> stub = v1::Agent::NewStub(channel);
  grpc::ClientContext context;
  v1::DescribeRequest request;
  v1::DescribeResponse response;
};

// gRPC would end with its last channel, and waits then for threads of its own that it could not
// start, or that are still at what it takes down: it is kept up until the process ends.
void KeepGrpc() {
  static std::once_flag kept;
  std::call_once(kept, [] {
    grpc_init();
    static auto* const question = new Unanswered;
    question->context.set_deadline(std::chrono::system_clock::now());
    question->stub->async()->Describe(&question->context, &question->request, &question->response,
                                      [](const grpc::Status&) {});
  });
}

grpc::ChannelArguments Arguments() {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, kPingEveryMs);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kPingPatienceMs);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  arguments.SetInt(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  arguments.SetMaxReceiveMessageSize(kMaxMessageBytes);
  arguments.SetMaxSendMessageSize(kMaxMessageBytes);
  return arguments;
}

absl::StatusOr<std::string> Read(const std::string& path) {
  std::ifstream file(path);
  std::string text(std::istreambuf_iterator<char>(file), {});
  if (file.is_open() && !file.bad() && !text.empty()) return text;
  return absl::InvalidArgumentError(absl::StrCat("cannot read ", path));
}

// A secret that others may read is none; but root, whom we are not, hands one out by the group.
mode_t Forbidden(const struct stat& file) {
  const bool is_handed_out = file.st_uid == 0 && geteuid() != 0;
  return is_handed_out ? S_IWGRP | S_IXGRP | S_IRWXO : S_IRWXG | S_IRWXO;
}

absl::StatusOr<std::string> ReadSecret(const std::string& path) {
  struct stat file {};
  if (stat(path.c_str(), &file) == 0 && (file.st_mode & Forbidden(file)) != 0) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, " is a secret that others may read or write: chmod 600 ", path));
  }
  return Read(path);
}

absl::Status ReadCertificate(const std::string& folder, grpc::SslCredentialsOptions& options) {
  absl::StatusOr<std::string> certificate = Read(folder + "/controller.pem");
  if (!certificate.ok()) return certificate.status();
  absl::StatusOr<std::string> key = ReadSecret(folder + "/controller-key.pem");
  if (!key.ok()) return key.status();
  options.pem_cert_chain = *std::move(certificate);
  options.pem_private_key = *std::move(key);
  return absl::OkStatus();
}

absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> Credentials(const Tls& tls) {
  grpc::SslCredentialsOptions options;
  absl::StatusOr<std::string> authority = Read(tls.folder + "/ca.pem");
  if (!authority.ok()) return authority.status();
  options.pem_root_certs = *std::move(authority);
  const absl::Status certificate = ReadCertificate(tls.folder, options);
  // Who has a token may do without a certificate.
  if (!certificate.ok() && tls.token_file.empty()) return certificate;
  const auto encrypted = grpc::SslCredentials(options);
  if (tls.token_file.empty()) return encrypted;
  absl::StatusOr<std::string> token = ReadSecret(tls.token_file);
  if (!token.ok()) return token.status();
  absl::StripAsciiWhitespace(&*token);
  return grpc::CompositeChannelCredentials(encrypted, grpc::AccessTokenCredentials(*token));
}

}  // namespace

std::shared_ptr<grpc::Channel> ChannelOver(wire::Fd stream) {
  KeepGrpc();
  return grpc::CreateCustomInsecureChannelFromFd("balcony-agent", stream.Release(), Arguments());
}

absl::StatusOr<std::shared_ptr<grpc::Channel>> ChannelTo(const std::string& address, const Tls& tls,
                                                         absl::Duration lookup) {
  KeepGrpc();
  const auto credentials = Credentials(tls);
  if (!credentials.ok()) return credentials.status();
  grpc::ChannelArguments arguments = Arguments();
  // What the user's environment says of proxies is for web pages.
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  // Who is not there yet may be in a moment, and a name that nobody has yet too.
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, kTryAgainMs);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, kConnectPatienceMs);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, kTryAgainMs);
  arguments.SetInt(GRPC_ARG_DNS_MIN_TIME_BETWEEN_RESOLUTIONS_MS, kTryAgainMs);
  arguments.SetInt(GRPC_ARG_DNS_ARES_QUERY_TIMEOUT_MS,
                   static_cast<int>(absl::ToInt64Milliseconds(lookup)));
  if (!tls.name.empty()) arguments.SetSslTargetNameOverride(tls.name);
  return grpc::CreateCustomChannel("dns:///" + address, *credentials, arguments);
}

}  // namespace balcony::fleet
