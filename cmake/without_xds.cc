// gRPC registers all it can do at its start, and so links it: xDS, with its hundreds of messages,
// is half of a static program that never balances load (docs/decisions/014-grpc-without-xds.md).
// This takes the place of the archive's own function,
// src/core/plugin_registry/grpc_plugin_registry_extra.cc of gRPC 1.51, which does nothing but that.
#include <grpc/grpc.h>

namespace grpc_core {

class CoreConfiguration {
 public:
  class Builder;
};

void RegisterExtraFilters(CoreConfiguration::Builder* builder);
void RegisterExtraFilters(CoreConfiguration::Builder*) {}

}  // namespace grpc_core
