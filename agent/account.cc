#include "agent/account.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/reflection.h>

#include <algorithm>
#include <cstring>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace balcony::agent {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using v1::Call;

constexpr size_t kShownBytes = 200;

enum class Side { kNone, kLocal, kPeer, kEither };

// How a call is told.
struct Telling {
  Call::CallCase call;
  const char* verb;         // in front of an error
  const char* waits;        // while it is blocked; empty: not told
  const char* done;         // when it has succeeded; empty: in a way of its own, or not at all
  const char* preposition;  // in front of the side that it has to do with
  Side side;
  bool moves_data = false;
};

constexpr Telling kTellings[] = {
    {Call::kSocket, "socket", "", "", "", Side::kNone},
    {Call::kDup, "dup", "", "", "", Side::kNone},
    {Call::kBind, "bind", "", "bound", "to", Side::kLocal},
    {Call::kListen, "listen", "", "listening", "on", Side::kLocal},
    {Call::kAccept, "accept", "waiting for a connection", "", "on", Side::kLocal},
    {Call::kConnect, "connect", "connecting", "", "to", Side::kPeer},
    {Call::kDisconnect, "disconnect", "", "disconnected", "from", Side::kPeer},
    {Call::kShutdown, "shutdown", "", "", "with", Side::kPeer},
    {Call::kClose, "close", "waiting to close", "", "", Side::kNone},
    {Call::kSend, "send", "waiting to send", "sent", "to", Side::kPeer, true},
    {Call::kSendall, "send", "waiting to send", "sent", "to", Side::kPeer, true},
    {Call::kSendto, "send", "waiting to send", "sent", "to", Side::kPeer, true},
    {Call::kSendmsg, "send", "waiting to send", "sent", "to", Side::kPeer, true},
    {Call::kRecv, "receive", "waiting to receive", "received", "from", Side::kEither, true},
    {Call::kRecvfrom, "receive", "waiting to receive", "received", "from", Side::kEither, true},
    {Call::kRecvmsg, "receive", "waiting to receive", "received", "from", Side::kEither, true},
};

const Telling* TellingOf(Call::CallCase call) {
  const auto* row = std::find_if(std::begin(kTellings), std::end(kTellings),
                                 [&](const Telling& candidate) { return candidate.call == call; });
  return row == std::end(kTellings) ? nullptr : row;
}

// Requests and responses have their fields by name; null for one that this message has not, or that
// is not set.
const FieldDescriptor* FieldOf(const Message& message, const char* name) {
  const FieldDescriptor* field = message.GetDescriptor()->FindFieldByName(name);
  if (field == nullptr || field->is_repeated()) return nullptr;
  return message.GetReflection()->HasField(message, field) ? field : nullptr;
}

std::string Text(const Message& message, const char* name) {
  const FieldDescriptor* field = FieldOf(message, name);
  return field == nullptr ? "" : message.GetReflection()->GetString(message, field);
}

uint64_t Number(const Message& message, const char* name) {
  const FieldDescriptor* field = FieldOf(message, name);
  return field == nullptr ? 0 : message.GetReflection()->GetUInt64(message, field);
}

bool IsSet(const Message& message, const char* name) { return FieldOf(message, name) != nullptr; }

bool HasFlag(const Message& request, v1::Flag flag) {
  const FieldDescriptor* field = request.GetDescriptor()->FindFieldByName("flags");
  if (field == nullptr) return false;
  const auto flags = request.GetReflection()->GetRepeatedFieldRef<int32_t>(request, field);
  return std::find(flags.begin(), flags.end(), flag) != flags.end();
}

std::string Bytes(uint64_t count, uint64_t all) {
  const std::string first = count < all ? absl::StrCat(count, " of ", all) : absl::StrCat(count);
  return absl::StrCat(first, std::max(count, all) == 1 ? " byte" : " bytes");
}

std::string Place(const Telling& row, const std::string& local, const std::string& peer) {
  const bool own = row.side == Side::kLocal || (row.side == Side::kEither && peer.empty());
  const std::string& address = own ? local : peer;
  if (row.side == Side::kNone || address.empty()) return "";
  const char* preposition = own && row.side == Side::kEither ? "on" : row.preposition;
  return absl::StrCat(" ", preposition, " ", address);
}

const char* ShutDown(v1::How how) {
  if (how == v1::HOW_RD) return "shut down receiving, with ";
  return how == v1::HOW_WR ? "shut down sending, with " : "shut down both directions, with ";
}

}  // namespace

std::optional<BegunCall> ReadCall(const Call& call) {
  if (TellingOf(call.call_case()) == nullptr) return std::nullopt;
  const auto* field_of_call = Call::descriptor()->FindFieldByNumber(call.call_case());
  const Message& request = Call::GetReflection()->GetMessage(call, field_of_call);
  BegunCall begun;
  begun.kind = call.call_case();
  begun.socket = Text(request, "socket");
  begun.other = Text(request, begun.kind == Call::kDup ? "duplicate" : "connection");
  begun.address = EndpointIn(request, "address");
  begun.peeks = HasFlag(request, v1::FLAG_PEEK);
  begun.connects = begun.kind == Call::kConnect || HasFlag(request, v1::FLAG_FASTOPEN);
  begun.how = call.shutdown().how();
  if (const FieldDescriptor* field = FieldOf(request, "data")) {
    const auto& data =
        static_cast<const v1::Data&>(request.GetReflection()->GetMessage(request, field));
    const uint64_t count = data.has_count() ? data.count() : 1;
    begun.size = data.unit().size() * count;
    const std::string unit = data.unit().substr(0, kShownBytes + 1);
    while (begun.data.size() <= kShownBytes && begun.data.size() < begun.size) begun.data += unit;
  }
  return begun;
}

