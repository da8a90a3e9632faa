// A float32 in two buffers: the bfloat16 next to it, for the model to use, and the lower 16 bits of it. Each half is
// encoded by itself, as a type of convert.h.
#ifndef RADAM_SRC_STORAGE_SPLIT_H
#define RADAM_SRC_STORAGE_SPLIT_H

#include "../inline.h"

namespace {

struct Split {
  static constexpr int kBytes = 2;  // of each half

  template <class V>
  RADAM_INLINE typename V::Register load(const unsigned char* upper, const unsigned char* lower) {
    return decode<V>(V::load_bf16(upper), V::load_u16(lower));
  }

  // upper: the bfloat16 as float32. The lower half has a sign.
  template <class V>
  RADAM_INLINE typename V::Register decode(typename V::Register upper, typename V::Int lower) {
    const auto bits = V::as_int(upper), half = V::broadcast_int(0x8000);
    const auto sum = V::sub_int(V::add_int(bits, V::xor_int(lower, half)), half);
    // Only from zero can a lower half lead to the other sign. No float32 is stored so, but zero may have been written
    // over the upper half.
    const auto crossed = V::greater(V::broadcast_int(0), V::xor_int(sum, bits));
    return V::as_float(V::select(crossed, bits, sum));
  }

  template <class V, bool kAll>
  RADAM_INLINE typename V::Int bits_of(typename V::Register x) {
    const auto bits = V::as_int(x);
    if constexpr (!kAll) return bits;
    // The upper half of another NaN could be infinite, or zero.
    const auto nan = V::greater(V::and_int(bits, V::broadcast_int(0x7FFFFFFF)), V::broadcast_int(0x7F800000));
    return V::select(nan, V::broadcast_int(0x7FC00000), bits);
  }
};

// Rounded to nearest. Ties go away from zero, because only the carry out of the lower half tells how it was rounded.
struct UpperHalf {
  static constexpr int kBytes = Split::kBytes;

  // Whether a run of elements needs the functions with kAll.
  template <class V, bool stochastic>
  RADAM_INLINE bool special(const typename V::Register* run) {
    return V::nan_in_run(run);
  }

  static constexpr bool kAbove = true;  // as in bf16.h

  template <class V, bool kAll>
  RADAM_INLINE typename V::Int nearest_above(typename V::Register x) {
    return V::add_int(Split::bits_of<V, kAll>(x), V::broadcast_int(0x8000));
  }

  template <class V, bool kAll>
  RADAM_INLINE typename V::Int nearest(typename V::Register x) {
    return V::template shift_right<16>(nearest_above<V, kAll>(x));
  }
};

struct LowerHalf : UpperHalf {
  static constexpr bool kAbove = false;

  template <class V, bool kAll>
  RADAM_INLINE typename V::Int nearest(typename V::Register x) {
    return V::and_int(Split::bits_of<V, kAll>(x), V::broadcast_int(0xFFFF));
  }
};

}  // namespace

#endif
