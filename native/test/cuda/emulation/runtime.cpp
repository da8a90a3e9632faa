// A CUDA runtime whose one device is the host. Work is done at once, in the order in which it is queued, so streams are
// nothing but names; what is kept is which memory belongs to the device, so that a wrong pointer is found.
// Only the work of another library, which other_work.h announces, may take longer: who queues work behind it, or behind
// an event that is, waits, and so does who frees its memory or destroys its stream.
//
// RADAM_EMULATED_CUDA in the environment stands for a machine that it should be like: "no-driver", "old-driver",
// "no-device" or "old-device".
#include "cuda_runtime_api.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <map>
#include <mutex>
#include <new>
#include <vector>

#include "launch.h"
#include "other_work.h"
#include "waits.h"

struct EmulatedStream {};
// Where it was recorded, and the last work of another library then.
struct EmulatedEvent {
  void* stream;
  std::int64_t last;
};

namespace {

struct Allocation {
  std::size_t size;
  cudaMemoryType type;
};
std::mutex mutex;
std::map<std::uintptr_t, Allocation> allocations;

// The work of other libraries that has not ended, by its number.
struct OtherWork {
  void* stream;
  std::vector<const void*> memory;
};
std::map<std::int64_t, OtherWork> other_work;
std::int64_t last_other_work;
std::condition_variable other_work_ended;

// Waits until none is left of that which matches and has begun before.
template <class Matches>
void wait_for_other_work(std::unique_lock<std::mutex>& lock, std::int64_t last, Matches matches) {
  other_work_ended.wait(lock, [&] {
    return std::none_of(other_work.begin(), other_work.upper_bound(last),
                        [&](const auto& numbered) { return matches(numbered.second); });
  });
}

void wait_for_other_work(void* stream) {
  std::unique_lock<std::mutex> lock(mutex);
  wait_for_other_work(lock, last_other_work, [&](const OtherWork& work) { return work.stream == stream; });
}

void wait_for_event(const EmulatedEvent& event) {
  std::unique_lock<std::mutex> lock(mutex);
  wait_for_other_work(lock, event.last, [&](const OtherWork& work) { return work.stream == event.stream; });
}

std::atomic<std::int64_t> waits{0};

bool is_like(const char* machine) {
  const char* const asked = std::getenv("RADAM_EMULATED_CUDA");
  return asked != nullptr && std::strcmp(asked, machine) == 0;
}

cudaError_t usable() {
  if (is_like("no-driver") || is_like("old-driver")) return cudaErrorInsufficientDriver;
  return is_like("no-device") ? cudaErrorNoDevice : cudaSuccess;
}

constexpr std::align_val_t kAlignment{256};

cudaError_t allocate(void** memory, std::size_t size, cudaMemoryType type) {
  if (const cudaError_t error = usable()) return error;
  *memory = nullptr;
  if (size == 0) return cudaSuccess;
  ++waits;
  if (size > std::size_t{1} << 36) return cudaErrorMemoryAllocation;  // not what the host would rather overcommit
  void* const allocated = ::operator new(size, kAlignment, std::nothrow);
  if (allocated == nullptr) return cudaErrorMemoryAllocation;
  std::memset(allocated, 0xA5, size);  // the device's memory is not zero either
  const std::lock_guard<std::mutex> lock(mutex);
  allocations[reinterpret_cast<std::uintptr_t>(allocated)] = {size, type};
  *memory = allocated;
  return cudaSuccess;
}

cudaError_t release(void* memory, cudaMemoryType type) {
  ++waits;
  std::unique_lock<std::mutex> lock(mutex);
  const auto begin = reinterpret_cast<std::uintptr_t>(memory);
  const auto found = allocations.find(begin);
  if (found == allocations.end() || found->second.type != type) return cudaErrorInvalidValue;
  wait_for_other_work(lock, last_other_work, [&](const OtherWork& work) {
    return std::any_of(work.memory.begin(), work.memory.end(), [&](const void* used) {
      return reinterpret_cast<std::uintptr_t>(used) - begin < found->second.size;
    });
  });
  allocations.erase(found);
  ::operator delete(memory, kAlignment);
  return cudaSuccess;
}

}  // namespace

std::int64_t radam_emulated_waits() { return waits; }

std::int64_t radam_emulated_work_begins(void* stream, const void* const* memory, std::int64_t count) {
  const std::lock_guard<std::mutex> lock(mutex);
  other_work[++last_other_work] = {stream, std::vector<const void*>(memory, memory + count)};
  return last_other_work;
}

void radam_emulated_work_ends(std::int64_t work) {
  const std::lock_guard<std::mutex> lock(mutex);
  other_work.erase(work);
  other_work_ended.notify_all();
}

bool radam_emulated_is_device_memory(const void* memory, std::int64_t bytes) {
  const auto address = reinterpret_cast<std::uintptr_t>(memory);
  const std::lock_guard<std::mutex> lock(mutex);
  auto next = allocations.upper_bound(address);
  if (next == allocations.begin()) return false;
  --next;
  return next->second.type == cudaMemoryTypeDevice &&
         address - next->first + static_cast<std::uintptr_t>(bytes) <= next->second.size;
}

