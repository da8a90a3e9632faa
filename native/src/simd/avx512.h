// Sixteen elements: AVX-512 F and BW. See scalar.h for the vocabulary.
#ifndef RADAM_SRC_SIMD_AVX512_H
#define RADAM_SRC_SIMD_AVX512_H

#include <immintrin.h>

#include <cstdint>

#include <radam/radam.h>

#include "../by_fma.h"
#include "../inline.h"
#include "../pattern.h"
#include "totals_of_four.h"

namespace {

struct Avx512 {
  using Register = __m512;
  static constexpr std::int64_t kLanes = 16;

  RADAM_INLINE Register load(const float* from) { return _mm512_loadu_ps(from); }
  RADAM_INLINE void store(float* to, Register x) { _mm512_storeu_ps(to, x); }
  RADAM_INLINE Register broadcast(float x) { return _mm512_set1_ps(x); }
  // A processor that loads one such vector in each cycle has none to spare.
  RADAM_INLINE Register in_register(Register x) {
#ifdef __AVX512F__  // and not emulated
    asm("" : "+v"(x));
#endif
    return x;
  }

  RADAM_INLINE Register add(Register a, Register b) { return _mm512_add_ps(a, b); }
  RADAM_INLINE Register sub(Register a, Register b) { return _mm512_sub_ps(a, b); }
  RADAM_INLINE Register mul(Register a, Register b) { return _mm512_mul_ps(a, b); }
  RADAM_INLINE Register div(Register a, Register b) { return _mm512_div_ps(a, b); }
  RADAM_INLINE Register sqrt(Register a) { return _mm512_sqrt_ps(a); }
  RADAM_INLINE Register max(Register a, Register b) { return _mm512_max_ps(a, b); }
  RADAM_INLINE Register fma(Register a, Register b, Register c) { return _mm512_fmadd_ps(a, b, c); }
  RADAM_INLINE Register fms(Register a, Register b, Register c) { return _mm512_fmsub_ps(a, b, c); }
  RADAM_INLINE Register fnma(Register a, Register b, Register c) { return _mm512_fnmadd_ps(a, b, c); }

  RADAM_INLINE Register min(Register a, Register b) { return _mm512_min_ps(a, b); }

  using Int = __m512i;
  RADAM_INLINE Int as_int(Register a) { return _mm512_castps_si512(a); }
  RADAM_INLINE Register as_float(Int a) { return _mm512_castsi512_ps(a); }
  RADAM_INLINE Int truncate(Register a) { return _mm512_cvttps_epi32(a); }
  RADAM_INLINE Register to_float(Int a) { return _mm512_cvtepi32_ps(a); }
  RADAM_INLINE Int broadcast_int(std::uint32_t x) { return _mm512_set1_epi32(static_cast<int>(x)); }
  RADAM_INLINE Int index() { return _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15); }
  RADAM_INLINE Int add_int(Int a, Int b) { return _mm512_add_epi32(a, b); }
  RADAM_INLINE Int sub_int(Int a, Int b) { return _mm512_sub_epi32(a, b); }
  RADAM_INLINE Int mul_int(Int a, Int b) { return _mm512_mullo_epi32(a, b); }
  RADAM_INLINE Int and_int(Int a, Int b) { return _mm512_and_si512(a, b); }
  RADAM_INLINE Int or_int(Int a, Int b) { return _mm512_or_si512(a, b); }
  RADAM_INLINE Int xor_int(Int a, Int b) { return _mm512_xor_si512(a, b); }
  RADAM_INLINE Int or_and(Int a, Int b, Int c) {
    constexpr int kOrAnd = 0xF8;  // a | (b & c)
    return _mm512_ternarylogic_epi32(a, b, c, kOrAnd);
  }
  template <int count>
  RADAM_INLINE Int shift_left(Int a) {
    return _mm512_slli_epi32(a, count);
  }
  template <int count>
  RADAM_INLINE Int shift_right(Int a) {
    return _mm512_srli_epi32(a, count);
  }
  RADAM_INLINE Int min_int(Int a, Int b) { return _mm512_min_epu32(a, b); }
  RADAM_INLINE Int max_int(Int a, Int b) { return _mm512_max_epu32(a, b); }
  RADAM_INLINE Int greater(Int a, Int b) { return mask_of(_mm512_cmpgt_epi32_mask(a, b)); }
  RADAM_INLINE Int greater_float(Register a, Register b) { return mask_of(_mm512_cmp_ps_mask(a, b, _CMP_GT_OQ)); }
  RADAM_INLINE Int mask_of(__mmask16 lanes) { return _mm512_maskz_set1_epi32(lanes, -1); }
  RADAM_INLINE Int select(Int mask, Int a, Int b) {
    constexpr int kChoose = 0xCA;  // mask ? a : b
    return _mm512_ternarylogic_epi32(mask, a, b, kChoose);
  }
  RADAM_INLINE Register times_sign(Register size, Register x) {
    constexpr int kAndXor = 0x6A;  // x & sign ^ size
    const Int sign = as_int(broadcast(-0.0f));
    const Int signed_size = _mm512_ternarylogic_epi32(as_int(x), sign, as_int(size), kAndXor);
    return _mm512_mask_mov_ps(x, _mm512_cmp_ps_mask(x, _mm512_setzero_ps(), _CMP_NEQ_OQ), as_float(signed_size));
  }
  RADAM_INLINE bool any(Int mask) { return _mm512_test_epi32_mask(mask, mask) != 0; }
  static constexpr std::int64_t kRun = 64;
  RADAM_INLINE bool nan_in_run(const Register* x) {
    return (_mm512_cmp_ps_mask(x[0], x[1], _CMP_UNORD_Q) | _mm512_cmp_ps_mask(x[2], x[3], _CMP_UNORD_Q)) != 0;
  }
  RADAM_INLINE std::uint32_t max_of_lanes(Int a) { return _mm512_reduce_max_epu32(a); }

