// Checks of the buffers that a step is given.
#ifndef RADAM_SRC_CHECK_BUFFERS_H
#define RADAM_SRC_CHECK_BUFFERS_H

#include <cstdint>

#include <radam/radam.h>

#include "algorithm/algorithms.h"
#include "kernels.h"
#include "spans.h"

namespace radam {

// Checks for coefficients that were checked before. The coefficients say which state is needed. Inline, because this is
// a good part of the step of a small tensor.
template <class Algorithm>
radam_status check_buffers(const radam_coefficients& c, const Buffers& b, unsigned present, std::int64_t begin,
                           std::int64_t end) {
  if (!is_range(begin, end)) return RADAM_ERROR_RANGE;
  if (begin == end) return RADAM_OK;
  if (!b.param || !b.grad || (required_state<Algorithm>(c) & ~present) != 0) return RADAM_ERROR_NULL;
  Spans spans;
  if (const radam_status status = spans.add(b.param, sizeof(float), begin, end)) return status;
  if (const radam_status status = spans.add(b.grad, sizeof(float), begin, end)) return status;
  for (int k = 0; k < Algorithm::kBuffers; ++k)
    if (const radam_status status = spans.add(b.state[k], sizeof(float), begin, end)) return status;
  return RADAM_OK;
}

radam_status check_tensor(const radam_coefficients& c, const Tensor& b, std::int64_t begin, std::int64_t end);
// unbound: param and grad may be null.
radam_status check_tensor_of_plan(std::int32_t algorithm, const Tensor& b, bool unbound);
// Of a range of rows. The buffers are those of the whole tensor.
radam_status check_row_sums(const radam_coefficients& c, const Tensor& b, std::int64_t begin, std::int64_t end,
                            const double* sums);
radam_status check_gradient(std::int32_t type, const void* grad, std::int64_t begin, std::int64_t end);
radam_status check_rows(std::int32_t type, std::int64_t row_length, const void* grad, const float* mean,
                        std::int64_t begin, std::int64_t end);

// Whether everything is float32 and there are no options, so that a float32 kernel does the whole step.
bool is_plain(const Tensor& b);

}  // namespace radam

#endif
