#include "agent/narrator.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>

#include <string>
#include <utility>
#include <vector>

namespace balcony::agent {
namespace {

using google::protobuf::TextFormat;

// What a narrator says of a call and one event of it; "" for nothing.
std::string Told(Narrator& narrator, const std::string& call, const std::string& event) {
  v1::Call begun;
  v1::Event told;
  EXPECT_TRUE(TextFormat::ParseFromString("id: 1 " + call, &begun)) << call;
  EXPECT_TRUE(TextFormat::ParseFromString("id: 1 " + event, &told)) << event;
  narrator.Begin(begun);
  const auto narration = narrator.Tell(told);
  return narration ? narration->text : "";
}

constexpr char kServer[] = "address: '10.0.0.2' port: 80";
constexpr char kClient[] = "address: '10.0.0.1' port: 4000";

std::string Ok(const std::string& call, const std::string& rest = "") {
  return "done { " + call + " { outcome { ok {} } " + rest + " } }";
}

std::string Errno(const std::string& call, int number, const std::string& name) {
  return "done { " + call + " { outcome { error { number: " + std::to_string(number) + " name: '" +
         name + "' } } } }";
}

// A narrator that has seen 'u' bound, 'l' listen, and 's' connected with 10.0.0.2:80.
Narrator Informed() {
  Narrator narrator;
  const std::string server = std::string("local { ") + kServer + " }";
  Told(narrator, "bind { socket: 'u' }", Ok("bind", server));
  Told(narrator, "listen { socket: 'l' }", Ok("listen", server));
  Told(narrator, "connect { socket: 's' address { " + std::string(kServer) + " } }",
       Ok("connect", std::string("local { ") + kClient + " } peer { " + kServer + " }"));
  return narrator;
}

struct TellingCase {
  std::string call;
  std::string event;
  std::string told;
};

class Tellings : public testing::TestWithParam<TellingCase> {};

TEST_P(Tellings, SayWhatWasObserved) {
  Narrator narrator = Informed();
  EXPECT_EQ(Told(narrator, GetParam().call, GetParam().event), GetParam().told);
}

const std::string kTo = std::string("address { ") + kServer + " }";
const std::string kFrom = std::string("address { ") + kClient + " }";

const TellingCase kTellingCases[] = {
    {"socket { socket: 'n' }", Ok("socket"), ""},
    {"socket { socket: 'n' }", Errno("socket", 13, "EACCES"), "socket: EACCES (Permission denied)"},
    {"bind { socket: 'n' " + kTo + " }", Ok("bind", std::string("local { ") + kServer + " }"),
     "bound to 10.0.0.2:80"},
    {"bind { socket: 'n' " + kTo + " }", Errno("bind", 98, "EADDRINUSE"),
     "bind to 10.0.0.2:80: EADDRINUSE (Address already in use)"},
    {"listen { socket: 'n' }", Ok("listen", "local { address: '::1' port: 80 }"),
     "listening on [::1]:80"},
    {"accept { socket: 'l' }", "blocked {}", "waiting for a connection on 10.0.0.2:80"},
    {"accept { socket: 'l' connection: 'c' }",
     Ok("accept", std::string("peer { ") + kClient + " }"), "connection from 10.0.0.1:4000"},
    {"accept { socket: 'l' }", "done { accept { outcome { timed_out {} } } }",
     "accept on 10.0.0.2:80: timed out"},
    {"accept { socket: 'l' }", "done { accept { outcome { cancelled { reason: 'closed' } } } }",
     "accept on 10.0.0.2:80: closed"},
    {"connect { socket: 'n' " + kTo + " }", "blocked {}", "connecting to 10.0.0.2:80"},
    {"connect { socket: 'n' " + kTo + " }",
     Ok("connect", std::string("local { ") + kClient + " } peer { " + kServer + " }"),
     "connected from 10.0.0.1:4000 to 10.0.0.2:80"},
    {"connect { socket: 'n' " + kTo + " }", Errno("connect", 111, "ECONNREFUSED"),
     "connect to 10.0.0.2:80: ECONNREFUSED (Connection refused)"},
    {"disconnect { socket: 's' }", Ok("disconnect"), "disconnected from 10.0.0.2:80"},
    {"send { socket: 's' data { unit: 'Hi' } }", Ok("send", "bytes: 2"),
     "sent 2 bytes to 10.0.0.2:80: b'Hi'"},
    {"sendall { socket: 's' data { unit: 'Hello' } }", "blocked {}",
     "waiting to send to 10.0.0.2:80"},
    {"sendall { socket: 's' data { unit: 'ab' count: 3 } }", Ok("sendall", "bytes: 6"),
     "sent 6 bytes to 10.0.0.2:80: b'ababab'"},
    {"send { socket: 's' data { unit: 'Hello' } }", Ok("send", "bytes: 1"),
     "sent 1 of 5 bytes to 10.0.0.2:80: b'H'"},
    {"sendall { socket: 's' data { unit: 'Hello' } }",
     "done { sendall { outcome { timed_out {} } bytes: 4 } }",
     "send to 10.0.0.2:80: timed out, after 4 of 5 bytes: b'Hell'"},
    {"send { socket: 's' data { unit: 'Hello' } }", Errno("send", 32, "EPIPE"),
     "send to 10.0.0.2:80: EPIPE (Broken pipe)"},
    {"sendto { socket: 'u' data { unit: '' } " + kFrom + " }", Ok("sendto"),
     "sent 0 bytes to 10.0.0.1:4000: b''"},
    {"sendmsg { socket: 'u' data { unit: 'x' } " + kFrom + " }", Ok("sendmsg", "bytes: 1"),
     "sent 1 byte to 10.0.0.1:4000: b'x'"},
    {"recv { socket: 's' }", "blocked {}", "waiting to receive from 10.0.0.2:80"},
    {"recvfrom { socket: 'u' }", "blocked {}", "waiting to receive on 10.0.0.2:80"},
    {"recv { socket: 's' }", Ok("recv", "data: 'Hi'"), "received 2 bytes from 10.0.0.2:80: b'Hi'"},
    {"recv { socket: 's' flags: FLAG_PEEK }", Ok("recv", "data: 'Hi'"),
     "peeked at 2 bytes from 10.0.0.2:80: b'Hi'"},
    {"recv { socket: 's' }", Ok("recv", "end_of_stream: true"), "end of stream from 10.0.0.2:80"},
    {"recv { socket: 's' }", Errno("recv", 104, "ECONNRESET"),
     "receive from 10.0.0.2:80: ECONNRESET (Connection reset by peer)"},
    {"recv { socket: 'n' }", Errno("recv", 107, "ENOTCONN"),
     "receive: ENOTCONN (Transport endpoint is not connected)"},
    {"recvfrom { socket: 'u' }", Ok("recvfrom", "data: 'Hi' " + kFrom),
     "received 2 bytes from 10.0.0.1:4000: b'Hi'"},
    {"recvmsg { socket: 'u' }", Ok("recvmsg", "data: 'Hi' size: 9 " + kFrom),
     "received 2 of 9 bytes from 10.0.0.1:4000: b'Hi'"},
    {"recvmsg { socket: 'u' flags: FLAG_ERRQUEUE }",
     Ok("recvmsg", "data: 'Hi' error { error { name: 'ECONNREFUSED' } } " + kFrom),
     "took ECONNREFUSED off the error queue"},
    {"shutdown { socket: 's' how: HOW_WR }", Ok("shutdown"), "shut down sending, with 10.0.0.2:80"},
    {"close { socket: 's' }", Ok("close"), "closed the connection with 10.0.0.2:80"},
    {"close { socket: 's' }", "blocked {}", "waiting to close the connection with 10.0.0.2:80"},
    {"close { socket: 'l' }", Ok("close"), "closed 10.0.0.2:80"},
    {"close { socket: 'n' }", Ok("close"), "closed n"},
    // What looks, or sets something, or was refused.
    {"state { socket: 's' }", Ok("state"), ""},
    {"queues { socket: 's' }", Ok("queues"), ""},
    {"getsockopt { socket: 's' }", Ok("getsockopt"), ""},
    {"getpeername { socket: 's' }", Ok("getpeername"), ""},
    {"barrier {}", Ok("barrier"), ""},
    {"send { socket: 's' data { unit: 'Hi' } }", "refused {}", ""},
};
INSTANTIATE_TEST_SUITE_P(Narrator, Tellings, testing::ValuesIn(kTellingCases));

TEST(Narrator, ShowsBytesAsPythonDoes) {
  EXPECT_EQ(PythonBytes({"a\0\xff\n\t\r\\~", 8}, 8), "b'a\\x00\\xff\\n\\t\\r\\\\~'");
  EXPECT_EQ(PythonBytes("it's", 4), "b\"it's\"");
  EXPECT_EQ(PythonBytes("'\"", 2), "b'\\'\"'");
}

TEST(Narrator, CutsLongPayloadAndCountsAllOfIt) {
  Narrator narrator = Informed();
  const std::string shown = std::string("to 10.0.0.2:80: b'") + std::string(200, 'x') + "'...";
  EXPECT_EQ(Told(narrator, "send { socket: 's' data { unit: 'x' count: 1000000 } }",
                 Ok("send", "bytes: 1000000")),
            "sent 1000000 bytes " + shown);
  EXPECT_EQ(
      Told(narrator, "recv { socket: 's' }", Ok("recv", "data: '" + std::string(201, 'x') + "'")),
      "received 201 bytes from" + shown.substr(2));
}

TEST(Narrator, NameOfASocketThatLingersMayBeTheNext) {
  Narrator narrator = Informed();
  Told(narrator, "close { socket: 's' }", "blocked {}");
  v1::Call next;
  ASSERT_TRUE(TextFormat::ParseFromString("id: 2 bind { socket: 's' }", &next));
  narrator.Begin(next);
  v1::Event event;
  ASSERT_TRUE(TextFormat::ParseFromString(
      "id: 2 done { bind { outcome { ok {} } local { address: '10.0.0.1' port: 7 } } }", &event));
  narrator.Tell(event);
  ASSERT_TRUE(TextFormat::ParseFromString("id: 1 " + Ok("close"), &event));
  EXPECT_EQ(narrator.Tell(event)->text, "closed the connection with 10.0.0.2:80");
  EXPECT_EQ(Told(narrator, "close { socket: 's' }", Ok("close")), "closed 10.0.0.1:7");
}

TEST(Narrator, CloseOfADuplicateClosesNoConnection) {
  Narrator narrator = Informed();
  Told(narrator, "dup { socket: 's' duplicate: 't' }", Ok("dup"));
  EXPECT_EQ(Told(narrator, "close { socket: 't' }", Ok("close")), "closed t, one of its names");
}

TEST(Narrator, EndTellsOfTheSocketsThatWereLeft) {
  Narrator narrator = Informed();
  std::vector<std::string> lines;
  for (const Narration& narration : narrator.End()) lines.push_back(narration.text);
  EXPECT_THAT(lines, testing::ElementsAre(
                         "closed 10.0.0.2:80, with the session that had it",
                         "closed the connection with 10.0.0.2:80, with the session that had it",
                         "closed 10.0.0.2:80, with the session that had it"));
}

}  // namespace
}  // namespace balcony::agent
