// Eight elements: AVX2 and FMA. See scalar.h for the vocabulary.
#ifndef RADAM_SRC_SIMD_AVX2_H
#define RADAM_SRC_SIMD_AVX2_H

#include <immintrin.h>

#include <cstdint>

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
};

}  // namespace

#endif
