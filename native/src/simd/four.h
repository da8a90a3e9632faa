// Four elements, each by the operations of a type for one element (scalar.h documents them). This is what a thread of a
// GPU loads in one access. elements.h loads and stores them.
#ifndef RADAM_SRC_SIMD_FOUR_H
#define RADAM_SRC_SIMD_FOUR_H

#include <cstdint>

#include "../inline.h"

namespace {

template <class One>
struct Four {
  static constexpr std::int64_t kLanes = 4;

  struct Register {
    float lane[4];
  };
  struct Int {
    std::uint32_t lane[4];
  };

  RADAM_INLINE Register broadcast(float x) { return {{x, x, x, x}}; }
  RADAM_INLINE Register in_register(Register x) { return x; }
  RADAM_INLINE Int broadcast_int(std::uint32_t x) { return {{x, x, x, x}}; }
  RADAM_INLINE Int index() { return {{0, 1, 2, 3}}; }

#define RADAM_FOUR(Result, x) \
  {                           \
    Result r;                 \
    for (int i = 0; i < 4; ++i) r.lane[i] = x; \
    return r;                 \
  }
#define RADAM_OF_1(Result, name, A) \
  RADAM_INLINE Result name(A a) RADAM_FOUR(Result, One::name(a.lane[i]))
#define RADAM_OF_2(Result, name, A) \
  RADAM_INLINE Result name(A a, A b) RADAM_FOUR(Result, One::name(a.lane[i], b.lane[i]))
#define RADAM_OF_3(Result, name, A, B) \
  RADAM_INLINE Result name(A a, B b, B c) RADAM_FOUR(Result, One::name(a.lane[i], b.lane[i], c.lane[i]))
#define RADAM_SHIFT(name) \
  template <int count>    \
  RADAM_INLINE Int name(Int a) RADAM_FOUR(Int, One::template name<count>(a.lane[i]))

  RADAM_OF_2(Register, add, Register)
  RADAM_OF_2(Register, sub, Register)
  RADAM_OF_2(Register, mul, Register)
  RADAM_OF_2(Register, div, Register)
  RADAM_OF_1(Register, sqrt, Register)
  RADAM_OF_2(Register, max, Register)
  RADAM_OF_2(Register, min, Register)
  RADAM_OF_2(Register, times_sign, Register)
  RADAM_OF_3(Register, fma, Register, Register)
  RADAM_OF_3(Register, fms, Register, Register)
  RADAM_OF_3(Register, fnma, Register, Register)

  RADAM_OF_1(Int, as_int, Register)
  RADAM_OF_1(Register, as_float, Int)
  RADAM_OF_1(Int, truncate, Register)
  RADAM_OF_1(Register, to_float, Int)
  RADAM_OF_2(Int, add_int, Int)
  RADAM_OF_2(Int, sub_int, Int)
  RADAM_OF_2(Int, mul_int, Int)
  RADAM_OF_2(Int, and_int, Int)
  RADAM_OF_2(Int, or_int, Int)
  RADAM_OF_2(Int, xor_int, Int)
  RADAM_SHIFT(shift_left)
  RADAM_SHIFT(shift_right)
  RADAM_OF_2(Int, min_int, Int)
  RADAM_OF_2(Int, max_int, Int)
  RADAM_OF_2(Int, greater, Int)
  RADAM_OF_2(Int, greater_float, Register)
  RADAM_OF_3(Int, select, Int, Int)
  RADAM_OF_3(Int, or_and, Int, Int)

#undef RADAM_SHIFT
#undef RADAM_OF_3
#undef RADAM_OF_2
#undef RADAM_OF_1
#undef RADAM_FOUR

  RADAM_INLINE std::uint32_t max_of_lanes(Int a) {
    return One::max_int(One::max_int(a.lane[0], a.lane[1]), One::max_int(a.lane[2], a.lane[3]));
  }
};

}  // namespace

#endif
