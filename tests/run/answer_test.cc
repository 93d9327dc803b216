#include "controller/run/answer.h"

#include <gtest/gtest.h>

#include "google/protobuf/text_format.h"
#include "tests/run/scene.h"

namespace balcony::run {
namespace {

Answer Read(const std::string& done, const Request& request = {}) {
  v1::Done parsed;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(done, &parsed)) << done;
  return ReadAnswer(parsed, request);
}

std::string Told(const std::string& done, const Request& request = {}) {
  return Write(Read(done, request), kRomeoAndJuliet, 0);
}

TEST(Answer, AMessageIsARecordOfWhatItHas) {
  EXPECT_EQ(Told(R"pb(recvmsg {
                        outcome { ok {} }
                        data: "0123"
                        size: 10
                        address { address: "10.10.0.101" port: 4000 }
                        flags: FLAG_TRUNC
                        ttl: 64
                      })pb"),
            R"({data: "0123", size: 10, address: juliet:4000, flags: TRUNC, ttl: 64})");
}

TEST(Answer, AnErrorOfTheErrorQueueIsData) {
  EXPECT_EQ(Told(R"pb(recvmsg {
                        outcome { ok {} }
                        data: "Hello"
                        size: 5
                        flags: [ FLAG_ERRQUEUE, FLAG_TRUNC ]
                        error {
                          error { number: 111 name: "ECONNREFUSED" }
                          origin: ORIGIN_ICMP
                          type: 3
                          code: 3
                          offender { address: "10.10.0.101" }
                        }
                      })pb"),
            "{data: \"Hello\", size: 5, flags: ERRQUEUE TRUNC, error: {errno: ECONNREFUSED, "
            "origin: ICMP, type: 3, code: 3, info: 0, offender: juliet}}");
}

TEST(Answer, TheEndOfAStreamIsNoMessage) {
  EXPECT_EQ(Told("recvmsg { outcome { ok {} } end_of_stream: true }"), "eof");
}

struct AnswerCase {
  const char* done;
  const char* told;
};

TEST(Answer, ValuesAreToldInTheNotation) {
  for (const AnswerCase& row :
       {AnswerCase{"getsockopt { outcome { ok {} } value { number: 10000 } }", "10000"},
        AnswerCase{"getsockopt { outcome { ok {} } value { flag: true } }", "1"},
        AnswerCase{"getsockopt { outcome { ok {} } value { duration { nanos: 200000000 } } }",
                   "200ms"},
        AnswerCase{"getsockopt { outcome { ok {} } value { text: 'cubic' } }", "\"cubic\""},
        AnswerCase{"getsockopt { outcome { ok {} } value { word: 'DO' } }", "DO"},
        AnswerCase{"getsockopt { outcome { ok {} } value { linger { onoff: true } } }",
                   "{onoff: 1, linger: 0}"},
        AnswerCase{"getsockopt { outcome { ok {} } value { error { error { name: 'EPIPE' } } } }",
                   "{error: EPIPE}"},
        AnswerCase{"getsockopt { outcome { ok {} } value { error {} } }", "{error: none}"},
        AnswerCase{"getsockopt { outcome { error { name: 'ENOTCONN' } } }", "ENOTCONN"},
        AnswerCase{"setsockopt { outcome { ok {} } }", ""},
        AnswerCase{"poll { outcome { ok {} } events: [ POLL_EVENT_IN, POLL_EVENT_RDHUP ] }",
                   "IN RDHUP"},
        AnswerCase{"poll { outcome { ok {} } events: POLL_EVENT_OUT }", "OUT"},
        AnswerCase{"poll { outcome { ok {} } }", "none"},
        AnswerCase{"ioctl { outcome { ok {} } value: 0 }", "0"},
        AnswerCase{"state { outcome { ok {} } state: STATE_TIME_WAIT }", "TIME-WAIT"},
        AnswerCase{"timer { outcome { ok {} } }", "none"},
        AnswerCase{
            "timer { outcome { ok {} } timer { kind: TIMER_KIND_KEEPALIVE expires { seconds: 59 } "
            "} }",
            "{kind: KEEPALIVE, expires: 59s, retransmits: 0}"},
        AnswerCase{
            "counters { outcome { ok {} } counters { group: 'Udp' name: 'NoPorts' change: 2 } }",
            "{NoPorts: 2}"},
        AnswerCase{"sysctl { outcome { ok {} } value: '1' }", "1"},
        AnswerCase{"sysctl { outcome { ok {} } value: '4096 16384' }", "\"4096 16384\""},
        AnswerCase{"resolve { outcome { ok {} } addresses: '10.10.0.101' addresses: '192.0.2.1' }",
                   "juliet"},
        AnswerCase{"resolve { outcome { name_error { name: 'EAI_NONAME' } } }", "EAI_NONAME"}})
    EXPECT_EQ(Told(row.done), row.told) << row.done;
}

TEST(Answer, ANameErrorIsNoErrno) {
  EXPECT_EQ(Read("resolve { outcome { name_error { name: 'EAI_AGAIN' } } }").kind,
            Answer::Kind::kNameError);
}

TEST(Answer, ResolveGivesAllWhenItIsAskedTo) {
  Request request;
  request.all = true;
  EXPECT_EQ(Told("resolve { outcome { ok {} } addresses: '10.10.0.101' addresses: '192.0.2.1' }",
                 request),
            "[juliet, 192.0.2.1]");
}

TEST(Answer, ASocketsRowHasItsQueuesAndItsTimer) {
  EXPECT_EQ(Told(R"pb(sockets {
                        outcome { ok {} }
                        sockets {
                          transport: TRANSPORT_TCP
                          state: STATE_SYN_SENT
                          local { address: "10.10.0.100" port: 5000 }
                          peer { address: "10.10.0.101" port: 4000 }
                          queues { send_queue: 1 }
                          timer {
                            kind: TIMER_KIND_ON
                            expires { nanos: 180000000 }
                          }
                        }
                      })pb"),
            "[{transport: tcp, state: SYN-SENT, local: romeo:5000, peer: juliet:4000, recv_queue: "
            "0, send_queue: 1, timer: {kind: ON, expires: 180ms, retransmits: 0}}]");
}

TEST(Answer, WhatTheKernelDoesNotLimitIsLeftOut) {
  const Answer answer =
      Read("info { outcome { ok {} } info { pacing_rate: 18446744073709551615 } }");
  const auto& record = std::get<Record>(answer.values.at(0).node);
  EXPECT_EQ(FindField(record, "pacing_rate"), nullptr);
  EXPECT_NE(FindField(record, "snd_mss"), nullptr);
}

}  // namespace
}  // namespace balcony::run
