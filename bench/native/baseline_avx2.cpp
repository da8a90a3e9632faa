#include "simd/avx2.h"

#include "baseline_of.h"

extern constexpr Baseline baseline_avx2 = {RADAM_TARGET_AVX2, &plain_kernels<Avx2>, limit<Avx2>};
