// What is found wrong with a script, in a form that a test can read.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "controller/script/check.h"
#include "controller/script/parser.h"

namespace balcony::script {

// Three lines of declarations, and a fourth that makes a socket.
inline const std::string kHosts =
    "host romeo 10.10.0.100/24\nhost juliet 10.10.0.101/24\nhost client[1..3] 10.10.0.11/24\n";
inline const std::string kWithSocket = kHosts + "romeo> sock = socket(tcp)\n";

// "5:13: unknown call conect; did you mean connect?"
inline std::string Written(const Diagnostic& diagnostic) {
  const std::string remedy = diagnostic.remedy.empty() ? "" : "; " + diagnostic.remedy;
  return std::to_string(diagnostic.span.line) + ":" + std::to_string(diagnostic.span.column) +
         ": " + diagnostic.message + remedy;
}

inline std::vector<std::string> Written(const std::vector<Diagnostic>& diagnostics) {
  std::vector<std::string> written;
  for (const Diagnostic& diagnostic : diagnostics) written.push_back(Written(diagnostic));
  return written;
}

// What parsing finds, and if it finds nothing what the topology and the check find.
inline std::vector<std::string> Found(const std::string& text,
                                      const std::string& name = "test.balcony",
                                      const std::map<std::string, std::string>& overrides = {}) {
  std::vector<Diagnostic> diagnostics;
  const Script script = Parse(name, text, diagnostics);
  if (diagnostics.empty()) {
    const Topology topology = BuildTopology(script, overrides, diagnostics);
    Check(script, topology, overrides, diagnostics);
  }
  return Written(diagnostics);
}

// A script, and the one thing that is wrong with it; nothing if it is right.
struct Row {
  std::string script;
  std::string found;
};

inline void ExpectFound(const std::string& setup, const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    const std::vector<std::string> expected =
        row.found.empty() ? std::vector<std::string>() : std::vector<std::string>{row.found};
    EXPECT_THAT(Found(setup + row.script), testing::ElementsAreArray(expected)) << row.script;
  }
}

}  // namespace balcony::script
