#include "controller/script/calls.h"

#include "tests/script/found.h"

namespace balcony::script {
namespace {

using testing::ElementsAre;

Call CallOf(const std::string& text) {
  std::vector<Diagnostic> diagnostics;
  Script script = Parse("a.balcony", "a> " + text, diagnostics);
  EXPECT_THAT(Written(diagnostics), ElementsAre());
  return std::move(std::get<Step>(script.statements.at(0).node).call);
}

// The parameters that a call gives, by their names.
std::vector<std::string> GivenBy(const std::string& text) {
  const Call call = CallOf(text);
  const Signature& signature = *FindSignature(call.function);
  std::vector<std::string> given;
  const auto arguments = ArgumentsOf(signature, call);
  for (size_t i = 0; i < arguments.size(); ++i)
    for (size_t n = 0; n < arguments[i].size(); ++n) given.push_back(signature.parameters[i].name);
  return given;
}

TEST(Calls, ArgumentsStandByPositionOrByName) {
  EXPECT_THAT(GivenBy("s.recv(5, waitall, until=\"x\")"),
              ElementsAre("max_bytes", "flags", "until"));
  EXPECT_THAT(GivenBy("s.recv(until=\"x\", max_bytes=5)"), ElementsAre("max_bytes", "until"));
  EXPECT_THAT(GivenBy("sockets(state=LISTEN)"), ElementsAre("state"));
}

TEST(Calls, FlagsAreAsManyAsOneLikes) {
  EXPECT_THAT(GivenBy("s.recv(5, peek, dontwait)"), ElementsAre("max_bytes", "flags", "flags"));
  EXPECT_THAT(GivenBy("s.poll(IN, OUT, wait)"), ElementsAre("events", "events", "wait"));
}

TEST(Calls, AWordSkipsWhatMayBeLeftOut) {
  EXPECT_THAT(GivenBy("s.sendmsg(\"x\", dontwait)"), ElementsAre("data", "flags"));
  EXPECT_THAT(GivenBy("s.sendmsg(\"x\", peer, dontwait)"), ElementsAre("data", "address", "flags"));
  EXPECT_THAT(GivenBy("s.poll(wait)"), ElementsAre("wait"));
  EXPECT_THAT(GivenBy("sockets(LISTEN)"), ElementsAre("state"));
  EXPECT_THAT(GivenBy("resolve(\"x\", all)"), ElementsAre("name", "all"));
  EXPECT_THAT(GivenBy("s.send(oob)"), ElementsAre("data"));  // a variable may be called so
}

// The first result of a call.
Shape ResultOf(const std::string& text) {
  const Call call = CallOf(text);
  return ResultsOf(*FindSignature(call.function), call).at(0);
}

TEST(Calls, AnOptionsValueIsOfItsKind) {
  EXPECT_EQ(ResultOf("s.getsockopt(SO_RCVBUF)").type, Type::kNumber);
  EXPECT_EQ(ResultOf("s.getsockopt(SO_RCVTIMEO)").type, Type::kDuration);
  EXPECT_EQ(ResultOf("s.setsockopt(TCP_CONGESTION, \"reno\")").type, Type::kText);
  EXPECT_EQ(NamesOf(ResultOf("s.getsockopt(SO_LINGER)").fields),
            (std::vector<std::string>{"onoff", "linger"}));
}

TEST(Calls, AGroupOfCountersHasItsOwn) {
  EXPECT_NE(FindMember(ResultOf("counters(Udp)").fields, "RcvbufErrors"), nullptr);
  EXPECT_EQ(FindMember(ResultOf("counters(Tcp)").fields, "RcvbufErrors"), nullptr);
}

TEST(Calls, ResolveGivesOneAddressOrAll) {
  EXPECT_EQ(ResultOf("resolve(\"x\")").type, Type::kAddress);
  EXPECT_EQ(ResultOf("resolve(\"x\", all)").element.at(0).type, Type::kAddress);
}

TEST(Calls, UsageIsAsTheDocumentationWritesIt) {
  EXPECT_EQ(Usage(*FindSignature("recv")),
            "sock.recv(max_bytes[, waitall|dontwait|peek|oob ...][, until=text])");
  EXPECT_EQ(Usage(*FindSignature("accept")), "sock.accept()");
  EXPECT_EQ(Usage(*FindSignature("setblocking")), "sock.setblocking(0|1)");
  EXPECT_EQ(Usage(*FindSignature("poll")), "sock.poll([IN|PRI|OUT|RDHUP ...][, wait])");
  EXPECT_EQ(Usage(*FindSignature("setsockopt")), "sock.setsockopt(OPTION, value)");
  EXPECT_EQ(Usage(*FindSignature("set_interface")), "set_interface(name[, up=0|1][, mtu=number])");
  EXPECT_EQ(Usage(*FindSignature("sockets")), "sockets([tcp|udp][, STATE])");
  EXPECT_EQ(Usage(*FindSignature("close")), "sock.close()");
}

TEST(Calls, NoCallIsThereTwiceOrBothNowAndLater) {
  std::vector<std::string> names;
  for (const Signature& signature : Signatures()) {
    EXPECT_EQ(InPlaceOf(signature.function), "") << signature.function;
    EXPECT_THAT(names, testing::Not(testing::Contains(signature.function)));
    names.push_back(signature.function);
  }
  EXPECT_NE(InPlaceOf("packets"), "");
  EXPECT_EQ(FindSignature("packets"), nullptr);
}

}  // namespace
}  // namespace balcony::script
