#include "power.h"

#include <cmath>

namespace radam {
namespace {

// An unevaluated sum, high + low, of about 106 bits: "double-double" arithmetic, after Dekker, "A floating-point
// technique for extending the available precision", 1971, with FMA for the error of a product.
struct DoubleDouble {
  double high, low;
};

DoubleDouble multiply(DoubleDouble a, DoubleDouble b) {
  const double high = a.high * b.high;
  const double error = std::fma(a.high, b.high, -high);
  const double low = error + (a.high * b.low + a.low * b.high);
  const double sum = high + low;
  return {sum, low - (sum - high)};
}

}  // namespace

BetaPower beta_power(double beta, std::int64_t t) {
  // By squaring. Each squaring doubles the relative error, so t steps cost t of 2^106 parts: none that shows.
  DoubleDouble result{1, 0}, square{beta, 0};
  for (std::int64_t rest = t; rest > 0; rest >>= 1) {
    if (rest & 1) result = multiply(result, square);
    square = multiply(square, square);
  }
  const double difference = 1 - result.high;
  const double error = (1 - difference) - result.high;  // exact, because result.high <= 1
  return {result.high, difference + (error - result.low)};
}

}  // namespace radam
