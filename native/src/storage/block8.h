// 8-bit moments in blocks with a common scale. radam.h (radam_tensor) documents the format.
#ifndef RADAM_SRC_STORAGE_BLOCK8_H
#define RADAM_SRC_STORAGE_BLOCK8_H

#include <cstdint>

#include "../inline.h"

namespace {

constexpr std::uint32_t kInfinityBits = 0x7F800000, kNanBits = 0x7FC00000, kOneBits = 0x3F800000;

// kSigned: a sign and 7 bits of code, for the first moment; otherwise 8 bits of code, for second moments.
template <bool kSigned>
struct Block8 {
  static constexpr std::uint32_t kLargest = kSigned ? 127 : 255;
  static constexpr std::uint32_t kOctaves = (kLargest >> 3) + 1;

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
  RADAM_INLINE typename V::Register decode(typename V::Int byte, typename V::Register scale) {
    const auto code = kSigned ? V::and_int(byte, V::broadcast_int(0x7F)) : byte;
    const auto level = V::as_float(V::add_int(V::template shift_left<20>(code), V::broadcast_int(kOneBits)));
    const auto magnitude = V::mul(V::sub(level, V::broadcast(1.0f)), scale);
    if (!kSigned) return magnitude;
    const auto sign = V::template shift_left<24>(V::and_int(byte, V::broadcast_int(0x80)));
    return V::as_float(V::or_int(V::as_int(magnitude), sign));
  }

  // random: 16 random bits in bits 4 to 19, zeros elsewhere. The scale must be a number.
  template <class V>
  RADAM_INLINE typename V::Int encode(typename V::Register x, typename V::Int random, typename V::Register scale) {
    const auto bits = V::as_int(x);
    const auto magnitude = V::and_int(bits, V::broadcast_int(0x7FFFFFFF));
    const auto moved = V::as_int(V::add(V::as_float(magnitude), scale));
    // 20 bits are cut off, for which there are 16 random ones and a half.
    const auto base = V::sub_int(V::as_int(scale), V::broadcast_int(8));
    const auto sum = V::add_int(V::sub_int(moved, base), random);
    auto code = V::min_int(V::template shift_right<20>(sum), V::broadcast_int(kLargest));
    if constexpr (kSigned) {
      code = V::or_int(code, V::template shift_right<24>(V::and_int(bits, V::broadcast_int(0x80000000u))));
    } else {
      // 1 where x is not 0: magnitude + 2^31 - 1 carries into the sign bit.
      const auto positive = V::template shift_right<31>(V::add_int(magnitude, V::broadcast_int(0x7FFFFFFF)));
      code = V::max_int(code, positive);
    }
    return code;
  }
};

}  // namespace

#endif
