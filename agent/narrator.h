// What happens on a session's sockets, in the words of a tutorial: --narrate. It shows payload.
// Owns:   what it has seen of each socket and of the calls under way.
// Thread: whoever holds the session's mutex.
// Shapes: pure: from a call and its events to lines. What is told was observed: at the end of a
//         call, and where one blocks. Calls that only look, or set something, are not told, nor
//         those that the agent refused.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "agent/account.h"
#include "balcony/v1/session.pb.h"

namespace balcony::agent {

class Narrator {
 public:
  // A call is about to be made.
  void Begin(const v1::Call& call);
  // It was refused.
  void Forget(uint64_t id) { calls_.erase(id); }

  // What there is to tell of an event.
  std::optional<Narration> Tell(const v1::Event& event);

  // The session has ended: the sockets that were closed with it.
  std::vector<Narration> End();

 private:
  void Learn(const BegunCall& call, const v1::Outcome& outcome,
             const google::protobuf::Message& response);

  std::map<std::string, SeenSocket> sockets_;
  std::unordered_map<uint64_t, BegunCall> calls_;
};

}  // namespace balcony::agent
