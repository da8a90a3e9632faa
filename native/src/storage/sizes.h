// The bytes of an element, and the blocks of a tensor.
#ifndef RADAM_SRC_STORAGE_SIZES_H
#define RADAM_SRC_STORAGE_SIZES_H

#include <cstdint>

#include <radam/radam.h>

#include "../inline.h"

namespace {

RADAM_DEVICE constexpr std::int64_t size_of_type(std::int32_t type) { return type == RADAM_TYPE_F32 ? 4 : 2; }

RADAM_DEVICE constexpr std::int64_t size_of_state(std::int32_t type) {
  return type == RADAM_STATE_F32 ? 4 : type == RADAM_STATE_BF16 ? 2 : 1;
}

// The number of blocks of so many elements.
RADAM_DEVICE constexpr std::int64_t blocks_of(std::int64_t elements) {
  return elements / RADAM_BLOCK_SIZE + (elements % RADAM_BLOCK_SIZE != 0);
}

}  // namespace

#endif
