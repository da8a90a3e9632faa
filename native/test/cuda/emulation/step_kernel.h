// The kernel of a step, in place of src/cuda/step_kernel.h: the files in src/cuda/step include one or the other.
#ifndef RADAM_TEST_CUDA_STEP_KERNEL_H
#define RADAM_TEST_CUDA_STEP_KERNEL_H

#include "../../../src/cuda/kernels.h"
#include "../../../src/cuda/warp.h"
#include "launch.h"

namespace {

// The threads of a warp, one after the other.
template <class Algorithm, class Param, class Grad, template <bool> class State>
struct WarpOfHost {
  void operator()(const DeviceTensor& t, const GroupRule<Algorithm>& rule, std::uint64_t seed_of_step,
                  std::int64_t block) const {
    if (is_wide(t, block)) {
      step<true>(t, rule, seed_of_step, block);
    } else {
      step<false>(t, rule, seed_of_step, block);
    }
  }

  template <bool wide>
  static void step(const DeviceTensor& t, const GroupRule<Algorithm>& rule, std::uint64_t seed_of_step,
                   std::int64_t block) {
    ThreadStep<Algorithm, Param, Grad, State, wide> threads[kWarp];
    if (rule.skip) {
      for (int thread = 0; thread < kWarp; ++thread) threads[thread].store_no_update(t, {block, thread});
      return;
    }
    for (int thread = 0; thread < kWarp; ++thread) threads[thread].step(t, rule, {block, thread});
    std::uint32_t largest[Algorithm::kBuffers] = {};
    for (int i = 0; i < Algorithm::kBuffers; ++i)
      for (const auto& thread : threads) largest[i] = largest[i] > thread.largest(i) ? largest[i] : thread.largest(i);
    for (int thread = 0; thread < kWarp; ++thread)
      threads[thread].store_all(t, rule, seed_of_step, {block, thread}, largest);
  }
};

template <class Algorithm, class Param, class Grad, template <bool> class State>
void step_kernel(radam::cuda::Segment segment, const Group* groups) {
  const std::int64_t warps = static_cast<std::int64_t>(emulated::grid_size) * (radam::cuda::kThreads / kWarp);
  for (std::int64_t warp = warps - 1; warp >= 0; --warp)  // the order must not matter
    for_blocks<Algorithm>(segment, groups, warp, warps, WarpOfHost<Algorithm, Param, Grad, State>());
}

template <class Algorithm, template <bool> class State>
constexpr radam::cuda::StepKernels step_kernels() {
  return {{{step_kernel<Algorithm, F32, F32, State>, step_kernel<Algorithm, Bf16, F32, State>,
            step_kernel<Algorithm, F16, F32, State>},
           {step_kernel<Algorithm, F32, Bf16, State>, step_kernel<Algorithm, Bf16, Bf16, State>,
            step_kernel<Algorithm, F16, Bf16, State>},
           {step_kernel<Algorithm, F32, F16, State>, step_kernel<Algorithm, Bf16, F16, State>,
            step_kernel<Algorithm, F16, F16, State>}}};
}

}  // namespace

#endif
