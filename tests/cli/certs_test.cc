// `balcony certs`, and that what it makes lets a run use an agent with TLS.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "controller/cli/certificate.h"
#include "tests/cli/command.h"

namespace balcony::cli {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class CertsTest : public CommandTest {
 protected:
  std::string Certs(const std::string& arguments) { return Run(BALCONY " certs " + arguments); }

  mode_t Mode(const std::string& name) {
    struct stat file {};
    EXPECT_EQ(stat((folder_ + "/" + name).c_str(), &file), 0) << name;
    return file.st_mode & 07777;
  }
};

TEST_F(CertsTest, MakesAnAuthorityAndWhatItSigns) {
  EXPECT_EQ(Certs("pki --agent juliet 10.0.0.101"),
            "pki/ca.pem\npki/ca-key.pem\npki/agent-juliet.pem\npki/agent-juliet-key.pem\n"
            "pki/controller.pem\npki/controller-key.pem\n");
  EXPECT_EQ(status_, 0);
  EXPECT_EQ(Mode("pki"), 0700u);
  for (const char* key : {"ca-key", "agent-juliet-key", "controller-key"}) {
    EXPECT_EQ(Mode(std::string("pki/") + key + ".pem"), 0600u);
  }
}

TEST_F(CertsTest, SignsMoreAndNeverWritesOver) {
  Certs("pki");
  EXPECT_EQ(Certs("pki --agent romeo"), "pki/agent-romeo.pem\npki/agent-romeo-key.pem\n");
  EXPECT_EQ(Certs("pki --controller nurse"),
            "pki/controller-nurse.pem\npki/controller-nurse-key.pem\n");
  EXPECT_THAT(Certs("pki --agent romeo"),
              AllOf(HasSubstr("pki/agent-romeo.pem is there already"), HasSubstr("move it away")));
  EXPECT_EQ(status_, 2);
  EXPECT_THAT(Certs("pki --controller controller"), HasSubstr("pki/controller.pem is there"));
}

TEST_F(CertsTest, SaysThatThereIsNothingToMake) {
  Certs("pki");
  EXPECT_THAT(Certs("pki"), HasSubstr("pki has all of these files already"));
  EXPECT_EQ(status_, 0);
}

TEST_F(CertsTest, HalfAnAuthorityIsNotReplaced) {
  Certs("pki");
  std::filesystem::remove(folder_ + "/pki/ca-key.pem");
  EXPECT_THAT(Certs("pki --agent romeo"), HasSubstr("cannot read pki/ca-key.pem"));
  EXPECT_EQ(status_, 3);
}

TEST_F(CertsTest, NameThatIsNoneIsRefused) {
  for (const char* host : {"''", "'a b'", "../x", "a/b", "'a,DNS:b'", "-x"}) {
    Certs(std::string("pki --agent=") + host);
    EXPECT_EQ(status_, 2) << host;
  }
  EXPECT_FALSE(std::filesystem::exists(folder_ + "/pki"));
}

// An agent with TLS on loopback, a run against it, and the run's transcript. The log is emptied
// first, or the last agent's address would be found in it.
constexpr char kPlay[] =
    ": >log; " BALCONY_AGENT
    " --listen 127.0.0.1:0 --tls-cert pki/agent-127.0.0.1.pem"
    " --tls-key pki/agent-127.0.0.1-key.pem $ACCESS 2>log & "
    "until where=$(grep -om1 '127.0.0.1:[0-9][0-9]*' log); do kill -0 $! || exit 9; done; " BALCONY
    " run play.balcony --agent juliet=$where $DIAL; status=$?; kill $!; wait; exit $status";

TEST_F(CertsTest, LetARunUseAnAgentWithTls) {
  Certs("pki --agent 127.0.0.1");
  std::ofstream(folder_ + "/play.balcony")
      << "host juliet 10.0.0.1/24\njuliet> sock = socket(tcp)\n";
  Run("umask 077; echo Wherefore-art-thou-Romeo >token; echo Deny-thy-father-and-refuse >wrong");
  const auto play = [&](const std::string& access, const std::string& dial) {
    return Run("ACCESS='" + access + "'; DIAL='" + dial + "'; " + kPlay);
  };
  play("--tls-ca pki/ca.pem", "--tls pki");
  EXPECT_EQ(status_, 0);
  play("--token-file token", "--tls pki --token-file token");
  EXPECT_EQ(status_, 0);
  EXPECT_THAT(play("--token-file token", "--tls pki --token-file wrong"),
              HasSubstr("token is not"));
  EXPECT_EQ(status_, 3);
  EXPECT_THAT(play("--tls-ca pki/ca.pem", ""), HasSubstr("no balcony-agent"));
  EXPECT_EQ(status_, 3);
}

TEST(Certificate, HostIsAnAddressOrAName) {
  for (const char* host : {"juliet", "juliet.example.org", "10.0.0.1", "::1", "fe80::1", "a_b"}) {
    EXPECT_TRUE(IsHost(host)) << host;
  }
  for (const char* host : {"", " ", "a b", "x,IP:1.2.3.4", "a/b", ".a", "[::1]", "*.org"}) {
    EXPECT_FALSE(IsHost(host)) << host;
  }
}

}  // namespace
}  // namespace balcony::cli
