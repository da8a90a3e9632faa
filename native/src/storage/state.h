// The types of state, as GPUs use them: for signed buffers and for those that are never negative. They convert the code
// of an element, an integer, to and from float32. encode rounds by kRandomBits random bits. radam.h (radam_tensor)
// documents the types.
#ifndef RADAM_SRC_STORAGE_STATE_H
#define RADAM_SRC_STORAGE_STATE_H

#include "../inline.h"
#include "bf16.h"
#include "block8.h"

namespace {

template <bool kSigned>
struct F32State {
  static constexpr int kBytes = 4, kRandomBits = 16;  // it takes no random bits
  static constexpr bool kScaled = false, kRounded = false;

  template <class V>
  RADAM_INLINE typename V::Register decode(typename V::Int code, float) {
    return V::as_float(code);
  }

  template <class V>
  RADAM_INLINE typename V::Int encode(typename V::Register x, typename V::Int, float) {
    return V::as_int(x);
  }
};

template <bool kSigned>
struct Bf16State {
  static constexpr int kBytes = 2, kRandomBits = Bf16::kRandomBits;
  static constexpr bool kScaled = false, kRounded = true;

  template <class V>
  RADAM_INLINE typename V::Register decode(typename V::Int code, float) {
    return Bf16::decode<V>(code);
  }

  template <class V>
  RADAM_INLINE typename V::Int encode(typename V::Register x, typename V::Int random, float) {
    const auto code = Bf16::stochastic<V, true>(x, random);
    if constexpr (kSigned) return code;
    // An element above 0 stays above 0: it becomes the least number. None is negative.
    return V::max_int(code, V::min_int(V::as_int(x), V::broadcast_int(1)));
  }
};

template <bool kSigned>
struct Block8State {
  static constexpr int kBytes = 1, kRandomBits = Block8<kSigned>::kRandomBits;
  static constexpr bool kScaled = true, kRounded = true;

  RADAM_INLINE float scale(std::uint32_t largest) { return Block8<kSigned>::scale(largest); }

  template <class V>
  RADAM_INLINE typename V::Register decode(typename V::Int code, float scale) {
    // Sign-extends bit 7.
    if constexpr (kSigned) code = V::sub_int(V::xor_int(code, V::broadcast_int(128)), V::broadcast_int(128));
    return Block8<kSigned>::template decode<V>(code, V::broadcast(scale));
  }

  template <class V>
  RADAM_INLINE typename V::Int encode(typename V::Register x, typename V::Int random, float scale) {
    const auto code = V::sub_int(Block8<kSigned>::template encode<V>(x, random, V::broadcast(scale)),
                                 V::broadcast_int(Block8<kSigned>::base(scale)));
    if constexpr (kSigned) {
      const auto sign = V::and_int(V::template shift_right<24>(V::as_int(x)), V::broadcast_int(128));
      return V::or_int(V::min_int(code, V::broadcast_int(127)), sign);
    } else {
      return V::max_int(code, V::min_int(V::as_int(x), V::broadcast_int(1)));
    }
  }
};

}  // namespace

#endif
