// Memory and streams of the device.
#ifndef RADAM_TEST_CUDA_ON_DEVICE_H
#define RADAM_TEST_CUDA_ON_DEVICE_H

#include <cstddef>
#include <cstdint>

#include "harness.h"

namespace radam_test {

constexpr std::int32_t kDevice = 0;

// Device memory, freed in the end.
class DeviceMemory {
 public:
  explicit DeviceMemory(std::int64_t bytes) { ok(radam_cuda_malloc(kDevice, bytes, &memory_), "radam_cuda_malloc"); }
  ~DeviceMemory() { radam_cuda_free(kDevice, memory_); }
  DeviceMemory(const DeviceMemory&) = delete;
  DeviceMemory& operator=(const DeviceMemory&) = delete;

  template <class T = void>
  T* get() const {
    return static_cast<T*>(memory_);
  }

 private:
  void* memory_ = nullptr;
};

class Stream {
 public:
  Stream() { ok(radam_cuda_stream_create(kDevice, &stream_), "radam_cuda_stream_create"); }
  ~Stream() { radam_cuda_stream_destroy(kDevice, stream_); }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  void* get() const { return stream_; }
  void synchronize() const { ok(radam_cuda_stream_synchronize(kDevice, stream_), "radam_cuda_stream_synchronize"); }

  void copy(void* to, const void* from, std::size_t bytes) const {
    ok(radam_cuda_copy(kDevice, to, from, static_cast<std::int64_t>(bytes), stream_), "radam_cuda_copy");
  }

 private:
  void* stream_ = nullptr;
};

}  // namespace radam_test

#endif
