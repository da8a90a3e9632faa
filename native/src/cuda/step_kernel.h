// The kernel of a step. Included by step_*.cu with the type of the state.
#ifndef RADAM_SRC_CUDA_STEP_KERNEL_H
#define RADAM_SRC_CUDA_STEP_KERNEL_H

#include "kernels.h"
#include "part.h"
#include "search.h"

namespace {

__device__ inline std::uint32_t largest_of_warp(std::uint32_t x) {
#if __CUDA_ARCH__ >= 800
  return __reduce_max_sync(~0u, x);
#else
  for (int distance = kWarp / 2; distance > 0; distance /= 2) {
    const std::uint32_t other = __shfl_xor_sync(~0u, x, distance);
    x = other > x ? other : x;
  }
  return x;
#endif
}

template <bool wide, class Param, class Grad, template <bool> class State>
__device__ __forceinline__ void step_block(const DeviceTensor& t, const GroupRule& rule, std::uint64_t seed_of_step,
                                           const Share& share) {
  Part<Param, Grad, State, wide> part;
  part.step(t, rule, share);
  std::uint32_t largest[kMomentCount] = {};
  if constexpr (State<true>::kScaled) {
    largest[kExpAvg] = largest_of_warp(part.largest(kExpAvg));
    largest[kExpAvgSq] = largest_of_warp(part.largest(kExpAvgSq));
    if (rule.rule.amsgrad) largest[kMaxExpAvgSq] = largest_of_warp(part.largest(kMaxExpAvgSq));
  }
  part.store_all(t, rule, seed_of_step, share, largest);
}

// Each warp takes a block, and then the one that is as many blocks away as there are warps, and so on: neighbours are at
// neighbouring memory, whatever the sizes of tensors.
template <class Param, class Grad, template <bool> class State>
__global__ void __launch_bounds__(radam::cuda::kThreads, 2)
    step_kernel(const radam::cuda::Segment segment, const Group* groups) {
  const int thread = static_cast<int>(threadIdx.x) % kWarp;
  const std::int64_t warps = static_cast<std::int64_t>(gridDim.x) * (radam::cuda::kThreads / kWarp);
  std::int64_t block = (static_cast<std::int64_t>(blockIdx.x) * radam::cuda::kThreads + threadIdx.x) / kWarp;
  std::int64_t index = 0;
  while (block < segment.units) {
    index = find<&DeviceTensor::first_block>(segment.tensors, index, segment.count, block);
    const DeviceTensor& t = segment.tensors[index];
    const Group& group = groups[t.group];
    const std::int64_t end = t.first_block + (t.length + RADAM_BLOCK_SIZE - 1) / RADAM_BLOCK_SIZE;
    const bool skip = group.skip != 0;
    const GroupRule rule(group, t.moments[kMaxExpAvgSq] != nullptr);
    const std::uint64_t seed_of_step = Random<Quad>::seed_of_step(t.seed, group.step);
    for (; block < end; block += warps) {  // all that the warp has in this tensor
      if (skip) continue;
      const Share share{block - t.first_block, thread};
      if (is_wide(t, share.block)) {
        step_block<true, Param, Grad, State>(t, rule, seed_of_step, share);
      } else {
        step_block<false, Param, Grad, State>(t, rule, seed_of_step, share);
      }
    }
  }
}

template <template <bool> class State, class Grad>
constexpr void fill(radam::cuda::StepKernels::Kernel (&of)[radam::cuda::kParamTypes]) {
  of[RADAM_TYPE_F32] = step_kernel<F32, Grad, State>;
  of[RADAM_TYPE_BF16] = step_kernel<Bf16, Grad, State>;
  of[RADAM_TYPE_F16] = step_kernel<F16, Grad, State>;
}

template <template <bool> class State>
constexpr radam::cuda::StepKernels step_kernels() {
  radam::cuda::StepKernels kernels{};
  fill<State, F32>(kernels.of[RADAM_TYPE_F32]);
  fill<State, Bf16>(kernels.of[RADAM_TYPE_BF16]);
  fill<State, F16>(kernels.of[RADAM_TYPE_F16]);
  return kernels;
}

}  // namespace

#endif
