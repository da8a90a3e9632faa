// The way of a warp through the blocks of a segment's tensors.
#ifndef RADAM_SRC_CUDA_WARP_H
#define RADAM_SRC_CUDA_WARP_H

#include <cstdint>

#include "kernels.h"
#include "part.h"
#include "search.h"

namespace {

// Each warp takes the block of its number, and then the one that is as many blocks away as there are warps, and so on:
// neighbours are at neighbouring memory, whatever the sizes of tensors. step(tensor, rule, seed_of_step, block) steps one.
#ifdef __CUDACC__
#pragma nv_exec_check_disable
#endif
template <class Step>
RADAM_DEVICE inline void for_blocks(const radam::cuda::Segment& segment, const Group* groups, std::int64_t warp,
                                    std::int64_t warps, const Step& step) {
  std::int64_t index = 0;
  for (std::int64_t block = warp; block < segment.units;) {
    index = find<&DeviceTensor::first_block>(segment.tensors, index, segment.count, block);
    const DeviceTensor& t = segment.tensors[index];
    const Group& group = groups[t.group];
    const std::int64_t end = t.first_block + (t.length + RADAM_BLOCK_SIZE - 1) / RADAM_BLOCK_SIZE;
    const bool skip = group.skip != 0;
    const GroupRule rule(group, t.moments[kMaxExpAvgSq] != nullptr);
    const std::uint64_t seed_of_step = Random<Quad>::seed_of_step(t.seed, group.step);
    for (; block < end; block += warps)  // all that the warp has in this tensor
      if (!skip) step(t, rule, seed_of_step, block - t.first_block);
  }
}

}  // namespace

#endif
