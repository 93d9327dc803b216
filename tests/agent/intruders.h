// An agent in a process of its own at an address, with TLS, and what strangers and clients may come
// with.
#pragma once

#include <grpcpp/create_channel.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "agent/listener.h"
#include "tests/agent/certificates.h"
#include "tests/agent/client.h"
#include "tests/agent/process.h"

namespace balcony::agent {

constexpr char kGetsockname[] = "getsockname { socket: 's' }";
constexpr char kToken[] = "But-soft-what-light-through-yonder-window";

// What an intruder may come with, and the client beside it.
class Intruders : public testing::Test {
 protected:
  Intruders() {
    authority_.Write(folder_ / "ca");
    authority_.Sign(folder_ / "agent", "juliet");
    authority_.Sign(folder_ / "client", "controller");
    authority_.Sign(folder_ / "expired", "controller", 0);
    stranger_.Write(folder_ / "strange-ca");
    stranger_.Sign(folder_ / "strange", "controller");
    WriteSecret(folder_ / "token", std::string(kToken) + "\n");
  }

  // Starts an agent with these options behind --listen; gives its address.
  std::string Start(const std::vector<std::string>& options,
                    const std::string& where = "127.0.0.1:0") {
    std::vector<std::string> words = {"--listen", where};
    words.insert(words.end(), options.begin(), options.end());
    auto [log, err] = Pipe();
    log_ = std::move(log);
    agent_.emplace(words, Process::Streams{.err = std::move(err)});
    const std::string line = ReadLine(log_.get());
    const auto at = line.find("listening on ");
    EXPECT_NE(at, std::string::npos) << line;
    listening_ = line;
    where_ = line.substr(std::min(line.size(), at + 13));
    where_ = where_.substr(0, where_.find(' '));
    return where_;
  }

  std::vector<std::string> Tls(const std::string& own = "agent") {
    return {"--tls-cert", folder_ / (own + ".pem"), "--tls-key", folder_ / (own + "-key.pem")};
  }

  std::string StartMutual(std::vector<std::string> more = {}) {
    std::vector<std::string> options = Tls();
    options.insert(options.end(), {"--tls-ca", folder_ / "ca.pem"});
    options.insert(options.end(), more.begin(), more.end());
    return Start(options);
  }

  std::string StartWithToken() {
    std::vector<std::string> options = Tls();
    options.insert(options.end(), {"--token-file", folder_ / "token"});
    return Start(options);
  }

  std::shared_ptr<grpc::ChannelCredentials> Own() {
    return ClientCredentials(folder_ / "ca", folder_ / "client");
  }

  // A channel that shares no connection with another.
  std::shared_ptr<grpc::Channel> Dial(const std::shared_ptr<grpc::ChannelCredentials>& as,
                                      grpc::ChannelArguments arguments = {}) {
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    return grpc::CreateCustomChannel(where_, as, arguments);
  }

  // What a session and a unary call of these credentials come to.
  grpc::StatusCode Try(const std::shared_ptr<grpc::ChannelCredentials>& as) {
    const auto channel = Dial(as);
    Client client(channel);
    EXPECT_FALSE(client.Do(kSocket).has_done());
    grpc::ClientContext context;
    v1::DescribeResponse response;
    const auto status = v1::Agent::NewStub(channel)->Describe(&context, {}, &response);
    EXPECT_EQ(response.version(), "");
    return status.error_code();
  }

  // A connection as anybody can make one.
  Fd Connect() {
    const Address address = *ParseAddress(where_);
    Fd made(socket(address.family(), SOCK_STREAM | SOCK_CLOEXEC, 0));
    EXPECT_EQ(connect(made.get(), address.get(), address.size()), 0);
    return made;
  }

  // What the agent has logged, once it has ended.
  std::string Log() {
    kill(agent_->pid(), SIGTERM);
    EXPECT_EQ(agent_->Wait(), 0);
    return ReadAll(log_);
  }

  Folder folder_;
  Authority authority_;
  Authority stranger_;
  Fd log_;
  std::optional<Process> agent_;
  std::string where_;
  std::string listening_;  // the log's line about it
};

// Waits for the other side to end the connection.
inline void ExpectEnd(const Fd& connection) {
  std::array<char, 4096> room;
  ssize_t size = 0;
  do {
    pollfd end{connection.get(), POLLIN, 0};
    ASSERT_EQ(poll(&end, 1, 20'000), 1) << "it was let be";
    size = read(connection.get(), room.data(), room.size());
  } while (size > 0);
}

}  // namespace balcony::agent
