// Checks of the buffers that a step is given.
#ifndef RADAM_SRC_CHECK_BUFFERS_H
#define RADAM_SRC_CHECK_BUFFERS_H

#include <cstdint>

#include <radam/radam.h>

#include "kernels.h"

namespace radam {

// For coefficients that were checked, which say what state is needed.
radam_status check_buffers(const radam_coefficients& c, const Buffers& b, std::int64_t begin, std::int64_t end);
// unbound: param and grad may be null.
radam_status check_tensor(const radam_coefficients& c, const Tensor& b, std::int64_t begin, std::int64_t end,
                          bool unbound = false);
radam_status check_gradient(std::int32_t type, const void* grad, std::int64_t begin, std::int64_t end);

// Whether all is float32 and there are no options, so that a float32 kernel is all that it takes.
bool is_plain(const Tensor& b);

}  // namespace radam

#endif
