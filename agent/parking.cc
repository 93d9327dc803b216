#include "agent/parking.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace balcony::agent {

bool Parking::Berth::empty() const {
  return std::all_of(std::begin(queues), std::end(queues),
                     [](const Queue& queue) { return queue.empty(); });
}

ParkedCall& Parking::Park(ParkedCall call) {
  Queue& queue = berths_[call.socket_number].of(call.direction);
  const uint64_t id = call.turn.id;
  const auto place = call.waits ? queue.end()
                                : std::find_if(queue.begin(), queue.end(),
                                               [](const ParkedCall& other) { return other.waits; });
  const auto parked = queue.insert(place, std::move(call));
  by_id_[id] = parked;
  return *parked;
}

ParkedCall* Parking::Front(uint32_t socket_number, Direction direction) {
  const auto berth = berths_.find(socket_number);
  if (berth == berths_.end()) return nullptr;
  Queue& queue = berth->second.of(direction);
  return queue.empty() ? nullptr : &queue.front();
}

bool Parking::IsConnecting(uint32_t socket_number) {
  const ParkedCall* front = Front(socket_number, Direction::kOut);
  return front != nullptr && front->call->IsConnect();
}

ParkedCall* Parking::Find(uint64_t id) {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : &*found->second;
}

ParkedCall Parking::Leave(uint64_t id) {
  const auto found = by_id_.find(id);
  const Queue::iterator place = found->second;
  ParkedCall call = std::move(*place);
  by_id_.erase(found);
  const auto berth = berths_.find(call.socket_number);
  berth->second.of(call.direction).erase(place);
  if (berth->second.empty()) berths_.erase(berth);
  return call;
}

std::vector<uint64_t> Parking::Of(uint32_t socket_number) const {
  std::vector<uint64_t> ids;
  const auto berth = berths_.find(socket_number);
  if (berth == berths_.end()) return ids;
  for (const Queue& queue : berth->second.queues) {
    for (const ParkedCall& call : queue) ids.push_back(call.turn.id);
  }
  return ids;
}

std::vector<uint64_t> Parking::Of(uint32_t socket_number, Direction direction) const {
  std::vector<uint64_t> ids;
  const auto berth = berths_.find(socket_number);
  if (berth == berths_.end()) return ids;
  for (const ParkedCall& call : berth->second.of(direction)) ids.push_back(call.turn.id);
  return ids;
}

std::vector<uint64_t> Parking::All() const {
  std::vector<uint64_t> ids;
  for (const auto& [id, place] : by_id_) ids.push_back(id);
  return ids;
}

}  // namespace balcony::agent
