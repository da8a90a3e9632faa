// Square root and quotient by multiplication and addition, with the bits of the instructions that round correctly.
//
// In cache a step is bound by the divider: it takes one root and one quotient for every element. These run on the units
// that multiply and add, which would otherwise wait for it; step_group.h shares the vectors between the two. For how
// many vectors that pays depends on the processor: pattern.h.
//
// The results are rounded correctly for operands that V::Guard accepts. native/test/by_fma_test.cpp proves it: it goes
// through every case that the estimates below leave open, with every starting value that an instruction may return.
#ifndef RADAM_SRC_BY_FMA_H
#define RADAM_SRC_BY_FMA_H

#include "inline.h"

namespace {

template <class V, bool sqrt_by_fma = V::kSqrtByFma>
struct ByFma {
  using Register = typename V::Register;

  // The starting value y has a relative error of at most 2^-14. One step of Goldschmidt's iteration gives g near
  // sqrt(x) and h near 1 / (2 sqrt(x)), both to 1.5 * 2^-28 and their own rounding. x - g^2 is then small, and one
  // rounding of g + (x - g^2) h is that of the root: before it, the error is below 2.6 * 2^-48 (root in [1, 2)). The
  // root of a float is nearer than that to the midpoint of two floats only for the few x whose distance from a
  // midpoint's square, an integer in units of 2^-48, is at most 11.
  RADAM_INLINE Register sqrt(Register x) {
    if constexpr (!sqrt_by_fma) {
      return V::sqrt(x);
    } else {
      const Register half = V::broadcast(0.5f);
      const Register y = V::approximate_rsqrt(x);
      Register g = V::mul(x, y);
      Register h = V::mul(half, y);
      const Register r = V::fnma(g, h, half);
      g = V::fma(g, r, g);
      h = V::fma(h, r, h);
      return V::fma(V::fnma(g, g, x), h, g);
    }
  }

  // The starting value has a relative error e of at most 1.5 * 2^-12, and 1 / b = y (1 + e + e^2 + ...): cut off after
  // e^2, that is wrong by less than 2^-34 and by its own rounding.
  RADAM_INLINE Register reciprocal(Register b) {
    const Register y = V::approximate_reciprocal(b);
    const Register e = V::fnma(b, y, V::broadcast(1.0f));
    return V::fma(y, V::fma(e, e, e), y);
  }

  // q = a y is within 1.6 ulp of a / b, and q + (a - b q) y, rounded once, is a / b rounded: Markstein ("Computation of
  // elementary functions on the IBM RISC System/6000 processor", 1990) showed it for a correctly rounded y. Here y may
  // be the next float. The result is still correct, because a / b = midpoint + N / (2^24 b) with an integer N, and the
  // sum before rounding is nearer than that to a / b unless |N| <= 4 and b's significand is nearly all ones. The guard
  // rejects those b.
  RADAM_INLINE Register quotient(Register a, Register b, Register y) {
    const Register q = V::mul(a, y);
    return V::fma(V::fnma(b, q, a), y, q);
  }

  RADAM_INLINE Register div(Register a, Register b) { return quotient(a, b, reciprocal(b)); }
};

// The divider, which has instructions for both.
template <class V>
struct ByDivider {
  using Register = typename V::Register;
  RADAM_INLINE Register sqrt(Register x) { return V::sqrt(x); }
  RADAM_INLINE Register div(Register a, Register b) { return V::div(a, b); }
};

// What V::Guard accepts, as the bits of a float.
namespace guard {

// Numerator and radicand: magnitudes in [2^-95, 2^33). Then nothing on the way overflows, and no remainder, whose last
// bit is 2^-48 of the operand at least, is lost below the smallest subnormal. In that range, and in no other, bit 30 of
// bits - kSmallest is 0, whatever the sign.
constexpr int kSmallest = 32 << 23;
constexpr int kOutOfRange = 1 << 30;
constexpr int kTooLarge = kSmallest + kOutOfRange;  // 2^33
// Divisor: not one of the last 256 significands of a binade, from which adding 256 carries into the exponent.
constexpr int kLastSignificands = 256;
constexpr int kCarry = 1 << 23;
// An epsilon above this might carry the divisor out of range.
constexpr float kMaxEpsilon = 1024;

}  // namespace guard

}  // namespace

#endif
