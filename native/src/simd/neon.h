// Four elements: Advanced SIMD of AArch64, which every such processor has. See scalar.h for the vocabulary.
#ifndef RADAM_SRC_SIMD_NEON_H
#define RADAM_SRC_SIMD_NEON_H

#include <arm_neon.h>

#include <cstdint>

#include "../inline.h"
#include "../pattern.h"

namespace {

struct Neon {
  using Register = float32x4_t;
  static constexpr std::int64_t kLanes = 4;

  // By memcpy, because the address may be misaligned for a float.
  RADAM_INLINE Register load(const float* from) {
    Register x;
    __builtin_memcpy(&x, from, sizeof x);
    return x;
  }
  RADAM_INLINE void store(float* to, Register x) { __builtin_memcpy(to, &x, sizeof x); }
  RADAM_INLINE Register broadcast(float x) { return vdupq_n_f32(x); }
  RADAM_INLINE Register in_register(Register x) { return x; }

  RADAM_INLINE Register add(Register a, Register b) { return vaddq_f32(a, b); }
  RADAM_INLINE Register sub(Register a, Register b) { return vsubq_f32(a, b); }
  RADAM_INLINE Register mul(Register a, Register b) { return vmulq_f32(a, b); }
  RADAM_INLINE Register div(Register a, Register b) { return vdivq_f32(a, b); }
  RADAM_INLINE Register sqrt(Register a) { return vsqrtq_f32(a); }
  // The instructions for both return NaN where either is NaN. These are to return b.
  RADAM_INLINE Register max(Register a, Register b) { return vbslq_f32(vcgtq_f32(a, b), a, b); }
  RADAM_INLINE Register min(Register a, Register b) { return vbslq_f32(vcltq_f32(a, b), a, b); }
  RADAM_INLINE Register fma(Register a, Register b, Register c) { return vfmaq_f32(c, a, b); }
  RADAM_INLINE Register fms(Register a, Register b, Register c) { return vfmaq_f32(vnegq_f32(c), a, b); }
  RADAM_INLINE Register fnma(Register a, Register b, Register c) { return vfmsq_f32(c, a, b); }

  using Int = uint32x4_t;
  RADAM_INLINE Int as_int(Register a) { return vreinterpretq_u32_f32(a); }
  RADAM_INLINE Register as_float(Int a) { return vreinterpretq_f32_u32(a); }
  RADAM_INLINE int32x4_t as_signed(Int a) { return vreinterpretq_s32_u32(a); }
  RADAM_INLINE Int truncate(Register a) { return vreinterpretq_u32_s32(vcvtq_s32_f32(a)); }
  RADAM_INLINE Register to_float(Int a) { return vcvtq_f32_s32(as_signed(a)); }
  RADAM_INLINE Int broadcast_int(std::uint32_t x) { return vdupq_n_u32(x); }
  RADAM_INLINE Int index() { return Int{0, 1, 2, 3}; }
  RADAM_INLINE Int add_int(Int a, Int b) { return vaddq_u32(a, b); }
  RADAM_INLINE Int sub_int(Int a, Int b) { return vsubq_u32(a, b); }
  RADAM_INLINE Int mul_int(Int a, Int b) { return vmulq_u32(a, b); }
  RADAM_INLINE Int and_int(Int a, Int b) { return vandq_u32(a, b); }
  RADAM_INLINE Int or_int(Int a, Int b) { return vorrq_u32(a, b); }
  RADAM_INLINE Int xor_int(Int a, Int b) { return veorq_u32(a, b); }
  RADAM_INLINE Int or_and(Int a, Int b, Int c) { return or_int(a, and_int(b, c)); }
  template <int count>
  RADAM_INLINE Int shift_left(Int a) {
    return vshlq_n_u32(a, count);
  }
  template <int count>
  RADAM_INLINE Int shift_right(Int a) {
    return vshrq_n_u32(a, count);
  }
  RADAM_INLINE Int min_int(Int a, Int b) { return vminq_u32(a, b); }
  RADAM_INLINE Int max_int(Int a, Int b) { return vmaxq_u32(a, b); }
  RADAM_INLINE Int greater(Int a, Int b) { return vcgtq_s32(as_signed(a), as_signed(b)); }
  RADAM_INLINE Int greater_float(Register a, Register b) { return vcgtq_f32(a, b); }
  RADAM_INLINE Int select(Int mask, Int a, Int b) { return vbslq_u32(mask, a, b); }
  RADAM_INLINE Register times_sign(Register size, Register x) {
    const Int signed_size = xor_int(and_int(as_int(x), as_int(broadcast(-0.0f))), as_int(size));
    return vbslq_f32(vcagtq_f32(x, broadcast(0)), as_float(signed_size), x);
  }
  RADAM_INLINE bool any(Int mask) { return vmaxvq_u32(mask) != 0; }
  static constexpr std::int64_t kRun = 32;
  RADAM_INLINE bool nan_in_run(const Register* x) {
    Int numbers = vceqq_f32(x[0], x[0]);
    for (int i = 1; i < 8; ++i) numbers = vandq_u32(numbers, vceqq_f32(x[i], x[i]));
    return vminvq_u32(numbers) == 0;
  }
  RADAM_INLINE std::uint32_t max_of_lanes(Int a) { return vmaxvq_u32(a); }

