#include "controller/run/evaluate.h"

#include <gtest/gtest.h>

#include "tests/run/scene.h"

namespace balcony::run {
namespace {

TEST(Evaluate, JoinsTextAndNumbers) {
  Scene scene("romeo> sock.send(\"ping \" + 1 + 2)");
  EXPECT_EQ(std::get<Text>(scene.Argument()->node), Text{"ping 12"});
}

TEST(Evaluate, CountsBeforeItJoins) {
  Scene scene("romeo> sock.recv(2 + 3 * 4 - 1)");
  EXPECT_EQ(std::get<int64_t>(scene.Argument()->node), 13);
}

TEST(Evaluate, RepeatedTextStaysSmall) {
  Scene scene("romeo> sock.sendall(\"ab\" * 1000000000)");
  const Text text = std::get<Text>(scene.Argument()->node);
  EXPECT_EQ(text.unit, "ab");
  EXPECT_EQ(text.size(), 2000000000U);
}

TEST(Evaluate, ANumberThatIsTooLargeIsAnErrorAndNoWrongNumber) {
  Scene scene("romeo> sock.recv(999999999999999999 * 999999999999999999)");
  EXPECT_EQ(scene.Argument().status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(Evaluate, ParametersAreSeenByEveryHost) {
  Scene scene("set message = \"hello\"\nromeo> sock.send(upper(message))");
  EXPECT_EQ(std::get<Text>(scene.Argument()->node), Text{"HELLO"});
}

TEST(Evaluate, AnotherHostsVariableIsReadThroughItsName) {
  Scene scene("romeo> sock.recv(juliet.size)");
  scene.variables().Set(1, "size", {int64_t{16}});
  EXPECT_EQ(std::get<int64_t>(scene.Argument()->node), 16);
}

TEST(Evaluate, AnEndpointHasAnAddressAndAPort) {
  Scene scene("romeo> sock.recv(peer.port)");
  scene.variables().Set(0, "peer", {Endpoint{"10.10.0.101", 4000}});
  EXPECT_EQ(std::get<int64_t>(scene.Argument()->node), 4000);
}

TEST(Evaluate, AHostsNameHasTheAddressOfTheSocketsFamily) {
  Scene scene("romeo> sock.connect(juliet:4000)");
  const script::Expr& end = *scene.step().call.args.front().value;
  EXPECT_EQ(EvaluateEndpoint(end, v1::FAMILY_INET, scene.scope())->address, "10.10.0.101");
  EXPECT_EQ(EvaluateEndpoint(end, v1::FAMILY_INET6, scene.scope())->address, "fd00::2");
}

TEST(Evaluate, AHostWithoutAnAddressOfTheFamilyIsAnError) {
  Scene scene("juliet> sock.connect(romeo:4000)");
  const script::Expr& end = *scene.step().call.args.front().value;
  EXPECT_EQ(EvaluateEndpoint(end, v1::FAMILY_INET6, scene.scope()).status().code(),
            absl::StatusCode::kNotFound);
}

TEST(Evaluate, ADeclaredAddressGivesWayToTheFleets) {
  Scene scene("romeo> sock.connect(192.0.2.1:4000) => ENETUNREACH");
  const script::Expr& end = *scene.step().call.args.front().value;
  EXPECT_EQ(EvaluateEndpoint(end, v1::FAMILY_INET, scene.scope())->address, "127.5.0.1");
}

TEST(Evaluate, ADurationIsAValue) {
  Scene scene("romeo> sock.recv(1.5s)");
  EXPECT_EQ(std::get<absl::Duration>(scene.Argument()->node), absl::Milliseconds(1500));
}

TEST(Evaluate, TrueAndFalseAreOneAndZero) {
  EXPECT_EQ(std::get<int64_t>(Scene("romeo> sock.recv(true)").Argument()->node), 1);
  EXPECT_EQ(std::get<int64_t>(Scene("romeo> sock.recv(false)").Argument()->node), 0);
}

TEST(Evaluate, ARecordHasTheValuesOfItsFields) {
  Scene scene("romeo> sock.recv({onoff: 1, linger: 2 * 3, group: 239.1.2.3, address: juliet})");
  const auto record = std::get<Record>(scene.Argument()->node);
  EXPECT_EQ(std::get<int64_t>(FindField(record, "linger")->node), 6);
  EXPECT_EQ(std::get<Address>(FindField(record, "group")->node).literal, "239.1.2.3");
  EXPECT_EQ(std::get<Address>(FindField(record, "address")->node).literal, "10.10.0.101");
}

TEST(Evaluate, AnAddressThatAVariableHoldsStandsBeforeAPort) {
  Scene scene("romeo> sock.connect(found:4000)");
  scene.variables().Set(0, "found", {Address{"10.10.0.101"}});
  const script::Expr& end = *scene.step().call.args.front().value;
  EXPECT_EQ(EvaluateEndpoint(end, v1::FAMILY_INET, scene.scope())->address, "10.10.0.101");
}

TEST(Evaluate, InputIsWhatThePersonTypes) {
  Scene scene("romeo> sock.send(input(\"> \"))", "one\r\ntwo\n");
  EXPECT_EQ(std::get<Text>(scene.Argument()->node), Text{"one"});
  EXPECT_EQ(std::get<Text>(scene.Argument()->node), Text{"two"});
  EXPECT_EQ(scene.Argument().status().code(), absl::StatusCode::kOutOfRange);
}

}  // namespace
}  // namespace balcony::run
