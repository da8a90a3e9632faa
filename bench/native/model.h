// The memory of a step, on huge pages where the system has them.
#ifndef RADAM_BENCH_MODEL_H
#define RADAM_BENCH_MODEL_H

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "kernels.h"

class Model {
 public:
  // Room for n elements in each buffer; not touched yet. Bit k is set where buffer k of the state is there, and where its
  // elements may be negative.
  Model(std::int64_t n, unsigned present, unsigned is_signed);

  // Values such as training has. With `sparse`, nine rows of 512 in ten have never had a gradient: all zero but the
  // parameter. Ranges may be filled by the threads that will use them.
  void fill(std::int64_t begin, std::int64_t end, bool sparse);

  radam::Buffers buffers() const;
  // The same with a gradient of zeros, so that adding it again and again changes nothing.
  radam::Buffers buffers_with_zero_gradient() const;

 private:
  struct Free {
    void operator()(float* memory) const;
  };
  float* allocate(std::int64_t n);

  std::vector<std::unique_ptr<float, Free>> memory_;
  float* param_;
  float* grad_;
  float* zeros_;
  float* state_[RADAM_MAX_STATE] = {};  // null where it is not there
  unsigned is_signed_;
};

#endif
