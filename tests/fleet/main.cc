// The tests' own main: the nursery comes before any thread.
#include <gtest/gtest.h>

#include <iostream>

#include "tests/fleet/fleets.h"

namespace balcony::fleet {
namespace {

Nursery* the_nursery = nullptr;

}  // namespace

Nursery& TheNursery() { return *the_nursery; }

}  // namespace balcony::fleet

int main(int argc, char** argv) {
  const auto nursery = balcony::fleet::Nursery::Start();
  if (!nursery.ok()) {
    std::cerr << nursery.status() << "\n";
    return 1;
  }
  balcony::fleet::the_nursery = nursery->get();
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
