// What an agent tells of its sockets in its log, and what not.
#include <gmock/gmock.h>
#include <unistd.h>

#include <csignal>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/substitute.h"
#include "agent/listener.h"
#include "tests/agent/client.h"
#include "tests/agent/matchers.h"
#include "tests/agent/process.h"
#include "tests/agent/unary_door.h"

namespace balcony::agent {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

// An agent on a path, and its log.
class NarratingAgent {
 public:
  explicit NarratingAgent(std::vector<std::string> more) {
    auto [log, err] = Pipe();
    std::vector<std::string> words = {"--listen", "unix:" + path_};
    words.insert(words.end(), more.begin(), more.end());
    agent_ = std::make_unique<Process>(words, Process::Streams{.err = std::move(err)});
    log_ = std::move(log);
    ReadListening(log_.get());
  }

  Fd Connect() const { return *ConnectToPath(path_); }
  // All that it has yet to say, without what it says of its sessions, and of receives that wait:
  // whether they have to is the kernel's.
  std::string Rest() {
    kill(agent_->pid(), SIGTERM);
    EXPECT_EQ(agent_->Wait(), 0);
    std::string all = ReadAll(log_);
    std::string told;
    for (size_t begin = 0, end; (end = all.find('\n', begin)) != std::string::npos;
         begin = end + 1) {
      const std::string line = all.substr(begin, end - begin);
      if (line.find("session opened") == std::string::npos &&
          line.find("session ended") == std::string::npos &&
          line.find("waiting to receive") == std::string::npos) {
        told += line + "\n";
      }
    }
    return told;
  }

 private:
  const std::string path_ = testing::TempDir() + "narrate-" + std::to_string(getpid()) + ".sock";
  std::unique_ptr<Process> agent_;
  Fd log_;
};

// The port of a response's local address, on 127.0.0.1.
std::string Port(const v1::Endpoint& local) { return std::to_string(local.port()); }

TEST(Narration, OfTheTutorialsEchoIsThePlayItself) {
  NarratingAgent agent({"--narrate"});
  Client server(agent.Connect());
  Client client(agent.Connect());
  server.Do("socket { socket: 'listener' family: FAMILY_INET transport: TRANSPORT_TCP }");
  server.Do("bind { socket: 'listener' address { address: '127.0.0.1' } }");
  const std::string at = Port(server.Do("listen { socket: 'listener' }").done().listen().local());
  server.Start("accept { socket: 'listener' connection: 'conn' }");
  EXPECT_THAT(server.Next(), Blocks());
  client.Do("socket { socket: 's' family: FAMILY_INET transport: TRANSPORT_TCP }");
  const v1::Event connected =
      client.Do("connect { socket: 's' address { address: '127.0.0.1' port: " + at + " } }");
  const std::string from = Port(connected.done().connect().local());
  EXPECT_THAT(server.Next(), Succeeds());
  client.Do("sendall { socket: 's' data { unit: 'This is our message.' } }");
  server.Do("recv { socket: 'conn' max_bytes: 16 }");
  server.Do("sendall { socket: 'conn' data { unit: 'This is our mess' } }");
  client.Do("recv { socket: 's' max_bytes: 16 }");
  client.Do("state { socket: 's' }");
  server.Do("recv { socket: 'conn' max_bytes: 16 }");
  client.Do("close { socket: 's' }");
  server.Do("recv { socket: 'conn' max_bytes: 16 }");
  server.Do("close { socket: 'conn' }");
  server.Do("close { socket: 'listener' }");
  std::string told = agent.Rest();
  // When the server hears of the connection the kernel decides, not when the client does.
  const std::string accepted = "connection from 127.0.0.1:" + from + "\n";
  const auto where = told.find(accepted);
  ASSERT_NE(where, std::string::npos);
  EXPECT_GT(where, told.find("waiting for a connection"));
  EXPECT_LT(where, told.find("sent "));
  told.erase(where, accepted.size());
  EXPECT_EQ(told, absl::Substitute(R"(bound to 127.0.0.1:$0
listening on 127.0.0.1:$0
waiting for a connection on 127.0.0.1:$0
connecting to 127.0.0.1:$0
connected from 127.0.0.1:$1 to 127.0.0.1:$0
sent 20 bytes to 127.0.0.1:$0: b'This is our message.'
received 16 bytes from 127.0.0.1:$1: b'This is our mess'
sent 16 bytes to 127.0.0.1:$1: b'This is our mess'
received 16 bytes from 127.0.0.1:$0: b'This is our mess'
received 4 bytes from 127.0.0.1:$1: b'age.'
closed the connection with 127.0.0.1:$0
end of stream from 127.0.0.1:$1
closed the connection with 127.0.0.1:$1
closed 127.0.0.1:$0
)",
                                   at, from));
}

