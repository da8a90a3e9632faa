// What steps depend on: statistics, means and sums of gradients. Checks arguments, then launches.
#include "exchange.h"
#include "launch.h"

namespace radam::cuda {
namespace {

// Whether the coefficients that were set last are those for sums, and the sums are aligned: all that they have is of
// eight bytes.
radam_status check_to_sum(const radam_cuda_plan& plan, const Opaque& opaque, const void* sums) {
  if (opaque.set_algorithm != plan.algorithm) return RADAM_ERROR_COEFFICIENTS;
  if (!is_aligned(sums, 1, sizeof(double))) return RADAM_CUDA_ERROR_ALIGNMENT;
  return RADAM_OK;
}

// Every tensor, with a unit for each or with pieces.
Segment all_of(const radam_cuda_plan& plan, const Opaque& opaque, std::int64_t units) {
  return {at<DeviceTensor>(plan, opaque.layout.tensors), plan.tensors, units};
}

// Queues the statistics of all pieces.
radam_status measure_pieces(const radam_cuda_plan& plan, const Opaque& opaque, void* stream) {
  const auto* const tensors = at<DeviceTensor>(plan, opaque.layout.tensors);
  auto* const results = at<PieceResult>(plan, opaque.layout.pieces);
  for (int type = 0; type < kGradTypes; ++type) {
    const Opaque::Pieces& pieces = opaque.statistics[type];
    if (pieces.pieces == 0) continue;
    const Segment segment{tensors + pieces.first, pieces.count, pieces.pieces};
    if (const radam_status status =
            launch(piece_kernels[type], pieces.grid, kThreads, stream, segment, pieces.first_piece, results))
      return status;
  }
  return RADAM_OK;
}

// Queues the sums of all pieces.
radam_status sum_pieces(const radam_cuda_plan& plan, const Opaque& opaque, void* stream) {
  if (opaque.pieces == 0) return RADAM_OK;
  return launch(sums_kernel(plan.algorithm), opaque.sums_grid, kThreads, stream, all_of(plan, opaque, opaque.pieces),
                at<Group>(plan, opaque.layout.groups), at<SumsOfPiece>(plan, opaque.layout.pieces));
}

// Whether a plan can have sums of tensors or pieces queued, into this memory.
radam_status check_sums(const radam_cuda_plan* plan, const radam_sums* sums, Opaque& opaque) {
  if (const radam_status status = open(plan, opaque)) return status;
  if (sums == nullptr) return RADAM_ERROR_NULL;
  if (sums_kernel(plan->algorithm) == nullptr) return RADAM_ERROR_ALGORITHM;
  return check_to_sum(*plan, opaque, sums);
}

// Queues a table of what was measured of all pieces.
template <class Result, class Entry>
radam_status put_table(void (*kernel)(Segment, const std::int64_t*, const Result*, Entry*), const radam_cuda_plan& plan,
                       const Opaque& opaque, Entry* table, void* stream) {
  if (opaque.pieces == 0) return RADAM_OK;
  return launch(kernel, blocks_with_threads(opaque.pieces), kThreads, stream, all_of(plan, opaque, opaque.pieces),
                at<std::int64_t>(plan, opaque.layout.first_pieces), at<Result>(plan, opaque.layout.pieces), table);
}

}  // namespace
}  // namespace radam::cuda

using namespace radam::cuda;

radam_status radam_cuda_gradient_statistics(radam_cuda_plan* plan, radam_statistics* statistics, void* stream) {
  Opaque opaque;
  if (const radam_status status = open(plan, opaque)) return status;
  if (statistics == nullptr) return RADAM_ERROR_NULL;
  if (!is_aligned(statistics, 1, sizeof(double))) return RADAM_CUDA_ERROR_ALIGNMENT;
  const OnDevice current(plan->device);
  if (current.status() != RADAM_OK) return current.status();
  if (const radam_status status = check_pointer(plan->device, statistics)) return status;
  if (const radam_status status = measure_pieces(*plan, opaque, stream)) return status;
  return launch(tensor_statistics_kernel, opaque.tensor_grid, kThreads, stream, all_of(*plan, opaque, plan->tensors),
                at<PieceResult>(*plan, opaque.layout.pieces), statistics);
}

radam_status radam_cuda_piece_statistics(radam_cuda_plan* plan, radam_statistics* statistics, void* stream) {
  Opaque opaque;
  if (const radam_status status = open(plan, opaque)) return status;
  if (statistics == nullptr) return RADAM_ERROR_NULL;
  if (!is_aligned(statistics, 1, sizeof(double))) return RADAM_CUDA_ERROR_ALIGNMENT;
  const OnDevice current(plan->device);
  if (current.status() != RADAM_OK) return current.status();
  if (const radam_status status = check_pointer(plan->device, statistics)) return status;
  if (const radam_status status = measure_pieces(*plan, opaque, stream)) return status;
  return put_table(piece_statistics_kernel, *plan, opaque, statistics, stream);
}

radam_status radam_cuda_gradient_means(radam_cuda_plan* plan, void* stream) {
  Opaque opaque;
  if (const radam_status status = open(plan, opaque)) return status;
  const OnDevice current(plan->device);
  if (current.status() != RADAM_OK) return current.status();
  if (opaque.has_means == 0) return RADAM_OK;
  const Segment all{at<DeviceTensor>(*plan, opaque.layout.tensors), plan->tensors, opaque.rows};
  return launch(means_kernel, opaque.rows_grid, kThreads, stream, all);
}

radam_status radam_cuda_tensor_sums(radam_cuda_plan* plan, radam_sums* sums, void* stream) {
  Opaque opaque;
  if (const radam_status status = check_sums(plan, sums, opaque)) return status;
  const OnDevice current(plan->device);
  if (current.status() != RADAM_OK) return current.status();
  if (const radam_status status = check_pointer(plan->device, sums)) return status;
  if (const radam_status status = sum_pieces(*plan, opaque, stream)) return status;
  return launch(tensor_sums_kernel, opaque.tensor_grid, kThreads, stream, all_of(*plan, opaque, plan->tensors),
                at<SumsOfPiece>(*plan, opaque.layout.pieces), sums);
}

radam_status radam_cuda_piece_sums(radam_cuda_plan* plan, radam_sums* sums, void* stream) {
  Opaque opaque;
  if (const radam_status status = check_sums(plan, sums, opaque)) return status;
  const OnDevice current(plan->device);
  if (current.status() != RADAM_OK) return current.status();
  if (const radam_status status = check_pointer(plan->device, sums)) return status;
  if (const radam_status status = sum_pieces(*plan, opaque, stream)) return status;
  return put_table(piece_sums_table_kernel, *plan, opaque, sums, stream);
}

radam_status radam_cuda_row_sums(radam_cuda_plan* plan, double* sums, void* stream) {
  Opaque opaque;
  if (const radam_status status = open(plan, opaque)) return status;
  if (sums == nullptr) return RADAM_ERROR_NULL;
  if (row_sums_kernel(plan->algorithm) == nullptr) return RADAM_ERROR_ALGORITHM;
  if (const radam_status status = check_to_sum(*plan, opaque, sums)) return status;
  const OnDevice current(plan->device);
  if (current.status() != RADAM_OK) return current.status();
  if (const radam_status status = check_pointer(plan->device, sums)) return status;
  if (opaque.rows == 0) return RADAM_OK;
  const Segment all{at<DeviceTensor>(*plan, opaque.layout.tensors), plan->tensors, opaque.rows};
  return launch(row_sums_kernel(plan->algorithm), opaque.sums_grid, kThreads, stream, all,
                at<Group>(*plan, opaque.layout.groups), sums);
}
