// What users have in hand, as text, and what was found in it.
// Shapes: UTF-8; lines count from 1. Pure.
// Errors: kInvalidArgument, "FILE:LINE: what; remedy".
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "controller/hosts/fleet_file.h"

namespace balcony::inventory {

inline constexpr size_t kMostBytes = 1 << 20;  // of a document
inline constexpr size_t kMostHosts = 1000;

struct Document {
  std::string name;  // in messages
  std::string text;
  size_t most_hosts = kMostHosts;  // that are taken from it
};

// Whose logins are meant.
struct Chooser {
  std::string user;  // --user; empty: not said
  std::string self;  // $USER
};

// A host as a document has it.
struct Found {
  std::string named;       // "node-1"; what is no name in the notation becomes one later
  bool is_domain = false;  // whether the first label of "node1.example.net" says it
  int line = 0;
  hosts::Place place = {};
  std::vector<std::string> remarks = {};  // where a guess was made
};

struct Omitted {
  std::string named;
  std::string why;
};

// What a document says.
struct Reading {
  std::string kind;  // "a manifest"
  std::vector<Found> hosts = {};
  std::vector<Omitted> omitted = {};
  std::vector<std::string> remarks = {};
};

absl::Status WrongAt(const Document& document, int line, std::string_view why);
absl::Status TooManyHosts(const Document& document, int line);

// Whether it is text at all, and no more of it than is read.
absl::Status CheckText(const Document& document);

int LineAt(std::string_view text, size_t offset);

// Someone's words with escapes for what is not printable; in a message they are not long either.
std::string Printable(std::string_view text);
std::string Shown(std::string_view text);

// A document's lines without their ends; the first is line 1.
std::vector<std::string_view> LinesOf(std::string_view text);

// Without blanks around it.
std::string_view Trimmed(std::string_view text);

}  // namespace balcony::inventory
