// IEEE-754 binary16, by integer operations and exact float operations, for the same reasons as in bf16.h. Where the
// processor has conversions with the same results, by these.
#ifndef RADAM_SRC_STORAGE_F16_H
#define RADAM_SRC_STORAGE_F16_H

#include <cstdint>

#include "../inline.h"
#include "run.h"

namespace {

struct F16 {
  static constexpr int kBytes = 2, kRandomBits = 16;
  static constexpr bool kAbove = false;  // as in bf16.h

  template <class V>
  RADAM_INLINE typename V::Register load(const unsigned char* from) {
    if constexpr (V::kConvertsF16) {
      return V::load_f16(from);
    } else {
      return decode<V>(V::load_u16(from));
    }
  }

  template <class V>
  RADAM_INLINE typename V::Register decode(typename V::Int half) {
    const auto sign = V::template shift_left<16>(V::and_int(half, V::broadcast_int(0x8000)));
    const auto magnitude = V::template shift_left<13>(V::and_int(half, V::broadcast_int(0x7FFF)));
    // The exponents' biases differ by 112; infinities and NaNs have the last exponent of both types.
    const auto special = V::greater(magnitude, V::broadcast_int(kHalfInfinity - 1));
    auto bits = V::add_int(magnitude, V::broadcast_int(kBias));
    bits = V::add_int(bits, V::and_int(special, V::broadcast_int(kBias)));
    // A subnormal half has no leading 1 in its significand. The bias has added one, which is subtracted again.
    const auto subnormal = V::greater(V::broadcast_int(1 << 23), magnitude);
    const auto with_one = V::as_float(V::add_int(magnitude, V::broadcast_int(kBias + (1 << 23))));
    const auto value = V::as_int(V::sub(with_one, V::as_float(V::broadcast_int(kMinNormal))));
    return V::as_float(V::or_int(sign, V::select(subnormal, value, bits)));
  }

  // Whether a run of elements needs the functions with kAll. The others are faster, but not right for all elements. The
  // processor rounds all numbers to nearest. What is rounded towards zero, after random bits were added, must be a
  // normal half, and small enough to remain one.
  template <class V, bool stochastic>
  RADAM_INLINE bool special(const typename V::Register* run) {
    if constexpr (V::kConvertsF16 && !stochastic) return V::nan_in_run(run);
    auto largest = V::broadcast_int(0);
    for (std::int64_t k = 0; k < V::kRun / V::kLanes; ++k) {
      const auto magnitude = V::and_int(V::as_int(run[k]), V::broadcast_int(0x7FFFFFFF));
      largest = V::max_int(largest, V::sub_int(magnitude, V::broadcast_int(kMinNormal)));
    }
    return V::any(V::greater(V::template shift_right<1>(largest), V::broadcast_int((kLargest - kMinNormal) / 2 - 1)));
  }

  // Converts a run that is not special by the processor.
  template <class V, bool stochastic>
  RADAM_INLINE void convert_run(const typename V::Register* run, const typename V::Int* words, unsigned char* to) {
    for (std::int64_t k = 0; k < V::kRun / V::kLanes; ++k) {
      auto x = run[k];
      if constexpr (stochastic) {
        const auto r = V::and_int(V::template shift_right<3>(words[k]), V::broadcast_int(0x1FFF));
        x = V::as_float(V::add_int(V::as_int(x), r));
      }
      V::template store_f16<stochastic>(to + k * V::kLanes * kBytes, x);
    }
  }

  template <class V, bool kAll>
  RADAM_INLINE typename V::Int nearest(typename V::Register x) {
    const auto magnitude = V::and_int(V::as_int(x), V::broadcast_int(0x7FFFFFFF));
    const auto odd = V::and_int(V::template shift_right<13>(magnitude), V::broadcast_int(1));
    const auto increment = V::add_int(odd, V::broadcast_int(0xFFF));
    if constexpr (!kAll) return with_sign<V>(x, normal<V>(magnitude, increment));
    // The last bit of 0.5 has the value of the smallest subnormal half, so that the addition rounds to a multiple of
    // it.
    const auto aligner = V::broadcast(0.5f);
    const auto subnormal = V::sub_int(V::as_int(V::add(V::as_float(magnitude), aligner)), V::as_int(aligner));
    return finish<V>(x, magnitude, increment, subnormal);
  }

  // r: 16 random bits.
  template <class V, bool kAll>
  RADAM_INLINE typename V::Int stochastic(typename V::Register x, typename V::Int r) {
    const auto magnitude = V::and_int(V::as_int(x), V::broadcast_int(0x7FFFFFFF));
    const auto increment = V::template shift_right<3>(r);
    if constexpr (!kAll) return with_sign<V>(x, normal<V>(magnitude, increment));
    // In units of the smallest subnormal half. The result is not used where the number is larger than a subnormal.
    const auto units = V::mul(V::min(V::as_float(magnitude), V::broadcast(1.0f)), V::broadcast(0x1p24f));
    const auto whole = V::truncate(units);
    const auto fraction = V::sub(units, V::to_float(whole));  // exact, like its product with 2^16
    // fraction + (r + 1/2) / 2^16 >= 1
    const auto least = V::sub(V::broadcast(65535.5f), V::to_float(r));
    const auto less = V::greater_float(least, V::mul(fraction, V::broadcast(65536.0f)));
    const auto subnormal = V::add_int(whole, V::select(less, V::broadcast_int(0), V::broadcast_int(1)));
    return finish<V>(x, magnitude, increment, subnormal);
  }

 private:
  static constexpr int kBias = 112 << 23, kMinNormal = 113 << 23, kHalfInfinity = 31 << 23;
  static constexpr int kTooLarge = (127 + 16) << 23;    // 2^16
  static constexpr int kLargest = kTooLarge - (1 << 13);  // the largest half

  template <class V>
  RADAM_INLINE typename V::Int normal(typename V::Int magnitude, typename V::Int increment) {
    return V::template shift_right<13>(V::add_int(V::sub_int(magnitude, V::broadcast_int(kBias)), increment));
  }

  template <class V>
  RADAM_INLINE typename V::Int with_sign(typename V::Register x, typename V::Int half) {
    return V::or_int(half, V::template shift_right<16>(V::and_int(V::as_int(x), V::broadcast_int(0x80000000u))));
  }

  template <class V>
  RADAM_INLINE typename V::Int finish(typename V::Register x, typename V::Int magnitude, typename V::Int increment,
                                      typename V::Int subnormal) {
    const auto small = V::greater(V::broadcast_int(kMinNormal), magnitude);
    const auto large = V::greater(magnitude, V::broadcast_int(kTooLarge - 1));
    const auto nan = V::greater(magnitude, V::broadcast_int(0x7F800000));
    auto half = V::select(small, subnormal, normal<V>(magnitude, increment));
    half = V::select(large, V::broadcast_int(0x7C00), half);
    half = V::select(nan, V::broadcast_int(0x7E00), half);
    return with_sign<V>(x, half);
  }
};

}  // namespace

#endif
