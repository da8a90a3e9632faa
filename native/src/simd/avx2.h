// Eight elements: AVX2 and FMA. See scalar.h for the vocabulary.
#ifndef RADAM_SRC_SIMD_AVX2_H
#define RADAM_SRC_SIMD_AVX2_H

#include <immintrin.h>

#include <cstdint>

#include "../by_fma.h"
#include "../inline.h"

namespace {

struct Avx2 {
  using Register = __m256;
  static constexpr std::int64_t kLanes = 8;

  RADAM_INLINE Register load(const float* from) { return _mm256_loadu_ps(from); }
  RADAM_INLINE void store(float* to, Register x) { _mm256_storeu_ps(to, x); }
  RADAM_INLINE Register broadcast(float x) { return _mm256_set1_ps(x); }

  RADAM_INLINE Register add(Register a, Register b) { return _mm256_add_ps(a, b); }
  RADAM_INLINE Register sub(Register a, Register b) { return _mm256_sub_ps(a, b); }
  RADAM_INLINE Register mul(Register a, Register b) { return _mm256_mul_ps(a, b); }
  RADAM_INLINE Register div(Register a, Register b) { return _mm256_div_ps(a, b); }
  RADAM_INLINE Register sqrt(Register a) { return _mm256_sqrt_ps(a); }
  RADAM_INLINE Register max(Register a, Register b) { return _mm256_max_ps(a, b); }
  RADAM_INLINE Register fma(Register a, Register b, Register c) { return _mm256_fmadd_ps(a, b, c); }
  RADAM_INLINE Register fms(Register a, Register b, Register c) { return _mm256_fmsub_ps(a, b, c); }
  RADAM_INLINE Register fnma(Register a, Register b, Register c) { return _mm256_fnmadd_ps(a, b, c); }

  // One vector of four by FMA measured best on Zen 4, whose divider shares a port with FMA: bench/README.md.
  static constexpr int kGroup = 4;
  static constexpr unsigned kByFma = 0b0001;
  static constexpr bool kSqrtByFma = false;
  RADAM_INLINE Register approximate_reciprocal(Register a) { return _mm256_rcp_ps(a); }  // to 1.5 * 2^-12

  class Guard {
   public:
    __attribute__((always_inline)) void watch(Register numerator, Register radicand, Register divisor) {
      const __m256i smallest = _mm256_set1_epi32(guard::kSmallest);
      const __m256i b = _mm256_castps_si256(divisor);
      const __m256i carried = _mm256_add_epi32(b, _mm256_set1_epi32(guard::kLastSignificands));
      const __m256i out = _mm256_or_si256(_mm256_sub_epi32(_mm256_castps_si256(numerator), smallest),
                                          _mm256_sub_epi32(_mm256_castps_si256(radicand), smallest));
      out_of_range_ = _mm256_or_si256(out_of_range_, out);
      carries_ = _mm256_or_si256(carries_, _mm256_xor_si256(b, carried));
    }
    __attribute__((always_inline)) bool accepts() const {
      const __m256i bad = _mm256_or_si256(_mm256_and_si256(out_of_range_, _mm256_set1_epi32(guard::kOutOfRange)),
                                          _mm256_and_si256(carries_, _mm256_set1_epi32(guard::kCarry)));
      return _mm256_testz_si256(bad, bad) != 0;
    }

   private:
    __m256i out_of_range_ = _mm256_setzero_si256(), carries_ = _mm256_setzero_si256();
  };
};

}  // namespace

#endif
