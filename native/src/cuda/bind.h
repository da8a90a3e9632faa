// Binds new addresses and another group to a tensor, on the device.
#ifndef RADAM_SRC_CUDA_BIND_H
#define RADAM_SRC_CUDA_BIND_H

#include <cstdint>

#include "kernels.h"

namespace {

// places, group_of: of each tensor, in the caller's order.
RADAM_DEVICE inline void bind(const radam_cuda_binding& binding, radam::cuda::DeviceTensor* tensors,
                              const std::int32_t* places, std::int32_t* group_of) {
  radam::cuda::DeviceTensor& t = tensors[places[binding.tensor]];
  t.group = group_of[binding.tensor] = binding.group;
  if (binding.group == RADAM_CUDA_NO_GROUP) return;
  t.param = binding.param;
  t.grad = binding.grad;
  t.average_rate = binding.average_rate;
  t.wide = radam::cuda::is_wide(t);
}

}  // namespace

#endif
