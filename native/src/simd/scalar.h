// One element at a time, on any machine. The vocabulary of simd/: every target has these operations, each correctly
// rounded as IEEE-754 binary32.
#ifndef RADAM_SRC_SIMD_SCALAR_H
#define RADAM_SRC_SIMD_SCALAR_H

#include <cstdint>

#include "../inline.h"

namespace {

#ifdef __FP_FAST_FMAF

RADAM_INLINE float fused_multiply_add(float a, float b, float c) { return __builtin_fmaf(a, b, c); }

#else

RADAM_INLINE std::uint64_t bits_of(double x) {
  std::uint64_t bits;
  __builtin_memcpy(&bits, &x, sizeof bits);
  return bits;
}

// sum = product + addend, which was rounded to double, as a float that is rounded only once. Rounding the sum to odd
// keeps the knowledge that digits were cut off, so that the second rounding is as good as the only one: Boldo and
// Melquiond, "Emulation of a FMA and correctly rounded sums: proved algorithms using rounding to odd", 2008.
__attribute__((noinline)) float round_by_odd(double product, double addend, double sum) {
  // What the addition cut off (Knuth's TwoSum).
  const double addend_part = sum - product;
  const double error = (product - (sum - addend_part)) + (addend - addend_part);
  std::uint64_t bits = bits_of(sum);
  if (error != 0 && (bits & 1) == 0) bits += (error > 0) == (sum > 0) ? 1 : ~std::uint64_t{0};
  __builtin_memcpy(&sum, &bits, sizeof sum);
  return static_cast<float>(sum);
}

// a * b + c, rounded once, without an FMA instruction and without the C library, whose emulation changes the rounding
// mode. The product is exact in double, so only the sum is rounded on the way to float. That is harmless unless it ends
// up halfway between two floats; among subnormal floats, which have their own spacing, one does not even ask.
RADAM_INLINE float fused_multiply_add(float a, float b, float c) {
  const double product = static_cast<double>(a) * static_cast<double>(b);
  const double addend = static_cast<double>(c);
  const double sum = product + addend;
  constexpr std::uint64_t kCutOff = (std::uint64_t{1} << 29) - 1, kHalfway = std::uint64_t{1} << 28;
  constexpr std::uint64_t kMagnitude = ~std::uint64_t{0} >> 1, kMinNormal = std::uint64_t{1023 - 126} << 52;
  const std::uint64_t bits = bits_of(sum);
  const bool subnormal = (bits & kMagnitude) - 1 < kMinNormal - 1;  // and not zero
  if (__builtin_expect((bits & kCutOff) == kHalfway || subnormal, false)) return round_by_odd(product, addend, sum);
  return static_cast<float>(sum);
}

#endif

struct Scalar {
  using Register = float;
  static constexpr std::int64_t kLanes = 1;

  // By memcpy, because the address may be misaligned for a float.
  RADAM_INLINE Register load(const float* from) {
    Register x;
    __builtin_memcpy(&x, from, sizeof x);
    return x;
  }
  RADAM_INLINE void store(float* to, Register x) { __builtin_memcpy(to, &x, sizeof x); }
  RADAM_INLINE Register broadcast(float x) { return x; }

  RADAM_INLINE Register add(Register a, Register b) { return a + b; }
  RADAM_INLINE Register sub(Register a, Register b) { return a - b; }
  RADAM_INLINE Register mul(Register a, Register b) { return a * b; }
  RADAM_INLINE Register div(Register a, Register b) { return a / b; }
  RADAM_INLINE Register sqrt(Register a) { return __builtin_sqrtf(a); }
  RADAM_INLINE Register max(Register a, Register b) { return a > b ? a : b; }  // b where either is NaN
  RADAM_INLINE Register fma(Register a, Register b, Register c) { return fused_multiply_add(a, b, c); }    // a b + c
  RADAM_INLINE Register fms(Register a, Register b, Register c) { return fused_multiply_add(a, b, -c); }   // a b - c
  RADAM_INLINE Register fnma(Register a, Register b, Register c) { return fused_multiply_add(-a, b, c); }  // c - a b

  // Vectors in a group, and which of them take root and quotient by FMA: none here. See by_fma.h and step_group.h.
  static constexpr int kGroup = 1;
  static constexpr unsigned kByFma = 0;
};

}  // namespace

#endif