const char* cudaGetErrorString(cudaError_t error) {
  switch (error) {
    case cudaSuccess: return "no error";
    case cudaErrorMemoryAllocation: return "out of memory";
    case cudaErrorInsufficientDriver: return "CUDA driver version is insufficient for CUDA runtime version";
    case cudaErrorNoDevice: return "no CUDA-capable device is detected";
    case cudaErrorInvalidDevice: return "invalid device ordinal";
    case cudaErrorNoKernelImageForDevice: return "no kernel image is available for execution on the device";
    default: return "invalid argument";
  }
}

cudaError_t cudaGetLastError() { return cudaSuccess; }

cudaError_t cudaDriverGetVersion(int* version) {
  *version = is_like("no-driver") ? 0 : 1000;
  return cudaSuccess;
}

cudaError_t cudaGetDeviceCount(int* count) {
  *count = 1;
  return usable();
}

cudaError_t cudaGetDevice(int* device) {
  *device = 0;
  return usable();
}

cudaError_t cudaSetDevice(int device) { return device == 0 ? cudaSuccess : cudaErrorInvalidDevice; }

cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int) {
  *properties = {"emulated", 9, 0, 1};
  return cudaSuccess;
}

cudaError_t cudaDeviceGetAttribute(int* value, cudaDeviceAttr, int) {
  *value = 1;
  return cudaSuccess;
}

cudaError_t cudaMemGetInfo(std::size_t* available, std::size_t* total) {
  *available = *total = std::size_t{1} << 30;
  return cudaSuccess;
}

cudaError_t cudaFuncGetAttributes(cudaFuncAttributes*, const void*) {
  return is_like("old-device") ? cudaErrorNoKernelImageForDevice : cudaSuccess;
}

cudaError_t cudaMalloc(void** memory, std::size_t size) { return allocate(memory, size, cudaMemoryTypeDevice); }
cudaError_t cudaFree(void* memory) { return release(memory, cudaMemoryTypeDevice); }
cudaError_t cudaHostAlloc(void** memory, std::size_t size, unsigned) {
  return allocate(memory, size, cudaMemoryTypeHost);
}
cudaError_t cudaFreeHost(void* memory) { return release(memory, cudaMemoryTypeHost); }

cudaError_t cudaMemcpyAsync(void* to, const void* from, std::size_t size, cudaMemcpyKind, cudaStream_t stream) {
  ++waits;  // if the memory is not pinned
  wait_for_other_work(stream);
  std::memmove(to, from, size);
  return cudaSuccess;
}

cudaError_t cudaMemsetAsync(void* to, int byte, std::size_t size, cudaStream_t stream) {
  wait_for_other_work(stream);
  std::memset(to, byte, size);
  return cudaSuccess;
}

cudaError_t cudaPointerGetAttributes(cudaPointerAttributes* attributes, const void* pointer) {
  const auto address = reinterpret_cast<std::uintptr_t>(pointer);
  void* const same = const_cast<void*>(pointer);
  *attributes = {cudaMemoryTypeUnregistered, -2, nullptr, same};
  const std::lock_guard<std::mutex> lock(mutex);
  auto next = allocations.upper_bound(address);
  if (next == allocations.begin()) return cudaSuccess;
  --next;
  if (address - next->first < next->second.size) *attributes = {next->second.type, 0, same, same};
  return cudaSuccess;
}

cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned) {
  *stream = new EmulatedStream;
  return cudaSuccess;
}
cudaError_t cudaStreamDestroy(cudaStream_t stream) {
  wait_for_other_work(stream);
  delete stream;
  return cudaSuccess;
}
cudaError_t cudaStreamSynchronize(cudaStream_t stream) {
  ++waits;
  wait_for_other_work(stream);
  return cudaSuccess;
}
cudaError_t cudaStreamWaitEvent(cudaStream_t, cudaEvent_t event, unsigned) {
  wait_for_event(*event);
  return cudaSuccess;
}

cudaError_t cudaEventCreate(cudaEvent_t* event) {
  *event = new EmulatedEvent{};
  return cudaSuccess;
}
cudaError_t cudaEventDestroy(cudaEvent_t event) {
  delete event;
  return cudaSuccess;
}
cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream) {
  const std::lock_guard<std::mutex> lock(mutex);
  *event = {stream, last_other_work};
  return cudaSuccess;
}
cudaError_t cudaEventSynchronize(cudaEvent_t event) {
  ++waits;
  wait_for_event(*event);
  return cudaSuccess;
}
cudaError_t cudaEventElapsedTime(float* milliseconds, cudaEvent_t, cudaEvent_t) {
  *milliseconds = 0;
  return cudaSuccess;
}

cudaError_t cudaOccupancyMaxActiveBlocksPerMultiprocessor(int* blocks, const void*, int, std::size_t) {
  *blocks = 1;
  return cudaSuccess;
}

cudaError_t cudaLaunchKernel(const void* kernel, dim3 grid, dim3, void** arguments, std::size_t, cudaStream_t stream) {
  wait_for_other_work(stream);
  return emulated::launch(kernel, grid.x, arguments) ? cudaSuccess : cudaErrorInvalidDeviceFunction;
}
