// The kernels, as the host launches them.
#ifndef RADAM_SRC_CUDA_KERNELS_H
#define RADAM_SRC_CUDA_KERNELS_H

#include <cstdint>

#include "../sums.h"
#include "layout.h"

namespace radam::cuda {

// Threads of a thread block and of a warp; those that sum a piece, of which each has four sums; and those that sum a
// row, of which each has one sum of each product.
constexpr int kThreads = 256, kWarp = 32, kPieceThreads = kSums / 4, kRowThreads = 8;

// The tensors of one combination of types.
struct Segment {
  const DeviceTensor* tensors;
  std::int64_t count;
  std::int64_t units;  // blocks; for statistics and sums, pieces; for means and sums of rows, rows
};

// Indexed by the types of gradients and parameters.
struct StepKernels {
  using Kernel = void (*)(Segment, const Group*);
  Kernel of[kGradTypes][kParamTypes];
};

// One for each algorithm and type of state, from the files in step/.
extern const StepKernels adam_f32_steps, adam_bf16_steps, adam_block8_steps;
extern const StepKernels sgd_f32_steps, sgd_bf16_steps, sgd_block8_steps;
extern const StepKernels lion_f32_steps, lion_bf16_steps, lion_block8_steps;
extern const StepKernels nadam_f32_steps, nadam_bf16_steps, nadam_block8_steps;
extern const StepKernels rmsprop_f32_steps, rmsprop_bf16_steps, rmsprop_block8_steps;
extern const StepKernels adagrad_f32_steps, adagrad_bf16_steps, adagrad_block8_steps;
extern const StepKernels adamax_f32_steps, adamax_bf16_steps, adamax_block8_steps;
extern const StepKernels adadelta_f32_steps, adadelta_bf16_steps, adadelta_block8_steps;
extern const StepKernels adabelief_f32_steps, adabelief_bf16_steps, adabelief_block8_steps;
extern const StepKernels adopt_f32_steps, adopt_bf16_steps, adopt_block8_steps;
extern const StepKernels yogi_f32_steps, yogi_bf16_steps, yogi_block8_steps;
extern const StepKernels qhadam_f32_steps, qhadam_bf16_steps, qhadam_block8_steps;
extern const StepKernels ademamix_f32_steps, ademamix_bf16_steps, ademamix_block8_steps;
extern const StepKernels adamod_f32_steps, adamod_bf16_steps, adamod_block8_steps;
extern const StepKernels qhm_f32_steps, qhm_bf16_steps, qhm_block8_steps;
extern const StepKernels adan_f32_steps, adan_bf16_steps, adan_block8_steps;
extern const StepKernels adabound_f32_steps, adabound_bf16_steps, adabound_block8_steps;
extern const StepKernels diffgrad_f32_steps, diffgrad_bf16_steps, diffgrad_block8_steps;
extern const StepKernels padam_f32_steps, padam_bf16_steps, padam_block8_steps;
extern const StepKernels madgrad_f32_steps, madgrad_bf16_steps, madgrad_block8_steps;
extern const StepKernels cocob_f32_steps, cocob_bf16_steps, cocob_block8_steps;
extern const StepKernels schedulefree_sgd_f32_steps, schedulefree_sgd_bf16_steps, schedulefree_sgd_block8_steps;
extern const StepKernels schedulefree_adamw_f32_steps, schedulefree_adamw_bf16_steps, schedulefree_adamw_block8_steps;
extern const StepKernels adamp_f32_steps, adamp_bf16_steps, adamp_block8_steps;
extern const StepKernels sgdp_f32_steps, sgdp_bf16_steps, sgdp_block8_steps;

// By RADAM_ALGORITHM_... and RADAM_STATE_....
constexpr const StepKernels* kStepKernels[][kStateTypes] = {
    {&adam_f32_steps, &adam_bf16_steps, &adam_block8_steps},
    {&sgd_f32_steps, &sgd_bf16_steps, &sgd_block8_steps},
    {&lion_f32_steps, &lion_bf16_steps, &lion_block8_steps},
    {&nadam_f32_steps, &nadam_bf16_steps, &nadam_block8_steps},
    {&rmsprop_f32_steps, &rmsprop_bf16_steps, &rmsprop_block8_steps},
    {&adagrad_f32_steps, &adagrad_bf16_steps, &adagrad_block8_steps},
    {&adamax_f32_steps, &adamax_bf16_steps, &adamax_block8_steps},
    {&adadelta_f32_steps, &adadelta_bf16_steps, &adadelta_block8_steps},
    {&adabelief_f32_steps, &adabelief_bf16_steps, &adabelief_block8_steps},
    {&adopt_f32_steps, &adopt_bf16_steps, &adopt_block8_steps},
    {&yogi_f32_steps, &yogi_bf16_steps, &yogi_block8_steps},
    {&qhadam_f32_steps, &qhadam_bf16_steps, &qhadam_block8_steps},
    {&ademamix_f32_steps, &ademamix_bf16_steps, &ademamix_block8_steps},
    {&adamod_f32_steps, &adamod_bf16_steps, &adamod_block8_steps},
    {&qhm_f32_steps, &qhm_bf16_steps, &qhm_block8_steps},
    {&adan_f32_steps, &adan_bf16_steps, &adan_block8_steps},
    {&adabound_f32_steps, &adabound_bf16_steps, &adabound_block8_steps},
    {&diffgrad_f32_steps, &diffgrad_bf16_steps, &diffgrad_block8_steps},
    {&padam_f32_steps, &padam_bf16_steps, &padam_block8_steps},
    {&madgrad_f32_steps, &madgrad_bf16_steps, &madgrad_block8_steps},
    {&cocob_f32_steps, &cocob_bf16_steps, &cocob_block8_steps},
    {&schedulefree_sgd_f32_steps, &schedulefree_sgd_bf16_steps, &schedulefree_sgd_block8_steps},
    {&schedulefree_adamw_f32_steps, &schedulefree_adamw_bf16_steps, &schedulefree_adamw_block8_steps},
    {},  // layer-wise algorithms step by others' kernels
    {},
    {},
    {},
    {},
    {},
    {},
    {},
    {},
    {&adamp_f32_steps, &adamp_bf16_steps, &adamp_block8_steps},  // with decays of rows, which NAdam and SGD do not have
    {&sgdp_f32_steps, &sgdp_bf16_steps, &sgdp_block8_steps}};

// The kernel of an algorithm that has some, for a combination of types.
inline StepKernels::Kernel step_kernel(std::int32_t algorithm, int combination) {
  const int param = combination % kParamTypes, state = combination / kParamTypes % kStateTypes;
  const int grad = combination / kParamTypes / kStateTypes;
  return kStepKernels[algorithm][state]->of[grad][param];
}

// The statistics of a piece.
struct PieceResult {
  double sum_of_squares;
  std::uint32_t largest;  // bits of the magnitude
  std::uint32_t non_finite;
};

// Computes the pieces of a segment. first_piece: the number of the first one in the plan. There is a kernel for each
// type of gradients.
using PieceKernel = void (*)(Segment, std::int64_t first_piece, PieceResult*);
extern const PieceKernel piece_kernels[kGradTypes];

// Computes each tensor's statistics from those of its pieces, with a warp for each tensor.
using TensorKernel = void (*)(Segment, const PieceResult*, radam_statistics*);
extern const TensorKernel tensor_statistics_kernel;

// The sums of a piece that a step of a layer-wise algorithm depends on. They are where a PieceResult is at other times.
struct SumsOfPiece {
  double of[RADAM_MAX_SUMS];  // those that the algorithm does not have are 0
};

// Computes them for all pieces of a plan, from the coefficients of the groups. There is a kernel for each layer-wise
// algorithm, which reads all types; null for other algorithms, and for those whose sums are of rows.
using SumsKernel = void (*)(Segment, const Group*, SumsOfPiece*);
SumsKernel sums_kernel(std::int32_t algorithm);

// Computes the sums of all rows of a plan, RADAM_ROW_SUMS for each, from the coefficients of the groups. There is a
// kernel for each algorithm that has such sums, which reads all types; null for other algorithms.
using RowSumsKernel = void (*)(Segment, const Group*, double*);
RowSumsKernel row_sums_kernel(std::int32_t algorithm);

// Adds up the pieces of each tensor, with a warp for each.
using TensorSumsKernel = void (*)(Segment, const SumsOfPiece*, radam_sums*);
extern const TensorSumsKernel tensor_sums_kernel;

// Computes the means of all rows of a plan's gradients that have room for them, with a warp for each.
using MeansKernel = void (*)(Segment);
extern const MeansKernel means_kernel;

// The gradients of several ranks, which are added in their order. The messages have those of all ranks but one, which
// is this one.
struct RankSum {
  float* sum;
  const void* own;
  const unsigned char* messages;
  std::int64_t stride;  // bytes from one message to the next
  std::int64_t length;
  std::int32_t ranks, rank;
  std::int32_t type;  // RADAM_TYPE_...
  std::int32_t wide;  // whether all is aligned for four elements at once
};
extern void (*const rank_sum_kernel)(RankSum);

// Structs of the host that are passed in a kernel's parameters. So their memory need not stay alive, and a captured
// graph contains them.
template <class T>
struct Batch {
  static constexpr int kMost = static_cast<int>(4000 / sizeof(T));
  T items[kMost];
  std::int64_t first;
  int count;
};

// The parameters of these kernels, a batch and pointers, must not take more than 4 KiB.
extern void (*const bind_kernel)(Batch<radam_cuda_binding>, DeviceTensor*, const std::int32_t* places,
                                 std::int32_t* group_of);
extern void (*const upload_groups_kernel)(Batch<Group>, Group*);
extern void (*const upload_hyperparameters_kernel)(Batch<radam_hyperparameters>, radam_hyperparameters*);

struct Preparation {
  const radam_hyperparameters* hyperparameters;
  radam_cuda_control* controls;
  Group* groups;
  std::int64_t group_count;
  const std::int32_t* group_of;  // each tensor's, in the caller's order
  const radam_statistics* statistics;  // or null
  std::int64_t tensors;
  radam_cuda_step_options options;
  radam_statistics* total;  // or null
};
constexpr int kPrepareThreads = 512;
extern void (*const prepare_kernel)(Preparation);

}  // namespace radam::cuda

#endif
