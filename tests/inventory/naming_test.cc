#include "controller/inventory/naming.h"

#include <gtest/gtest.h>

#include "controller/script/parser.h"

namespace balcony::inventory {
namespace {

TEST(Naming, GivesNamesThatTheNotationHas) {
  const struct {
    std::string named;
    bool is_domain;
    std::string name;
  } cases[] = {
      {"juliet", false, "juliet"},
      {"tcp-server", false, "tcp-server"},
      {"client[2]", false, "client[2]"},
      {"client[02]", false, "client_02"},
      {"node1.example.net", true, "node1"},
      {"node1.example.net", false, "node1_example_net"},
      {"PC1", false, "pc1"},
      {"_", false, "host_"},
      {"-a--b-", false, "host__a-b"},
      {"3com", false, "host_3com"},
      {"localhost", true, "localhost_"},
      {"n\u00e4me", false, "n_me"},
      {"\u8a9e", false, "host_"},
      {std::string(70, 'a'), false, std::string(64, 'a')},
      {std::string(70, 'A') + "a", false, std::string(64, 'a')},
  };
  for (const auto& [named, is_domain, name] : cases) {
    const auto given = NameFor({.named = named, .is_domain = is_domain});
    ASSERT_TRUE(given) << named;
    EXPECT_EQ(*given, name);
    EXPECT_TRUE(IsHostName(*given)) << *given;
    if (given->ends_with(']')) continue;
    std::vector<script::Diagnostic> diagnostics;
    script::Parse("names.balcony", "host " + *given + "\n", diagnostics);
    EXPECT_TRUE(diagnostics.empty()) << *given << ": " << diagnostics.front().message;
  }
}

TEST(Naming, AddressesAreNoNames) {
  EXPECT_EQ(NameFor({.named = "192.0.2.1", .is_domain = true}), std::nullopt);
  EXPECT_EQ(NameFor({.named = "2001:db8::5"}), std::nullopt);
}

}  // namespace
}  // namespace balcony::inventory
