#include "controller/script/vocabulary.h"

#include <algorithm>

namespace balcony::script {

const std::vector<std::string>& Errnos() {
  static const auto& errnos = *new std::vector<std::string>{
      "E2BIG",        "EACCES",          "EADDRINUSE",      "EADDRNOTAVAIL", "EAFNOSUPPORT",
      "EAGAIN",       "EALREADY",        "EBADF",           "EBADMSG",       "EBUSY",
      "ECANCELED",    "ECONNABORTED",    "ECONNREFUSED",    "ECONNRESET",    "EDESTADDRREQ",
      "EDOM",         "EEXIST",          "EFAULT",          "EFBIG",         "EHOSTDOWN",
      "EHOSTUNREACH", "EINPROGRESS",     "EINTR",           "EINVAL",        "EIO",
      "EISCONN",      "EMFILE",          "EMSGSIZE",        "ENETDOWN",      "ENETRESET",
      "ENETUNREACH",  "ENFILE",          "ENOBUFS",         "ENODEV",        "ENOENT",
      "ENOMEM",       "ENONET",          "ENOPROTOOPT",     "ENOSYS",        "ENOTCONN",
      "ENOTSOCK",     "EOPNOTSUPP",      "EOVERFLOW",       "EPERM",         "EPFNOSUPPORT",
      "EPIPE",        "EPROTO",          "EPROTONOSUPPORT", "EPROTOTYPE",    "ERANGE",
      "ESHUTDOWN",    "ESOCKTNOSUPPORT", "ETIMEDOUT",       "ETOOMANYREFS"};
  return errnos;
}

bool IsErrno(std::string_view word) {
  return std::find(Errnos().begin(), Errnos().end(), word) != Errnos().end();
}

const std::vector<std::string>& NameErrors() {
  static const auto& errors = *new std::vector<std::string>{
      "EAI_ADDRFAMILY", "EAI_AGAIN",  "EAI_BADFLAGS", "EAI_FAIL",    "EAI_FAMILY",   "EAI_MEMORY",
      "EAI_NODATA",     "EAI_NONAME", "EAI_OVERFLOW", "EAI_SERVICE", "EAI_SOCKTYPE", "EAI_SYSTEM"};
  return errors;
}

bool IsNameError(std::string_view word) {
  return std::find(NameErrors().begin(), NameErrors().end(), word) != NameErrors().end();
}

std::string OtherName(std::string_view word) {
  if (word == "EWOULDBLOCK") return "EAGAIN";
  if (word == "ENOTSUP") return "EOPNOTSUPP";
  return {};
}

const std::vector<std::string>& States() {
  static const auto& states = *new std::vector<std::string>{
      "LISTEN",     "SYN-SENT", "SYN-RECEIVED", "ESTABLISHED", "FIN-WAIT-1", "FIN-WAIT-2",
      "CLOSE-WAIT", "CLOSING",  "LAST-ACK",     "TIME-WAIT",   "CLOSED",     "UNCONN"};
  return states;
}

bool IsState(std::string_view word) {
  return std::find(States().begin(), States().end(), word) != States().end();
}

}  // namespace balcony::script
