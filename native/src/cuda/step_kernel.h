// The kernel of a step. Included by step/*.cu with the algorithm and the type of the state.
#ifndef RADAM_SRC_CUDA_STEP_KERNEL_H
#define RADAM_SRC_CUDA_STEP_KERNEL_H

#include "kernels.h"
#include "thread_step.h"
#include "warp.h"

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

// The part of a thread in the step of a block.
template <class Algorithm, class Param, class Grad, template <bool> class State>
struct Thread {
  int number;

  __device__ void operator()(const DeviceTensor& t, const GroupRule<Algorithm>& rule, std::uint64_t seed_of_step,
                             std::int64_t block) const {
    if (is_wide(t, block)) {
      step<true>(t, rule, seed_of_step, {block, number});
    } else {
      step<false>(t, rule, seed_of_step, {block, number});
    }
  }

  template <bool wide>
  __device__ static void step(const DeviceTensor& t, const GroupRule<Algorithm>& rule, std::uint64_t seed_of_step,
                              const BlockThread& which) {
    ThreadStep<Algorithm, Param, Grad, State, wide> thread_step;
    if (rule.skip) {
      thread_step.store_no_update(t, which);
      return;
    }
    thread_step.step(t, rule, which);
    std::uint32_t largest[Algorithm::kBuffers] = {};
    if constexpr (State<true>::kScaled) {
      RADAM_UNROLL for (int i = 0; i < Algorithm::kBuffers; ++i)
        if (rule.rule.moves(i)) largest[i] = largest_of_warp(thread_step.largest(i));
    }
    thread_step.store_all(t, rule, seed_of_step, which, largest);
  }
};

// At least two thread blocks at a time on a multiprocessor. That leaves 128 registers for a thread, and has enough
// accesses under way.
template <class Algorithm, class Param, class Grad, template <bool> class State>
__global__ void __launch_bounds__(radam::cuda::kThreads, 2)
    step_kernel(const radam::cuda::Segment segment, const Group* groups) {
  const std::int64_t warps = static_cast<std::int64_t>(gridDim.x) * (radam::cuda::kThreads / kWarp);
  const std::int64_t warp = (static_cast<std::int64_t>(blockIdx.x) * radam::cuda::kThreads + threadIdx.x) / kWarp;
  for_blocks<Algorithm>(segment, groups, warp, warps,
                        Thread<Algorithm, Param, Grad, State>{static_cast<int>(threadIdx.x) % kWarp});
}

template <class Algorithm, template <bool> class State, class Grad>
constexpr void fill(radam::cuda::StepKernels::Kernel (&of)[radam::cuda::kParamTypes]) {
  of[RADAM_TYPE_F32] = step_kernel<Algorithm, F32, Grad, State>;
  of[RADAM_TYPE_BF16] = step_kernel<Algorithm, Bf16, Grad, State>;
  of[RADAM_TYPE_F16] = step_kernel<Algorithm, F16, Grad, State>;
}

template <class Algorithm, template <bool> class State>
constexpr radam::cuda::StepKernels step_kernels() {
  radam::cuda::StepKernels kernels{};
  fill<Algorithm, State, F32>(kernels.of[RADAM_TYPE_F32]);
  fill<Algorithm, State, Bf16>(kernels.of[RADAM_TYPE_BF16]);
  fill<Algorithm, State, F16>(kernels.of[RADAM_TYPE_F16]);
  return kernels;
}

}  // namespace

#endif
