// The totals of four vectors of doubles, in one vector, by AVX.
#ifndef RADAM_SRC_SIMD_TOTALS_OF_FOUR_H
#define RADAM_SRC_SIMD_TOTALS_OF_FOUR_H

#include <immintrin.h>

#include "../inline.h"

namespace {

// Of each: (0 + 2) + (1 + 3).
RADAM_INLINE __m256d totals_of_four(__m256d a, __m256d b, __m256d c, __m256d d) {
  const __m256d ab = _mm256_add_pd(_mm256_permute2f128_pd(a, b, 0x20), _mm256_permute2f128_pd(a, b, 0x31));
  const __m256d cd = _mm256_add_pd(_mm256_permute2f128_pd(c, d, 0x20), _mm256_permute2f128_pd(c, d, 0x31));
  const __m256d acbd = _mm256_add_pd(_mm256_unpacklo_pd(ab, cd), _mm256_unpackhi_pd(ab, cd));
  return _mm256_permute4x64_pd(acbd, _MM_SHUFFLE(3, 1, 2, 0));
}

}  // namespace

#endif
