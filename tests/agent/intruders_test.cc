// Who must not get in, and who must all the while: an agent at an address, with TLS.
#include "tests/agent/intruders.h"

#include <gmock/gmock.h>
#include <sys/resource.h>

#include <chrono>

#include "tests/agent/host.h"
#include "tests/agent/matchers.h"

namespace balcony::agent {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

TEST_F(Intruders, GetNoCallThroughWithoutTheRightCertificate) {
  StartMutual();
  Client client(Dial(Own()));
  EXPECT_THAT(client.Do(kSocket), Succeeds());
  const std::string trust = folder_ / "ca";
  EXPECT_EQ(Try(ClientCredentials(trust, "")), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(Try(ClientCredentials(trust, folder_ / "strange")), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(Try(ClientCredentials(trust, folder_ / "expired")), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(Try(ClientCredentials(trust, "", kToken)), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(Try(grpc::InsecureChannelCredentials()), grpc::StatusCode::UNAVAILABLE);
  EXPECT_THAT(client.Do(kGetsockname), Succeeds());
}

TEST_F(Intruders, GetNoCallThroughWithoutTheRightToken) {
  StartWithToken();
  const std::string trust = folder_ / "ca";
  Client client(Dial(ClientCredentials(trust, "", kToken)));
  EXPECT_THAT(client.Do(kSocket), Succeeds());
  const std::string wrong = std::string(kToken) + "s";
  EXPECT_EQ(Try(ClientCredentials(trust, "")), grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_EQ(Try(ClientCredentials(trust, "", wrong)), grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_EQ(Try(ClientCredentials(trust, folder_ / "client")), grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_EQ(Try(grpc::InsecureChannelCredentials()), grpc::StatusCode::UNAVAILABLE);
  EXPECT_THAT(client.Do(kGetsockname), Succeeds());
  client.Break();
  EXPECT_THAT(Log(), AllOf(HasSubstr("identity=\"token\""), Not(HasSubstr(kToken))));
}

TEST_F(Intruders, TlsToAPlainPortIsNoCall) {
  Start({});
  EXPECT_EQ(Try(Own()), grpc::StatusCode::UNAVAILABLE);
  EXPECT_THAT(Client(Dial(grpc::InsecureChannelCredentials())).Do(kSocket), Succeeds());
}

TEST_F(Intruders, ClientDoesNotTrustAnotherAuthoritysAgent) {
  StartMutual();
  const auto fooled = ClientCredentials(folder_ / "strange-ca", folder_ / "client");
  EXPECT_EQ(Try(fooled), grpc::StatusCode::UNAVAILABLE);
}

TEST_F(Intruders, WithGarbageOrHalfAHandshakeAreClosed) {
  StartMutual({"--limit", "first_call=500ms"});
  Client client(Dial(Own()));
  EXPECT_THAT(client.Do(kSocket), Succeeds());
  const Fd garbage = Connect();
  const std::string noise(100'000, '\x5a');
  send(garbage.get(), noise.data(), noise.size(), MSG_NOSIGNAL);
  const Fd slow = Connect();
  const std::string begun("\x16\x03\x01\x02\x00\x01\x00\x01\xfc", 9);  // of a ClientHello
  send(slow.get(), begun.data(), begun.size(), MSG_NOSIGNAL);
  const Fd silent = Connect();
  for (const Fd* connection : {&garbage, &slow, &silent}) ExpectEnd(*connection);
  EXPECT_THAT(client.Do(kGetsockname), Succeeds());
  client.Break();
  EXPECT_THAT(Log(), HasSubstr("limit=\"first_call\""));
}

TEST_F(Intruders, InACrowdDoNotLockTheClientOut) {
  constexpr size_t kCrowd = 2000;
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  if (files.rlim_max < kCrowd + 100) GTEST_SKIP() << "needs 2100 descriptors";
  files.rlim_cur = std::max<rlim_t>(files.rlim_cur, kCrowd + 100);
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &files), 0);
  StartMutual();
  Client client(Dial(Own()));
  EXPECT_THAT(client.Do(kSocket), Succeeds());
  std::vector<Fd> crowd;
  while (crowd.size() < kCrowd) {
    crowd.push_back(Connect());
    if (crowd.size() % 250 != 0) continue;
    EXPECT_THAT(client.Do(kGetsockname), Succeeds());
    EXPECT_THAT(Client(Dial(Own())).Do(kSocket), Succeeds()) << "after " << crowd.size();
  }
  ExpectEnd(crowd.front());
  client.Break();
  EXPECT_THAT(Log(), HasSubstr("limit=\"control_connections\""));
}

TEST_F(Intruders, NewCertificatesServeNewConnectionsAndOldOnesGoOn) {
  StartMutual();
  Client old(Dial(Own()));
  EXPECT_THAT(old.Do(kSocket), Succeeds());
  stranger_.Sign(folder_ / "agent", "juliet");
  const auto converted = ClientCredentials(folder_ / "strange-ca", folder_ / "client");
  Until([&] { return Client(Dial(converted)).Do(kSocket).has_done(); });
  EXPECT_EQ(Try(Own()), grpc::StatusCode::UNAVAILABLE);
  EXPECT_THAT(old.Do(kGetsockname), Succeeds());
}

TEST_F(Intruders, SigtermEndsAnAgentWithSessionsAndStuckHandshakes) {
  StartMutual();
  Client client(Dial(Own()));
  EXPECT_THAT(client.Do(kSocket), Succeeds());
  const Fd silent = Connect();
  EXPECT_THAT(Client(Dial(Own())).Do(kSocket), Succeeds());  // by now the silent one is taken
  const auto before = std::chrono::steady_clock::now();
  kill(agent_->pid(), SIGTERM);
  EXPECT_EQ(agent_->Wait(), 0);
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(1));
  ExpectEnd(silent);
}

TEST_F(Intruders, ClientAtAnOpenAddressGetsInByCertificate) {
  std::vector<std::string> options = Tls();
  options.insert(options.end(), {"--tls-ca", folder_ / "ca.pem"});
  const std::string where = Start(options, "[::]:0");
  where_ = "127.0.0.1" + where.substr(where.rfind(':'));
  Client client(Dial(Own()));
  EXPECT_THAT(client.Do(kSocket), Succeeds());
  client.Break();
  EXPECT_THAT(Log(), AllOf(HasSubstr("session opened session=\"1\" peer=\"127.0.0.1:"),
                           HasSubstr("identity=\"127.0.0.1,controller\""),
                           HasSubstr("calls=\"1\" denied=\"0\"")));
}

}  // namespace
}  // namespace balcony::agent
