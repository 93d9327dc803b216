#include "agent/raw_tables.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "agent/fd.h"

namespace balcony::agent {
namespace {

constexpr uint32_t kEstablished = 1;
constexpr size_t kWordDigits = 8;

std::optional<uint32_t> Hex(absl::string_view text) {
  uint32_t number = 0;
  if (!absl::SimpleHexAtoi(text, &number)) return std::nullopt;
  return number;
}

// "0100007F:0001": the address as the words that lie in memory, the port in host order.
std::optional<Address> ToAddress(absl::string_view text) {
  const std::pair<absl::string_view, absl::string_view> parts = absl::StrSplit(text, ':');
  const auto port = Hex(parts.second);
  if (!port) return std::nullopt;
  std::array<uint32_t, 4> words{};
  const size_t count = parts.first.size() / kWordDigits;
  if (count != 1 && count != words.size()) return std::nullopt;
  for (size_t i = 0; i < count; ++i) {
    const auto word = Hex(parts.first.substr(i * kWordDigits, kWordDigits));
    if (!word) return std::nullopt;
    words[i] = *word;
  }
  if (count == 1) {
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    v4.sin_port = htons(static_cast<uint16_t>(*port));
    v4.sin_addr.s_addr = words[0];
    return Address(v4);
  }
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(static_cast<uint16_t>(*port));
  std::memcpy(&v6.sin6_addr, words.data(), sizeof v6.sin6_addr);
  return Address(v6);
}

// "1: 00000000:0001 00000000:0000 07 00000000:00000000 …"; nothing for the head of the table.
std::optional<Diag::Row> ToRow(v1::Transport transport, absl::string_view line) {
  enum { kLocal = 1, kPeer, kState, kQueues, kFields };
  const std::vector<absl::string_view> fields = absl::StrSplit(line, ' ', absl::SkipEmpty());
  if (fields.size() < kFields) return std::nullopt;
  const auto local = ToAddress(fields[kLocal]);
  const auto peer = ToAddress(fields[kPeer]);
  const std::pair<absl::string_view, absl::string_view> queues =
      absl::StrSplit(fields[kQueues], ':');
  const auto state = Hex(fields[kState]);
  const auto unsent = Hex(queues.first);
  const auto received = Hex(queues.second);
  if (!local || !peer || !state || !unsent || !received) return std::nullopt;
  Diag::Row row;
  row.transport = transport;
  row.state = *state == kEstablished ? v1::STATE_ESTABLISHED : v1::STATE_UNCONN;
  row.local = *local;
  row.peer = *peer;
  row.recv_queue = *received;
  row.send_queue = *unsent;
  return row;
}

}  // namespace

int ListRawTable(v1::Family family, v1::Transport transport, std::vector<Diag::Row>& rows) {
  const bool v6 = family == v1::FAMILY_INET6;
  std::string text;
  const int answer =
      ReadAll(absl::StrCat("/proc/thread-self/net/",
                           transport == v1::TRANSPORT_RAW ? "raw" : "icmp", v6 ? "6" : ""),
              text);
  if (answer == ENOENT && v6) return 0;
  if (answer != 0) return answer;
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    if (const auto row = ToRow(transport, line)) rows.push_back(*row);
  }
  return 0;
}

}  // namespace balcony::agent
