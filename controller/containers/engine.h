// The container engine, through its own command line: DOCKER_HOST, contexts and Docker Desktop hold
// for us as for whoever types.
// Thread: any; a command is waited for.
// Errors: kUnavailable where there is no `docker`, no engine, or the engine refuses: with its
//         words, and the remedy.
// Source: docker(1); docs/decisions/019.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace balcony::containers {

// Runs `docker` with these arguments to its end; gives its output.
absl::StatusOr<std::string> Docker(const std::vector<std::string>& arguments);

// The command that speaks Compose here: `docker compose`, or else `docker-compose`.
absl::StatusOr<std::vector<std::string>> FindCompose();

// An environment variable; empty where it is not set.
std::string Variable(const char* name);

// Whether an image is here: the one that the environment variable names, or else the usual one.
absl::Status CheckImage(const char* variable, const std::string& usual);
std::string ImageOf(const char* variable, const std::string& usual);

// What labels say of a container that Compose has made.
struct Container {
  std::string id;
  std::string name;
  std::string state;    // "running", "paused", "exited"
  std::string project;  // and of which project and service it is
  std::string service;
  int number = 0;      // from 1 within its service; there may be holes
  std::string host;    // label balcony.host: the experiment's host that it plays
  std::string agent;   // label balcony.agent: where its own agent listens; empty for none
  std::string folder;  // where its project's file is
  std::string files;   // its project's files, joined by commas, as they were named
};

// The containers that have this label: NAME, or NAME=VALUE. Stopped ones too.
absl::StatusOr<std::vector<Container>> ListContainers(const std::string& label);

// One line of what ListContainers asks for. Pure. Absent for what is no such line.
absl::StatusOr<Container> ParseContainer(const std::string& line);

}  // namespace balcony::containers
