// The kernels, by loops over their threads: everything but what threads exchange is the code that the device runs.
// Those of steps are in step_kernel.h.
#include "../../../src/cuda/kernels.h"

#include <cstddef>
#include <type_traits>
#include <utility>

#include "../../../src/cuda/bind.h"
#include "../../../src/cuda/pieces.h"
#include "../../../src/cuda/prepare.h"
#include "../../../src/cuda/rank_sum.h"
#include "../../../src/cuda/rows.h"
#include "../../../src/cuda/search.h"
#include "../../../src/cuda/thread_exchange.h"
#include "../../../src/cuda/thread_row_sums.h"
#include "../../../src/cuda/thread_sums.h"
#include "../../../src/storage/bf16.h"
#include "../../../src/storage/f16.h"
#include "../../../src/storage/f32.h"
#include "launch.h"

namespace {

using namespace radam::cuda;

template <class Grad>
void piece_kernel(Segment segment, std::int64_t first_piece, PieceResult* results) {
  for (std::int64_t piece = 0; piece < segment.units; ++piece) {
    const std::int64_t index = find<&DeviceTensor::first_piece>(segment.tensors, 0, segment.count, first_piece + piece);
    const DeviceTensor& t = segment.tensors[index];
    const std::int64_t own = first_piece + piece - t.first_piece;
    PieceSums s[kPieceThreads];
    for (int thread = 0; thread < kPieceThreads; ++thread)
      s[thread] = t.wide ? add_piece<Grad, true>(t, own, thread) : add_piece<Grad, false>(t, own, thread);
    add_pairwise(s, [](PieceSums& a, const PieceSums& b) { add(a, b); });
    results[first_piece + piece] = {last_sum(s[0]), s[0].largest, s[0].non_finite};
  }
}

void tensor_kernel(Segment segment, const PieceResult* results, radam_statistics* statistics) {
  for (std::int64_t index = 0; index < segment.count; ++index) {
    TensorSums s[kSums];
    for (int lane = 0; lane < kSums; ++lane) s[lane] = add_pieces(segment.tensors[index], results, lane);
    add_pairwise(s, [](TensorSums& a, const TensorSums& b) { add(a, b); });
    statistics[segment.tensors[index].index] = statistics_of(s[0]);
  }
}

template <class Algorithm>
void piece_sums_kernel(Segment segment, const Group* groups, SumsOfPiece* results) {
  for (std::int64_t piece = 0; piece < segment.units; ++piece) {
    const std::int64_t index = find<&DeviceTensor::first_piece>(segment.tensors, 0, segment.count, piece);
    const DeviceTensor& t = segment.tensors[index];
    ThreadSums<Algorithm> s[kPieceThreads];
    const std::int64_t own = piece - t.first_piece;
    for (int thread = 0; thread < kPieceThreads; ++thread) s[thread].add_piece(t, groups, own, thread);
    add_pairwise(s, [](ThreadSums<Algorithm>& a, const ThreadSums<Algorithm>& b) { a.add(b); });
    results[piece] = s[0].totals();
  }
}

void add_pieces_kernel(Segment segment, const SumsOfPiece* results, radam_sums* sums) {
  for (std::int64_t index = 0; index < segment.count; ++index) {
    AllSums s[kSums];
    for (int lane = 0; lane < kSums; ++lane) s[lane] = add_pieces(segment.tensors[index], results, lane);
    add_pairwise(s, [](AllSums& a, const AllSums& b) { add(a, b); });
    sums[segment.tensors[index].index] = sums_of(s[0]);
  }
}

template <class Algorithm>
void row_sums_of_plan(Segment segment, const Group* groups, double* sums) {
  for (std::int64_t row = 0; row < segment.units; ++row) {
    const std::int64_t index = find<&DeviceTensor::first_row>(segment.tensors, 0, segment.count, row);
    const DeviceTensor& t = segment.tensors[index];
    RowSums s[kRowThreads];
    for (int thread = 0; thread < kRowThreads; ++thread)
      s[thread] = row_sums<Algorithm>(t, groups, row - t.first_row, thread);
    add_pairwise(s, [](RowSums& a, const RowSums& b) { add(a, b); });
    put(sums, t, row - t.first_row, s[0]);
  }
}

void row_means_kernel(Segment segment) {
  for (std::int64_t row = 0; row < segment.units; ++row) {
    const std::int64_t index = find<&DeviceTensor::first_row>(segment.tensors, 0, segment.count, row);
    const DeviceTensor& t = segment.tensors[index];
    RowSum s[kSums];
    for (int lane = 0; lane < kSums; ++lane) s[lane] = add_row(t, row - t.first_row, lane);
    add_pairwise(s, [](RowSum& a, const RowSum& b) { a.sum += b.sum; });
    if (s[0].is_whole) put_mean(t, row - t.first_row, s[0].sum);
  }
}

void rank_sum_kernel_of_host(RankSum s) {
  for (std::int64_t begin = 0; begin < s.length; begin += 4) add_ranks(s, begin);
}

template <class Result, class Entry>
void table_kernel(Segment all, const std::int64_t* first_pieces, const Result* results, Entry* table) {
  for (std::int64_t piece = 0; piece < all.units; ++piece) put_piece(all, first_pieces, results, piece, table);
}

void round_kernel(Rounding r) {
  for (std::int64_t begin = 0; begin < r.length; begin += 4) round_elements(r, begin);
}

template <class T>
void upload_kernel_of_host(Batch<T> batch, T* to) {
  for (int i = 0; i < batch.count; ++i) to[batch.first + i] = batch.items[i];
}

void bind_kernel_of_host(Batch<radam_cuda_binding> batch, DeviceTensor* tensors, const std::int32_t* places,
                         std::int32_t* group_of) {
  for (int i = 0; i < batch.count; ++i) bind(batch.items[i], tensors, places, group_of);
}

void prepare_step_kernel(Preparation p) {
  Decision decision;
  if (p.statistics != nullptr) {
    TotalStatistics totals[kSums];
    for (std::int64_t i = 0; i < p.tensors; ++i) add(totals[i % kSums], scaled(p, i));
    add_pairwise(totals, [](TotalStatistics& a, const TotalStatistics& b) { add(a, b); });
    decision = decide(p.options, totals[0]);
    if (p.total != nullptr) *p.total = statistics_of(totals[0]);
  }
  bool refused = false;
  for (std::int64_t i = 0; i < p.group_count; ++i) refused = has_invalid_values(p, decision, i) || refused;
  decision.skipped = decision.skipped || refused;
  for (std::int64_t i = 0; i < p.group_count; ++i) prepare_group(p, decision, i);
}

template <class... Parameters, std::size_t... index>
void call(void (*kernel)(Parameters...), void** arguments, std::index_sequence<index...>) {
  kernel(*static_cast<std::remove_const_t<Parameters>*>(arguments[index])...);
}

// Calls the kernel with the arguments if it is the one asked for.
template <class... Parameters>
bool call_if(const void* asked, void (*kernel)(Parameters...), void** arguments) {
  if (asked != reinterpret_cast<const void*>(kernel)) return false;
  call(kernel, arguments, std::index_sequence_for<Parameters...>());
  return true;
}

}  // namespace

