#include "simd/neon.h"

#include "baseline_of.h"

extern constexpr Baseline baseline_neon = {RADAM_TARGET_NEON, &plain_kernels<Neon>, limit<Neon>};
