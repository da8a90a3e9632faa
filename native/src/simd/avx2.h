// Eight elements: AVX2 and FMA. See scalar.h for the vocabulary.
#ifndef RADAM_SRC_SIMD_AVX2_H
#define RADAM_SRC_SIMD_AVX2_H

#include <immintrin.h>

#include <cstdint>

#include <radam/radam.h>

#include "../by_fma.h"
#include "../inline.h"
#include "../pattern.h"
#include "totals_of_four.h"

namespace {

struct Avx2 {
  using Register = __m256;
  static constexpr std::int64_t kLanes = 8;

  RADAM_INLINE Register load(const float* from) { return _mm256_loadu_ps(from); }
  RADAM_INLINE void store(float* to, Register x) { _mm256_storeu_ps(to, x); }
  RADAM_INLINE Register broadcast(float x) { return _mm256_set1_ps(x); }
  RADAM_INLINE Register in_register(Register x) { return x; }

  RADAM_INLINE Register add(Register a, Register b) { return _mm256_add_ps(a, b); }
  RADAM_INLINE Register sub(Register a, Register b) { return _mm256_sub_ps(a, b); }
  RADAM_INLINE Register mul(Register a, Register b) { return _mm256_mul_ps(a, b); }
  RADAM_INLINE Register div(Register a, Register b) { return _mm256_div_ps(a, b); }
  RADAM_INLINE Register sqrt(Register a) { return _mm256_sqrt_ps(a); }
  RADAM_INLINE Register max(Register a, Register b) { return _mm256_max_ps(a, b); }
  RADAM_INLINE Register fma(Register a, Register b, Register c) { return _mm256_fmadd_ps(a, b, c); }
  RADAM_INLINE Register fms(Register a, Register b, Register c) { return _mm256_fmsub_ps(a, b, c); }
  RADAM_INLINE Register fnma(Register a, Register b, Register c) { return _mm256_fnmadd_ps(a, b, c); }

  RADAM_INLINE Register min(Register a, Register b) { return _mm256_min_ps(a, b); }

  using Int = __m256i;
  RADAM_INLINE Int as_int(Register a) { return _mm256_castps_si256(a); }
  RADAM_INLINE Register as_float(Int a) { return _mm256_castsi256_ps(a); }
  RADAM_INLINE Int truncate(Register a) { return _mm256_cvttps_epi32(a); }
  RADAM_INLINE Register to_float(Int a) { return _mm256_cvtepi32_ps(a); }
  RADAM_INLINE Int broadcast_int(std::uint32_t x) { return _mm256_set1_epi32(static_cast<int>(x)); }
  RADAM_INLINE Int index() { return _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7); }
  RADAM_INLINE Int add_int(Int a, Int b) { return _mm256_add_epi32(a, b); }
  RADAM_INLINE Int sub_int(Int a, Int b) { return _mm256_sub_epi32(a, b); }
  RADAM_INLINE Int mul_int(Int a, Int b) { return _mm256_mullo_epi32(a, b); }
  RADAM_INLINE Int and_int(Int a, Int b) { return _mm256_and_si256(a, b); }
  RADAM_INLINE Int or_int(Int a, Int b) { return _mm256_or_si256(a, b); }
  RADAM_INLINE Int xor_int(Int a, Int b) { return _mm256_xor_si256(a, b); }
  RADAM_INLINE Int or_and(Int a, Int b, Int c) { return or_int(a, and_int(b, c)); }
  template <int count>
  RADAM_INLINE Int shift_left(Int a) {
    return _mm256_slli_epi32(a, count);
  }
  template <int count>
  RADAM_INLINE Int shift_right(Int a) {
    return _mm256_srli_epi32(a, count);
  }
  RADAM_INLINE Int min_int(Int a, Int b) { return _mm256_min_epu32(a, b); }
  RADAM_INLINE Int max_int(Int a, Int b) { return _mm256_max_epu32(a, b); }
  RADAM_INLINE Int greater(Int a, Int b) { return _mm256_cmpgt_epi32(a, b); }
  RADAM_INLINE Int greater_float(Register a, Register b) { return as_int(_mm256_cmp_ps(a, b, _CMP_GT_OQ)); }
  RADAM_INLINE Int select(Int mask, Int a, Int b) { return _mm256_blendv_epi8(b, a, mask); }
  RADAM_INLINE Register times_sign(Register size, Register x) {
    const Register signed_size = _mm256_xor_ps(_mm256_and_ps(x, broadcast(-0.0f)), size);
    return _mm256_blendv_ps(x, signed_size, _mm256_cmp_ps(x, _mm256_setzero_ps(), _CMP_NEQ_OQ));
  }
  RADAM_INLINE bool any(Int mask) { return _mm256_testz_si256(mask, mask) == 0; }
  static constexpr std::int64_t kRun = 32;
  RADAM_INLINE bool nan_in_run(const Register* x) {
    return any(as_int(_mm256_or_ps(_mm256_cmp_ps(x[0], x[1], _CMP_UNORD_Q), _mm256_cmp_ps(x[2], x[3], _CMP_UNORD_Q))));
  }
  RADAM_INLINE std::uint32_t max_of_lanes(Int a) {
    __m128i x = _mm_max_epu32(_mm256_castsi256_si128(a), _mm256_extracti128_si256(a, 1));
    x = _mm_max_epu32(x, _mm_shuffle_epi32(x, _MM_SHUFFLE(1, 0, 3, 2)));
    x = _mm_max_epu32(x, _mm_shuffle_epi32(x, _MM_SHUFFLE(2, 3, 0, 1)));
    return static_cast<std::uint32_t>(_mm_cvtsi128_si32(x));
  }

