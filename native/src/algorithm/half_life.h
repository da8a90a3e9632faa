// A decay rate on its way from one to another, whose half-life grows evenly: the warm-up of AdEMAMix's beta3. Double
// arithmetic without the C library's log, exp and expm1, so that it has the same bits everywhere, as power.h says.
#ifndef RADAM_SRC_ALGORITHM_HALF_LIFE_H
#define RADAM_SRC_ALGORITHM_HALF_LIFE_H

#include <cstdint>

#include "../inline.h"

namespace {

struct HalfLife {
  struct Rate {
    double rate;
    double complement;  // 1 - rate, without losing the digits of a rate near 1
  };

  // What the authors add to a rate, so that 0 has a logarithm too.
  static constexpr double kLeast = 1e-8;

  // log(2) as a sum: the product of the first part with a small integer is exact.
  static constexpr double kLog2High = 0x1.62e42fee00000p-1, kLog2Low = 0x1.a39ef35793c76p-33;

  RADAM_DEVICE static bool has_logarithm(double beta) { return beta + kLeast < 1; }

  // For 0 < x < 1.41: a multiple of log(2), and twice the series of artanh, of whose argument the square is below 0.03.
  RADAM_DEVICE static double logarithm(double x) {
    int doublings = 0;
    for (; x < 0x1.6a09e667f3bcdp-1; x *= 2) ++doublings;  // the root of 1/2
    const double s = (x - 1) / (x + 1), square = s * s;
    double sum = 1.0 / 23;
    for (int n = 21; n > 0; n -= 2) sum = sum * square + 1.0 / n;
    return (2 * s * sum - doublings * kLog2Low) - doublings * kLog2High;
  }

  // exp(x) for x from the logarithm of kLeast to 0. The rest is below 0.35, of which 14 terms of the series are enough.
  RADAM_DEVICE static Rate exponential(double x) {
    const int halvings = static_cast<int>(x * -0x1.71547652b82fep+0 + 0.5);  // 1 / log(2)
    const double rest = (x + halvings * kLog2High) + halvings * kLog2Low;
    double sum = 1;
    for (int n = 14; n > 1; --n) sum = sum * (rest * (1.0 / n)) + 1;
    const double scale = 1.0 / static_cast<double>(std::int64_t{1} << halvings);
    const double moved = scale * (rest * sum);
    return {scale + moved, (1 - scale) - moved};
  }

  // After a part of the way, in (0, 1). The half-life of a rate b is log(1/2) / log(b). Its mean by parts is that of
  // 1 / log(b), as log(1/2) cancels.
  RADAM_DEVICE static Rate between(double from, double to, double part) {
    const double a = logarithm(from + kLeast), b = logarithm(to + kLeast);
    return exponential(a * b / ((1 - part) * b + part * a));
  }
};

}  // namespace

#endif
