// bfloat16: the upper half of a float32. Converted by integer operations, which round in the same way and keep
// subnormals on every target.
#ifndef RADAM_SRC_STORAGE_BF16_H
#define RADAM_SRC_STORAGE_BF16_H

#include "../inline.h"

namespace {

struct Bf16 {
  static constexpr int kBytes = 2, kRandomBits = 16;

  template <class V>
  RADAM_INLINE typename V::Register load(const unsigned char* from) {
    return V::load_bf16(from);
  }

  template <class V>
  RADAM_INLINE typename V::Register decode(typename V::Int half) {
    return V::as_float(V::template shift_left<16>(half));
  }

  // Whether a run of elements needs the functions with kAll. The others are faster, but are wrong for NaN.
  template <class V, bool stochastic>
  RADAM_INLINE bool special(const typename V::Register* run) {
    return V::nan_in_run(run);
  }

  // There are functions that leave the code of an element in the upper half of an integer, above 16 bits that mean
  // nothing: V stores upper halves without a shift where it can.
  static constexpr bool kAbove = true;

  template <class V, bool kAll>
  RADAM_INLINE typename V::Int nearest_above(typename V::Register x) {
    const auto bits = V::as_int(x);
    const auto odd = V::and_int(V::template shift_right<16>(bits), V::broadcast_int(1));
    return finish<V, kAll>(bits, V::add_int(odd, V::broadcast_int(0x7FFF)));
  }

  // r: 16 random bits, as many as are cut off.
  template <class V, bool kAll>
  RADAM_INLINE typename V::Int stochastic_above(typename V::Register x, typename V::Int r) {
    return finish<V, kAll>(V::as_int(x), r);
  }

  template <class V, bool kAll>
  RADAM_INLINE typename V::Int nearest(typename V::Register x) {
    return V::template shift_right<16>(nearest_above<V, kAll>(x));
  }

  template <class V, bool kAll>
  RADAM_INLINE typename V::Int stochastic(typename V::Register x, typename V::Int r) {
    return V::template shift_right<16>(stochastic_above<V, kAll>(x, r));
  }

 private:
  template <class V, bool kAll>
  RADAM_INLINE typename V::Int finish(typename V::Int bits, typename V::Int increment) {
    auto rounded = V::add_int(bits, increment);
    if constexpr (kAll) {
      // A NaN whose payload is in the lower half would become infinite, or carry into the sign.
      const auto nan = V::greater(V::and_int(bits, V::broadcast_int(0x7FFFFFFF)), V::broadcast_int(0x7F800000));
      rounded = V::select(nan, V::broadcast_int(0x7FC00000), rounded);
    }
    return rounded;
  }
};

}  // namespace

#endif
