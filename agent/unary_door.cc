#include "agent/unary_door.h"

#include <google/protobuf/descriptor.h>
#include <grpcpp/impl/codegen/proto_utils.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/proto_buffer_reader.h>
#include <grpcpp/support/proto_buffer_writer.h>

#include <atomic>
#include <optional>
#include <unordered_map>

#include "absl/strings/str_cat.h"
#include "agent/dispatch.h"
#include "agent/grpc_status.h"
#include "agent/reflection_door.h"
#include "agent/refusal.h"

namespace balcony::agent {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using Methods = std::unordered_map<std::string, const FieldDescriptor*>;

constexpr char kService[] = "balcony.v1.Agent";
constexpr char kSession[] = "balcony-session";
constexpr char kPatience[] = "balcony-patience";

Methods AllMethods() {
  const auto* call = v1::Call::descriptor();
  const auto* service = call->file()->pool()->FindServiceByName(kService);
  const auto* choice = call->FindOneofByName("call");
  Methods methods;
  for (int i = 0; i < service->method_count(); ++i) {
    const auto* method = service->method(i);
    for (int j = 0; j < choice->field_count(); ++j) {
      if (choice->field(j)->message_type() != method->input_type()) continue;
      methods[absl::StrCat("/", kService, "/", method->name())] = choice->field(j);
    }
  }
  return methods;
}

// The response within a Done, whichever it is.
const Message& ResponseIn(const v1::Done& done) {
  const auto* reflection = v1::Done::GetReflection();
  const auto* choice = v1::Done::descriptor()->FindOneofByName("response");
  return reflection->GetMessage(done, reflection->GetOneofFieldDescriptor(done, choice));
}

using Metadata = std::multimap<grpc::string_ref, grpc::string_ref>;

absl::StatusOr<std::string> SessionIn(const Metadata& metadata) {
  if (metadata.count(kSession) != 1) {
    return InvalidArgument(
        kSession, absl::StrCat("the metadata must have ", kSession,
                               " once: the name of a session that OpenSession has opened"));
  }
  const grpc::string_ref name = metadata.find(kSession)->second;
  return std::string(name.data(), name.size());
}

absl::Status SetPatience(const Metadata& metadata, v1::Call& call) {
  const auto given = metadata.find(kPatience);
  if (given == metadata.end()) return absl::OkStatus();
  const auto patience = ParsePatience(std::string(given->second.data(), given->second.size()));
  if (!patience.ok()) return patience.status();
  SetDuration(*patience, call.mutable_patience());
  return absl::OkStatus();
}

// A call. Deletes itself when gRPC is done with it, which comes after it was finished, and after
// whichever of the methods below is under way.
class UnaryReactor final : public grpc::ServerGenericBidiReactor, public Answers::Caller {
 public:
  UnaryReactor(Leases& leases, const Callers& callers,
               const grpc::GenericCallbackServerContext& context)
      : field_(CallFieldOf(context.method())) {
    const grpc::Status status = Prepare(leases, callers, context);
    if (status.ok()) {
      StartRead(&read_);
    } else {
      Finish(status);
    }
  }

  void OnReadDone(bool ok) override {
    Message* request = v1::Call::GetReflection()->MutableMessage(&call_, field_);
    if (!ok || !grpc::SerializationTraits<Message>::Deserialize(&read_, request).ok()) {
      Finish({grpc::StatusCode::INVALID_ARGUMENT,
              absl::StrCat("the request is no ", field_->message_type()->full_name())});
      return;
    }
    const uint64_t id = visit_->answers().Expect(*this);
    if (id == 0) {
      Dropped();
      return;
    }
    id_ = id;
    call_.set_id(id);
    Dispatch(visit_->session(), call_);
    // OnCancel may have come when the call was not under way yet.
    if (cancelled_) CancelCall(id);
  }

  void OnCancel() override {
    cancelled_ = true;
    if (const uint64_t id = id_; id != 0) CancelCall(id);
  }

  void OnDone() override {
    if (held_bytes_ > 0) {
      visit_->answers().Release(held_bytes_);
      visit_->session().Resume();
    }
    delete this;
  }

  void Answered(const v1::Event& event) override {
    if (event.has_refused()) {
      Finish(ToGrpcStatus(event.refused()));
      return;
    }
    bool own = false;
    // Fails for a message above 2 GiB alone.
    (void)grpc::SerializationTraits<Message>::Serialize(ResponseIn(event.done()), &written_, &own);
    held_bytes_ = written_.Length();
    if (held_bytes_ > 0) visit_->answers().Hold(held_bytes_);
    StartWriteAndFinish(&written_, {}, grpc::Status::OK);
  }

  void Dropped() override {
    Finish({grpc::StatusCode::CANCELLED, "the session has ended, and the call with it"});
  }

 private:
  grpc::Status Prepare(Leases& leases, const Callers& callers,
                       const grpc::GenericCallbackServerContext& context) {
    if (field_ == nullptr) {
      return {grpc::StatusCode::UNIMPLEMENTED,
              absl::StrCat("there is no method ", Quoted(context.method()))};
    }
    const auto name = SessionIn(context.client_metadata());
    if (!name.ok()) return ToGrpcStatus(name.status());
    const absl::Status patience = SetPatience(context.client_metadata(), call_);
    if (!patience.ok()) return ToGrpcStatus(patience);
    auto visit = leases.Enter(callers.Of(context).owner, *name);
    if (!visit.ok()) return ToGrpcStatus(visit.status());
    visit_.emplace(*std::move(visit));
    return grpc::Status::OK;
  }

  // Does nothing if the call is not under way any more.
  void CancelCall(uint64_t id) {
    Session& session = visit_->session();
    {
      MutexLock lock(session.mutex());
      session.Cancel(id);
    }
    session.Send();
  }

  const FieldDescriptor* const field_;
  std::optional<Leases::Visit> visit_;  // set before anything else happens, if at all
  v1::Call call_;
  grpc::ByteBuffer read_;
  grpc::ByteBuffer written_;
  uint64_t held_bytes_ = 0;  // for the response, until it is written
  // Whichever of the two is set last sees the other.
  std::atomic<uint64_t> id_ = 0;
  std::atomic<bool> cancelled_ = false;
};

}  // namespace

const FieldDescriptor* CallFieldOf(const std::string& method) {
  static const Methods kMethods = AllMethods();
  const auto found = kMethods.find(method);
  return found == kMethods.end() ? nullptr : found->second;
}

absl::StatusOr<absl::Duration> ParsePatience(const std::string& text) {
  absl::Duration patience;
  if (absl::ParseDuration(text, &patience) && patience >= absl::ZeroDuration() &&
      patience != absl::InfiniteDuration()) {
    return patience;
  }
  return InvalidArgument(
      kPatience,
      absl::StrCat(kPatience,
                   " must be a duration such as \"2s\" or \"0.5s\", "
                   "without it the call may wait for as long as the limit patience; it is ",
                   Quoted(text)));
}

grpc::ServerGenericBidiReactor* UnaryDoor::CreateReactor(
    grpc::GenericCallbackServerContext* context) {
  if (IsReflection(context->method())) return NewReflection();
  return new UnaryReactor(leases_, callers_, *context);
}

}  // namespace balcony::agent
