#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

#include "tests/cli/command.h"

namespace balcony::cli {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr char kManifest[] = BALCONY_INVENTORIES "/cloudlab-manifest.xml";

TEST_F(CommandTest, FleetImportWritesAFleetFile) {
  EXPECT_THAT(
      Run(std::string(BALCONY " fleet import --user alice ") + kManifest),
      HasSubstr("  romeo: {ssh: ssh -p 25610 alice@pc71.example.cloudlab.us, data: 10.10.0.100}"));
  EXPECT_EQ(status_, 0);
  EXPECT_THAT(Run("printf 'romeo=ssh a@b\\n' | " BALCONY " fleet import -"),
              HasSubstr("  romeo: {ssh: ssh a@b}"));
}

TEST_F(CommandTest, FleetTakesHostsFromStandardInput) {
  const std::string said =
      Run("printf 'romeo=ssh -p 1 nobody@127.0.0.1\\n' | HOME=. " BALCONY " fleet status -");
  EXPECT_THAT(said, HasSubstr("romeo  not reached"));
  EXPECT_EQ(status_, 3);
}

TEST_F(CommandTest, FleetSaysWhatIsWrong) {
  const std::pair<std::string, const char*> cases[] = {
      {" fleet statsu", "no command balcony fleet statsu; did you mean balcony fleet status?"},
      {" fleet", "balcony fleet --help says more"},
      {" fleet up --tsl certs", "did you mean --tls; balcony fleet up --help says more"},
      {" fleet status", "no host is named; a fleet file names them, or --host"},
      {" fleet status nowhere.yaml", "nowhere.yaml: it cannot be read"},
      {" fleet up --host 'juliet=ssh -N x'", "juliet: -N leaves no stream"},
      {" fleet up --host juliet", "--host juliet: HOST='ssh …' is wanted"},
      {" fleet clean --host 'juliet=scp x'", "juliet: an ssh command line is wanted"},
      {" fleet doctor --host 'juliet=ssh x' --lab nowhere.md", "nowhere.md"},
      {std::string(" fleet status ") + kManifest, "has logins of prof, alice; say --user NAME"},
      {" fleet import " BALCONY_INVENTORIES "/request.xml", "request"},
      {" fleet import fleet.yaml", "fleet.yaml: it is a fleet file already"},
      {" run lab.balcony --fleet fleet.yaml --host 'juliet=ssh x'", "juliet"},
  };
  Run("printf 'hosts: {romeo: {agent: nobody}}\\n' >fleet.yaml;"
      " printf 'host romeo\\nromeo> s = socket(tcp)\\n' >lab.balcony");
  for (const auto& [arguments, wanted] : cases) {
    EXPECT_THAT(Run(BALCONY + arguments), HasSubstr(wanted));
    EXPECT_EQ(status_, 2) << arguments;
  }
}

TEST_F(CommandTest, FleetDownNeedsNothing) {
  EXPECT_THAT(Run("HOME=. " BALCONY " fleet down"), "nothing is up\n");
  EXPECT_EQ(status_, 0);
}

TEST_F(CommandTest, FleetTellsOfEachHostThatIsNotReached) {
  Run("printf 'hosts: {romeo: {agent: exit 7}, juliet: {agent: exit 8}}\\n' >fleet.yaml");
  EXPECT_THAT(Run(BALCONY " fleet status fleet.yaml"),
              AllOf(HasSubstr("juliet  not reached"), HasSubstr("exited with status 8"),
                    HasSubstr("romeo   not reached"), HasSubstr("exited with status 7")));
  EXPECT_EQ(status_, 3);
}

}  // namespace
}  // namespace balcony::cli
