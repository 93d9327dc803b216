#include "controller/script/shape.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "balcony/v1/message.pb.h"
#include "balcony/v1/observe.pb.h"

namespace balcony::script {
namespace {

using testing::ElementsAre;

TEST(Shape, ARecordHasTheFieldsOfItsMessage) {
  EXPECT_THAT(NamesOf(ShapeOf(*v1::Timer::descriptor()).fields),
              ElementsAre("kind", "expires", "retransmits"));
  EXPECT_THAT(NamesOf(ShapeOf(*v1::ExtendedError::descriptor()).fields),
              ElementsAre("errno", "origin", "type", "code", "info", "offender"));
}

TEST(Shape, AnOutcomeIsNoFieldAndQueuesStandInTheRow) {
  EXPECT_THAT(NamesOf(ShapeOf(*v1::RecvmsgResponse::descriptor()).fields),
              ElementsAre("data", "size", "address", "flags", "ttl", "tos", "pktinfo", "error",
                          "timestamp"));
  EXPECT_THAT(
      NamesOf(ShapeOf(*v1::SocketEntry::descriptor()).fields),
      ElementsAre("transport", "state", "local", "peer", "recv_queue", "send_queue", "timer"));
}

struct Case {
  const google::protobuf::Descriptor* message;
  const char* field;
  Type type;
  bool may_be_none;
};

TEST(Shape, AFieldHasTheTypeThatTheNotationGivesIt) {
  for (const Case& row : {Case{v1::TcpInfo::descriptor(), "snd_mss", Type::kNumber, false},
                          Case{v1::TcpInfo::descriptor(), "rtt", Type::kDuration, true},
                          Case{v1::TcpInfo::descriptor(), "state", Type::kState, false},
                          Case{v1::TcpInfo::descriptor(), "ca_state", Type::kWord, false},
                          Case{v1::TcpInfo::descriptor(), "options", Type::kWords, true},
                          Case{v1::TcpInfo::descriptor(), "congestion", Type::kText, false},
                          Case{v1::ExtendedError::descriptor(), "errno", Type::kError, true},
                          Case{v1::ExtendedError::descriptor(), "offender", Type::kAddress, true},
                          Case{v1::RecvmsgResponse::descriptor(), "address", Type::kEndpoint, true},
                          Case{v1::RecvmsgResponse::descriptor(), "flags", Type::kWords, true},
                          Case{v1::PacketInfo::descriptor(), "address", Type::kAddress, true},
                          Case{v1::SocketEntry::descriptor(), "timer", Type::kRecord, true}}) {
    const Shape record = ShapeOf(*row.message);
    const Shape* shape = FindMember(record.fields, row.field);
    ASSERT_NE(shape, nullptr) << row.field;
    EXPECT_EQ(shape->type, row.type) << row.field;
    EXPECT_EQ(shape->may_be_none, row.may_be_none) << row.field;
  }
}

TEST(Shape, WordsAreTheProtosWithoutTheirPrefix) {
  EXPECT_EQ(WordOf(*v1::State_descriptor()->FindValueByName("STATE_TIME_WAIT")), "TIME-WAIT");
  EXPECT_EQ(WordOf(*v1::Transport_descriptor()->FindValueByName("TRANSPORT_TCP")), "tcp");
  EXPECT_EQ(WordOf(*v1::TimerKind_descriptor()->FindValueByName("TIMER_KIND_KEEPALIVE")),
            "KEEPALIVE");
  EXPECT_EQ(WordOf(*v1::Flag_descriptor()->FindValueByName("FLAG_TRUNC")), "TRUNC");
}

}  // namespace
}  // namespace balcony::script
