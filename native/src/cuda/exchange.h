// The kernels of what several ranks exchange, beside the sum of gradients, as the host launches them.
#ifndef RADAM_SRC_CUDA_EXCHANGE_H
#define RADAM_SRC_CUDA_EXCHANGE_H

#include <cstdint>

#include "kernels.h"

namespace radam::cuda {

// More thread blocks than any GPU runs at once: what is left is a loop's.
constexpr std::int64_t kMostBlocks = 8192;

// The thread blocks of a kernel with a thread for each of some units.
inline std::int64_t blocks_with_threads(std::int64_t units) {
  const std::int64_t blocks = (units + kThreads - 1) / kThreads;
  return blocks < kMostBlocks ? blocks : kMostBlocks;
}

// Write what was measured of the pieces of a plan into tables in the caller's order. first_pieces: for each tensor in
// that order, the number of pieces before it.
extern void (*const piece_statistics_kernel)(Segment, const std::int64_t* first_pieces, const PieceResult*,
                                             radam_statistics*);
extern void (*const piece_sums_table_kernel)(Segment, const std::int64_t* first_pieces, const SumsOfPiece*,
                                             radam_sums*);

// A gradient that is rounded to bfloat16.
struct Rounding {
  void* rounded;
  const void* grad;
  std::int64_t length;
  std::int32_t type;  // RADAM_TYPE_...
  std::int32_t wide;  // whether all is aligned for four elements at once
};
extern void (*const rounding_kernel)(Rounding);

}  // namespace radam::cuda

#endif
