#include "tests/agent/name_server.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdint>

#include "absl/strings/str_cat.h"

namespace balcony::agent {
namespace {

constexpr size_t kHeaderBytes = 12;
constexpr size_t kDatagramBytes = 512;
constexpr char kIpv4 = 1;
constexpr char kIpv6 = 28;
constexpr char kTruncated = 2;

// What the codes of a response mean: RFC 1035, section 4.1.1.
enum class Code : char { kOk = 0, kFormErr = 1, kServFail = 2, kNxDomain = 3 };

// "romeo.test" of the labels behind a question's header.
std::string NameOf(const std::string& question) {
  std::string name;
  for (size_t at = kHeaderBytes; at < question.size() && question[at] != 0;) {
    const auto size = static_cast<size_t>(question[at]);
    absl::StrAppend(&name, name.empty() ? "" : ".", question.substr(at + 1, size));
    at += size + 1;
  }
  return name;
}

char TypeOf(const std::string& question) { return question[question.find('\0', kHeaderBytes) + 2]; }

// A record about the question's own name.
std::string Record(char type, const std::string& data) {
  std::string record("\xc0\x0c\0?\0\x01\0\0\0\x3c\0?", 12);
  record[3] = type;
  record[11] = static_cast<char>(data.size());
  return record + data;
}

std::vector<std::string> RecordsOf(const std::string& name, char type) {
  std::vector<std::string> records;
  if (name == "many.test") {
    for (int i = 0; i < 200; ++i) {
      records.push_back(Record(kIpv4, std::string("\x0a\x0a\x01") + static_cast<char>(i)));
    }
  } else if (type == kIpv6 && name == "romeo.test") {
    records.push_back(
        Record(kIpv6, "\xfd" + std::string(13, '\0') + "\x01" + std::string(1, '\0')));
  } else if (type == kIpv4 && (name == "romeo.test" || name == "slow.test")) {
    records.push_back(Record(kIpv4, std::string("\x0a\x0a\0\x64", 4)));
    if (name == "romeo.test") records.push_back(Record(kIpv4, std::string("\x0a\x0a\0\x66", 4)));
  }
  return records;
}

Code CodeOf(const std::string& name) {
  if (name == "failing.test") return Code::kServFail;
  if (name == "malformed.test") return Code::kFormErr;
  const bool is_known =
      name == "romeo.test" || name == "slow.test" || name == "many.test" || name == "empty.test";
  return is_known ? Code::kOk : Code::kNxDomain;
}

std::string ResponseTo(const std::string& question, size_t at_most) {
  const std::string name = NameOf(question);
  const size_t end = question.find('\0', kHeaderBytes) + 5;
  std::string response = question.substr(0, end);
  const std::vector<std::string> records = RecordsOf(name, TypeOf(question));
  response[2] = '\x81';
  response[3] = static_cast<char>('\x80' | static_cast<char>(CodeOf(name)));
  response[7] = static_cast<char>(records.size());
  response.replace(8, 4, 4, '\0');
  for (const std::string& record : records) response += record;
  if (response.size() <= at_most) return response;
  response.resize(end);
  response[2] = static_cast<char>(response[2] | kTruncated);
  response[7] = 0;
  return response;
}

}  // namespace

NameServer::NameServer() : stop_(eventfd(0, EFD_CLOEXEC)) {
  const in_addr loopback = {htonl(INADDR_LOOPBACK)};
  // Until there is a port that is free for both.
  do {
    udp_ = Fd(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    tcp_ = Fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    address_ = AddressFrom(AF_INET, &loopback, 0);
    EXPECT_EQ(bind(udp_.get(), address_.get(), address_.size()), 0);
    EXPECT_EQ(getsockname(udp_.get(), address_.room(), address_.room_size()), 0);
  } while (bind(tcp_.get(), address_.get(), address_.size()) != 0);
  EXPECT_EQ(listen(tcp_.get(), 16), 0);
  thread_ = std::thread([this] { Run(); });
}

NameServer::~NameServer() {
  const uint64_t one = 1;
  EXPECT_EQ(write(stop_.get(), &one, sizeof one), ssize_t{sizeof one});
  thread_.join();
}

std::string NameServer::where() const { return absl::StrCat("127.0.0.1:", address_.port()); }

void NameServer::AnswerSlow() {
  const std::lock_guard lock(mutex_);
  slow_ = false;
  for (const Asked& asked : waiting_) Answer(asked);
  waiting_.clear();
}

void NameServer::Run() {
  pollfd events[] = {{stop_.get(), POLLIN, 0}, {udp_.get(), POLLIN, 0}, {tcp_.get(), POLLIN, 0}};
  while (poll(events, 3, -1) > 0 && events[0].revents == 0) {
    if (events[1].revents != 0) TakeDatagram();
    if (events[2].revents != 0) TakeConnection();
  }
}

void NameServer::TakeDatagram() {
  std::array<char, kDatagramBytes> room;
  Asked asked;
  const ssize_t got =
      recvfrom(udp_.get(), room.data(), room.size(), 0, asked.by.room(), asked.by.room_size());
  if (got <= ssize_t{kHeaderBytes}) return;
  asked.question.assign(room.data(), static_cast<size_t>(got));
  ++questions_;
  const std::lock_guard lock(mutex_);
  if (slow_ && NameOf(asked.question) == "slow.test") {
    waiting_.push_back(std::move(asked));
  } else {
    Answer(asked);
  }
}

void NameServer::Answer(const Asked& asked) {
  const std::string response = ResponseTo(asked.question, kDatagramBytes);
  // Who asked may have gone.
  (void)sendto(udp_.get(), response.data(), response.size(), 0, asked.by.get(), asked.by.size());
}

// Two bytes of length come before each message.
void NameServer::TakeConnection() {
  const Fd connection(accept4(tcp_.get(), nullptr, nullptr, SOCK_CLOEXEC));
  std::array<char, 2> size;
  if (recv(connection.get(), size.data(), 2, MSG_WAITALL) != 2) return;
  std::string question(static_cast<unsigned char>(size[1]), '\0');
  if (recv(connection.get(), question.data(), question.size(), MSG_WAITALL) <= 0) return;
  ++questions_;
  const std::string response = ResponseTo(question, 65535);
  size = {static_cast<char>(response.size() >> 8), static_cast<char>(response.size() & 0xff)};
  send(connection.get(), size.data(), 2, MSG_NOSIGNAL);
  send(connection.get(), response.data(), response.size(), MSG_NOSIGNAL);
  // Its end is the resolver's.
  recv(connection.get(), size.data(), 1, 0);
}

}  // namespace balcony::agent
