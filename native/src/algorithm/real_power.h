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

  // The logarithm to base 2 of a positive normal number.
  RADAM_DEVICE static double logarithm2(double x) {
    std::uint64_t bits;
    __builtin_memcpy(&bits, &x, sizeof bits);
    const int exponent = static_cast<int>(bits >> 52) - 1022;
    const std::uint64_t bits_of_half = (bits & 0xFFFFFFFFFFFFF) | std::uint64_t{1022} << 52;
    double fraction;  // in [1/2, 1)
    __builtin_memcpy(&fraction, &bits_of_half, sizeof fraction);
    return exponent + HalfLife::logarithm(fraction) * kLog2E;
  }

  // Of x >= 0; of x below 2^-1000 it is 0. A step of Newton's method makes up for the logarithm's error.
  RADAM_DEVICE static double cube_root(double x) {
    if (!(x >= 0x1p-1000)) return 0;
    const double root = two_to(logarithm2(x) / 3);
    return root - (root - x / (root * root)) / 3;
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
