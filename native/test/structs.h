// Structs of callers. They are marked, so that every change shows; or they are of headers that are newer than the
// library.
#ifndef RADAM_TEST_STRUCTS_H
#define RADAM_TEST_STRUCTS_H

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "numbers.h"

namespace radam_test {

// No byte is 0, and struct_size is right.
template <class T>
T marked() {
  T x;
  std::memset(&x, 0x5C, sizeof x);
  x.struct_size = sizeof x;
  return x;
}

template <class T>
bool same_bytes(const T& a, const T& b) {
  return std::memcmp(&a, &b, sizeof a) == 0;
}

// What no version of a struct has had. All structs are of their first version so far.
template <class T>
constexpr std::uint32_t kWrongSizes[] = {0, sizeof(T) - 1, ~std::uint32_t{0}};

// A struct of a header to come, which has more at its end.
template <class T>
struct Newer {
  static constexpr std::size_t kMore = 16;

  T known;
  unsigned char more[kMore];

  Newer(const T& value, unsigned char mark) : known(value) {
    known.struct_size = sizeof(T) + kMore;
    std::memset(more, mark, kMore);
  }

  bool more_is(unsigned char mark) const {
    for (const unsigned char byte : more)
      if (byte != mark) return false;
    return true;
  }
};

}  // namespace radam_test

#endif
