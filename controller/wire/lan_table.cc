#include "controller/wire/lan_table.h"

namespace balcony::wire {
namespace {

constexpr size_t kHeaderBytes = 14;
// The first bit of an address on the wire: broadcast and multicast.
constexpr uint64_t kGroupBit = uint64_t{1} << 40;

uint64_t AsNumber(std::span<const uint8_t, 6> address) {
  uint64_t number = 0;
  for (uint8_t byte : address) number = number << 8 | byte;
  return number;
}

}  // namespace

void LanTable::Add(const MacAddress& mac, int lan) {
  const auto index = static_cast<size_t>(lan);
  if (lans_.size() <= index) lans_.resize(index + 1);
  const size_t port = lan_of_port_.size();
  lan_of_port_.push_back(index);
  lans_[index].ports.push_back(port);
  lans_[index].by_address.emplace(AsNumber(mac), port);
}

void LanTable::ForEachReceiver(size_t sender, std::span<const uint8_t> frame,
                               absl::FunctionRef<void(size_t port)> deliver) const {
  if (frame.size() < kHeaderBytes) return;
  const Lan& lan = lans_[lan_of_port_[sender]];
  const uint64_t destination = AsNumber(frame.first<6>());
  if ((destination & kGroupBit) == 0) {
    const auto found = lan.by_address.find(destination);
    if (found != lan.by_address.end()) {
      if (found->second != sender) deliver(found->second);
      return;
    }
  }
  for (size_t port : lan.ports) {
    if (port != sender) deliver(port);
  }
}

}  // namespace balcony::wire
