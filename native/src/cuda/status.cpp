#include "status.h"

#include "../status_sentence.h"

namespace radam::cuda {
namespace {

thread_local cudaError_t last_error = cudaSuccess;

// CUDA has one error for no driver and for one that is too old.
radam_status status_of_driver() {
  int version = 0;
  const bool installed = cudaDriverGetVersion(&version) == cudaSuccess && version > 0;
  return installed ? RADAM_CUDA_ERROR_DRIVER : RADAM_CUDA_ERROR_NO_DEVICE;
}

}  // namespace

radam_status status_of(cudaError_t error) {
  if (error == cudaSuccess) return RADAM_OK;
  last_error = error;
  cudaGetLastError();  // clears the error, which a later call would report otherwise
  switch (error) {
    case cudaErrorInsufficientDriver: return status_of_driver();
    case cudaErrorNoDevice:
    case cudaErrorStubLibrary: return RADAM_CUDA_ERROR_NO_DEVICE;
    case cudaErrorSystemDriverMismatch:
    case cudaErrorCompatNotSupportedOnDevice: return RADAM_CUDA_ERROR_DRIVER;
    case cudaErrorInvalidDevice: return RADAM_CUDA_ERROR_DEVICE;
    case cudaErrorNoKernelImageForDevice:
    case cudaErrorInvalidDeviceFunction: return RADAM_CUDA_ERROR_ARCHITECTURE;
    case cudaErrorMemoryAllocation: return RADAM_CUDA_ERROR_MEMORY;
    default: return RADAM_CUDA_ERROR_CUDA;
  }
}

radam_status check_pointer(std::int32_t device, const void* pointer) {
  cudaPointerAttributes attributes;
  if (const radam_status status = status_of(cudaPointerGetAttributes(&attributes, pointer))) return status;
  const bool own = attributes.type == cudaMemoryTypeDevice && attributes.device == device;
  const bool shared = attributes.type == cudaMemoryTypeManaged ||
                      (attributes.type == cudaMemoryTypeHost && attributes.devicePointer == pointer);
  if (own || shared) return RADAM_OK;
  return RADAM_CUDA_ERROR_POINTER;
}

OnDevice::OnDevice(std::int32_t device) {
  int current = 0;
  status_ = status_of(cudaGetDevice(&current));
  if (status_ != RADAM_OK || current == device) return;
  status_ = status_of(cudaSetDevice(device));
  if (status_ == RADAM_OK) before_ = current;
}

OnDevice::~OnDevice() {
  if (before_ >= 0) cudaSetDevice(before_);
}

}  // namespace radam::cuda

const char* radam_cuda_last_error(void) {
  return radam::cuda::last_error == cudaSuccess ? "" : cudaGetErrorString(radam::cuda::last_error);
}

const char* radam_cuda_status_string(radam_status status) {
  switch (status) {
    case RADAM_CUDA_ERROR_NO_DEVICE: return "there is no NVIDIA driver on this machine, or no GPU";
    case RADAM_CUDA_ERROR_DRIVER: return "the NVIDIA driver is older than this library needs, which is made with CUDA "
                                         RADAM_CUDA_VERSION;
    case RADAM_CUDA_ERROR_DEVICE: return "there is no GPU of that number";
    case RADAM_CUDA_ERROR_ARCHITECTURE: return "this library has no code for the GPU's architecture";
    case RADAM_CUDA_ERROR_MEMORY: return "out of device memory, or of host memory that can be pinned";
    case RADAM_CUDA_ERROR_POINTER: return "a pointer is not to memory that the device can use";
    case RADAM_CUDA_ERROR_ALIGNMENT: return "a buffer is not aligned to its elements";
    case RADAM_CUDA_ERROR_GROUP: return "a tensor's group is not one of the plan's";
    case RADAM_CUDA_ERROR_PLAN: return "not a plan that radam_cuda_plan_init has filled";
    case RADAM_CUDA_ERROR_TENSOR: return "a tensor's number is not one of the plan's";
    case RADAM_CUDA_ERROR_CUDA: return "an error of CUDA, which radam_cuda_last_error describes";
    default: return radam::status_sentence(status);
  }
}
