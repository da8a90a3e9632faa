// Elements of tensors as float32, for kernels of which there is one for all types: a thread asks for the type each
// time. Steps have a kernel for each combination instead.
#ifndef RADAM_SRC_CUDA_ANY_TYPE_H
#define RADAM_SRC_CUDA_ANY_TYPE_H

#include <cstdint>

#include "../storage/bf16.h"
#include "../storage/f16.h"
#include "../storage/split.h"
#include "../storage/state.h"
#include "elements.h"
#include "layout.h"

namespace {

template <int kBytes>
RADAM_DEVICE inline Quad::Int load(const void* buffer, const Elements& at, bool wide) {
  return wide ? load<kBytes, true>(buffer, at) : load<kBytes, false>(buffer, at);
}

RADAM_DEVICE inline Quad::Register load_type(std::int32_t type, const void* buffer, const Elements& at, bool wide) {
  switch (type) {
    case RADAM_TYPE_BF16: return Bf16::decode<Quad>(load<Bf16::kBytes>(buffer, at, wide));
    case RADAM_TYPE_F16: return F16::decode<Quad>(load<F16::kBytes>(buffer, at, wide));
    default: return Quad::as_float(load<4>(buffer, at, wide));
  }
}

RADAM_DEVICE inline Quad::Register load_param(const radam::cuda::DeviceTensor& t, const Elements& at, bool wide) {
  if (t.param_type != RADAM_TYPE_SPLIT) return load_type(t.param_type, t.param, at, wide);
  return Split::decode<Quad>(load_type(RADAM_TYPE_BF16, t.param, at, wide),
                             load<Split::kBytes>(t.param_copy, at, wide));
}

// Of state buffer k. All four elements are of one block.
template <bool is_signed>
RADAM_DEVICE inline Quad::Register load_state(const radam::cuda::DeviceTensor& t, int k, const Elements& at,
                                              bool wide) {
  if (t.state_type != RADAM_STATE_BLOCK8)
    return load_type(t.state_type == RADAM_STATE_F32 ? RADAM_TYPE_F32 : RADAM_TYPE_BF16, t.state[k], at, wide);
  return Block8State<is_signed>::template decode<Quad>(load<1>(t.state[k], at, wide),
                                                       get<float>(t.scales[k] + at.begin / RADAM_BLOCK_SIZE));
}

}  // namespace

#endif
