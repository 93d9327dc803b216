// The agent's certificates: which it starts with, and what it says when their files change.
#include "agent/certificates.h"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>

#include "tests/agent/host.h"
#include "tests/agent/intruders.h"
#include "tests/agent/matchers.h"

namespace balcony::agent {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class CertificatesTest : public Intruders {
 protected:
  // What an agent with this certificate says instead of starting.
  std::string Refusal(const Authority::Request& request) {
    authority_.SignRequest(folder_ / "odd", request);
    auto [log, err] = Pipe();
    std::vector<std::string> words = Tls("odd");
    words.insert(words.begin(), {"--listen", "127.0.0.1:0"});
    Process agent(words, {.err = std::move(err)});
    EXPECT_EQ(agent.Wait(), 3);
    return ReadAll(log);
  }

  // The next line of the log that is about certificates.
  std::string NextOfCertificates() {
    std::string line;
    do line = ReadLine(log_.get());
    while (!line.empty() && line.find(" certificates ") == std::string::npos);
    return line;
  }

  void ExpectServed(const std::string& trust) {
    Client client(Dial(ClientCredentials(folder_ / trust, folder_ / "client")));
    EXPECT_THAT(client.Do(kSocket), Succeeds());
  }
};

TEST_F(CertificatesTest, ThatNoClientCouldTrustEndTheAgentAtItsStart) {
  EXPECT_THAT(Refusal({.password = "rosaline"}),
              HasSubstr("odd-key.pem: encrypted keys are not supported"));
  EXPECT_THAT(Refusal({.usage = "clientAuth"}), HasSubstr("without serverAuth"));
  EXPECT_THAT(Refusal({.from_seconds = 3600}), HasSubstr("odd.pem: is not valid yet"));
  EXPECT_THAT(Refusal({.until_seconds = -60}), HasSubstr("odd.pem: has expired"));
}

TEST_F(CertificatesTest, NewOnesAreReadAndTold) {
  StartMutual();
  EXPECT_THAT(listening_, HasSubstr("clients=\"mutual TLS\""));
  stranger_.Sign(folder_ / "agent", "juliet");
  // The key comes first, and does not fit until the certificate has come.
  std::string line = NextOfCertificates();
  if (line.find("read again") == std::string::npos) line = NextOfCertificates();
  EXPECT_THAT(line, AllOf(HasSubstr("info: certificates read again certificate=\""),
                          HasSubstr("agent.pem\"")));
  ExpectServed("strange-ca");
}

TEST_F(CertificatesTest, LastGoodOnesHoldWhileTheFilesAreBad) {
  StartMutual();
  WriteSecret(folder_ / "agent.pem", "What's in a name?");
  EXPECT_THAT(NextOfCertificates(),
              AllOf(HasSubstr("warning: new certificates cannot be used, and the last good ones"),
                    HasSubstr("agent.pem: holds no certificate in PEM")));
  ExpectServed("ca");
}

TEST_F(CertificatesTest, WhatIsNoFileOrBrokenFurtherDownIsNotTaken) {
  StartMutual();
  authority_.Write(folder_ / "trusted");
  const std::string path = folder_ / "ca.pem";
  WriteSecret(folder_ / "new.pem",
              Read(path) + "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
  rename((folder_ / "new.pem").c_str(), path.c_str());
  EXPECT_THAT(NextOfCertificates(), HasSubstr("ca.pem: holds no certificate in PEM, or a broken"));
  unlink(path.c_str());
  mkdir(path.c_str(), 0755);
  std::string line = NextOfCertificates();
  if (line.find("ENOENT") != std::string::npos) line = NextOfCertificates();
  EXPECT_THAT(line, HasSubstr("ca.pem: EISDIR"));
  ExpectServed("trusted");
  rmdir(path.c_str());
}

TEST_F(CertificatesTest, EachReasonIsToldOnce) {
  StartMutual();
  const std::string authority = Read(folder_ / "ca.pem");
  unlink((folder_ / "ca.pem").c_str());
  EXPECT_THAT(NextOfCertificates(), HasSubstr("ca.pem: ENOENT"));
  WriteSecret(folder_ / "beside", "nothing to it");
  WriteSecret(folder_ / "ca.pem", authority);
  EXPECT_THAT(NextOfCertificates(), HasSubstr("certificates read again"));
  chmod((folder_ / "agent-key.pem").c_str(), 0644);
  EXPECT_THAT(NextOfCertificates(), HasSubstr("agent-key.pem is a secret that others may read"));
  ExpectServed("ca");
}

}  // namespace
}  // namespace balcony::agent
