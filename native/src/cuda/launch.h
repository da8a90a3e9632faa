// Launches of kernels on a plan's device memory.
#ifndef RADAM_SRC_CUDA_LAUNCH_H
#define RADAM_SRC_CUDA_LAUNCH_H

#include <cstdint>
#include <type_traits>

#include "../algorithm/algorithms.h"
#include "kernels.h"
#include "plan.h"
#include "status.h"

namespace radam::cuda {

inline cudaStream_t stream_of(void* stream) { return static_cast<cudaStream_t>(stream); }

// A part of a plan's device memory.
template <class T>
T* at(const radam_cuda_plan& plan, std::int64_t offset) {
  return reinterpret_cast<T*>(static_cast<unsigned char*>(plan.memory) + offset);
}

// The kernel that steps tensors of a plan: another algorithm's of most that are layer-wise.
inline StepKernels::Kernel step_kernel_of(std::int32_t algorithm, int combination) {
  return step_kernel(is_by_rows(algorithm) ? algorithm : stepped_by(algorithm), combination);
}

// Copies what a plan holds. Fails if the plan was not filled.
radam_status open(const radam_cuda_plan* plan, Opaque& opaque);

template <class... Parameters>
radam_status launch(void (*kernel)(Parameters...), std::int64_t grid, int threads, void* stream,
                    std::type_identity_t<Parameters>... arguments) {
  void* pointers[] = {&arguments...};
  return status_of(cudaLaunchKernel(reinterpret_cast<const void*>(kernel), dim3(static_cast<unsigned>(grid)),
                                    dim3(static_cast<unsigned>(threads)), pointers, 0, stream_of(stream)));
}

// Passes the structs item(0), item(1) and so on to a kernel, as many in each launch as its parameters can hold.
template <class T, class Item, class... More>
radam_status launch_batches(void (*kernel)(Batch<T>, More...), std::int64_t count, void* stream, Item item,
                            std::type_identity_t<More>... more) {
  for (std::int64_t first = 0; first < count; first += Batch<T>::kMost) {
    Batch<T> batch{};
    batch.first = first;
    while (batch.count < Batch<T>::kMost && first + batch.count < count) {
      batch.items[batch.count] = item(first + batch.count);
      ++batch.count;
    }
    if (const radam_status status = launch(kernel, 1, kThreads, stream, batch, more...)) return status;
  }
  return RADAM_OK;
}

}  // namespace radam::cuda

#endif
