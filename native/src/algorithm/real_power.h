// Powers of doubles whose exponents are no integers. Not by the C library's pow, so that they have the same bits
// everywhere, as power.h says.
#ifndef RADAM_SRC_ALGORITHM_REAL_POWER_H
#define RADAM_SRC_ALGORITHM_REAL_POWER_H

#include <cmath>
#include <cstdint>

#include "../fma.h"
#include "../inline.h"
#include "half_life.h"

namespace {

struct RealPower {
  static constexpr double kLog2E = 0x1.71547652b82fep+0;

  // For exponents of normal numbers. Not by ldexp, for which C libraries use the x87 unit, whose settings are the
  // caller's.
  RADAM_DEVICE static double power_of_two(int exponent) {
    const auto bits = static_cast<std::uint64_t>(exponent + 1023) << 52;
    double power;
    __builtin_memcpy(&power, &bits, sizeof power);
    return power;
  }

  // 2^y for y < 1000; 0 below -1000. A power of two times the series of the exponential function at a number below
  // 0.35, of which 13 terms are enough.
  RADAM_DEVICE static double two_to(double y) {
    if (y < -1000) return 0;
    const double whole = std::floor(y + 0.5);
    const double rest = (y - whole) * 0x1.62e42fefa39efp-1;  // log(2)
    double sum = 1;
    for (int n = 13; n > 0; --n) sum = fused_multiply_add(sum * rest, 1.0 / n, 1.0);
    return sum * power_of_two(static_cast<int>(whole));
  }

  // x^y for 0 <= x < 2 and y >= 0; 0^0 is 1. Of x^y = 2^z it has an error of some |z| * 2^-52, relative to it.
  RADAM_DEVICE static double of(double x, double y) {
    if (y == 0) return 1;
    if (y == 1 || x == 0) return x;
    return two_to(y * (HalfLife::logarithm(x) * kLog2E));
  }
};

}  // namespace

#endif
