// Functions of elements that no instruction has: 2^x and x^y, by polynomials. radam.h documents them to the bit. V is a
// vector type of simd/.
#ifndef RADAM_SRC_ALGORITHM_ELEMENT_FUNCTIONS_H
#define RADAM_SRC_ALGORITHM_ELEMENT_FUNCTIONS_H

#include <cstdint>

#include "../inline.h"

namespace {

// A float of magnitude up to 2^22, rounded to an integer. Added to this number, it loses its fraction, since floats of
// that size are integers; and the lowest bits of the sum are those of the integer.
constexpr float kToInteger = 0x1.8p23f;

template <class V>
struct Rounded {
  typename V::Int bits;  // of which the lowest 9 are those of the integer
  typename V::Register value;
};

template <class V>
RADAM_INLINE Rounded<V> rounded(typename V::Register x) {
  const auto sum = V::add(x, V::broadcast(kToInteger));
  return {V::as_int(sum), V::sub(sum, V::broadcast(kToInteger))};
}

// 2^n for n in [-126, 127], of which the lowest 9 bits are given.
template <class V>
RADAM_INLINE typename V::Register power_of_two(typename V::Int n) {
  return V::as_float(V::template shift_left<23>(V::add_int(n, V::broadcast_int(127))));
}

// The polynomial of the highest degree first.
template <class V, int kCount>
RADAM_INLINE typename V::Register polynomial(const float (&coefficients)[kCount], typename V::Register x) {
  auto sum = V::broadcast(coefficients[0]);
  for (int i = 1; i < kCount; ++i) sum = V::fma(sum, x, V::broadcast(coefficients[i]));
  return sum;
}

// 2^x for x in [-1/2, 1/2]; the polynomial is wrong by at most 2^-28 of it.
template <class V>
RADAM_INLINE typename V::Register small_exp2(typename V::Register x) {
  constexpr float kCoefficients[] = {0x1.4498e8p-13f, 0x1.5f48c6p-10f, 0x1.3b2996p-7f, 0x1.c6aeccp-5f,
                                     0x1.ebfbe2p-3f,  0x1.62e430p-1f,  1};
  return polynomial<V>(kCoefficients, x);
}

// 2^x for x in [-126, 127], or NaN, which stays NaN.
template <class V>
RADAM_INLINE typename V::Register exp2(typename V::Register x) {
  const auto n = rounded<V>(x);
  return V::mul(small_exp2<V>(V::sub(x, n.value)), power_of_two<V>(n.bits));
}

// log2(1 + u) for u from sqrt(1/2) - 1 to sqrt(2) - 1.
template <class V>
RADAM_INLINE typename V::Register small_log2(typename V::Register u) {
  constexpr float kCoefficients[] = {-0x1.ceb882p-4f, 0x1.80a9aap-3f,  -0x1.86606ep-3f, 0x1.a26640p-3f,
                                     -0x1.eac68ep-3f, 0x1.2782e4p-2f,  -0x1.715a68p-2f, 0x1.ec7080p-2f,
                                     -0x1.715470p-1f, 0x1.715476p+0f};
  return V::mul(polynomial<V>(kCoefficients, u), u);
}

// What x may be raised to: in [0, 1]. As two floats, so that the logarithm of an x far from 1 does not show the
// rounding of one.
template <class V>
struct Exponent {
  typename V::Register high, low;

  RADAM_DEVICE Exponent(float high_part, float low_part) : high(V::broadcast(high_part)), low(V::broadcast(low_part)) {}
};

// A logarithm to base 2: a whole number, of which the lowest 9 bits are these, and the rest.
template <class V>
struct Logarithm {
  typename V::Register rest;
  typename V::Int whole;
};

// y log2(x). An x below 2^-125 counts as that, and one above 2^126 as that. Of a NaN the rest is NaN.
template <class V>
RADAM_INLINE Logarithm<V> scaled_log2(typename V::Register x, const Exponent<V>& y) {
  const auto in_range = V::min(V::broadcast(0x1p126f), V::max(V::broadcast(0x1p-125f), x));
  // x = (1 + u) 2^e. In the sum, the bits of the exponent step where the significand is sqrt(2).
  constexpr std::uint32_t kOne = 0x3F800000, kRootOfHalf = 0x3F3504F3, kSignificand = 0x007FFFFF;
  const auto sum = V::add_int(V::as_int(in_range), V::broadcast_int(kOne - kRootOfHalf));
  const auto e = V::sub(V::to_float(V::template shift_right<23>(sum)), V::broadcast(127.0f));
  const auto significand = V::add_int(V::and_int(sum, V::broadcast_int(kSignificand)), V::broadcast_int(kRootOfHalf));
  const auto u = V::sub(V::as_float(significand), V::broadcast(1.0f));
  const auto n = rounded<V>(V::mul(y.high, e));
  auto rest = V::fma(y.low, e, V::fms(y.high, e, n.value));
  rest = V::fma(y.high, small_log2<V>(u), rest);
  return {V::add(rest, V::sub(in_range, in_range)), n.bits};  // NaN, if x is
}

// 2^x for x in [-126, 127].
template <class V>
RADAM_INLINE typename V::Register exp2(const Logarithm<V>& x) {
  const auto m = rounded<V>(x.rest);
  return V::mul(small_exp2<V>(V::sub(x.rest, m.value)), power_of_two<V>(V::add_int(x.whole, m.bits)));
}

// x^y. An x below 2^-125 counts as that, and one above 2^126 as that. A NaN stays NaN.
template <class V>
RADAM_INLINE typename V::Register power(typename V::Register x, const Exponent<V>& y) {
  return exp2<V>(scaled_log2<V>(x, y));
}

}  // namespace

#endif
