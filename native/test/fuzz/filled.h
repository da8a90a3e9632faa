// Structs that the library fills.
#ifndef RADAM_TEST_FUZZ_FILLED_H
#define RADAM_TEST_FUZZ_FILLED_H

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "faults.h"

namespace radam_test {

// A struct that was filled: the fields that it knows, as far as there is room, and then zeros.
template <class T>
void require_filled(const T* filled, const T& known, std::uint32_t size) {
  const auto* const bytes = reinterpret_cast<const unsigned char*>(filled);
  const std::size_t common = size < sizeof known ? size : sizeof known;
  require(filled->struct_size == size, "struct_size was changed");
  require(std::memcmp(bytes + 4, reinterpret_cast<const unsigned char*>(&known) + 4, common - 4) == 0,
          "a struct of another size has other contents");
  for (std::size_t i = sizeof known; i < size; ++i) require(bytes[i] == 0, "a field that is not known is not 0");
}

// Makes a call that fills a struct of this header, to compare with; which has room for all.
template <class T, class Call>
T filled_by(const Call& call) {
  T known;
  std::memset(static_cast<void*>(&known), 0x5C, sizeof known);
  known.struct_size = sizeof known;
  expect(call(&known), 0, "a call that succeeded before");
  return known;
}

template <class T>
T marked() {
  T value;
  std::memset(static_cast<void*>(&value), 0x5C, sizeof value);
  return value;
}

}  // namespace radam_test

#endif
