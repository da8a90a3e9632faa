// The sum of the gradients of several ranks.
#include "rank_sum.h"

namespace {

using radam::cuda::kThreads;

__global__ void __launch_bounds__(kThreads) add_ranks_kernel(radam::cuda::RankSum s) {
  const std::int64_t stride = 4 * static_cast<std::int64_t>(gridDim.x) * kThreads;
  std::int64_t begin = 4 * (static_cast<std::int64_t>(blockIdx.x) * kThreads + threadIdx.x);
  for (; begin < s.length; begin += stride) add_ranks(s, begin);
}

}  // namespace

namespace radam::cuda {

void (*const rank_sum_kernel)(RankSum) = add_ranks_kernel;

}  // namespace radam::cuda
