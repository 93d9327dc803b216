#include "controller/run/request.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "controller/run/makers.h"
#include "controller/script/calls.h"

namespace balcony::run {
namespace {

// Whether the reader would have to look elsewhere to know what the expression is.
bool HasName(const script::Expr& expr) {
  if (const auto* binary = std::get_if<script::Binary>(&expr.node)) {
    return HasName(*binary->left) || HasName(*binary->right);
  }
  return std::holds_alternative<script::Ref>(expr.node) ||
         std::holds_alternative<script::Call>(expr.node);
}

// A call on the wire for each call of the notation.
const Makers& AllMakers() {
  static const auto* const kAll = [] {
    auto* all = new Makers();
    for (const Makers& family : {SocketMakers(), MessageMakers(), HostMakers()})
      all->insert(family.begin(), family.end());
    return all;
  }();
  return *kAll;
}

}  // namespace

void Making::Fill(const std::string& argument, v1::Endpoint* end) const {
  const Endpoint value = arguments.End(argument, request.on->family);
  end->set_address(value.address);
  end->set_port(value.port);
}

void Making::Fill(const std::string& argument, v1::Data* data) const {
  Text text = arguments.GetText(argument);
  data->set_unit(std::move(text.unit));
  if (text.count != 1) data->set_count(text.count);
}

void Making::Fill(google::protobuf::RepeatedField<int>* flags) const {
  for (const std::string& word : arguments.Words("flags"))
    flags->Add(NumberOf(*v1::Flag_descriptor(), word));
}

int NumberOf(const google::protobuf::EnumDescriptor& type, const std::string& word) {
  for (int i = 1; i < type.value_count(); ++i)
    if (absl::EqualsIgnoreCase(script::WordOf(*type.value(i)), word))
      return type.value(i)->number();
  return 0;
}

std::optional<Text> DataOf(const script::Call& call, const Request& request) {
  const v1::Call& made = request.call;
  const v1::Data* data = made.has_send()      ? &made.send().data()
                         : made.has_sendall() ? &made.sendall().data()
                         : made.has_sendto()  ? &made.sendto().data()
                         : made.has_sendmsg() ? &made.sendmsg().data()
                                              : nullptr;
  if (data == nullptr || call.args.empty() || !HasName(*call.args.front().value))
    return std::nullopt;
  return Text{data->unit(), data->has_count() ? data->count() : 1};
}

absl::StatusOr<Request> MakeRequest(const script::Call& call, const Scope& scope,
                                    const std::string& fresh_name) {
  const script::Signature* signature = script::FindSignature(call.function);
  const auto make = AllMakers().find(call.function);
  if (signature == nullptr || make == AllMakers().end()) {
    return absl::InternalError(absl::StrCat("no agent does ", call.function));
  }
  Request request;
  if (!call.receiver.empty()) {
    const std::optional<Value> value = scope.setting.variables.Find(scope.self, call.receiver);
    const Socket* socket = value ? std::get_if<Socket>(&value->node) : nullptr;
    if (socket == nullptr)
      return absl::InvalidArgumentError(absl::StrCat(call.receiver, " is no socket here"));
    request.on = *socket;
  }
  Arguments arguments(call, *signature, scope);
  make->second({arguments, fresh_name, request});
  if (!arguments.status().ok()) return arguments.status();
  return request;
}

}  // namespace balcony::run
