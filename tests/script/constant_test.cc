#include "controller/script/constant.h"

#include "tests/script/found.h"

namespace balcony::script {
namespace {

// What `set x = …` comes to.
std::optional<ParameterValue> ValueOf(const std::string& expression) {
  std::vector<Diagnostic> diagnostics;
  const Script script = Parse("a.balcony", "set x = " + expression, diagnostics);
  EXPECT_THAT(Written(diagnostics), testing::ElementsAre());
  return ConstantOf(*std::get<SetDecl>(script.declarations.at(0).node).value,
                    {{"n", int64_t{3}}, {"name", std::string("juliet")}});
}

TEST(Constant, NumbersAddSubtractAndMultiply) {
  EXPECT_EQ(ValueOf("2 + 3 * n - 1"), ParameterValue(int64_t{10}));
  EXPECT_EQ(ValueOf("(2 + 3) * n"), ParameterValue(int64_t{15}));
  EXPECT_EQ(ValueOf("1 - n"), ParameterValue(int64_t{-2}));
  EXPECT_EQ(ValueOf("999999999999999999 * 999999999999999999"), std::nullopt);
}

TEST(Constant, TextsJoinAndRepeat) {
  EXPECT_EQ(ValueOf("\"O \" + name"), ParameterValue("O juliet"));
  EXPECT_EQ(ValueOf("\"ping \" + n"), ParameterValue("ping 3"));
  EXPECT_EQ(ValueOf("\"ab\" * n"), ParameterValue("ababab"));
  EXPECT_EQ(ValueOf("n * \"ab\""), ParameterValue("ababab"));
  EXPECT_EQ(ValueOf("\"\" * 999999999999999999"), ParameterValue(""));
  EXPECT_EQ(ValueOf("\"ab\" * 999999999999999999"), std::nullopt);
  EXPECT_EQ(ValueOf("\"ab\" * (0 - 1)"), std::nullopt);
  EXPECT_EQ(ValueOf("name - 1"), std::nullopt);
}

TEST(Constant, ATextsSizeIsKnownWithoutTheText) {
  const auto size_of = [](const std::string& text) {
    std::vector<Diagnostic> diagnostics;
    const Script script = Parse("a.balcony", "set x = " + text, diagnostics);
    return SizeOf(*std::get<SetDecl>(script.declarations.at(0).node).value,
                  {{"n", int64_t{3}}, {"name", "juliet"}});
  };
  EXPECT_EQ(size_of("\"ab\" * 999999999999"), 1999999999998);
  EXPECT_EQ(size_of("n * upper(name) + 10 + n"), 21);
  EXPECT_EQ(size_of("\"x\" * len(name)"), 6);
  EXPECT_EQ(size_of("\"ab\" * 999999999999999999 * 99"), std::nullopt);
  EXPECT_EQ(size_of("\"ab\" * (0 - 1)"), std::nullopt);
  EXPECT_EQ(size_of("name * name"), std::nullopt);
  EXPECT_EQ(size_of("n + 1"), std::nullopt);
  EXPECT_EQ(size_of("name + data"), std::nullopt);
}

TEST(Constant, CallsOfTheControllerAreDone) {
  EXPECT_EQ(ValueOf("len(name) + 1"), ParameterValue(int64_t{7}));
  EXPECT_EQ(ValueOf("upper(name) + lower(\"ABC\")"), ParameterValue("JULIETabc"));
  EXPECT_EQ(ValueOf("len(5)"), std::nullopt);
  EXPECT_EQ(ValueOf("input()"), std::nullopt);
  EXPECT_EQ(ValueOf("nobody"), std::nullopt);
}

}  // namespace
}  // namespace balcony::script
