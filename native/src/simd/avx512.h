// Sixteen elements: AVX-512F. See scalar.h for the vocabulary.
#ifndef RADAM_SRC_SIMD_AVX512_H
#define RADAM_SRC_SIMD_AVX512_H

#include <immintrin.h>

#include <cstdint>

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
};

}  // namespace

#endif
