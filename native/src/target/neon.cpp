// The kernels of target neon.
#include "../simd/neon.h"

#include "../driver.h"

namespace radam {

extern constexpr KernelTable neon_kernels = kernel_table<Neon>();

}  // namespace radam
