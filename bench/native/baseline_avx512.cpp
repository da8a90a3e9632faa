#include "simd/avx512.h"

#include "baseline_of.h"

extern constexpr Baseline baseline_avx512 = {RADAM_TARGET_AVX512, &plain_kernels<Avx512>, limit<Avx512>};