namespace radam::cuda {

const PieceKernel piece_kernels[kGradTypes] = {piece_kernel<F32>, piece_kernel<Bf16>, piece_kernel<F16>};
const TensorKernel tensor_statistics_kernel = tensor_kernel;
const TensorSumsKernel tensor_sums_kernel = add_pieces_kernel;
const MeansKernel means_kernel = row_means_kernel;
void (*const rank_sum_kernel)(RankSum) = rank_sum_kernel_of_host;
void (*const piece_statistics_kernel)(Segment, const std::int64_t*, const PieceResult*, radam_statistics*) =
    table_kernel<PieceResult, radam_statistics>;
void (*const piece_sums_table_kernel)(Segment, const std::int64_t*, const SumsOfPiece*, radam_sums*) =
    table_kernel<SumsOfPiece, radam_sums>;
void (*const rounding_kernel)(Rounding) = round_kernel;

SumsKernel sums_kernel(std::int32_t algorithm) {
  return with_algorithm(algorithm, SumsKernel{nullptr}, [](auto a) -> SumsKernel {
    if constexpr (kIsLayerwise<decltype(a)> && !is_by_rows<decltype(a)>()) return piece_sums_kernel<decltype(a)>;
    else return nullptr;
  });
}

RowSumsKernel row_sums_kernel(std::int32_t algorithm) {
  return with_algorithm(algorithm, RowSumsKernel{nullptr}, [](auto a) -> RowSumsKernel {
    if constexpr (is_by_rows<decltype(a)>()) return row_sums_of_plan<decltype(a)>;
    else return nullptr;
  });
}

void (*const bind_kernel)(Batch<radam_cuda_binding>, DeviceTensor*, const std::int32_t*, std::int32_t*) =
    bind_kernel_of_host;
void (*const upload_groups_kernel)(Batch<Group>, Group*) = upload_kernel_of_host<Group>;
void (*const upload_hyperparameters_kernel)(Batch<radam_hyperparameters>, radam_hyperparameters*) =
    upload_kernel_of_host<radam_hyperparameters>;
void (*const prepare_kernel)(Preparation) = prepare_step_kernel;

}  // namespace radam::cuda

thread_local unsigned emulated::grid_size = 1;

bool emulated::launch(const void* kernel, unsigned grid, void** arguments) {
  grid_size = grid;
  for (const auto& of_algorithm : kStepKernels)
    for (const StepKernels* kernels : of_algorithm) {
      if (kernels == nullptr) continue;
      for (const auto& of_grad : kernels->of)
        for (const auto step : of_grad)
          if (call_if(kernel, step, arguments)) return true;
    }
  for (const auto piece : piece_kernels)
    if (call_if(kernel, piece, arguments)) return true;
  for (std::int32_t algorithm = 0; algorithm < Algorithms::kCount; ++algorithm) {
    if (sums_kernel(algorithm) != nullptr && call_if(kernel, sums_kernel(algorithm), arguments)) return true;
    if (row_sums_kernel(algorithm) != nullptr && call_if(kernel, row_sums_kernel(algorithm), arguments)) return true;
  }
  return call_if(kernel, tensor_sums_kernel, arguments) || call_if(kernel, means_kernel, arguments) ||
         call_if(kernel, rank_sum_kernel, arguments) || call_if(kernel, rounding_kernel, arguments) ||
         call_if(kernel, piece_statistics_kernel, arguments) || call_if(kernel, piece_sums_table_kernel, arguments) ||
         call_if(kernel, tensor_statistics_kernel, arguments) || call_if(kernel, bind_kernel, arguments) ||
         call_if(kernel, upload_groups_kernel, arguments) ||
         call_if(kernel, upload_hyperparameters_kernel, arguments) || call_if(kernel, prepare_kernel, arguments);
}
