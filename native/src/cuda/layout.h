// What lies in a plan's device memory, and so is known to both sides.
#ifndef RADAM_SRC_CUDA_LAYOUT_H
#define RADAM_SRC_CUDA_LAYOUT_H

#include <cstdint>

#include <radam/radam_cuda.h>

namespace radam::cuda {

// Order of the moments in arrays of them.
enum { kExpAvg, kExpAvgSq, kMaxExpAvgSq, kMomentCount };

// A tensor in the table. Tables are sorted by combination of types, so that each kernel finds its own side by side.
struct DeviceTensor {
  void *param, *grad, *param_copy;
  float* param_average;
  void* moments[kMomentCount];
  float* scales[kMomentCount];
  std::uint64_t seed;
  std::int64_t length;
  std::int64_t first_block;  // the number of blocks of all tensors of the combination before this
  std::int64_t first_piece;  // the number of pieces of all tensors of the plan before this
  std::int64_t index;        // where the caller has it
  float average_rate;
  std::int32_t group;
  std::int32_t copy_type;        // RADAM_TYPE_...
  std::uint8_t stochastic_param; // or copy
  std::uint8_t nearest_state;
  std::uint8_t wide;             // whether all of its memory is aligned for four elements at once
};

// What a step does with the tensors of a group.
struct Group {
  radam_coefficients coefficients;
  std::int64_t step;
  float clip_value;
  std::int32_t zero_grad;
  std::int32_t skip;  // 1: nothing
};

// So many elements of a gradient are summed by themselves; radam_cuda.h promises it.
constexpr std::int64_t kPiece = RADAM_CUDA_STATISTICS_PIECE;

constexpr int kParamTypes = 3, kGradTypes = 3, kStateTypes = 3;
constexpr int kCombinations = kParamTypes * kGradTypes * kStateTypes;

// Gradients' types are the most significant, so that the tensors of one are side by side too.
constexpr int combination_of(int param_type, int grad_type, int state_type) {
  return (grad_type * kStateTypes + state_type) * kParamTypes + param_type;
}

}  // namespace radam::cuda

#endif
