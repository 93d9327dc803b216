#include "agent/admission.h"

#include <gmock/gmock.h>
#include <grpc/grpc_security.h>

#include <string>

#include "tests/agent/host.h"
#include "tests/agent/intruders.h"
#include "tests/agent/matchers.h"

namespace balcony::agent {
namespace {

using testing::AllOf;
using testing::HasSubstr;

// Clients that keep their TLS sessions and resume them.
class AdmissionTest : public Intruders {
 protected:
  ~AdmissionTest() override { grpc_ssl_session_cache_destroy(sessions_); }

  // A call on a connection of its own.
  grpc::Status Call(const std::shared_ptr<grpc::ChannelCredentials>& as) {
    const grpc_arg cache = grpc_ssl_session_cache_create_channel_arg(sessions_);
    grpc::ChannelArguments arguments;
    arguments.SetPointerWithVtable(cache.key, cache.value.pointer.p, cache.value.pointer.vtable);
    arguments.SetSslTargetNameOverride("juliet");  // sessions are kept by name
    grpc::ClientContext context;
    v1::DescribeResponse response;
    const auto agent = v1::Agent::NewStub(Dial(as, arguments));
    const grpc::Status status = agent->Describe(&context, {}, &response);
    const auto proven = context.auth_context();
    resumed_ = false;
    if (proven == nullptr) return status;
    for (const auto& value : proven->FindPropertyValues(GRPC_SSL_SESSION_REUSED_PROPERTY)) {
      resumed_ = value == "true";
    }
    return status;
  }

  grpc_ssl_session_cache* const sessions_ = grpc_ssl_session_cache_create_lru(9);
  bool resumed_ = false;  // by the last call
};

TEST_F(AdmissionTest, CertificateThatExpiresLetsNoCallThroughOnAResumedSession) {
  StartMutual();
  authority_.SignRequest(folder_ / "brief", {.common_name = "controller", .until_seconds = 3});
  const auto brief = ClientCredentials(folder_ / "ca", folder_ / "brief");
  EXPECT_TRUE(Call(brief).ok());
  EXPECT_TRUE(Call(brief).ok());
  EXPECT_TRUE(resumed_);
  grpc::Status status;
  Until([&] { return !(status = Call(brief)).ok(); });
  EXPECT_TRUE(resumed_);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_THAT(status.error_message(), HasSubstr("certificate has expired"));
  EXPECT_EQ(Try(brief), grpc::StatusCode::UNAVAILABLE);  // without resumption
  EXPECT_THAT(Client(Dial(Own())).Do(kSocket), Succeeds());
  EXPECT_THAT(Log(), AllOf(HasSubstr("a call is refused why=\"the client's certificate has"),
                           HasSubstr("identity=\"controller\"")));
}

TEST_F(AdmissionTest, CertificateThatNamesNobodyLetsNoCallThrough) {
  StartMutual();
  authority_.SignRequest(folder_ / "nobody", Authority::Request());
  const auto status = Call(ClientCredentials(folder_ / "ca", folder_ / "nobody"));
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_THAT(status.error_message(), HasSubstr("names nobody"));
}

TEST_F(AdmissionTest, WithBothCertificateAndTokenAreNeeded) {
  StartMutual({"--token-file", folder_ / "token"});
  EXPECT_EQ(Call(Own()).error_code(), grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_TRUE(Call(ClientCredentials(folder_ / "ca", folder_ / "client", kToken)).ok());
}

}  // namespace
}  // namespace balcony::agent
