// The kernels of target scalar.
#include "../simd/scalar.h"

#include "../driver.h"

namespace radam {

extern constexpr KernelTable scalar_kernels = kernel_table<Scalar>();

}  // namespace radam
