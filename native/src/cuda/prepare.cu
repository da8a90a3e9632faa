// Kernels that go before a step: bindings and coefficients from the host, and steps that the device prepares.
#include "prepare.h"

#include "../simd/cuda.h"
#include "../sums.h"
#include "bind.h"
#include "kernels.h"

namespace {

using radam::cuda::Batch;
using radam::cuda::DeviceTensor;
using radam::cuda::Group;
using radam::cuda::kPrepareThreads;
using radam::cuda::Preparation;

template <class T>
__global__ void upload_kernel(const __grid_constant__ Batch<T> batch, T* to) {
  const int i = static_cast<int>(threadIdx.x);
  if (i < batch.count) to[batch.first + i] = batch.items[i];
}

__global__ void bind_tensors_kernel(const __grid_constant__ Batch<radam_cuda_binding> batch, DeviceTensor* tensors,
                                    const std::int32_t* places, std::int32_t* group_of) {
  const int i = static_cast<int>(threadIdx.x);
  if (i < batch.count) bind(batch.items[i], tensors, places, group_of);
}

// One warp adds, in the documented order. The other threads fetch what it adds.
__device__ TotalStatistics total_of(const Preparation& p) {
  // As bytes, because shared memory has no constructors.
  __shared__ alignas(TotalStatistics) unsigned char fetched_bytes[kPrepareThreads * sizeof(TotalStatistics)];
  __shared__ alignas(TotalStatistics) unsigned char result_bytes[sizeof(TotalStatistics)];
  TotalStatistics* const fetched = reinterpret_cast<TotalStatistics*>(fetched_bytes);
  TotalStatistics* const result = reinterpret_cast<TotalStatistics*>(result_bytes);
  const int thread = static_cast<int>(threadIdx.x);
  TotalStatistics total;
  for (std::int64_t begin = 0; begin < p.tensors; begin += kPrepareThreads) {
    fetched[thread] = begin + thread < p.tensors ? scaled(p, begin + thread) : TotalStatistics();
    __syncthreads();
    if (thread < kSums)
      for (int j = thread; j < kPrepareThreads; j += kSums) add(total, fetched[j]);
    __syncthreads();
  }
  if (thread < kSums) {
    for (int distance = kSums / 2; distance > 0; distance /= 2) {
      TotalStatistics other;
      other.sum_of_squares = __shfl_down_sync(~0u, total.sum_of_squares, distance);
      other.max_abs = __shfl_down_sync(~0u, total.max_abs, distance);
      other.non_finite = __shfl_down_sync(~0u, static_cast<long long>(total.non_finite), distance);
      add(total, other);
    }
    if (thread == 0) *result = total;
  }
  __syncthreads();
  return *result;
}

__global__ void __launch_bounds__(kPrepareThreads) prepare_step_kernel(const __grid_constant__ Preparation p) {
  const int thread = static_cast<int>(threadIdx.x);
  Decision decision;
  if (p.statistics != nullptr) {
    const TotalStatistics total = total_of(p);
    decision = decide(p.options, total);
    if (thread == 0 && p.total != nullptr) *p.total = statistics_of(total);
  }
  // All groups step, or none does.
  bool refused = false;
  for (std::int64_t i = thread; i < p.group_count; i += kPrepareThreads)
    refused = has_invalid_values(p, decision, i) || refused;
  decision.skipped = __syncthreads_or(refused) != 0 || decision.skipped;
  for (std::int64_t i = thread; i < p.group_count; i += kPrepareThreads) prepare_group(p, decision, i);
}

}  // namespace

namespace radam::cuda {

void (*const bind_kernel)(Batch<radam_cuda_binding>, DeviceTensor*, const std::int32_t*, std::int32_t*) =
    bind_tensors_kernel;
void (*const upload_groups_kernel)(Batch<Group>, Group*) = upload_kernel<Group>;
void (*const upload_hyperparameters_kernel)(Batch<radam_hyperparameters>, radam_hyperparameters*) =
    upload_kernel<radam_hyperparameters>;
void (*const prepare_kernel)(Preparation) = prepare_step_kernel;

}  // namespace radam::cuda