// A client that sends a datagram to itself.
void SendToItself(Client& client) {
  client.Do("socket { socket: 'u' family: FAMILY_INET transport: TRANSPORT_UDP }");
  const v1::Event bound = client.Do("bind { socket: 'u' address { address: '127.0.0.1' } }");
  client.Do("sendto { socket: 'u' data { unit: 'secret' } address { address: '127.0.0.1' port: " +
            Port(bound.done().bind().local()) + " } }");
  EXPECT_THAT(client.Do("recvfrom { socket: 'u' max_bytes: 9 }"), Succeeds());
}

// It does not matter how the calls come.
TEST(Narration, IsOfCallsWithoutAStreamToo) {
  NarratingAgent agent({"--narrate"});
  const auto stub = v1::Agent::NewStub(ToChannel(agent.Connect()));
  grpc::ClientContext opening;
  v1::OpenSessionRequest open;
  v1::OpenSessionResponse opened;
  open.set_session(kName);
  ASSERT_TRUE(stub->OpenSession(&opening, open, &opened).ok());
  grpc::ClientContext calling;
  Name(calling);
  const auto request =
      Parse<v1::SocketRequest>("socket: 's' family: FAMILY_INET transport: TRANSPORT_TCP");
  v1::SocketResponse response;
  ASSERT_TRUE(stub->Socket(&calling, request, &response).ok());
  grpc::ClientContext connecting;
  Name(connecting);
  v1::ConnectResponse connected;
  ASSERT_TRUE(stub->Connect(&connecting,
                            Parse<v1::ConnectRequest>(
                                "socket: 's' address { address: '127.0.0.1' port: 1 }"),
                            &connected)
                  .ok());
  EXPECT_EQ(agent.Rest(),
            "connecting to 127.0.0.1:1\n"
            "connect to 127.0.0.1:1: ECONNREFUSED (Connection refused)\n"
            "closed s, with the session that had it\n");
}

TEST(Narration, IsNotWithoutTheOption) {
  NarratingAgent agent({});
  Client client(agent.Connect());
  SendToItself(client);
  EXPECT_EQ(agent.Rest(), "");
}

TEST(Narration, IsAnObjectALineAsJson) {
  NarratingAgent agent({"--narrate", "--log-format", "json"});
  Client client(agent.Connect());
  SendToItself(client);
  EXPECT_THAT(agent.Rest(),
              ContainsRegex("\"level\":\"info\",\"text\":\"received 6 bytes from 127.0.0.1:[0-9]+: "
                            "b'secret'\",\"call\":\"recvfrom\",\"socket\":\"u\",\"local\":\"127.0.0"
                            ".1:[0-9]+\",\"peer\":\"127.0.0.1:[0-9]+\",\"bytes\":\"6\",\"data\":"
                            "\"secret\"}\n"));
}

TEST(Narration, LeavesOutWhatThePolicyDenies) {
  NarratingAgent agent({"--narrate", "--allow", "127.0.0.1"});
  Client client(agent.Connect());
  client.Do(kSocket);
  EXPECT_TRUE(client.Do("bind { socket: 's' address { address: '127.0.0.2' } }").has_refused());
  EXPECT_THAT(agent.Rest(), Not(HasSubstr("\nbind")));
}

}  // namespace
}  // namespace balcony::agent
