// AVX-512 intrinsics that SIMDe, in the version that distributions ship, does not have: by AVX2, a half at a time.
// Included after SIMDe and before what uses them.
#ifndef RADAM_TEST_SIMDE_GAPS_H
#define RADAM_TEST_SIMDE_GAPS_H

#include <cstdint>
#include <cstring>

namespace simde_gaps {

template <class To, class From>
inline To copy(const From& from) {
  static_assert(sizeof(To) == sizeof(From));
  To to;
  std::memcpy(&to, &from, sizeof to);
  return to;
}

struct Ints {
  __m256i low, high;
};
struct Floats {
  __m256 low, high;
};

inline __m512i cvttps_epi32(__m512 x) {
  const auto halves = copy<Floats>(x);
  return copy<__m512i>(Ints{_mm256_cvttps_epi32(halves.low), _mm256_cvttps_epi32(halves.high)});
}

inline __m512 cvtepi32_ps(__m512i x) {
  const auto halves = copy<Ints>(x);
  return copy<__m512>(Floats{_mm256_cvtepi32_ps(halves.low), _mm256_cvtepi32_ps(halves.high)});
}

inline __m512i cvtepu8_epi32(__m128i x) {
  return copy<__m512i>(Ints{_mm256_cvtepu8_epi32(x), _mm256_cvtepu8_epi32(_mm_srli_si128(x, 8))});
}

inline __m512i cvtepi8_epi32(__m128i x) {
  return copy<__m512i>(Ints{_mm256_cvtepi8_epi32(x), _mm256_cvtepi8_epi32(_mm_srli_si128(x, 8))});
}

inline __m512i cvtepu16_epi32(__m256i x) {
  return copy<__m512i>(Ints{_mm256_cvtepu16_epi32(_mm256_castsi256_si128(x)),
                            _mm256_cvtepu16_epi32(_mm256_extracti128_si256(x, 1))});
}

inline __m512 cvtph_ps(__m256i x) {
  return copy<__m512>(
      Floats{_mm256_cvtph_ps(_mm256_castsi256_si128(x)), _mm256_cvtph_ps(_mm256_extracti128_si256(x, 1))});
}

// Not a function with the rounding as an argument, because it is a part of the instruction. AVX2's has 3 bits of it:
// none to suppress exceptions.
template <int rounding>
inline __m256i cvtps_ph(__m512 x) {
  const auto halves = copy<Floats>(x);
  return _mm256_set_m128i(_mm256_cvtps_ph(halves.high, rounding & 7), _mm256_cvtps_ph(halves.low, rounding & 7));
}

inline unsigned reduce_max_epu32(__m512i x) {
  std::uint32_t lanes[16];
  std::memcpy(lanes, &x, sizeof lanes);
  unsigned largest = 0;
  for (const std::uint32_t lane : lanes) largest = lane > largest ? lane : largest;
  return largest;
}

struct Doubles {
  __m256d low, high;
};

inline __m512d cvtps_pd(__m256 x) {
  return copy<__m512d>(
      Doubles{_mm256_cvtps_pd(_mm256_castps256_ps128(x)), _mm256_cvtps_pd(_mm256_extractf128_ps(x, 1))});
}

}  // namespace simde_gaps

#define _mm512_cvttps_epi32 simde_gaps::cvttps_epi32
#define _mm512_cvtepi32_ps simde_gaps::cvtepi32_ps
#define _mm512_cvtepu8_epi32 simde_gaps::cvtepu8_epi32
#define _mm512_cvtepi8_epi32 simde_gaps::cvtepi8_epi32
#define _mm512_cvtepu16_epi32 simde_gaps::cvtepu16_epi32
#define _mm512_cvtph_ps simde_gaps::cvtph_ps
#define _mm512_cvtps_ph(x, rounding) simde_gaps::cvtps_ph<rounding>(x)
#define _mm512_reduce_max_epu32 simde_gaps::reduce_max_epu32
#define _mm512_cvtps_pd simde_gaps::cvtps_pd

#endif
