#include "controller/hosts/ssh_line.h"

#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

namespace balcony::hosts {
namespace {

constexpr absl::string_view kFlags = "46AaCgKkqTvXxYy";
constexpr absl::string_view kWithValue = "BbcDEeFIiJLlmopRSWw";
// What takes the stream away from a command, or gives it to something else.
constexpr absl::string_view kRefused = "fGMNnOPQsTtVWS";
constexpr absl::string_view kShells = "$`;|&<>(){}!*?";

absl::Status Wrong(const std::string& why) { return absl::InvalidArgumentError(why); }

// The words of a line, or why it is not a plain one.
absl::StatusOr<std::vector<std::string>> WordsOf(const std::string& line, const std::string& home) {
  std::vector<std::string> words;
  std::optional<std::string> word;
  char quote = '\0';
  for (size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (quote != '\0' && c == quote) {
      quote = '\0';
    } else if (quote == '\'' || (quote == '"' && c != '\\' && c != '$' && c != '`')) {
      word->push_back(c);
    } else if (c == '\\' && i + 1 < line.size()) {
      word = word.value_or("") + line[++i];
    } else if (quote == '\0' && (c == '\'' || c == '"')) {
      word = word.value_or("");
      quote = c;
    } else if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      if (word) words.push_back(*std::exchange(word, std::nullopt));
    } else if (absl::StrContains(kShells, c)) {
      return Wrong(absl::StrCat("a plain ssh command line is wanted, without ", std::string(1, c)));
    } else if (c == '~' && !word && i + 1 < line.size() && line[i + 1] == '/') {
      word = home;
    } else {
      word = word.value_or("") + c;
    }
  }
  if (quote != '\0') return Wrong("a quote is not closed");
  if (word) words.push_back(*std::move(word));
  return words;
}

// Takes the options of one word, "-6v", "-p22" or "-p" with the next word; moves `next` on.
absl::Status TakeOptions(const std::vector<std::string>& words, size_t& next, SshLine& ssh) {
  const std::string& word = words[next++];
  for (size_t i = 1; i < word.size(); ++i) {
    const char letter = word[i];
    if (absl::StrContains(kFlags, letter)) {
      ssh.options.push_back({'-', letter});
      continue;
    }
    if (absl::StrContains(kRefused, letter)) {
      return Wrong(absl::StrCat("-", std::string(1, letter),
                                " leaves no stream to speak with an agent over; take it out"));
    }
    if (!absl::StrContains(kWithValue, letter)) {
      return Wrong(absl::StrCat("ssh has no option -", std::string(1, letter)));
    }
    std::string value = word.substr(i + 1);
    if (value.empty()) {
      if (next == words.size()) {
        return Wrong(absl::StrCat("-", std::string(1, letter), " wants a value"));
      }
      value = words[next++];
    }
    if (letter == 'F') {
      ssh.config = value;
    } else {
      ssh.options.insert(ssh.options.end(), {{'-', letter}, value});
    }
    break;
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<SshLine> ParseSshLine(const std::string& line, const std::string& home) {
  absl::StatusOr<std::vector<std::string>> words = WordsOf(line, home);
  if (!words.ok()) return words.status();
  if (words->empty() || (words->front() != "ssh" && !absl::EndsWith(words->front(), "/ssh"))) {
    return Wrong("an ssh command line is wanted, for example 'ssh -p 2222 alice@host.example.org'");
  }
  SshLine ssh;
  for (size_t next = 1; next < words->size();) {
    const std::string& word = (*words)[next];
    if (word.size() > 1 && word[0] == '-' && word != "--") {  // before or behind the destination
      if (absl::Status taken = TakeOptions(*words, next, ssh); !taken.ok()) return taken;
    } else if (word == "--") {
      ++next;
    } else if (ssh.destination.empty()) {
      ssh.destination = (*words)[next++];
    } else {
      return Wrong(absl::StrCat("it has a command of its own, ", word, "; leave that out"));
    }
  }
  if (ssh.destination.empty()) return Wrong("it names no host");
  return ssh;
}

}  // namespace balcony::hosts
