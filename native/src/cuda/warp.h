// How a warp goes through the blocks of a segment's tensors.
#ifndef RADAM_SRC_CUDA_WARP_H
#define RADAM_SRC_CUDA_WARP_H

#include <cstdint>

#include "../storage/sizes.h"
#include "kernels.h"
#include "search.h"
#include "thread_step.h"

namespace {

// Whether a step does not access a tensor. A step that is skipped still writes updates, which are 0.
RADAM_DEVICE inline bool is_left_alone(const DeviceTensor& t, const Group* groups) {
  return t.group == RADAM_CUDA_NO_GROUP || (groups[t.group].skip != 0 && t.output != RADAM_OUTPUT_UPDATE);
}

// Warp w of n takes the blocks w, w + n, w + 2n and so on. So neighbouring warps are at neighbouring memory, whatever
// the sizes of tensors. step(tensor, rule, seed_of_step, block) steps one block.
#ifdef __CUDACC__
#pragma nv_exec_check_disable
#endif
template <class Algorithm, class Step>
RADAM_DEVICE inline void for_blocks(const radam::cuda::Segment& segment, const Group* groups, std::int64_t warp,
                                    std::int64_t warps, const Step& step) {
  std::int64_t index = 0;
  for (std::int64_t block = warp; block < segment.units;) {
    index = find<&DeviceTensor::first_block>(segment.tensors, index, segment.count, block);
    const DeviceTensor& t = segment.tensors[index];
    const std::int64_t end = t.first_block + blocks_of(t.length);
    if (is_left_alone(t, groups)) {
      block += (end - block + warps - 1) / warps * warps;
      continue;
    }
    const Group& group = groups[t.group];
    const GroupRule<Algorithm> rule(group, t);
    const std::uint64_t seed_of_step = Random<Quad>::seed_of_step(t.seed, group.step);
    for (; block < end; block += warps)  // all blocks of this warp in this tensor
      step(t, rule, seed_of_step, block - t.first_block);
  }
}

}  // namespace

#endif
