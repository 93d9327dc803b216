#include "agent/session_door.h"

#include <grpcpp/support/byte_buffer.h>

#include <atomic>
#include <memory>
#include <utility>

#include "agent/describe.h"
#include "agent/dispatch.h"
#include "agent/grpc_status.h"
#include "agent/outbox.h"
#include "agent/session.h"

namespace balcony::agent {
namespace {

// A stream. Deletes itself when gRPC is done with it, which comes after the outbox has finished it.
class SessionReactor final : public grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>,
                             public Outbox::Stream {
 public:
  SessionReactor(const std::shared_ptr<Places::Place>& place, Loop& loop, const Limits& limits,
                 const Policy& policy, Caller caller)
      : outbox_(std::make_shared<Outbox>(*this, place)),
        session_(agent::Session::Open(loop, limits, policy, place, outbox_,
                                      std::make_unique<Audit>(std::move(caller)))) {
    StartRead(&read_);
  }

  void OnReadDone(bool ok) override {
    if (!ok) {
      End(false);
      return;
    }
    v1::Call call;
    if (!grpc::SerializationTraits<v1::Call>::Deserialize(&read_, &call).ok()) {
      malformed_ = true;
      End(false);
      return;
    }
    Dispatch(*session_, call);
    if (!outbox_->IsFull()) StartRead(&read_);
  }

  void OnWriteDone(bool ok) override { outbox_->Written(ok); }
  void OnCancel() override { End(true); }
  void OnDone() override { delete this; }

  void Write(const v1::Event& event, bool more) override {
    bool own = false;
    written_.Clear();
    // Fails for a message above 2 GiB alone.
    (void)grpc::SerializationTraits<v1::Event>::Serialize(event, &written_, &own);
    grpc::WriteOptions options;
    if (more) options.set_buffer_hint();
    StartWrite(&written_, options);
  }

  void Resume() override { StartRead(&read_); }
  void Refill() override { session_->Resume(); }

  void Finish(bool broken) override {
    if (broken) {
      ServerBidiReactor::Finish(grpc::Status::CANCELLED);
    } else if (malformed_) {
      ServerBidiReactor::Finish({grpc::StatusCode::INVALID_ARGUMENT, "a message that is no Call"});
    } else {
      ServerBidiReactor::Finish(grpc::Status::OK);
    }
  }

 private:
  void End(bool broken) {
    session_->End();
    outbox_->Close(broken);
  }

  // Shared with the session, which may be in the middle of sending when the stream has ended.
  const std::shared_ptr<Outbox> outbox_;
  // Shared with the loop, which may be in the middle of a call to it.
  const std::shared_ptr<agent::Session> session_;
  grpc::ByteBuffer read_;
  grpc::ByteBuffer written_;  // until it is
  std::atomic<bool> malformed_ = false;
};

// A stream that is no session.
class RefusedReactor final : public grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
 public:
  explicit RefusedReactor(const absl::Status& status) { Finish(ToGrpcStatus(status)); }
  void OnDone() override { delete this; }
};

// The methods that this service has itself come first in agent.proto.
constexpr int kOwnMethods = 5;

grpc::ServerUnaryReactor* FinishNow(grpc::CallbackServerContext* context,
                                    const grpc::Status& status) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  reactor->Finish(status);
  return reactor;
}

}  // namespace

SessionDoor::SessionDoor(Loop& loop, Leases& leases, const Limits& limits, const Policy& policy,
                         const Callers& callers)
    : loop_(loop), leases_(leases), limits_(limits), policy_(policy), callers_(callers) {
  // What generated code has for a method is synchronous, until it is marked as something else.
  for (int method = kOwnMethods; has_synchronous_methods(); ++method) MarkMethodGeneric(method);
}

grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* SessionDoor::Session(
    grpc::CallbackServerContext* context) {
  Caller caller = callers_.Of(*context);
  const auto place = leases_.places().Take(caller.client);
  if (!place.ok()) return new RefusedReactor(place.status());
  return new SessionReactor(*place, loop_, limits_, policy_, std::move(caller));
}

grpc::ServerUnaryReactor* SessionDoor::Describe(grpc::CallbackServerContext* context,
                                                const v1::DescribeRequest*,
                                                v1::DescribeResponse* response) {
  *response = agent::Describe(loop_.clock(), limits_);
  return FinishNow(context, grpc::Status::OK);
}

grpc::ServerUnaryReactor* SessionDoor::OpenSession(grpc::CallbackServerContext* context,
                                                   const v1::OpenSessionRequest* request,
                                                   v1::OpenSessionResponse* response) {
  return FinishNow(context, ToGrpcStatus(leases_.Open(callers_.Of(*context), *request, *response)));
}

grpc::ServerUnaryReactor* SessionDoor::RenewSession(grpc::CallbackServerContext* context,
                                                    const v1::RenewSessionRequest* request,
                                                    v1::RenewSessionResponse* response) {
  return FinishNow(context,
                   ToGrpcStatus(leases_.Renew(callers_.Of(*context).owner, *request, *response)));
}

grpc::ServerUnaryReactor* SessionDoor::EndSession(grpc::CallbackServerContext* context,
                                                  const v1::EndSessionRequest* request,
                                                  v1::EndSessionResponse*) {
  return FinishNow(context,
                   ToGrpcStatus(leases_.End(callers_.Of(*context).owner, request->session())));
}

}  // namespace balcony::agent
