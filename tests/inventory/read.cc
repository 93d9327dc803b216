#include "tests/inventory/read.h"

#include <fstream>
#include <iterator>

namespace balcony::inventory {

std::string Sample(const std::string& name) {
  std::ifstream file(BALCONY_INVENTORIES "/" + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace balcony::inventory
