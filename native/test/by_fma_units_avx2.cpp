#include <radam/radam.h>

#include "../src/simd/avx2.h"
#include "by_fma_units_of.h"

extern constexpr radam_test::Units radam_test::avx2_units = units<Avx2>(RADAM_TARGET_AVX2, 1.5 * 0x1p-12, 0);
