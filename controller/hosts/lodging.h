// Where an agent can live on a host: what is asked there, and what is done there.
// Shapes: scripts for sh(1), which come over ssh's standard input, and the lines that they write.
//         What login scripts write before is passed over. Pure.
// Errors: kFailedPrecondition for a host that an agent cannot live on, with the reason;
//         kUnavailable for an answer that is none, or is not whole.
// Source: sh(1), sha256sum(1), uname(1); docs/decisions/021.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace balcony::hosts {

// The program that is wanted there.
struct AgentFile {
  std::string path;     // here
  std::string machine;  // what it runs on, as uname -m has it: "x86_64"
  std::string sha256;   // 64 hexadecimal digits
  uint64_t size = 0;    // bytes
};

// Its name there, by which another version is another file.
std::string NameOf(const AgentFile& agent);

// Where it is looked for first, as seen from a login's folder.
std::string UsualPlace(const AgentFile& agent);

// Asks for a folder of the user's own that may execute programs.
std::string LookScript(const AgentFile& agent);

struct Lodging {
  std::string folder;     // absolute
  bool is_there = false;  // the agent, whole
};

// What the script wrote.
absl::StatusOr<Lodging> ReadLook(const std::string& written, const AgentFile& agent);

// Removes what was ever brought there, and the folders where nothing else is in them.
std::string CleanScript();
absl::StatusOr<std::vector<std::string>> ReadClean(const std::string& written);  // what was removed

// Gives the part that was copied its name, if it is whole; else removes it.
std::string MoveScript(const Lodging& lodging, const std::string& part, const AgentFile& agent);
absl::Status ReadMove(const std::string& written);

}  // namespace balcony::hosts
