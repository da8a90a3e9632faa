// One element at a time, on any machine. The vocabulary of simd/: every target has these operations, each correctly
// rounded as IEEE-754 binary32.
#ifndef RADAM_SRC_SIMD_SCALAR_H
#define RADAM_SRC_SIMD_SCALAR_H

#include <cstdint>

#include "../inline.h"

namespace {

// a * b + c, rounded once. Without an FMA instruction the C library would do this in software, with changes of the
// rounding mode; this needs neither. The product is exact in double. The sum is rounded to odd, which keeps the
// knowledge that digits were cut off, so that the second rounding, to float, is as good as the only one: Boldo and
// Melquiond, "Emulation of a FMA and correctly rounded sums: proved algorithms using rounding to odd", 2008.
RADAM_INLINE float fused_multiply_add(float a, float b, float c) {
#ifdef __FP_FAST_FMAF
  return __builtin_fmaf(a, b, c);
#else
  const double product = static_cast<double>(a) * static_cast<double>(b);
  const double addend = static_cast<double>(c);
  double sum = product + addend;
  // What the addition cut off (Knuth's TwoSum). Not finite where the sum is not: then there is nothing to mend.
  const double addend_part = sum - product;
  const double error = (product - (sum - addend_part)) + (addend - addend_part);
  if (error != 0 && error - error == 0) {
    std::int64_t bits;
    __builtin_memcpy(&bits, &sum, sizeof bits);
    if ((bits & 1) == 0) bits += (error > 0) == (sum > 0) ? 1 : -1;
    __builtin_memcpy(&sum, &bits, sizeof sum);
  }
  return static_cast<float>(sum);
#endif
}

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
};

}  // namespace

#endif
