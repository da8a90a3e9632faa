#include <radam/radam.h>

#include "../src/simd/avx512.h"
#include "by_fma_units_of.h"

extern constexpr radam_test::Units radam_test::avx512_units = units<Avx512>(RADAM_TARGET_AVX512, 0x1p-14, 0x1p-14);
