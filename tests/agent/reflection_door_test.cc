#include "agent/reflection_door.h"

#include <grpcpp/impl/codegen/client_unary_call.h>

#include "grpc/health/v1/health.pb.h"
#include "grpc/reflection/v1/reflection.pb.h"
#include "tests/agent/unary_door.h"

namespace balcony::agent {
namespace {

TEST_F(UnaryDoorTest, HealthSaysServing) {
  for (const char* service : {"", "balcony.v1.Agent"}) {
    Context context;
    grpc::health::v1::HealthCheckRequest request;
    grpc::health::v1::HealthCheckResponse response;
    request.set_service(service);
    const grpc::internal::RpcMethod method("/grpc.health.v1.Health/Check",
                                           grpc::internal::RpcMethod::NORMAL_RPC);
    EXPECT_TRUE(
        grpc::internal::BlockingUnaryCall(channel_.get(), method, &context, request, &response)
            .ok());
    EXPECT_EQ(response.status(), grpc::health::v1::HealthCheckResponse::SERVING) << service;
  }
}

TEST_F(UnaryDoorTest, ReflectionAnswersUnderBothItsNames) {
  using Request = grpc::reflection::v1::ServerReflectionRequest;
  using Response = grpc::reflection::v1::ServerReflectionResponse;
  for (const char* version : {"v1", "v1alpha"}) {
    const std::string name =
        absl::Substitute("/grpc.reflection.$0.ServerReflection/ServerReflectionInfo", version);
    Context context;
    const grpc::internal::RpcMethod method(name.c_str(), grpc::internal::RpcMethod::BIDI_STREAMING);
    const std::unique_ptr<grpc::ClientReaderWriter<Request, Response>> stream(
        grpc::internal::ClientReaderWriterFactory<Request, Response>::Create(channel_.get(), method,
                                                                             &context));
    Response response;
    EXPECT_TRUE(stream->Write(Parse<Request>("list_services: ''")));
    EXPECT_TRUE(stream->Read(&response));
    EXPECT_EQ(response.list_services_response().service(0).name(), "balcony.v1.Agent");
    EXPECT_TRUE(stream->Write(Parse<Request>("file_containing_symbol: 'balcony.v1.Agent'")));
    EXPECT_TRUE(stream->Read(&response));
    EXPECT_GE(response.file_descriptor_response().file_descriptor_proto_size(), 10);
    EXPECT_TRUE(stream->WritesDone());
    EXPECT_TRUE(stream->Finish().ok());
  }
}

}  // namespace
}  // namespace balcony::agent
