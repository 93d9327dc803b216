#include "agent/unary_door.h"

#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>
#include <grpcpp/impl/codegen/client_unary_call.h>

#include <vector>

#include "tests/agent/unary_door.h"

namespace balcony::agent {
namespace {

using testing::HasSubstr;

TEST_F(UnaryDoorTest, CallsAnswer) {
  Connected();
  const auto sent = Do(&Stub::Send, "socket: 'romeo' data { unit: 'But, soft!' }");
  EXPECT_EQ(sent.response.bytes(), 10u);
  const auto got = Do(&Stub::Recv, "socket: 'juliet' max_bytes: 99");
  EXPECT_EQ(got.response.data(), "But, soft!");
  EXPECT_TRUE(got.response.outcome().has_ended());
}

TEST_F(UnaryDoorTest, KernelsErrorIsAnOutcome) {
  Connected();
  const auto got = Do(&Stub::Recv, "socket: 'door' max_bytes: 9");
  EXPECT_TRUE(got.status.ok());
  EXPECT_EQ(got.response.outcome().error().name(), "ENOTCONN");
}

TEST_F(UnaryDoorTest, RefusalIsAStatusThatNamesTheField) {
  Connected();
  const struct {
    const char* request;
    StatusCode code;
    const char* names;
  } rows[] = {
      {"socket: 'nobody' max_bytes: 9", StatusCode::NOT_FOUND, "socket"},
      {"socket: 'juliet'", StatusCode::INVALID_ARGUMENT, "max_bytes"},
      {"max_bytes: 9", StatusCode::INVALID_ARGUMENT, "socket"},
  };
  for (const auto& row : rows) {
    const grpc::Status status = Do(&Stub::Recv, row.request).status;
    EXPECT_EQ(status.error_code(), row.code) << row.request;
    EXPECT_THAT(status.error_message(), HasSubstr(row.names)) << row.request;
  }
}

TEST_F(UnaryDoorTest, MetadataMustNameASessionAndMayHavePatience) {
  const struct {
    std::vector<const char*> sessions;
    const char* patience;
    StatusCode code;
    const char* names;
  } rows[] = {
      {{}, "1s", StatusCode::INVALID_ARGUMENT, "OpenSession"},
      {{kName, kName}, "1s", StatusCode::INVALID_ARGUMENT, "balcony-session"},
      {{"mantua"}, "1s", StatusCode::NOT_FOUND, "\"mantua\""},
      {{kName}, "soon", StatusCode::INVALID_ARGUMENT, "balcony-patience"},
      {{kName}, "-1s", StatusCode::INVALID_ARGUMENT, "balcony-patience"},
      {{kName}, "inf", StatusCode::INVALID_ARGUMENT, "balcony-patience"},
      {{kName}, "3", StatusCode::INVALID_ARGUMENT, "balcony-patience"},
      {{kName}, "0.5s", StatusCode::OK, ""},
  };
  for (const auto& row : rows) {
    Context context;
    for (const char* session : row.sessions) Name(context, session);
    context.AddMetadata("balcony-patience", row.patience);
    const grpc::Status status = Do(context, &Stub::Barrier, "").status;
    EXPECT_EQ(status.error_code(), row.code) << row.patience;
    EXPECT_THAT(status.error_message(), HasSubstr(row.names));
  }
}

TEST_F(UnaryDoorTest, PatienceRunsOut) {
  Connected();
  Context context;
  Name(context);
  context.AddMetadata("balcony-patience", "0.02s");
  const auto got = Do(context, &Stub::Recv, kRecvRequest);
  EXPECT_TRUE(got.status.ok());
  EXPECT_TRUE(got.response.outcome().has_timed_out());
}

// A string of protocol buffers is UTF-8.
TEST_F(UnaryDoorTest, BytesThatAreNoRequestAreInvalid) {
  Context context;
  Name(context);
  v1::CloseRequest request;
  v1::CloseResponse response;
  request.set_socket("\xff");
  EXPECT_EQ(agent_->Close(&context, request, &response).error_code(), StatusCode::INVALID_ARGUMENT);
}

TEST_F(UnaryDoorTest, MessageOverAMebibyteLongerThanAPayloadIsTooLarge) {
  const auto sent = Do(&Stub::Send, "socket: '" + std::string(2 * 1024 * 1024, 'x') + "'");
  EXPECT_EQ(sent.status.error_code(), StatusCode::RESOURCE_EXHAUSTED);
}

TEST_F(UnaryDoorTest, MethodThatIsNotThereIsUnimplemented) {
  Context context;
  v1::BarrierRequest request;
  v1::BarrierResponse response;
  const grpc::internal::RpcMethod method("/balcony.v1.Agent/Cancel",
                                         grpc::internal::RpcMethod::NORMAL_RPC);
  const grpc::Status status =
      grpc::internal::BlockingUnaryCall(channel_.get(), method, &context, request, &response);
  EXPECT_EQ(status.error_code(), StatusCode::UNIMPLEMENTED);
}

TEST_F(UnaryDoorTest, ConnectionsShareASessionAndItOutlivesThem) {
  Connected();
  {
    const auto other = v1::Agent::NewStub(Connect());
    Context context;
    Name(context);
    v1::SendResponse response;
    const auto request = Parse<v1::SendRequest>("socket: 'romeo' data { unit: 'x' }");
    EXPECT_TRUE(other->Send(&context, request, &response).ok());
    EXPECT_TRUE(response.outcome().has_ok());
  }
  EXPECT_EQ(Do(&Stub::Recv, kRecvRequest).response.data(), "x");
}

TEST_F(UnaryDoorTest, LeaseIsToldAndRenewed) {
  Context context;
  v1::RenewSessionResponse response;
  EXPECT_TRUE(
      agent_->RenewSession(&context, Parse<v1::RenewSessionRequest>("session: 'verona'"), &response)
          .ok());
  EXPECT_EQ(response.lease().seconds(), 60);
  Context open;
  v1::OpenSessionResponse opened;
  const grpc::Status status =
      agent_->OpenSession(&open, Parse<v1::OpenSessionRequest>("lease { seconds: -1 }"), &opened);
  EXPECT_EQ(status.error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(status.error_message(), HasSubstr("lease"));
}

// What the door finds out from the protos holds for all of them.
TEST(UnaryDoor, EveryMethodIsACallAndItsResponse) {
  const auto* call = v1::Call::descriptor();
  const auto* agent = call->file()->pool()->FindServiceByName("balcony.v1.Agent");
  int calls = 0;
  for (int i = 0; i < agent->method_count(); ++i) {
    const auto* method = agent->method(i);
    const auto* field = CallFieldOf("/balcony.v1.Agent/" + method->name());
    if (field == nullptr) continue;
    ++calls;
    EXPECT_EQ(field->message_type(), method->input_type());
    const auto* response = v1::Done::descriptor()->FindFieldByNumber(field->number());
    ASSERT_NE(response, nullptr) << method->name();
    EXPECT_EQ(response->message_type(), method->output_type());
    EXPECT_FALSE(method->client_streaming() || method->server_streaming());
  }
  // All but Session, Describe and the three of leases; and Cancel is a call of a stream alone.
  EXPECT_EQ(calls, agent->method_count() - 5);
  EXPECT_EQ(calls, call->FindOneofByName("call")->field_count() - 1);
}

}  // namespace
}  // namespace balcony::agent
