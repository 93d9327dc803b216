#include "agent/timers.h"

namespace balcony::agent {

std::vector<Deadline> Timers::TakeUpTo(absl::Time now) {
  std::vector<Deadline> come;
  while (earliest() <= now) come.push_back(deadlines_.extract(deadlines_.begin()).value());
  return come;
}

}  // namespace balcony::agent
