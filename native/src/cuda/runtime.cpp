// Devices, memory, streams and events: CUDA's, with this library's conventions.
#include <cstddef>
#include <cstring>

#include <radam/radam_cuda_runtime.h>

#include "kernels.h"
#include "status.h"
#include "structs.h"

namespace {

using radam::cuda::OnDevice;
using radam::cuda::status_of;

cudaStream_t stream_of(void* stream) { return static_cast<cudaStream_t>(stream); }
cudaEvent_t event_of(void* event) { return static_cast<cudaEvent_t>(event); }

// Calls CUDA with a device current.
template <class Call>
radam_status on(std::int32_t device, Call call) {
  const OnDevice current(device);
  return current.status() != RADAM_OK ? current.status() : status_of(call());
}

}  // namespace

radam_status radam_cuda_device_count(int32_t* count) {
  if (count == nullptr) return RADAM_ERROR_NULL;
  int number = 0;
  const radam_status status = status_of(cudaGetDeviceCount(&number));
  *count = status == RADAM_OK ? number : 0;
  return status == RADAM_OK && number == 0 ? status_of(cudaErrorNoDevice) : status;
}

radam_status radam_cuda_device_info(int32_t device, radam_cuda_device* d) {
  if (d == nullptr) return RADAM_ERROR_NULL;
  if (!radam::has_room(*d)) return RADAM_ERROR_STRUCT_SIZE;
  const OnDevice current(device);
  if (current.status() != RADAM_OK) return current.status();
  cudaDeviceProp properties;
  if (const radam_status status = status_of(cudaGetDeviceProperties(&properties, device))) return status;
  std::size_t free_memory = 0, total_memory = 0;
  if (const radam_status status = status_of(cudaMemGetInfo(&free_memory, &total_memory))) return status;
  radam_cuda_device filled{};
  filled.compute_capability = 10 * properties.major + properties.minor;
  filled.multiprocessors = properties.multiProcessorCount;
  filled.total_memory = static_cast<std::int64_t>(total_memory);
  filled.free_memory = static_cast<std::int64_t>(free_memory);
  static_assert(sizeof filled.name >= sizeof properties.name);
  std::memcpy(filled.name, properties.name, sizeof properties.name);
  radam::write(filled, *d);
  cudaFuncAttributes attributes;
  const void* const kernel = reinterpret_cast<const void*>(radam::cuda::prepare_kernel);
  return status_of(cudaFuncGetAttributes(&attributes, kernel));
}

radam_status radam_cuda_malloc(int32_t device, int64_t bytes, void** memory) {
  if (memory == nullptr) return RADAM_ERROR_NULL;
  if (bytes < 0) return RADAM_ERROR_RANGE;
  void* allocated = nullptr;
  const radam_status status = on(device, [&] { return cudaMalloc(&allocated, static_cast<std::size_t>(bytes)); });
  if (status == RADAM_OK) *memory = allocated;
  return status;
}

radam_status radam_cuda_free(int32_t device, void* memory) {
  return memory == nullptr ? RADAM_OK : on(device, [&] { return cudaFree(memory); });
}

radam_status radam_cuda_host_malloc(int64_t bytes, void** memory) {
  if (memory == nullptr) return RADAM_ERROR_NULL;
  if (bytes < 0) return RADAM_ERROR_RANGE;
  void* allocated = nullptr;
  const auto flags = cudaHostAllocPortable | cudaHostAllocMapped;
  const radam_status status = status_of(cudaHostAlloc(&allocated, static_cast<std::size_t>(bytes), flags));
  if (status == RADAM_OK) *memory = allocated;
  return status;
}

radam_status radam_cuda_host_free(void* memory) {
  return memory == nullptr ? RADAM_OK : status_of(cudaFreeHost(memory));
}

radam_status radam_cuda_copy(int32_t device, void* to, const void* from, int64_t bytes, void* stream) {
  if (bytes < 0) return RADAM_ERROR_RANGE;
  if (bytes == 0) return RADAM_OK;
  if (to == nullptr || from == nullptr) return RADAM_ERROR_NULL;
  return on(device, [&] {
    return cudaMemcpyAsync(to, from, static_cast<std::size_t>(bytes), cudaMemcpyDefault, stream_of(stream));
  });
}

radam_status radam_cuda_fill(int32_t device, void* to, int32_t byte, int64_t bytes, void* stream) {
  if (bytes < 0) return RADAM_ERROR_RANGE;
  if (bytes == 0) return RADAM_OK;
  if (to == nullptr) return RADAM_ERROR_NULL;
  return on(device, [&] { return cudaMemsetAsync(to, byte, static_cast<std::size_t>(bytes), stream_of(stream)); });
}

radam_status radam_cuda_check_pointer(int32_t device, const void* pointer) {
  const OnDevice current(device);
  if (current.status() != RADAM_OK) return current.status();
  return radam::cuda::check_pointer(device, pointer);
}

radam_status radam_cuda_stream_create(int32_t device, void** stream) {
  if (stream == nullptr) return RADAM_ERROR_NULL;
  cudaStream_t created = nullptr;
  const radam_status status = on(device, [&] { return cudaStreamCreateWithFlags(&created, cudaStreamNonBlocking); });
  if (status == RADAM_OK) *stream = created;
  return status;
}

radam_status radam_cuda_stream_destroy(int32_t device, void* stream) {
  return stream == nullptr ? RADAM_OK : on(device, [&] { return cudaStreamDestroy(stream_of(stream)); });
}

radam_status radam_cuda_stream_synchronize(int32_t device, void* stream) {
  return on(device, [&] { return cudaStreamSynchronize(stream_of(stream)); });
}

radam_status radam_cuda_stream_wait(int32_t device, void* stream, void* event) {
  if (event == nullptr) return RADAM_ERROR_NULL;
  return on(device, [&] { return cudaStreamWaitEvent(stream_of(stream), event_of(event), 0); });
}

radam_status radam_cuda_event_create(int32_t device, void** event) {
  if (event == nullptr) return RADAM_ERROR_NULL;
  cudaEvent_t created = nullptr;
  const radam_status status = on(device, [&] { return cudaEventCreate(&created); });
  if (status == RADAM_OK) *event = created;
  return status;
}

radam_status radam_cuda_event_destroy(int32_t device, void* event) {
  return event == nullptr ? RADAM_OK : on(device, [&] { return cudaEventDestroy(event_of(event)); });
}

radam_status radam_cuda_event_record(int32_t device, void* event, void* stream) {
  if (event == nullptr) return RADAM_ERROR_NULL;
  return on(device, [&] { return cudaEventRecord(event_of(event), stream_of(stream)); });
}

radam_status radam_cuda_event_synchronize(int32_t device, void* event) {
  if (event == nullptr) return RADAM_ERROR_NULL;
  return on(device, [&] { return cudaEventSynchronize(event_of(event)); });
}

radam_status radam_cuda_event_elapsed(int32_t device, void* start, void* end, float* milliseconds) {
  if (start == nullptr || end == nullptr || milliseconds == nullptr) return RADAM_ERROR_NULL;
  return on(device, [&] { return cudaEventElapsedTime(milliseconds, event_of(start), event_of(end)); });
}