  RADAM_INLINE Int load_u8(const unsigned char* from) {
    return vmovl_u16(vget_low_u16(vmovl_u8(load_four(from))));
  }
  RADAM_INLINE Int load_s8(const unsigned char* from) {
    const int16x8_t words = vmovl_s8(vreinterpret_s8_u8(load_four(from)));
    return vreinterpretq_u32_s32(vmovl_s16(vget_low_s16(words)));
  }
  RADAM_INLINE uint8x8_t load_four(const unsigned char* from) {
    std::uint32_t bytes;
    __builtin_memcpy(&bytes, from, sizeof bytes);
    return vreinterpret_u8_u32(vdup_n_u32(bytes));
  }
  static constexpr bool kSignedSums = false;
  RADAM_INLINE void store_signed_run(unsigned char* to, const Int* sums, std::uint32_t base, const Register* signs) {
    for (int i = 0; i < 8; i += 4) {
      const uint8x16_t code = vminq_u8(packed(sums + i, base), vdupq_n_u8(127));
      const Int upper[] = {shift_right<24>(as_int(signs[i])), shift_right<24>(as_int(signs[i + 1])),
                           shift_right<24>(as_int(signs[i + 2])), shift_right<24>(as_int(signs[i + 3]))};
      vst1q_u8(to + 4 * i, vorrq_u8(code, vandq_u8(packed(upper), vdupq_n_u8(128))));
    }
  }
  RADAM_INLINE Int store_positive_run(unsigned char* to, const Int* sums, std::uint32_t base) {
    const uint8x16_t codes[] = {packed(sums, base), packed(sums + 4, base)};
    for (int i = 0; i < 2; ++i) vst1q_u8(to + 16 * i, codes[i]);
    return vreinterpretq_u32_u8(vminq_u8(codes[0], codes[1]));
  }
  RADAM_INLINE Int no_zeros() { return broadcast_int(0xFFFFFFFFu); }
  RADAM_INLINE Int join_zeros(Int a, Int b) {
    return vreinterpretq_u32_u8(vminq_u8(vreinterpretq_u8_u32(a), vreinterpretq_u8_u32(b)));
  }
  RADAM_INLINE bool any_zeros(Int a) { return vminvq_u8(vreinterpretq_u8_u32(a)) == 0; }
  RADAM_INLINE void raise_run(unsigned char* to, const Register* x) {
    for (int i = 0; i < 8; i += 4) {
      const Int least[] = {min_int(as_int(x[i]), broadcast_int(1)), min_int(as_int(x[i + 1]), broadcast_int(1)),
                           min_int(as_int(x[i + 2]), broadcast_int(1)), min_int(as_int(x[i + 3]), broadcast_int(1))};
      vst1q_u8(to + 4 * i, vmaxq_u8(vld1q_u8(to + 4 * i), packed(least)));
    }
  }
  // The codes of sums.
  RADAM_INLINE uint8x16_t packed(const Int* sums, std::uint32_t base) {
    const Int codes[] = {shift_right<20>(sums[0]), shift_right<20>(sums[1]), shift_right<20>(sums[2]),
                         shift_right<20>(sums[3])};
    return vsubq_u8(packed(codes), vdupq_n_u8(static_cast<std::uint8_t>(base)));
  }
  // The low bytes of four vectors.
  RADAM_INLINE uint8x16_t packed(const Int* x) {
    const uint16x8_t low = vcombine_u16(vmovn_u32(x[0]), vmovn_u32(x[1]));
    const uint16x8_t high = vcombine_u16(vmovn_u32(x[2]), vmovn_u32(x[3]));
    return vcombine_u8(vmovn_u16(low), vmovn_u16(high));
  }
  RADAM_INLINE Int load_u16(const unsigned char* from) {
    uint16x4_t words;
    __builtin_memcpy(&words, from, sizeof words);
    return vmovl_u16(words);
  }
  RADAM_INLINE Register load_bf16(const unsigned char* from) { return as_float(shift_left<16>(load_u16(from))); }
  // Every AArch64 processor converts binary16; only arithmetic on it is an extension. FpEnvironment has FPCR say
  // IEEE-754's halves, with subnormals, to nearest.
  static constexpr bool kConvertsF16 = true;
  RADAM_INLINE Register load_f16(const unsigned char* from) {
    float16x4_t halves;
    __builtin_memcpy(&halves, from, sizeof halves);
    return vcvt_f32_f16(halves);
  }
  template <bool towards_zero>
  RADAM_INLINE void store_f16(unsigned char* to, Register x) {
    // No form of the instruction rounds towards zero. So what it would round is cut off. All that is stored so are
    // normal halves, which have 10 bits after the point.
    if constexpr (towards_zero) x = as_float(and_int(as_int(x), broadcast_int(~0x1FFFu)));
    const float16x4_t halves = vcvt_f16_f32(x);
    __builtin_memcpy(to, &halves, sizeof halves);
  }
  RADAM_INLINE void store_upper_run(unsigned char* to, const Int* x) {
    Int words[8];
    for (int i = 0; i < 8; ++i) words[i] = shift_right<16>(x[i]);
    store_u16_run(to, words);
  }
  RADAM_INLINE void store_positive_upper_run(unsigned char* to, const Int* codes, const Register* x) {
    Int words[8];
    for (int i = 0; i < 8; ++i)
      words[i] = max_int(shift_right<16>(codes[i]), min_int(as_int(x[i]), broadcast_int(1)));
    store_u16_run(to, words);
  }
  RADAM_INLINE void store_u16_run(unsigned char* to, const Int* x) {
    for (int i = 0; i < 8; i += 2) {
      const uint16x8_t words = vcombine_u16(vmovn_u32(x[i]), vmovn_u32(x[i + 1]));
      __builtin_memcpy(to + 8 * i, &words, sizeof words);
    }
  }

  struct ProductSums {
    float64x2_t low = {}, high = {};
    __attribute__((always_inline)) void add(Register x, Register y) {
      low = vfmaq_f64(low, vcvt_f64_f32(vget_low_f32(x)), vcvt_f64_f32(vget_low_f32(y)));
      high = vfmaq_f64(high, vcvt_high_f64_f32(x), vcvt_high_f64_f32(y));
    }
    __attribute__((always_inline)) void store(double* to) const {
      vst1q_f64(to, low);
      vst1q_f64(to + 2, high);
    }
  };

  // All vectors by the divider: no processor was at hand to find out whether some would be faster by FMA.
  static constexpr unsigned kPatterns = radam::set_of(radam::Pattern::kDivider);
};

}  // namespace

#endif