  RADAM_INLINE Int load_u8(const unsigned char* from) {
    return _mm512_cvtepu8_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from)));
  }
  RADAM_INLINE Int load_s8(const unsigned char* from) {
    return _mm512_cvtepi8_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from)));
  }
  // The upper halves of sums are enough of them: a sign, bits of exponent and code, and four more bits. Packing
  // saturates, which keeps the sign.
  static constexpr bool kSignedSums = true;
  RADAM_INLINE void store_signed_run(unsigned char* to, const Int* sums, std::uint32_t base, const Register*) {
    const Int first = upper_halves(sums), last = upper_halves(sums + 2), low = _mm512_set1_epi16(255);
    const Int bytes = _mm512_packus_epi16(and_int(_mm512_srli_epi16(first, 4), low),
                                          and_int(_mm512_srli_epi16(last, 4), low));
    const Int codes = _mm512_sub_epi8(bytes, _mm512_set1_epi8(static_cast<char>(base)));
    const Int limited = _mm512_min_epu8(codes, _mm512_set1_epi8(127));
    store_in_order(to, or_and(limited, _mm512_packs_epi16(first, last), _mm512_set1_epi8(-128)));
  }
  RADAM_INLINE Int store_positive_run(unsigned char* to, const Int* sums, std::uint32_t base) {
    const Int above = _mm512_set1_epi16(static_cast<short>(base << 4));
    const Int first = _mm512_srli_epi16(_mm512_sub_epi16(upper_halves(sums), above), 4);
    const Int last = _mm512_srli_epi16(_mm512_sub_epi16(upper_halves(sums + 2), above), 4);
    const Int bytes = _mm512_packus_epi16(first, last);
    store_in_order(to, bytes);
    return bytes;
  }
  RADAM_INLINE Int no_zeros() { return _mm512_set1_epi8(-1); }
  RADAM_INLINE Int join_zeros(Int a, Int b) { return _mm512_min_epu8(a, b); }
  RADAM_INLINE bool any_zeros(Int a) { return _mm512_cmpeq_epi8_mask(a, _mm512_setzero_si512()) != 0; }
  RADAM_INLINE void raise_run(unsigned char* to, const Register* x) {
    const Int packed = _mm512_packs_epi16(_mm512_packs_epi32(as_int(x[0]), as_int(x[1])),
                                          _mm512_packs_epi32(as_int(x[2]), as_int(x[3])));
    const Int order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
    const Int least = _mm512_permutexvar_epi32(order, _mm512_min_epu8(packed, _mm512_set1_epi8(1)));
    _mm512_storeu_si512(to, _mm512_max_epu8(_mm512_loadu_si512(to), least));
  }
  // The upper halves of two vectors, in order.
  RADAM_INLINE Int upper_halves(const Int* x) {
    const Int odd = add_int(mul_int(index(), broadcast_int(0x40004)), broadcast_int(0x30001));  // words 1, 3, 5, ...
    return _mm512_permutex2var_epi16(x[0], odd, x[1]);
  }
  // Packing two such vectors works within quarters of them.
  RADAM_INLINE void store_in_order(unsigned char* to, Int bytes) {
    const Int order = _mm512_setr_epi64(0, 2, 4, 6, 1, 3, 5, 7);
    _mm512_storeu_si512(to, _mm512_permutexvar_epi64(order, bytes));
  }
  RADAM_INLINE Int load_u16(const unsigned char* from) {
    return _mm512_cvtepu16_epi32(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(from)));
  }
  // Puts the words into the upper halves, with zeros below.
  RADAM_INLINE Register load_bf16(const unsigned char* from) {
    const __m256i words = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
    const Int place = shift_left<16>(index());
    return as_float(_mm512_maskz_permutexvar_epi16(0xAAAAAAAAu, place, _mm512_castsi256_si512(words)));
  }
  static constexpr bool kConvertsF16 = true;
  RADAM_INLINE Register load_f16(const unsigned char* from) {
    return _mm512_cvtph_ps(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(from)));
  }
  template <bool towards_zero>
  RADAM_INLINE void store_f16(unsigned char* to, Register x) {
    constexpr int kRounding = (towards_zero ? _MM_FROUND_TO_ZERO : _MM_FROUND_TO_NEAREST_INT) | _MM_FROUND_NO_EXC;
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), _mm512_cvtps_ph(x, kRounding));
  }
  RADAM_INLINE void store_u16_run(unsigned char* to, const Int* x) {
    const Int order = _mm512_setr_epi64(0, 2, 4, 6, 1, 3, 5, 7);
    for (int i = 0; i < 4; i += 2)
      _mm512_storeu_si512(to + 32 * i, _mm512_permutexvar_epi64(order, _mm512_packus_epi32(x[i], x[i + 1])));
  }

  RADAM_INLINE void store_upper_run(unsigned char* to, const Int* x) {
    for (int i = 0; i < 4; i += 2) _mm512_storeu_si512(to + 32 * i, upper_halves(x + i));
  }
  RADAM_INLINE void store_positive_upper_run(unsigned char* to, const Int* codes, const Register* x) {
    Int raised[4];
    for (int i = 0; i < 4; ++i) {
      const __mmask16 positive = _mm512_test_epi32_mask(as_int(x[i]), as_int(x[i]));
      raised[i] = _mm512_mask_max_epu32(codes[i], positive, codes[i], broadcast_int(0x10000));
    }
    store_upper_run(to, raised);
  }

  struct ProductSums {
    __m512d low = {}, high = {};
    RADAM_INLINE __m512d lower(Register x) { return _mm512_cvtps_pd(_mm512_castps512_ps256(x)); }
    RADAM_INLINE __m512d upper(Register x) {
      return _mm512_cvtps_pd(_mm256_castpd_ps(_mm512_extractf64x4_pd(_mm512_castps_pd(x), 1)));
    }
    __attribute__((always_inline)) void add(Register x, Register y) {
      low = _mm512_fmadd_pd(lower(x), lower(y), low);
      high = _mm512_fmadd_pd(upper(x), upper(y), high);
    }
    __attribute__((always_inline)) void store(double* to) const {
      _mm512_storeu_pd(to, low);
      _mm512_storeu_pd(to + 8, high);
    }
  };

  struct Eight {  // as eight_doubles.h documents it
    __m512d x = {};

    template <int g>
    RADAM_INLINE Eight of(Register a) {
      return {g == 0 ? ProductSums::lower(a) : ProductSums::upper(a)};
    }

    RADAM_INLINE Eight load(const float* from) { return {_mm512_cvtps_pd(_mm256_loadu_ps(from))}; }
    RADAM_INLINE Eight load_part(const float* from, std::int64_t place, std::int64_t count) {
      const auto mask = static_cast<__mmask8>(((1u << count) - 1) << place);
      return {_mm512_maskz_mov_pd(mask, load(from).x)};
    }
    RADAM_INLINE_MEMBER void add_products(Eight a, Eight b) { x = _mm512_fmadd_pd(a.x, b.x, x); }
    RADAM_INLINE void store_totals(const Eight (&sums)[4], double* to) {
      _mm256_storeu_pd(to, totals_of_four(fold(sums[0]), fold(sums[1]), fold(sums[2]), fold(sums[3])));
    }
    RADAM_INLINE __m256d fold(Eight a) {
      return _mm256_add_pd(_mm512_castpd512_pd256(a.x), _mm512_extractf64x4_pd(a.x, 1));
    }
  };

  static constexpr unsigned kPatterns = radam::set_of(radam::Pattern::kDivider) |
                                        radam::set_of(radam::Pattern::kQuarter) | radam::set_of(radam::Pattern::kHalf);
  static constexpr radam::Share share(radam::Pattern pattern) {
    return pattern == radam::Pattern::kHalf
               ? radam::Share{.group = 4, .by_fma = 0b1010, .sqrt_by_fma = true, .bound_by_guard = true}
               : radam::Share{.group = 4, .by_fma = 0b0001, .sqrt_by_fma = false, .bound_by_guard = false};
  }
  static radam::Pattern pattern() { return radam::pattern_in_use(RADAM_TARGET_AVX512); }
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
    // Watches a vector that goes by the divider.
    __attribute__((always_inline)) void watch(Register radicand) {
      const __m512i smallest = _mm512_set1_epi32(guard::kSmallest);
      const __m512i from_radicand = _mm512_sub_epi32(_mm512_castps_si512(radicand), smallest);
      out_of_range_ = _mm512_or_si512(out_of_range_, from_radicand);
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
