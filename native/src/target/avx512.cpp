// The kernels of target avx512.
#include "../simd/avx512.h"

#include "../driver.h"

namespace radam {

extern constexpr KernelTable avx512_kernels = kernel_table<Avx512>();

}  // namespace radam
