#include "agent/refusal.h"

#include "absl/strings/cord.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace balcony::agent {
namespace {

constexpr char kField[] = "balcony.v1/field";
constexpr size_t kQuotedBytes = 64;

}  // namespace

absl::Status Refusal(absl::StatusCode code, absl::string_view field, absl::string_view message) {
  absl::Status status(code, message);
  if (!field.empty()) status.SetPayload(kField, absl::Cord(field));
  return status;
}

absl::Status InvalidArgument(absl::string_view field, absl::string_view message) {
  return Refusal(absl::StatusCode::kInvalidArgument, field, message);
}

std::string NameOrNumber(const std::string& name, int number) {
  return name.empty() ? std::to_string(number) : name;
}

std::string Quoted(absl::string_view text) {
  if (text.size() <= kQuotedBytes) return absl::StrCat("\"", absl::Utf8SafeCHexEscape(text), "\"");
  size_t end = kQuotedBytes;
  while (end > 0 && (text[end] & 0xc0) == 0x80) --end;  // no half of a character
  return absl::StrCat("\"", absl::Utf8SafeCHexEscape(text.substr(0, end)), "…\"");
}

v1::Refused ToRefused(const absl::Status& status) {
  v1::Refused refused;
  // session.proto: names and numbers are those of gRPC's status codes, as absl's are.
  const int code = static_cast<int>(status.code());
  refused.set_code(v1::RefusalCode_IsValid(code) ? static_cast<v1::RefusalCode>(code)
                                                 : v1::REFUSAL_CODE_INTERNAL);
  refused.set_message(std::string(status.message()));
  if (const auto field = status.GetPayload(kField)) refused.set_field(std::string(*field));
  return refused;
}

}  // namespace balcony::agent
