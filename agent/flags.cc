#include "agent/flags.h"

#include <sys/socket.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "agent/refusal.h"

namespace balcony::agent {
namespace {

struct FlagRow {
  v1::Flag flag;
  int kernel;
};

constexpr FlagRow kFlagRows[] = {
    {v1::FLAG_DONTWAIT, MSG_DONTWAIT},   {v1::FLAG_PEEK, MSG_PEEK},
    {v1::FLAG_WAITALL, MSG_WAITALL},     {v1::FLAG_OOB, MSG_OOB},
    {v1::FLAG_MORE, MSG_MORE},           {v1::FLAG_TRUNC, MSG_TRUNC},
    {v1::FLAG_ERRQUEUE, MSG_ERRQUEUE},   {v1::FLAG_FASTOPEN, MSG_FASTOPEN},
    {v1::FLAG_DONTROUTE, MSG_DONTROUTE}, {v1::FLAG_CONFIRM, MSG_CONFIRM},
    {v1::FLAG_CTRUNC, MSG_CTRUNC},       {v1::FLAG_EOR, MSG_EOR},
};

constexpr int kOfAMessage = MSG_TRUNC | MSG_CTRUNC | MSG_OOB | MSG_ERRQUEUE | MSG_EOR;

std::string Choices(const Flags& taken) {
  std::vector<std::string> names;
  for (int flag = v1::Flag_MIN; flag <= v1::Flag_MAX; ++flag) {
    if (taken.Has(static_cast<v1::Flag>(flag))) {
      names.push_back(v1::Flag_Name(static_cast<v1::Flag>(flag)));
    }
  }
  return names.empty() ? "none" : absl::StrJoin(names, ", ");
}

}  // namespace

absl::StatusOr<Flags> CheckFlags(const google::protobuf::RepeatedField<int>& flags,
                                 const Flags& taken) {
  Flags found;
  for (const int number : flags) {
    const auto flag = static_cast<v1::Flag>(number);
    if (!v1::Flag_IsValid(number) || !taken.Has(flag)) {
      return InvalidArgument(
          "flags", absl::StrCat("of the flags this call takes ", Choices(taken), "; it was given ",
                                NameOrNumber(v1::Flag_Name(number), number)));
    }
    if (found.Has(flag)) {
      return InvalidArgument("flags", absl::StrCat(v1::Flag_Name(flag), " is said twice"));
    }
    found.Add(flag);
  }
  return found;
}

int ToKernel(const Flags& flags) {
  int kernel = 0;
  for (const FlagRow& row : kFlagRows) kernel |= flags.Has(row.flag) ? row.kernel : 0;
  return kernel;
}

void PrintFlags(int kernel, google::protobuf::RepeatedField<int>* flags) {
  for (const FlagRow& row : kFlagRows) {
    if ((kernel & kOfAMessage & row.kernel) != 0) flags->Add(row.flag);
  }
}

}  // namespace balcony::agent
