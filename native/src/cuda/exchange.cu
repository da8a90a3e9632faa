// What several ranks exchange: tables of pieces, and gradients in bfloat16.
#include "exchange.h"
#include "thread_exchange.h"

namespace {

using radam::cuda::kThreads;

template <class Result, class Entry>
__global__ void __launch_bounds__(kThreads)
    table_kernel(radam::cuda::Segment all, const std::int64_t* first_pieces, const Result* results, Entry* table) {
  const std::int64_t stride = static_cast<std::int64_t>(gridDim.x) * kThreads;
  std::int64_t piece = static_cast<std::int64_t>(blockIdx.x) * kThreads + threadIdx.x;
  for (; piece < all.units; piece += stride) put_piece(all, first_pieces, results, piece, table);
}

__global__ void __launch_bounds__(kThreads) round_kernel(radam::cuda::Rounding r) {
  const std::int64_t stride = 4 * static_cast<std::int64_t>(gridDim.x) * kThreads;
  std::int64_t begin = 4 * (static_cast<std::int64_t>(blockIdx.x) * kThreads + threadIdx.x);
  for (; begin < r.length; begin += stride) round_elements(r, begin);
}

}  // namespace

namespace radam::cuda {

void (*const piece_statistics_kernel)(Segment, const std::int64_t*, const PieceResult*, radam_statistics*) =
    table_kernel<PieceResult, radam_statistics>;
void (*const piece_sums_table_kernel)(Segment, const std::int64_t*, const SumsOfPiece*, radam_sums*) =
    table_kernel<SumsOfPiece, radam_sums>;
void (*const rounding_kernel)(Rounding) = round_kernel;

}  // namespace radam::cuda
