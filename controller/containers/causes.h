// Why an agent in a container is lost, by what the engine told of the container meanwhile.
// Shapes: pure.
// Source: docker-events(1); which events come in which order was looked at with Engine 20.10.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace balcony::containers {

// An event of a container or of its networks.
struct EngineEvent {
  std::string container;  // its id
  std::string action;     // "die", "pause", "oom", "exec_die", "disconnect"
  std::string detail;     // the exit code, the signal, or the network's name; or empty
};

// What `docker events` is to write a line of for each event.
inline constexpr char kEventFormat[] =
    "{{.Type}}\t{{.Action}}\t{{.Actor.ID}}\t{{.Actor.Attributes.container}}\t"
    "{{.Actor.Attributes.exitCode}}\t{{.Actor.Attributes.signal}}\t{{.Actor.Attributes.name}}";

// Absent for what concerns no container.
std::optional<EngineEvent> ParseEvent(const std::string& line);

// Whether the agent must be given up although its stream goes on: the host is not what it was.
bool EndsHost(const std::vector<EngineEvent>& events);

// Whether they tell of the container's own end, or of what ended a process in it.
bool TellsEnd(const std::vector<EngineEvent>& events);

// Whether more may be told in a moment than what these events of one container tell.
bool MayTellMore(const std::vector<EngineEvent>& events);

// "the container juliet was paused"; empty where the events do not say. In the order in which they
// came, of one container.
std::string CauseOf(const std::string& name, const std::vector<EngineEvent>& events);

}  // namespace balcony::containers
