// One element at a time, on any machine. The vector types of the other targets have the same operations. Those on
// floats are correctly rounded, as IEEE-754 binary32. A mask is an Int of all ones or all zeros.
#ifndef RADAM_SRC_SIMD_SCALAR_H
#define RADAM_SRC_SIMD_SCALAR_H

#include <cstdint>

#include "../inline.h"
#include "../pattern.h"

namespace {

#ifdef __FP_FAST_FMAF

RADAM_INLINE float fused_multiply_add(float a, float b, float c) { return __builtin_fmaf(a, b, c); }

#else

RADAM_INLINE std::uint64_t bits_of(double x) {
  std::uint64_t bits;
  __builtin_memcpy(&bits, &x, sizeof bits);
  return bits;
}

// product + addend as a float, rounded once. `sum` is their sum as a double. Rounding the sum to odd records that
// digits were cut off, so that the rounding to float has the result of a single rounding: Boldo and Melquiond,
// "Emulation of a FMA and correctly rounded sums: proved algorithms using rounding to odd", 2008.
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
// mode. The product is exact in double, so only the sum is rounded on the way to float. That changes the result only if
// the double is halfway between two floats. Subnormal floats have another spacing, so they always take the slow path.
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
  // x, of which the compiler does not know that it is in memory. It would read it there again for each use.
  RADAM_INLINE Register in_register(Register x) { return x; }

  RADAM_INLINE Register add(Register a, Register b) { return a + b; }
  RADAM_INLINE Register sub(Register a, Register b) { return a - b; }
  RADAM_INLINE Register mul(Register a, Register b) { return a * b; }
  RADAM_INLINE Register div(Register a, Register b) { return a / b; }
  RADAM_INLINE Register sqrt(Register a) { return __builtin_sqrtf(a); }
  RADAM_INLINE Register max(Register a, Register b) { return a > b ? a : b; }  // b where either is NaN
  RADAM_INLINE Register fma(Register a, Register b, Register c) { return fused_multiply_add(a, b, c); }    // a b + c
  RADAM_INLINE Register fms(Register a, Register b, Register c) { return fused_multiply_add(a, b, -c); }   // a b - c
  RADAM_INLINE Register fnma(Register a, Register b, Register c) { return fused_multiply_add(-a, b, c); }  // c - a b

  RADAM_INLINE Register min(Register a, Register b) { return a < b ? a : b; }  // b where either is NaN

  using Int = std::uint32_t;
  RADAM_INLINE Int as_int(Register a) {
    Int x;
    __builtin_memcpy(&x, &a, sizeof x);
    return x;
  }
  RADAM_INLINE Register as_float(Int a) {
    Register x;
    __builtin_memcpy(&x, &a, sizeof x);
    return x;
  }
  RADAM_INLINE Int truncate(Register a) { return static_cast<Int>(static_cast<std::int32_t>(a)); }
  RADAM_INLINE Register to_float(Int a) { return static_cast<Register>(static_cast<std::int32_t>(a)); }
  RADAM_INLINE Int broadcast_int(std::uint32_t x) { return x; }
  RADAM_INLINE Int index() { return 0; }  // each lane's number
  RADAM_INLINE Int add_int(Int a, Int b) { return a + b; }
  RADAM_INLINE Int sub_int(Int a, Int b) { return a - b; }
  RADAM_INLINE Int mul_int(Int a, Int b) { return a * b; }  // the lower half
  RADAM_INLINE Int and_int(Int a, Int b) { return a & b; }
  RADAM_INLINE Int or_int(Int a, Int b) { return a | b; }
  RADAM_INLINE Int xor_int(Int a, Int b) { return a ^ b; }
  RADAM_INLINE Int or_and(Int a, Int b, Int c) { return a | (b & c); }
  template <int count>
  RADAM_INLINE Int shift_left(Int a) {
    return a << count;
  }
  template <int count>
  RADAM_INLINE Int shift_right(Int a) {
    return a >> count;
  }
  RADAM_INLINE Int min_int(Int a, Int b) { return a < b ? a : b; }  // unsigned
  RADAM_INLINE Int max_int(Int a, Int b) { return a > b ? a : b; }  // unsigned
  RADAM_INLINE Int greater(Int a, Int b) {                          // signed
    return static_cast<std::int32_t>(a) > static_cast<std::int32_t>(b) ? ~Int{0} : 0;
  }
  RADAM_INLINE Int greater_float(Register a, Register b) { return a > b ? ~Int{0} : 0; }
  RADAM_INLINE Int select(Int mask, Int a, Int b) { return (mask & a) | (~mask & b); }
  // size where x > 0, -size where x < 0, and x itself where it is 0 or NaN.
  RADAM_INLINE Register times_sign(Register size, Register x) { return x > 0 ? size : x < 0 ? -size : x; }
  RADAM_INLINE bool any(Int mask) { return mask != 0; }
  static constexpr std::int64_t kRun = 32;  // elements of a run: storage/run.h
  RADAM_INLINE bool nan_in_run(const Register* x) {
    bool nan = false;
    for (int i = 0; i < 32; ++i) nan |= x[i] != x[i];
    return nan;
  }
  RADAM_INLINE std::uint32_t max_of_lanes(Int a) { return a; }  // unsigned

