// Sixteen elements: AVX-512F. See scalar.h for the vocabulary.
#ifndef RADAM_SRC_SIMD_AVX512_H
#define RADAM_SRC_SIMD_AVX512_H

#include <immintrin.h>

#include <cstdint>

#include "../by_fma.h"
#include "../inline.h"

namespace {

struct Avx512 {
  using Register = __m512;
  static constexpr std::int64_t kLanes = 16;

  RADAM_INLINE Register load(const float* from) { return _mm512_loadu_ps(from); }
  RADAM_INLINE void store(float* to, Register x) { _mm512_storeu_ps(to, x); }
  RADAM_INLINE Register broadcast(float x) { return _mm512_set1_ps(x); }

  RADAM_INLINE Register add(Register a, Register b) { return _mm512_add_ps(a, b); }
  RADAM_INLINE Register sub(Register a, Register b) { return _mm512_sub_ps(a, b); }
  RADAM_INLINE Register mul(Register a, Register b) { return _mm512_mul_ps(a, b); }
  RADAM_INLINE Register div(Register a, Register b) { return _mm512_div_ps(a, b); }
  RADAM_INLINE Register sqrt(Register a) { return _mm512_sqrt_ps(a); }
  RADAM_INLINE Register max(Register a, Register b) { return _mm512_max_ps(a, b); }
  RADAM_INLINE Register fma(Register a, Register b, Register c) { return _mm512_fmadd_ps(a, b, c); }
  RADAM_INLINE Register fms(Register a, Register b, Register c) { return _mm512_fmsub_ps(a, b, c); }
  RADAM_INLINE Register fnma(Register a, Register b, Register c) { return _mm512_fnmadd_ps(a, b, c); }

  // Half of the vectors by FMA, root and quotient.
  static constexpr int kGroup = 4;
  static constexpr unsigned kByFma = 0b1010;
  static constexpr bool kSqrtByFma = true;
  RADAM_INLINE Register approximate_reciprocal(Register a) { return _mm512_rcp14_ps(a); }  // to 2^-14
  RADAM_INLINE Register approximate_rsqrt(Register a) { return _mm512_rsqrt14_ps(a); }     // to 2^-14

  class Guard {
   public:
    __attribute__((always_inline)) void watch(Register numerator, Register radicand, Register divisor) {
      constexpr int kOr = 0xFE, kOrXor = 0xF6;  // a | b | c and a | (b ^ c)
      const __m512i smallest = _mm512_set1_epi32(guard::kSmallest);
      const __m512i b = _mm512_castps_si512(divisor);
      const __m512i carried = _mm512_add_epi32(b, _mm512_set1_epi32(guard::kLastSignificands));
      const __m512i from_numerator = _mm512_sub_epi32(_mm512_castps_si512(numerator), smallest);
      const __m512i from_radicand = _mm512_sub_epi32(_mm512_castps_si512(radicand), smallest);
      out_of_range_ = _mm512_ternarylogic_epi32(out_of_range_, from_numerator, from_radicand, kOr);
      carries_ = _mm512_ternarylogic_epi32(carries_, b, carried, kOrXor);
    }
    __attribute__((always_inline)) bool accepts() const {
      const __mmask16 range = _mm512_test_epi32_mask(out_of_range_, _mm512_set1_epi32(guard::kOutOfRange));
      const __mmask16 carry = _mm512_test_epi32_mask(carries_, _mm512_set1_epi32(guard::kCarry));
      return (range | carry) == 0;
    }

   private:
    __m512i out_of_range_ = _mm512_setzero_si512(), carries_ = _mm512_setzero_si512();
  };
};

}  // namespace

#endif
