#include "agent/reflection_door.h"

#include <grpcpp/impl/codegen/proto_utils.h>
#include <grpcpp/support/byte_buffer.h>

#include "agent/reflection.h"

namespace balcony::agent {
namespace {

using grpc::reflection::v1::ServerReflectionRequest;
using grpc::reflection::v1::ServerReflectionResponse;

// A stream of questions, each answered before the next is read. Deletes itself when gRPC is done
// with it.
class ReflectionReactor final : public grpc::ServerGenericBidiReactor {
 public:
  ReflectionReactor() { StartRead(&read_); }

  void OnReadDone(bool ok) override {
    if (!ok) {
      Finish(grpc::Status::OK);
      return;
    }
    ServerReflectionRequest request;
    if (!grpc::SerializationTraits<ServerReflectionRequest>::Deserialize(&read_, &request).ok()) {
      Finish({grpc::StatusCode::INVALID_ARGUMENT, "a message that is no ServerReflectionRequest"});
      return;
    }
    bool own = false;
    written_.Clear();
    // Fails for a message above 2 GiB alone.
    (void)grpc::SerializationTraits<ServerReflectionResponse>::Serialize(Reflect(request),
                                                                         &written_, &own);
    StartWrite(&written_);
  }

  void OnWriteDone(bool ok) override {
    if (ok) {
      StartRead(&read_);
    } else {
      Finish(grpc::Status::CANCELLED);
    }
  }

  void OnDone() override { delete this; }

 private:
  grpc::ByteBuffer read_;
  grpc::ByteBuffer written_;
};

}  // namespace

bool IsReflection(const std::string& method) {
  return method == "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo" ||
         method == "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo";
}

grpc::ServerGenericBidiReactor* NewReflection() { return new ReflectionReactor; }

}  // namespace balcony::agent
