#include "agent/credentials.h"

#include <grpc/grpc.h>
#include <grpc/grpc_security.h>

#include <string>
#include <string_view>
#include <utility>

namespace balcony::agent {
namespace {

constexpr std::string_view kAuthorization = "authorization";

std::string_view ToView(const grpc_slice& slice) {
  return {reinterpret_cast<const char*>(GRPC_SLICE_START_PTR(slice)), GRPC_SLICE_LENGTH(slice)};
}

// Of a handshake that begins.
grpc_ssl_certificate_config_reload_status FetchCertificates(
    void* certificates, grpc_ssl_server_certificate_config** config) {
  const std::optional<Pem> pem = static_cast<Certificates*>(certificates)->TakeNew();
  if (!pem) return GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_UNCHANGED;
  const grpc_ssl_pem_key_cert_pair own{pem->key.c_str(), pem->certificate.c_str()};
  // gRPC ends the process where there is none, also where no client is asked for a certificate.
  const std::string& authority = pem->authority.empty() ? pem->certificate : pem->authority;
  *config = grpc_ssl_server_certificate_config_create(authority.c_str(), &own, 1);
  return GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_NEW;
}

// Of a call that comes.
void AdmitCall(void* admission, grpc_auth_context* proven, const grpc_metadata* metadata,
               size_t count, grpc_process_auth_metadata_done_cb done, void* call) {
  Shown shown;
  const grpc_metadata* authorization = nullptr;
  for (const grpc_metadata* one = metadata; one != metadata + count; ++one) {
    if (ToView(one->key) != kAuthorization) continue;
    authorization = one;
    shown.authorizations.push_back(ToView(one->value));
  }
  auto certificates =
      grpc_auth_context_find_properties_by_name(proven, GRPC_X509_PEM_CERT_PROPERTY_NAME);
  if (const auto* certificate = grpc_auth_property_iterator_next(&certificates)) {
    shown.certificate = {certificate->value, certificate->value_length};
  }
  auto names = grpc_auth_context_peer_identity(proven);
  while (const auto* name = grpc_auth_property_iterator_next(&names)) {
    shown.names.emplace_back(name->value, name->value_length);
  }
  auto* const door = static_cast<Admission*>(admission);
  const char* wrong = door->Refuse(shown);
  // A token goes no further.
  const size_t consumed = wrong == nullptr && door->needs_token() ? 1 : 0;
  done(call, consumed == 0 ? nullptr : authorization, consumed, nullptr, 0,
       wrong == nullptr ? GRPC_STATUS_OK : GRPC_STATUS_UNAUTHENTICATED, wrong);
}

void DeleteAdmission(void* admission) {
  const std::unique_ptr<Admission> gone(static_cast<Admission*>(admission));
}

class TlsCredentials final : public grpc::ServerCredentials {
 public:
  TlsCredentials(Certificates& certificates, std::unique_ptr<Admission> admission)
      : credentials_(grpc_ssl_server_credentials_create_with_options(
            grpc_ssl_server_credentials_create_options_using_config_fetcher(
                certificates.mutual() ? GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY
                                      : GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE,
                FetchCertificates, &certificates))) {
    grpc_server_credentials_set_auth_metadata_processor(
        credentials_, {AdmitCall, DeleteAdmission, admission.release()});
  }
  ~TlsCredentials() override { grpc_server_credentials_release(credentials_); }
  TlsCredentials(const TlsCredentials&) = delete;
  TlsCredentials& operator=(const TlsCredentials&) = delete;

  // The admission is it.
  void SetAuthMetadataProcessor(const std::shared_ptr<grpc::AuthMetadataProcessor>&) override {}

 private:
  int AddPortToServer(const std::string& where, grpc_server* server) override {
    return grpc_server_add_http2_port(server, where.c_str(), credentials_);
  }

  grpc_server_credentials* const credentials_;
};

}  // namespace

std::shared_ptr<grpc::ServerCredentials> MakeCredentials(Certificates& certificates,
                                                         std::unique_ptr<Admission> admission) {
  return std::make_shared<TlsCredentials>(certificates, std::move(admission));
}

}  // namespace balcony::agent
