// What a person has typed that is none of our commands and options, and what was probably meant.
// Owns:   nothing. Thread: any.
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace balcony::cli {

// Says that the first of these words is no command of `app`, nor the next one of that command, and
// what was probably meant. Empty where they are commands, or where CLI11 knows what to say.
std::string UnknownCommand(const CLI::App& app, const std::vector<const char*>& words);

// Behind what CLI11 has said of the words: the option that was probably meant, and whose --help
// says more. "; did you mean --host; balcony run --help says more".
std::string WhatWasMeant(const CLI::App& app, int argc, char** argv);

}  // namespace balcony::cli