Account::Account(const BegunCall& call, const SeenSocket& seen, const Message* response)
    : call_(call), seen_(seen), response_(response) {
  const bool binds = call.kind == Call::kBind;
  local_ = binds ? call.address : seen.local;
  peer_ = binds || call.address.empty() ? seen.peer : call.address;
  if (response == nullptr) return;
  if (IsSet(*response, "local")) local_ = EndpointIn(*response, "local");
  if (IsSet(*response, "peer")) peer_ = EndpointIn(*response, "peer");
  if (IsSet(*response, "address")) peer_ = EndpointIn(*response, "address");
  const bool sends = call.size > 0 || IsSet(*response, "bytes");
  data_ = sends ? call.data : Text(*response, "data");
  bytes_ = sends ? Number(*response, "bytes") : data_.size();
  all_ = std::max(sends ? call.size : Number(*response, "size"), bytes_);
}

std::string Account::Waiting() const {
  const Telling& row = *TellingOf(call_.kind);
  if (*row.waits == '\0') return "";
  const bool closes = call_.kind == Call::kClose;
  return absl::StrCat(row.waits, closes ? " " : "", closes ? Itself() : At());
}

std::string Account::Done() const {
  switch (call_.kind) {
    case Call::kAccept:
      return absl::StrCat("connection from ", peer_);
    case Call::kConnect:
      return absl::StrCat("connected from ", local_, " to ", peer_);
    case Call::kShutdown:
      return absl::StrCat(ShutDown(call_.how), peer_.empty() ? Itself() : peer_);
    case Call::kClose:
      return absl::StrCat("closed ", Itself());
    default:
      break;
  }
  const Telling& row = *TellingOf(call_.kind);
  if (*row.done == '\0') return "";
  return row.moves_data ? Moved() : absl::StrCat(row.done, At());
}

std::string Account::Failed(const v1::Outcome& outcome) const {
  std::string text = absl::StrCat(TellingOf(call_.kind)->verb, At(), ": ", Failure(outcome));
  if (bytes_ > 0) absl::StrAppend(&text, ", after ", Bytes(bytes_, all_), ": ", Shown());
  return text;
}

std::string Account::Itself() const {
  if (seen_.duplicated) return absl::StrCat(call_.socket, ", one of its names");
  if (!seen_.peer.empty()) return absl::StrCat("the connection with ", seen_.peer);
  return seen_.local.empty() ? call_.socket : seen_.local;
}

Narration Account::Told(std::string text, const std::string& error) const {
  const auto* field = Call::descriptor()->FindFieldByNumber(call_.kind);
  Narration narration{std::move(text), {{"call", field->name()}, {"socket", call_.socket}}};
  const bool moved = bytes_ > 0;
  const std::pair<std::string_view, std::string> facts[] = {
      {"connection", call_.other},
      {"local", local_},
      {"peer", peer_},
      {"bytes", moved ? absl::StrCat(bytes_) : ""},
      {"data", moved ? data_.substr(0, std::min<uint64_t>(bytes_, kShownBytes)) : ""},
      {"error", error}};
  for (const auto& fact : facts) {
    if (!fact.second.empty()) narration.fields.push_back(fact);
  }
  return narration;
}

std::string Account::At() const { return Place(*TellingOf(call_.kind), local_, peer_); }

std::string Account::Shown() const {
  return PythonBytes(std::string_view(data_).substr(0, bytes_), bytes_);
}

std::string Account::Moved() const {
  if (IsSet(*response_, "error")) {
    const auto& queued = static_cast<const v1::RecvmsgResponse&>(*response_).error().error();
    return absl::StrCat("took ", queued.name(), " off the error queue");
  }
  const bool end = IsSet(*response_, "end_of_stream");
  if (end && data_.empty()) return absl::StrCat("end of stream", At());
  return absl::StrCat(call_.peeks ? "peeked at" : TellingOf(call_.kind)->done, " ",
                      Bytes(bytes_, all_), At(), ": ", Shown(),
                      end ? ", and the end of the stream" : "");
}

std::string Failure(const v1::Outcome& outcome) {
  if (outcome.has_timed_out()) return "timed out";
  if (outcome.has_cancelled()) return outcome.cancelled().reason();
  return absl::StrCat(outcome.error().name(), " (", strerror(outcome.error().number()), ")");
}

std::string EndpointIn(const Message& message, const char* name) {
  const FieldDescriptor* field = FieldOf(message, name);
  if (field == nullptr) return "";
  const auto& endpoint =
      static_cast<const v1::Endpoint&>(message.GetReflection()->GetMessage(message, field));
  const bool v6 = endpoint.address().find(':') != std::string::npos;
  return absl::StrCat(v6 ? "[" : "", endpoint.address(), v6 ? "]:" : ":", endpoint.port());
}

std::string PythonBytes(std::string_view bytes, uint64_t all) {
  const bool double_quotes =
      bytes.find('\'') != std::string_view::npos && bytes.find('"') == std::string_view::npos;
  const char quote = double_quotes ? '"' : '\'';
  std::string text = {'b', quote};
  for (const char c : bytes.substr(0, kShownBytes)) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\n' || c == '\r' || c == '\t') {
      text += c == '\n' ? "\\n" : c == '\r' ? "\\r" : "\\t";
    } else if (c == quote || c == '\\') {
      text += {'\\', c};
    } else if (byte < 0x20 || byte >= 0x7f) {
      absl::StrAppendFormat(&text, "\\x%02x", byte);
    } else {
      text += c;
    }
  }
  text += quote;
  return all > kShownBytes ? text += "..." : text;
}

}  // namespace balcony::agent
