// Tensors of the host, and their copies on the device under a plan.
#ifndef RADAM_TEST_CUDA_ON_DEVICE_H
#define RADAM_TEST_CUDA_ON_DEVICE_H

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "../mixed_reference.h"
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

// Copies of tensors in one piece of device memory, each buffer as many bytes behind a multiple of 256 as it is told. The
// bytes between them are watched: a step must not touch them.
class TensorsOnDevice {
 public:
  TensorsOnDevice(std::vector<MixedTensor>& tensors, const std::vector<std::int32_t>& groups,
                  const std::vector<std::size_t>& misalignments, std::int32_t group_count, const Stream& stream)
      : tensors_(tensors), stream_(stream) {
    for (std::size_t i = 0; i < tensors.size(); ++i)
      for_buffers(tensors[i], [&](std::size_t element, std::uint8_t*, std::size_t bytes, void**) {
        size_ += kGap + misalignments[i] * element + bytes;
        size_ = (size_ + 255) / 256 * 256;
      });
    size_ += kGap;
    image_.assign(size_, kUntouched);
    memory_ = new DeviceMemory(static_cast<std::int64_t>(size_));
    std::size_t end = 0;
    for (std::size_t i = 0; i < tensors.size(); ++i) {
      radam_cuda_tensor t{};
      t.group = groups[i];
      MixedBuffers b = tensors[i].buffers();
      for_buffers(tensors[i], [&](std::size_t element, std::uint8_t* from, std::size_t bytes, void** pointer) {
        const std::size_t begin = (end + 255) / 256 * 256 + kGap + misalignments[i] * element;
        places_.push_back({begin, bytes, from});
        *pointer = memory_->get<std::uint8_t>() + begin;
        end = begin + bytes;
      }, &b);
      t.tensor = b;
      t.param = b.param;
      t.grad = b.grad;
      t.param_copy = b.param_copy;
      t.param_average = b.param_average;
      described_.push_back(t);
    }
    const auto count = static_cast<std::int64_t>(described_.size());
    std::int64_t bytes = 0;
    ok(radam_cuda_plan_size(described_.data(), count, group_count, &bytes), "radam_cuda_plan_size");
    plan_memory_ = new DeviceMemory(bytes);
    plan.struct_size = sizeof plan;
    upload();
    ok(radam_cuda_plan_init(&plan, kDevice, described_.data(), count, group_count, plan_memory_->get(), stream.get()),
       "radam_cuda_plan_init");
  }

  ~TensorsOnDevice() {
    stream_.synchronize();
    delete plan_memory_;
    delete memory_;
  }
  TensorsOnDevice(const TensorsOnDevice&) = delete;
  TensorsOnDevice& operator=(const TensorsOnDevice&) = delete;

  // From the host's tensors to the device.
  void upload() {
    for (const Place& place : places_) std::memcpy(&image_[place.begin], place.host, place.bytes);
    stream_.copy(memory_->get(), image_.data(), size_);
    stream_.synchronize();
  }

  // Back to the host's tensors.
  void download() {
    std::vector<std::uint8_t> now(size_);
    stream_.copy(now.data(), memory_->get(), size_);
    stream_.synchronize();
    for (const Place& place : places_) {
      std::memcpy(place.host, &now[place.begin], place.bytes);
      std::memset(&now[place.begin], kUntouched, place.bytes);
    }
    for (std::size_t i = 0; i < size_; ++i)
      require(now[i] == kUntouched, "byte " + std::to_string(i) + " between the buffers was written");
  }

  radam_cuda_plan plan{};

 private:
  static constexpr std::uint8_t kUntouched = 0x5A;
  static constexpr std::size_t kGap = 256;

  struct Place {
    std::size_t begin, bytes;
    std::uint8_t* host;
  };

  // Calls body(element size, host memory, bytes, where the address goes) for all buffers that a tensor has.
  template <class Body>
  static void for_buffers(MixedTensor& t, Body body, MixedBuffers* b = nullptr) {
    MixedBuffers unused = t.buffers();
    if (b == nullptr) b = &unused;
    const auto one = [&](std::size_t element, void* from, std::size_t bytes, void* pointer) {
      if (bytes > 0) body(element, static_cast<std::uint8_t*>(from), bytes, static_cast<void**>(pointer));
    };
    one(MixedTensor::bytes_of(t.settings.param_type), t.param.data(), t.param.size(), &b->param);
    one(MixedTensor::bytes_of(t.settings.grad_type), t.grad.data(), t.grad.size(), &b->grad);
    one(2, t.copy.data(), t.copy.size(), &b->param_copy);
    one(4, t.average.data(), 4 * t.average.size(), &b->param_average);
    void* const moments[] = {&b->exp_avg, &b->exp_avg_sq, &b->max_exp_avg_sq};
    void* const scales[] = {&b->exp_avg_scale, &b->exp_avg_sq_scale, &b->max_exp_avg_sq_scale};
    for (int k = 0; k < 3; ++k) {
      one(t.state_bytes(), t.moments[k].data(), t.moments[k].size(), moments[k]);
      one(4, t.scales[k].data(), 4 * t.scales[k].size(), scales[k]);
    }
  }

  std::vector<MixedTensor>& tensors_;
  const Stream& stream_;
  std::size_t size_ = 0;
  std::vector<std::uint8_t> image_;
  std::vector<Place> places_;
  std::vector<radam_cuda_tensor> described_;
  DeviceMemory* memory_ = nullptr;
  DeviceMemory* plan_memory_ = nullptr;
};

}  // namespace radam_test

#endif
