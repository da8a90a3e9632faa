// Loops whose index is a constant expression in each iteration.
#ifndef RADAM_SRC_UNROLL_H
#define RADAM_SRC_UNROLL_H

#include <utility>

#include "inline.h"

namespace {

template <int number>
struct Index {
  static constexpr int value = number;
};

template <int... numbers, class Body>
RADAM_INLINE void unroll(std::integer_sequence<int, numbers...>, Body body) {
  (body(Index<numbers>()), ...);
}

}  // namespace

#endif
