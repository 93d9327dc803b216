#include "tests/script/found.h"

namespace balcony::script {
namespace {

// The first argument of a script's only step.
Expr ArgumentOf(const std::string& argument) {
  std::vector<Diagnostic> diagnostics;
  Script script = Parse("a.balcony", "a> f(" + argument + ")", diagnostics);
  EXPECT_THAT(Written(diagnostics), testing::ElementsAre());
  return std::move(*std::get<Step>(script.statements.at(0).node).call.args.at(0).value);
}

TEST(Expressions, TimesBindsCloserThanPlus) {
  const Expr sum = ArgumentOf("1 + 2 * 3 - 4");
  const auto& minus = std::get<Binary>(sum.node);
  EXPECT_EQ(minus.op, '-');
  const auto& plus = std::get<Binary>(minus.left->node);
  EXPECT_EQ(plus.op, '+');
  EXPECT_EQ(std::get<Binary>(plus.right->node).op, '*');
  EXPECT_EQ(ConstantOf(sum, {}), ParameterValue(int64_t{3}));
}

TEST(Expressions, TextsResolveTheirEscapes) {
  EXPECT_EQ(std::get<Text>(ArgumentOf(R"("a\n\r\t\"\\\x41\xff#")").node).bytes,
            "a\n\r\t\"\\A\xff#");
}

TEST(Expressions, EndpointsHaveHostsAndPorts) {
  const Expr named = ArgumentOf("juliet:4000");
  EXPECT_THAT(std::get<Ref>(std::get<Endpoint>(named.node).host).path,
              testing::ElementsAre("juliet"));
  const Expr ipv6 = ArgumentOf("[fe80::1%eth0]:4000");
  EXPECT_EQ(std::get<Address>(std::get<Endpoint>(ipv6.node).host).literal, "fe80::1%eth0");
  const Expr indexed = ArgumentOf("client[2]:conn.port");
  EXPECT_TRUE(std::get<Ref>(std::get<Endpoint>(indexed.node).host).index.has_value());
}

TEST(Expressions, AnEndpointIsNoPair) {
  const std::string message = "an address and its port are one argument, and no pair; ";
  ExpectFound(kWithSocket, {
                               {"romeo> sock.bind((\"10.10.0.101\", 4000))",
                                "5:18: " + message + "write bind(10.10.0.101:4000)"},
                               {"romeo> sock.bind((\"\", 4000))",
                                "5:18: " + message + "write bind(0.0.0.0:4000)"},
                               {"romeo> sock.connect((\"fd00::1\", port))",
                                "5:21: " + message + "write connect([fd00::1]:port)"},
                               {"romeo> sock.sendto(\"x\", (juliet, 5 + 1))",
                                "5:25: " + message + "write sendto(..., juliet:5)"},
                               {"romeo> sock.send((\"a\" + \"b\"))", ""},
                           });
}

TEST(Expressions, AnIndexStandsBehindTheHost) {
  const Expr expression = ArgumentOf("client[2].peer.port");
  const auto& ref = std::get<Ref>(expression.node);
  EXPECT_THAT(ref.path, testing::ElementsAre("client", "peer", "port"));
  EXPECT_EQ(std::get<Number>(ref.index->from->node).value, 2);
}

TEST(Expressions, NamesHoldGluedHyphensOnly) {
  EXPECT_THAT(std::get<Ref>(ArgumentOf("node-1").node).path, testing::ElementsAre("node-1"));
  EXPECT_EQ(std::get<Word>(ArgumentOf("TIME-WAIT").node).name, "TIME-WAIT");
  EXPECT_EQ(std::get<Binary>(ArgumentOf("node - 1").node).op, '-');
}

}  // namespace
}  // namespace balcony::script
