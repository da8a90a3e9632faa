// A tensor on the device, and the step that it is measured with.
#ifndef RADAM_BENCH_CUDA_TENSOR_H
#define RADAM_BENCH_CUDA_TENSOR_H

#include <cstdint>
#include <vector>

#include <radam/radam_cuda.h>

#include "limit.h"

// What is measured.
struct Case {
  const char* name;
  std::int32_t param_type, grad_type, state_type;
  int buffers;  // of state
  bool copy, average;
  std::int32_t preset;
  const char* statistics;  // what the statistics of its gradients are called; null: they are not measured

  Traffic traffic() const;
  // Of device memory, for a parameter.
  double bytes() const;
};

// Device memory, freed in the end.
class Memory {
 public:
  explicit Memory(std::int64_t bytes = 0) { require(radam_cuda_malloc(kDevice, bytes, &memory_)); }
  ~Memory() { radam_cuda_free(kDevice, memory_); }
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;
  void* get() const { return memory_; }

 private:
  void* memory_ = nullptr;
};

// All memory of a case, with random values.
class Tensor {
 public:
  Tensor(const Case& k, std::int64_t n, void* stream);
  const Streams& streams() const { return streams_; }
  radam_cuda_tensor whole() const { return part(0, n_); }
  // Elements of it as a tensor; `begin` is a multiple of 256.
  radam_cuda_tensor part(std::int64_t begin, std::int64_t length) const;

 private:
  Case k_;
  std::int64_t n_;
  Memory param_, grad_, copy_, average_, state_[3], scales_[3];
  Streams streams_{};
};

// Tensors in a plan.
class Plan {
 public:
  Plan(const std::vector<radam_cuda_tensor>& tensors, std::int32_t preset, void* stream);
  void step();
  void statistics();

 private:
  void* stream_;
  Memory memory_, statistics_;
  radam_cuda_plan plan_{};
  radam_hyperparameters hyperparameters_{};
  std::int64_t step_ = 0;
};

#endif
