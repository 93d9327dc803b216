// The ssh command line of a login.
// Shapes: words for a shell, in quotes where they have to be; what comes out, hosts::ParseSshLine
//         takes. Pure.
// Errors: kInvalidArgument without a place.
// Source: ssh(1); OpenSSH's ssh.c, valid_hostname and valid_ruser.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace balcony::inventory {

struct Login {
  std::string user = {};                  // empty: ssh's own choice
  std::string host;                       // a name or an address, IPv6 bare
  std::string port = {};                  // empty: ssh's own choice
  std::string key = {};                   // a file; empty: ssh's own choice
  std::vector<std::string> before = {};   // options that stand before -p and -i, and win
  std::vector<std::string> options = {};  // and behind
};

absl::StatusOr<std::string> LineFor(const Login& login);

// A line as a portal printed it.
struct Printed {
  std::string line;  // as it was, but for blanks around it and for what comes next
  std::string note;  // "(the host is not ready)", which stood behind the command
  std::string host;  // the destination's, without a user
};

absl::StatusOr<Printed> ReadPrinted(std::string_view line);

// Words of a line as Python's shlex has them: quotes and backslashes, no expansion.
absl::StatusOr<std::vector<std::string>> ShellWords(std::string_view text);

}  // namespace balcony::inventory
