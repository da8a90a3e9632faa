// What goes before a step: coefficients from the host, or the device's own decision.
#include "prepare.h"

#include "../simd/cuda.h"
#include "kernels.h"

namespace {

using radam::cuda::Batch;
using radam::cuda::Group;
using radam::cuda::kPrepareThreads;
using radam::cuda::Preparation;

constexpr int kSums = 32;

template <class T>
__global__ void upload_kernel(const __grid_constant__ Batch<T> batch, T* to) {
  const int i = static_cast<int>(threadIdx.x);
  if (i < batch.count) to[batch.first + i] = batch.items[i];
}

// Of all gradients, scaled as they are stepped by.
struct Total {
  double sum_of_squares, max_abs;
  unsigned long long non_finite;
};

// The sums are one warp's, in the documented order; the other threads fetch what it adds.
__device__ Total total_of(const Preparation& p) {
  __shared__ double squares[kPrepareThreads], magnitudes[kPrepareThreads];
  __shared__ unsigned long long counts[kPrepareThreads];
  __shared__ Total result;
  const int thread = static_cast<int>(threadIdx.x);
  Total total{0, 0, 0};
  for (std::int64_t begin = 0; begin < p.tensors; begin += kPrepareThreads) {
    const std::int64_t i = begin + thread;
    squares[thread] = magnitudes[thread] = 0;
    counts[thread] = 0;
    if (i < p.tensors) {
      const std::int32_t group = p.group_of[i];
      const radam_statistics& s = p.statistics[i];
      const double scale = p.hyperparameters[group].grad_scale * p.controls[group].grad_scale;
      squares[thread] = s.sum_of_squares * scale * scale;
      magnitudes[thread] = static_cast<double>(s.max_abs) * scale;
      counts[thread] = static_cast<unsigned long long>(s.non_finite);
    }
    __syncthreads();
    if (thread < kSums) {
      for (int j = thread; j < kPrepareThreads; j += kSums) {
        total.sum_of_squares += squares[j];
        total.max_abs = larger_or_nan(total.max_abs, magnitudes[j]);
        total.non_finite += counts[j];
      }
    }
    __syncthreads();
  }
  if (thread < kSums) {
    for (int distance = kSums / 2; distance > 0; distance /= 2) {
      total.sum_of_squares += __shfl_down_sync(~0u, total.sum_of_squares, distance);
      total.max_abs = larger_or_nan(total.max_abs, __shfl_down_sync(~0u, total.max_abs, distance));
      total.non_finite += __shfl_down_sync(~0u, total.non_finite, distance);
    }
    if (thread == 0) result = total;
  }
  __syncthreads();
  return result;
}

__global__ void __launch_bounds__(kPrepareThreads) prepare_step_kernel(const __grid_constant__ Preparation p) {
  const int thread = static_cast<int>(threadIdx.x);
  double factor = 1;
  bool skipped = false;
  if (p.statistics != nullptr) {
    const Total total = total_of(p);
    factor = clip_factor(p.options, sqrt(total.sum_of_squares));
    skipped = skips_non_finite(p.options) && total.non_finite > 0;
    if (thread == 0 && p.total != nullptr) {
      p.total->struct_size = sizeof(radam_statistics);
      p.total->max_abs = static_cast<float>(total.max_abs);
      p.total->sum_of_squares = total.sum_of_squares;
      p.total->non_finite = static_cast<std::int64_t>(total.non_finite);
    }
  }
  // All groups step, or none does.
  bool refused = false;
  for (std::int64_t i = thread; i < p.group_count; i += kPrepareThreads) {
    radam_cuda_control& control = p.controls[i];
    // A factor for gradients that are not finite need not be a number; it is not what is wrong then.
    control.status = skipped ? RADAM_OK : check_step(present(p.hyperparameters[i], control, factor), control);
    refused = refused || control.status != RADAM_OK;
  }
  skipped = __syncthreads_or(refused) != 0 || skipped;
  for (std::int64_t i = thread; i < p.group_count; i += kPrepareThreads) {
    radam_cuda_control& control = p.controls[i];
    if (skipped) {
      skip(control, p.groups[i]);
    } else {
      make_ready(present(p.hyperparameters[i], control, factor), p.options, control, p.groups[i]);
    }
  }
}

}  // namespace

namespace radam::cuda {

void (*const upload_groups_kernel)(Batch<Group>, Group*) = upload_kernel<Group>;
void (*const upload_hyperparameters_kernel)(Batch<radam_hyperparameters>, radam_hyperparameters*) =
    upload_kernel<radam_hyperparameters>;
void (*const prepare_kernel)(Preparation) = prepare_step_kernel;

}  // namespace radam::cuda
