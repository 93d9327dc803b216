// The agent's log, on standard error: a line of text each, or an object of JSON. Never a token, and
// no payload but in a narration. Nobody waits for whoever reads it: lines that there is no room for
// are left out and counted, and the next line that there is room for says how many.
// Thread: any; SetLogFormat before there is a second one.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace balcony::agent {

enum class LogFormat { kText, kJson };

void SetLogFormat(LogFormat format);

void LogInfo(std::string_view text);
void LogWarning(std::string_view text);
void LogError(std::string_view text);

// What happened, and the facts as NAME=VALUE behind it, or as members of the object.
using LogFields = std::initializer_list<std::pair<std::string_view, std::string_view>>;
void LogInfo(std::string_view text, LogFields fields);
void LogWarning(std::string_view text, LogFields fields);

// What happened on a socket: as text a bare line without its facts, which are told in the text
// already; as JSON an object like any other.
void LogNarration(std::string_view text,
                  const std::vector<std::pair<std::string_view, std::string>>& fields);

}  // namespace balcony::agent
