// The structs in a plan's device memory, which host and device use.
#ifndef RADAM_SRC_CUDA_LAYOUT_H
#define RADAM_SRC_CUDA_LAYOUT_H

#include <cstdint>

#include <radam/radam_cuda.h>

#include "../inline.h"

namespace radam::cuda {

// A tensor in the plan's table. The table is sorted by combination of types, so that the tensors of each kernel are
// contiguous.
struct DeviceTensor {
  void *param, *grad;
  void *param_copy;  // of bfloat16: their lower halves
  float* param_average;
  void* state[RADAM_MAX_STATE];
  float* scales[RADAM_MAX_STATE];
  float* grad_mean;  // or null
  std::uint64_t seed;
  std::int64_t length;
  std::int64_t first;        // its place in the whole tensor, a multiple of RADAM_BLOCK_SIZE
  std::int64_t first_block;  // the number of blocks of all tensors of the combination before this
  std::int64_t first_piece;  // the number of pieces of all tensors of the plan before this
  std::int64_t first_row;    // likewise of rows
  std::int64_t row_length;   // with grad_mean, and in plans by rows; or 0
  std::int64_t place_of_rows;  // in plans by rows, the number of rows of the tensors that the caller has before this
  std::int64_t index;        // where the caller has it
  float average_rate;
  std::int32_t group;             // or RADAM_CUDA_NO_GROUP
  std::uint8_t present;           // bit k: it has state buffer k
  std::uint8_t param_type, grad_type, copy_type;  // RADAM_TYPE_...
  std::uint8_t state_type;                        // RADAM_STATE_...
  std::uint8_t stochastic_param;  // or copy
  std::uint8_t nearest_state;
  std::uint8_t output;            // RADAM_OUTPUT_...
  std::uint8_t lookahead;
  std::uint8_t param_bytes, grad_bytes;  // of an element
  std::uint8_t rest_is_wide;  // whether all but parameters and gradients is aligned for four elements at once
  std::uint8_t wide;          // whether all is
};

// The coefficients and options of a step for the tensors of a group.
struct Group {
  radam_coefficients coefficients;
  std::int64_t step;
  float clip_value;
  std::int32_t zero_grad;
  std::int32_t skip;  // 1: nothing
  const float* row_decay;  // in plans by rows, those of all rows, if these have decays of their own; or null
};

// Whether an address is aligned to so many elements.
RADAM_DEVICE inline bool is_aligned(const void* buffer, std::int64_t elements, std::int64_t element_bytes) {
  return reinterpret_cast<std::uintptr_t>(buffer) % static_cast<std::uintptr_t>(elements * element_bytes) == 0;
}

// Whether all buffers are aligned so that one access can load four elements.
RADAM_DEVICE inline bool is_wide(const DeviceTensor& t) {
  return t.rest_is_wide != 0 && is_aligned(t.param, 4, t.param_bytes) && is_aligned(t.grad, 4, t.grad_bytes);
}

// The number of elements of a piece, as radam_cuda.h documents it.
constexpr std::int64_t kPiece = RADAM_CUDA_STATISTICS_PIECE;

// The number of elements before the tensor in the piece in which the tensor begins.
RADAM_DEVICE constexpr std::int64_t before_first_piece(std::int64_t first) { return first % kPiece; }

RADAM_DEVICE constexpr std::int64_t piece_count(std::int64_t first, std::int64_t length) {
  return length == 0 ? 0 : (before_first_piece(first) + length + kPiece - 1) / kPiece;
}

// The number of rows of which the buffers have a part.
RADAM_DEVICE constexpr std::int64_t row_count(const DeviceTensor& t) {
  if (t.row_length == 0 || t.length == 0) return 0;
  return (t.first + t.length - 1) / t.row_length - t.first / t.row_length + 1;
}

constexpr int kParamTypes = 3, kGradTypes = 3, kStateTypes = 3;
constexpr int kCombinations = kParamTypes * kGradTypes * kStateTypes;

// The type of gradients is the most significant, so that the tensors of each are contiguous too.
constexpr int combination_of(int param_type, int grad_type, int state_type) {
  return (grad_type * kStateTypes + state_type) * kParamTypes + param_type;
}

}  // namespace radam::cuda

#endif
