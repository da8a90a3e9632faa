// Statuses for CUDA's errors; the current device; and checks of pointers.
#ifndef RADAM_SRC_CUDA_STATUS_H
#define RADAM_SRC_CUDA_STATUS_H

#include <cstdint>

#include <cuda_runtime_api.h>
#include <radam/radam_cuda.h>

namespace radam::cuda {

// The status for an error. radam_cuda_last_error then has CUDA's message.
radam_status status_of(cudaError_t error);

// Whether the current device can use the memory at an address. device: its number.
radam_status check_pointer(std::int32_t device, const void* pointer);

// Sets the calling thread's current device, and restores the former one when it is destroyed.
class OnDevice {
 public:
  explicit OnDevice(std::int32_t device);
  ~OnDevice();
  OnDevice(const OnDevice&) = delete;
  OnDevice& operator=(const OnDevice&) = delete;

  radam_status status() const { return status_; }

 private:
  int before_ = -1;
  radam_status status_;
};

}  // namespace radam::cuda

#endif
