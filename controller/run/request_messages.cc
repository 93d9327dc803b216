#include "absl/strings/str_cat.h"
#include "controller/run/makers.h"
#include "controller/script/options.h"
#include "google/protobuf/util/time_util.h"

namespace balcony::run {
namespace {

void MakeRecv(const Making& making) {
  auto* request = making.call().mutable_recv();
  request->set_socket(making.on());
  request->set_max_bytes(making.arguments.Number("max_bytes"));
  making.Fill(request->mutable_flags());
  if (making.arguments.Has("until")) request->set_until(making.arguments.GetText("until").bytes());
}

void MakeRecvfrom(const Making& making) {
  auto* request = making.call().mutable_recvfrom();
  request->set_socket(making.on());
  request->set_max_bytes(making.arguments.Number("max_bytes"));
  making.Fill(request->mutable_flags());
}

void MakeRecvmsg(const Making& making) {
  auto* request = making.call().mutable_recvmsg();
  request->set_socket(making.on());
  request->set_max_bytes(making.arguments.Number("max_bytes"));
  making.Fill(request->mutable_flags());
  if (making.arguments.Has("control_bytes"))
    request->set_control_bytes(making.arguments.Number("control_bytes"));
}

void MakeSend(const Making& making) {
  auto* request = making.call().mutable_send();
  request->set_socket(making.on());
  making.Fill("data", request->mutable_data());
  making.Fill(request->mutable_flags());
}

void MakeSendall(const Making& making) {
  auto* request = making.call().mutable_sendall();
  request->set_socket(making.on());
  making.Fill("data", request->mutable_data());
}

void MakeSendto(const Making& making) {
  auto* request = making.call().mutable_sendto();
  request->set_socket(making.on());
  making.Fill("data", request->mutable_data());
  making.Fill("address", request->mutable_address());
  making.Fill(request->mutable_flags());
}

std::string StringOf(const Value* value) {
  if (value == nullptr) return {};
  if (const auto* address = std::get_if<Address>(&value->node)) return address->literal;
  const auto* text = std::get_if<Text>(&value->node);
  return text == nullptr ? std::string() : text->bytes();
}

int64_t NumberIn(const Record& record, const std::string& name) {
  const Value* value = FindField(record, name);
  const auto* number = value == nullptr ? nullptr : std::get_if<int64_t>(&value->node);
  return number == nullptr ? 0 : *number;
}

void MakeSendmsg(const Making& making) {
  Arguments& arguments = making.arguments;
  auto* request = making.call().mutable_sendmsg();
  request->set_socket(making.on());
  making.Fill("data", request->mutable_data());
  if (arguments.Has("address")) making.Fill("address", request->mutable_address());
  making.Fill(request->mutable_flags());
  if (arguments.Has("ttl")) request->set_ttl(static_cast<int32_t>(arguments.Number("ttl")));
  if (arguments.Has("tos")) request->set_tos(static_cast<int32_t>(arguments.Number("tos")));
  const Value pktinfo = arguments.Any("pktinfo");
  if (const auto* record = std::get_if<Record>(&pktinfo.node)) {
    auto* info = request->mutable_pktinfo();
    info->set_interface(StringOf(FindField(*record, "interface")));
    info->set_address(StringOf(FindField(*record, "address")));
    info->set_local(StringOf(FindField(*record, "local")));
  }
}

// Check has held a literal against the option's kind; a variable may yet hold something else.
absl::Status SetOption(const script::Option& option, const Value& value, v1::OptionValue* set) {
  const auto* number = std::get_if<int64_t>(&value.node);
  const auto* word = std::get_if<Word>(&value.node);
  const auto* duration = std::get_if<absl::Duration>(&value.node);
  const auto* record = std::get_if<Record>(&value.node);
  const std::string text = StringOf(&value);
  using Kind = script::OptionKind;
  if (option.kind == Kind::kFlag && number != nullptr) {
    set->set_flag(*number != 0);
  } else if (option.kind == Kind::kNumber && number != nullptr) {
    set->set_number(*number);
  } else if (option.kind == Kind::kDuration && duration != nullptr) {
    *set->mutable_duration() = google::protobuf::util::TimeUtil::NanosecondsToDuration(
        absl::ToInt64Nanoseconds(*duration));
  } else if (option.kind == Kind::kLinger && record != nullptr) {
    set->mutable_linger()->set_onoff(NumberIn(*record, "onoff") != 0);
    set->mutable_linger()->set_linger(static_cast<int32_t>(NumberIn(*record, "linger")));
  } else if (option.kind == Kind::kText && std::holds_alternative<Text>(value.node)) {
    set->set_text(text);
  } else if (option.kind == Kind::kWord && word != nullptr) {
    set->set_word(word->name);
  } else if (option.kind == Kind::kMembership && record != nullptr) {
    set->mutable_membership()->set_group(StringOf(FindField(*record, "group")));
    set->mutable_membership()->set_interface(StringOf(FindField(*record, "interface")));
  } else if (option.kind == Kind::kMembership && !text.empty()) {
    set->mutable_membership()->set_group(text);
  } else {
    return absl::InvalidArgumentError(absl::StrCat(
        option.name, " takes another kind of value: ", "write ", script::ExampleOf(option)));
  }
  return absl::OkStatus();
}

void MakeSetsockopt(const Making& making) {
  auto* request = making.call().mutable_setsockopt();
  request->set_socket(making.on());
  request->set_option(making.arguments.Word("option"));
  const Value value = making.arguments.Any("value");
  const script::Option* option = script::FindOption(request->option());
  if (option != nullptr)
    making.arguments.Update(SetOption(*option, value, request->mutable_value()));
}

void MakeGetsockopt(const Making& making) {
  auto* request = making.call().mutable_getsockopt();
  request->set_socket(making.on());
  request->set_option(making.arguments.Word("option"));
}

}  // namespace

Makers MessageMakers() {
  return {
      {"send", MakeSend},
      {"sendall", MakeSendall},
      {"sendto", MakeSendto},
      {"sendmsg", MakeSendmsg},
      {"recv", MakeRecv},
      {"recvfrom", MakeRecvfrom},
      {"recvmsg", MakeRecvmsg},
      {"setsockopt", MakeSetsockopt},
      {"getsockopt", MakeGetsockopt},
  };
}

}  // namespace balcony::run
