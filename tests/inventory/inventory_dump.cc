// Prints the fleet file of inventories: inventory_dump USER SELF FILE…
#include <fstream>
#include <iostream>
#include <iterator>

#include "controller/inventory/inventory.h"

int main(int argc, char** argv) {
  namespace inventory = balcony::inventory;
  if (argc < 4) {
    std::cerr << "usage: inventory_dump USER SELF FILE…\n";
    return 2;
  }
  std::vector<inventory::Document> documents;
  for (int i = 3; i < argc; ++i) {
    std::ifstream file(argv[i], std::ios::binary);
    documents.push_back({argv[i], std::string(std::istreambuf_iterator<char>(file), {})});
  }
  const auto read = inventory::ReadInventory(documents, {argv[1], argv[2]});
  if (!read.ok()) {
    std::cerr << read.status().message() << "\n";
    return 2;
  }
  std::cout << inventory::FleetFileText(*read);
  return 0;
}
