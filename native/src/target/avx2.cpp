// The kernels of target avx2.
#include "../simd/avx2.h"

#include "../driver.h"

namespace radam {

extern constexpr KernelTable avx2_kernels = kernel_table<Avx2>();

}  // namespace radam
