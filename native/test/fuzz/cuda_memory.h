// Memory of the emulated device, which is memory of the host.
#ifndef RADAM_TEST_FUZZ_CUDA_MEMORY_H
#define RADAM_TEST_FUZZ_CUDA_MEMORY_H

#include <radam/radam_cuda_runtime.h>

#include "faults.h"
#include "memory.h"

namespace radam_test {

constexpr std::int32_t kDevice = 0;  // there is no other

inline Arena& device_arena() {
  static unsigned char kept[Arena::kSize], expected[Arena::kSize];
  static Arena arena{[] {
                       void* memory = nullptr;
                       expect(radam_cuda_malloc(kDevice, Arena::kSize, &memory), 0, "radam_cuda_malloc");
                       return static_cast<unsigned char*>(memory);
                     }(),
                     kept, expected, 256};
  return arena;
}

inline bool is_device_memory(const void* pointer) {
  const auto address = reinterpret_cast<std::uintptr_t>(pointer);
  const auto begin = reinterpret_cast<std::uintptr_t>(device_arena().bytes);
  return address >= begin && address - begin < Arena::kSize;
}

}  // namespace radam_test

#endif
