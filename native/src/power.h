// 1 - beta^t, the bias correction of a moment.
#ifndef RADAM_SRC_POWER_H
#define RADAM_SRC_POWER_H

#include <cstdint>

namespace radam {

struct BetaPower {
  double power;       // beta^t
  double complement;  // 1 - beta^t
};

// Accurate to the last bit or the one before it, and the same bits on every machine: pow, log and expm1 differ between
// C libraries, their versions and Java, and a last bit of a double can become one of the float step size.
BetaPower beta_power(double beta, std::int64_t t);

}  // namespace radam

#endif
