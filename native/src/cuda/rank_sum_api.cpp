// The sum of the gradients of several ranks: checks arguments, then launches.
#include <cstdint>

#include "launch.h"

namespace {

using namespace radam::cuda;

// More thread blocks than any GPU runs at once: what is left is a loop's.
constexpr std::int64_t kMostBlocks = 8192;

bool is_aligned(const void* memory, std::int64_t bytes) {
  return reinterpret_cast<std::uintptr_t>(memory) % static_cast<std::uintptr_t>(bytes) == 0;
}

}  // namespace

radam_status radam_cuda_add_gradients(int32_t device, float* sum, const void* grad, const void* messages,
                                      int64_t stride, int32_t ranks, int32_t rank, int32_t grad_type, int64_t length,
                                      void* stream) {
  if (grad_type != RADAM_TYPE_F32 && grad_type != RADAM_TYPE_BF16 && grad_type != RADAM_TYPE_F16)
    return RADAM_ERROR_TYPE;
  const std::int64_t bytes = grad_type == RADAM_TYPE_F32 ? 4 : 2;
  if (ranks < 1 || rank < 0 || rank >= ranks || length < 0 || length > INT64_MAX / 4 || stride < 0)
    return RADAM_ERROR_RANGE;
  if (ranks > 2 && stride > INT64_MAX / ranks) return RADAM_ERROR_RANGE;
  if (length == 0) return RADAM_OK;
  if (sum == nullptr || grad == nullptr || (messages == nullptr && ranks > 1)) return RADAM_ERROR_NULL;
  if (!is_aligned(sum, 4) || !is_aligned(grad, bytes)) return RADAM_CUDA_ERROR_ALIGNMENT;
  if (ranks > 1 && (!is_aligned(messages, bytes) || stride % bytes != 0)) return RADAM_CUDA_ERROR_ALIGNMENT;
  const OnDevice current(device);
  if (current.status() != RADAM_OK) return current.status();
  const RankSum s{sum, grad, static_cast<const unsigned char*>(messages), stride, length, ranks, rank, grad_type};
  const std::int64_t blocks = (length + 4 * kThreads - 1) / (4 * kThreads);
  return launch(rank_sum_kernel, blocks < kMostBlocks ? blocks : kMostBlocks, kThreads, stream, s);
}
