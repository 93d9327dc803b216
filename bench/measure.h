// How long work takes, and what is in the middle of many such times.
#pragma once

#include <algorithm>
#include <chrono>
#include <vector>

namespace balcony::bench {

template <typename Work>
double Microseconds(const Work& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - begin)
      .count();
}

// Of at least one.
inline double Median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace balcony::bench