  RADAM_INLINE Int load_u8(const unsigned char* from) {
    return _mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(from)));
  }
  RADAM_INLINE Int load_s8(const unsigned char* from) {
    return _mm256_cvtepi8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(from)));
  }
  // Packing saturates, which keeps the sign of a value, and whether it is 0. So both can be tested in the packed bytes.
  static constexpr bool kSignedSums = false;
  RADAM_INLINE void store_signed_run(unsigned char* to, const Int* sums, std::uint32_t base, const Register* signs) {
    const __m256i bytes = _mm256_packs_epi16(packed(sums, base), packed(sums + 2, base));
    const __m256i sign = _mm256_and_si256(packed(signs), _mm256_set1_epi8(-128));
    store_in_order(to, _mm256_or_si256(bytes, sign));
  }
  RADAM_INLINE Int store_positive_run(unsigned char* to, const Int* sums, std::uint32_t base) {
    const __m256i bytes = _mm256_packus_epi16(packed(sums, base), packed(sums + 2, base));
    store_in_order(to, bytes);
    return bytes;
  }
  RADAM_INLINE Int no_zeros() { return _mm256_set1_epi8(-1); }
  RADAM_INLINE Int join_zeros(Int a, Int b) { return _mm256_min_epu8(a, b); }
  RADAM_INLINE bool any_zeros(Int a) { return any(_mm256_cmpeq_epi8(a, _mm256_setzero_si256())); }
  RADAM_INLINE void raise_run(unsigned char* to, const Register* x) {
    const __m256i least = in_order(_mm256_min_epu8(packed(x), _mm256_set1_epi8(1)));
    auto* const bytes = reinterpret_cast<__m256i*>(to);
    _mm256_storeu_si256(bytes, _mm256_max_epu8(_mm256_loadu_si256(bytes), least));
  }
  RADAM_INLINE __m256i packed(const Int* sums, std::uint32_t base) {
    const __m256i words = _mm256_packs_epi32(shift_right<20>(sums[0]), shift_right<20>(sums[1]));
    return _mm256_sub_epi16(words, _mm256_set1_epi16(static_cast<short>(base)));
  }
  RADAM_INLINE __m256i packed(const Register* x) {
    return _mm256_packs_epi16(_mm256_packs_epi32(as_int(x[0]), as_int(x[1])),
                              _mm256_packs_epi32(as_int(x[2]), as_int(x[3])));
  }
  // Packing works within halves, so the 4-byte groups of the four vectors end up interleaved.
  RADAM_INLINE __m256i in_order(__m256i bytes) {
    return _mm256_permutevar8x32_epi32(bytes, _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7));
  }
  RADAM_INLINE void store_in_order(unsigned char* to, __m256i bytes) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), in_order(bytes));
  }
  RADAM_INLINE Int load_u16(const unsigned char* from) {
    return _mm256_cvtepu16_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from)));
  }
  RADAM_INLINE Register load_bf16(const unsigned char* from) { return as_float(shift_left<16>(load_u16(from))); }
  static constexpr bool kConvertsF16 = true;
  RADAM_INLINE Register load_f16(const unsigned char* from) {
    return _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from)));
  }
  template <bool towards_zero>
  RADAM_INLINE void store_f16(unsigned char* to, Register x) {
    constexpr int kRounding = (towards_zero ? _MM_FROUND_TO_ZERO : _MM_FROUND_TO_NEAREST_INT) | _MM_FROUND_NO_EXC;
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to), _mm256_cvtps_ph(x, kRounding));
  }
  RADAM_INLINE void store_u16_run(unsigned char* to, const Int* x) {
    for (int i = 0; i < 4; i += 2) {
      const __m256i words = _mm256_packus_epi32(x[i], x[i + 1]);
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(to + 16 * i),
                          _mm256_permute4x64_epi64(words, _MM_SHUFFLE(3, 1, 2, 0)));
    }
  }

  RADAM_INLINE void store_upper_run(unsigned char* to, const Int* x) {
    const Int words[] = {shift_right<16>(x[0]), shift_right<16>(x[1]), shift_right<16>(x[2]), shift_right<16>(x[3])};
    store_u16_run(to, words);
  }
  RADAM_INLINE void store_positive_upper_run(unsigned char* to, const Int* codes, const Register* x) {
    Int words[4];
    for (int i = 0; i < 4; ++i)
      words[i] = max_int(shift_right<16>(codes[i]), min_int(as_int(x[i]), broadcast_int(1)));
    store_u16_run(to, words);
  }

  struct ProductSums {
    __m256d low = {}, high = {};
    __attribute__((always_inline)) void add(Register x, Register y) {
      low = _mm256_fmadd_pd(_mm256_cvtps_pd(_mm256_castps256_ps128(x)), _mm256_cvtps_pd(_mm256_castps256_ps128(y)),
                            low);
      high = _mm256_fmadd_pd(_mm256_cvtps_pd(_mm256_extractf128_ps(x, 1)),
                             _mm256_cvtps_pd(_mm256_extractf128_ps(y, 1)), high);
    }
    __attribute__((always_inline)) void store(double* to) const {
      _mm256_storeu_pd(to, low);
      _mm256_storeu_pd(to + 4, high);
    }
  };

  struct Eight {  // as eight_doubles.h documents it
    __m256d low = {}, high = {};

    template <int>
    RADAM_INLINE Eight of(Register a) {
      return {_mm256_cvtps_pd(_mm256_castps256_ps128(a)), _mm256_cvtps_pd(_mm256_extractf128_ps(a, 1))};
    }

    RADAM_INLINE Eight load(const float* from) {
      return {_mm256_cvtps_pd(_mm_loadu_ps(from)), _mm256_cvtps_pd(_mm_loadu_ps(from + 4))};
    }
    RADAM_INLINE Eight load_part(const float* from, std::int64_t place, std::int64_t count) {
      const __m256i after = _mm256_cmpgt_epi32(index(), _mm256_set1_epi32(static_cast<int>(place) - 1));
      const __m256i before = _mm256_cmpgt_epi32(_mm256_set1_epi32(static_cast<int>(place + count)), index());
      return of<0>(_mm256_and_ps(_mm256_loadu_ps(from), as_float(_mm256_and_si256(after, before))));
    }
    RADAM_INLINE_MEMBER void add_products(const Eight& a, const Eight& b) {
      low = _mm256_fmadd_pd(a.low, b.low, low);
      high = _mm256_fmadd_pd(a.high, b.high, high);
    }
    RADAM_INLINE void store_totals(const Eight (&sums)[4], double* to) {
      _mm256_storeu_pd(to, totals_of_four(fold(sums[0]), fold(sums[1]), fold(sums[2]), fold(sums[3])));
    }
    RADAM_INLINE __m256d fold(const Eight& a) { return _mm256_add_pd(a.low, a.high); }
  };

  static constexpr unsigned kPatterns =
      radam::set_of(radam::Pattern::kDivider) | radam::set_of(radam::Pattern::kQuarter);
  static constexpr radam::Share share(radam::Pattern) {
    // Three of four radicands would be watched for the bound alone.
    return {.group = 4, .by_fma = 0b0001, .sqrt_by_fma = false, .bound_by_guard = false};
  }
  static radam::Pattern pattern() { return radam::pattern_in_use(RADAM_TARGET_AVX2); }
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
