#include "controller/report/json.h"

#include "google/protobuf/util/json_util.h"

namespace balcony::report {

absl::StatusOr<std::string> Json(const v1::Report& report) {
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = true;
  options.preserve_proto_field_names = true;
  std::string json;
  const auto status = google::protobuf::util::MessageToJsonString(report, &json, options);
  if (!status.ok()) return absl::InternalError(std::string(status.message()));
  return json;
}

}  // namespace balcony::report
