// From CUDA's errors to ours; and the device that a call is for, and whether it can use memory.
#ifndef RADAM_SRC_CUDA_STATUS_H
#define RADAM_SRC_CUDA_STATUS_H

#include <cstdint>

#include <cuda_runtime_api.h>
#include <radam/radam_cuda.h>

namespace radam::cuda {

// The status for an error, which radam_cuda_last_error then has the words for.
radam_status status_of(cudaError_t error);

// Whether elements at an address are memory that the current device, which has this number, can use.
radam_status check_pointer(std::int32_t device, const void* pointer);

// The calling thread's current device, for as long as this lives.
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
