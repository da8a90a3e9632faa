// 1 - beta^t, the bias correction of a moment.
#ifndef RADAM_SRC_POWER_H
#define RADAM_SRC_POWER_H

#include <cstdint>

#include "fma.h"
#include "inline.h"

namespace {

// An unevaluated sum, high + low, of about 106 bits: "double-double" arithmetic, after Dekker, "A floating-point
// technique for extending the available precision", 1971, with FMA for the error of a product.
struct DoubleDouble {
  double high, low;
};

RADAM_DEVICE inline DoubleDouble square(DoubleDouble a) {
  const double high = a.high * a.high;
  const double error = fused_multiply_add(a.high, a.high, -high);
  const double low = error + (a.high * a.low + a.low * a.high);
  const double sum = high + low;
  return {sum, low - (sum - high)};
}

RADAM_DEVICE inline DoubleDouble multiply(DoubleDouble a, double b) {
  const double high = a.high * b;
  const double error = fused_multiply_add(a.high, b, -high);
  const double low = error + a.low * b;
  const double sum = high + low;
  return {sum, low - (sum - high)};
}

struct BetaPower {
  double power;       // beta^t
  double complement;  // 1 - beta^t
};

// The result is exact or off by one in the last place, and has the same bits on every machine. pow, log and expm1
// differ between C libraries, their versions and Java. A difference in the last bit of a double can become one in the
// float step size.
RADAM_DEVICE inline BetaPower beta_power(double beta, std::int64_t t) {
  // By squaring, from the highest bit of t down: after each bit, result is beta to the bits of t so far. Java keeps
  // these powers, most of which the next step shares. Each squaring doubles the relative error, so t steps cost t of
  // 2^106 parts: none that shows.
  DoubleDouble result{1, 0};
  for (int bit = t > 0 ? 63 - __builtin_clzll(static_cast<unsigned long long>(t)) : -1; bit >= 0; --bit) {
    result = square(result);
    if (t >> bit & 1) result = multiply(result, beta);
  }
  const double difference = 1 - result.high;
  const double error = (1 - difference) - result.high;  // exact, because result.high <= 1
  return {result.high, difference + (error - result.low)};
}

}  // namespace

#endif
