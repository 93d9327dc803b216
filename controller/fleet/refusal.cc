#include "controller/fleet/refusal.h"

#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"

namespace balcony::fleet {
namespace {

bool IsForbidden(int error) {
  switch (error) {
    case EPERM:
    case EACCES:
    case EROFS:
    case ENOENT:
    case ENODEV:
    case ENXIO:
    case ENOTTY:
    case ENOSYS:
    case EINVAL:  // unshare(2) in a kernel that has no such namespaces
      return true;
    default:
      return false;
  }
}

absl::string_view RemedyOfShortage(int error) {
  switch (error) {
    case EMFILE:
      return "raise ulimit -n";
    case ENFILE:
      return "raise the sysctl fs.file-max";
    case ENOSPC:
      return "raise the sysctl user.max_net_namespaces, or try --fleet loopback";
    case EAGAIN:
      return "raise ulimit -u or the pids limit";
    default:
      return "is this machine out of memory?";
  }
}

}  // namespace

absl::Status Refused(int error, absl::string_view what, absl::string_view remedy) {
  const bool forbidden = IsForbidden(error);
  const std::string message = absl::StrCat(what, ": ", strerrordesc_np(error), " (",
                                           forbidden ? remedy : RemedyOfShortage(error), ")");
  return forbidden ? absl::PermissionDeniedError(message) : absl::ResourceExhaustedError(message);
}

}  // namespace balcony::fleet
