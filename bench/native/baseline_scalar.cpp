#include "simd/scalar.h"

#include "baseline_of.h"

extern constexpr Baseline baseline_scalar = {RADAM_TARGET_SCALAR, &plain_kernels<Scalar>, limit<Scalar>};