  // 8- and 16-bit integers, one for each lane.
  RADAM_INLINE Int load_u8(const unsigned char* from) { return *from; }
  RADAM_INLINE Int load_s8(const unsigned char* from) { return static_cast<Int>(static_cast<signed char>(*from)); }
  // Stores bytes of a sign and a code, from sums of storage/block8.h. kSignedSums: whether these have the sign; else x
  // has it. Once base is subtracted, a code is at most 128, and is cut to 127.
  static constexpr bool kSignedSums = false;
  RADAM_INLINE void store_signed_run(unsigned char* to, const Int* sums, std::uint32_t base, const Register* x) {
    for (int i = 0; i < 32; ++i)
      to[i] = static_cast<unsigned char>(min_int((sums[i] >> 20) - base, 127) | ((as_int(x[i]) >> 24) & 128));
  }
  // Stores bytes of a code. Once base is subtracted, it is at most 255. any_zeros() of what is returned says whether
  // one is 0, and of several joined, whether one of them is.
  RADAM_INLINE Int store_positive_run(unsigned char* to, const Int* sums, std::uint32_t base) {
    Int least = no_zeros();
    for (int i = 0; i < 32; ++i) {
      const Int code = (sums[i] >> 20) - base;
      to[i] = static_cast<unsigned char>(code);
      least = join_zeros(least, code);
    }
    return least;
  }
  RADAM_INLINE Int no_zeros() { return ~Int{0}; }
  RADAM_INLINE Int join_zeros(Int a, Int b) { return min_int(a, b); }
  RADAM_INLINE bool any_zeros(Int a) { return a == 0; }
  // Makes bytes at least 1 where x is not 0. No x is negative.
  RADAM_INLINE void raise_run(unsigned char* to, const Register* x) {
    for (int i = 0; i < 32; ++i)
      if (to[i] == 0 && as_int(x[i]) != 0) to[i] = 1;
  }
  RADAM_INLINE Int load_u16(const unsigned char* from) {
    std::uint16_t x;
    __builtin_memcpy(&x, from, sizeof x);
    return x;
  }
  RADAM_INLINE Register load_bf16(const unsigned char* from) { return as_float(load_u16(from) << 16); }
  // Whether the processor converts binary16. Then there are load_f16, which changes a NaN to a quiet one, and store_f16,
  // which rounds to nearest, or numbers between 2^-14 and 65,504 towards zero.
  static constexpr bool kConvertsF16 = false;
  RADAM_INLINE void store_u16_run(unsigned char* to, const Int* x) {  // no more than 16 bits may be set
    for (int i = 0; i < 32; ++i) {
      const auto half = static_cast<std::uint16_t>(x[i]);
      __builtin_memcpy(to + 2 * i, &half, sizeof half);
    }
  }

  // Stores the upper halves. store_positive_upper_run: a half becomes at least 1 where x is not 0. No x is negative.
  RADAM_INLINE void store_upper_run(unsigned char* to, const Int* x) {
    Int halves[32];
    for (int i = 0; i < 32; ++i) halves[i] = x[i] >> 16;
    store_u16_run(to, halves);
  }
  RADAM_INLINE void store_positive_upper_run(unsigned char* to, const Int* codes, const Register* x) {
    Int halves[32];
    for (int i = 0; i < 32; ++i) halves[i] = max_int(codes[i] >> 16, as_int(x[i]) != 0 ? 1 : 0);
    store_u16_run(to, halves);
  }

  // A sum in double for each lane. add(x, y) adds the products, which are exact in double.
  struct ProductSums {
    double sum = 0;
    __attribute__((always_inline)) void add(Register x, Register y) {
      sum += static_cast<double>(x) * static_cast<double>(y);
    }
    __attribute__((always_inline)) void store(double* to) const { *to = sum; }
  };

  // How vectors may share roots and quotients between the divider and FMA. A type with other patterns than the divider
  // alone has share(), which says what they are, pattern(), which says which is in use, and a Guard: step_group.h.
  static constexpr unsigned kPatterns = radam::set_of(radam::Pattern::kDivider);
};

}  // namespace

#endif
