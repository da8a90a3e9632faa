// 8-bit state in blocks with a common scale. radam.h (radam_tensor) documents the format.
#ifndef RADAM_SRC_STORAGE_BLOCK8_H
#define RADAM_SRC_STORAGE_BLOCK8_H

#include <cstdint>

#include "../inline.h"

namespace {

constexpr std::uint32_t kInfinityBits = 0x7F800000, kNanBits = 0x7FC00000, kOneBits = 0x3F800000;

// kSigned: a sign and 7 bits of code. Otherwise 8 bits of code, for buffers that are never negative.
template <bool kSigned>
struct Block8 {
  static constexpr std::uint32_t kLargest = kSigned ? 127 : 255;
  static constexpr std::uint32_t kOctaves = (kLargest >> 3) + 1;
  static constexpr int kRandomBits = 20;

  // The scale of a block, from the bits of its largest magnitude.
  RADAM_INLINE float scale(std::uint32_t largest) {
    const std::uint32_t exponent = (largest + (1u << 20)) >> 23;
    std::uint32_t bits = exponent > kOctaves - 1 ? (exponent - (kOctaves - 1)) << 23 : 1u << 23;
    if (largest >= kInfinityBits) bits = kNanBits;
    float scale;
    __builtin_memcpy(&scale, &bits, sizeof scale);
    return scale;
  }

  template <class V>
  RADAM_INLINE typename V::Register decode(const unsigned char* from, typename V::Register scale) {
    return decode<V>(kSigned ? V::load_s8(from) : V::load_u8(from), scale);
  }

  // The scale times the bracket of the format. It is computed as the difference of two floats: the scale with the code
  // added to its exponent and mantissa, and the scale. The result has the same bits, because scaling by a power of two
  // is exact. A signed byte is sign-extended.
  template <class V>
  RADAM_INLINE typename V::Register decode(typename V::Int byte, typename V::Register scale) {
    const auto base = V::as_int(scale), bits = V::template shift_left<20>(byte);
    if constexpr (kSigned) {
      const auto level = V::as_float(V::add_int(V::and_int(bits, V::broadcast_int(kLargest << 20)), base));
      return V::as_float(V::or_and(V::as_int(V::sub(level, scale)), bits, V::broadcast_int(0x80000000u)));
    } else {
      return V::sub(V::as_float(V::add_int(bits, base)), scale);
    }
  }

  // The upper 12 bits are those of the code, with base() added. random: 20 random bits, as many as are to be cut off.
  // The scale must not be NaN. The caller has to limit a signed code to kLargest. An unsigned code cannot be larger:
  // near the top, the scale is too small to change a magnitude that it is added to, and scale() has left room for
  // rounding up. If the scale has the sign of the element, so has the sum.
  template <class V>
  RADAM_INLINE typename V::Int sum(typename V::Register magnitude, typename V::Int random,
                                   typename V::Register scale) {
    return V::add_int(V::as_int(V::add(magnitude, scale)), random);
  }

  // The code, with base() added.
  template <class V>
  RADAM_INLINE typename V::Int encode(typename V::Register x, typename V::Int random, typename V::Register scale) {
    return V::template shift_right<20>(sum<V>(V::as_float(magnitude_bits<V>(x)), random, scale));
  }

  // What a sum has too much. The lowest 20 bits of a scale are 0, so it can be subtracted after they are cut off.
  RADAM_INLINE std::uint32_t base(float scale) {
    std::uint32_t bits;
    __builtin_memcpy(&bits, &scale, sizeof bits);
    return bits >> 20;
  }

  // The bits of the magnitude. An unsigned element is never negative.
  template <class V>
  RADAM_INLINE typename V::Int magnitude_bits(typename V::Register x) {
    return kSigned ? V::and_int(V::as_int(x), V::broadcast_int(0x7FFFFFFF)) : V::as_int(x);
  }
};

}  // namespace

#endif
