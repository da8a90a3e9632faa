// The tensors that a plan is made of, as the caller describes them.
#ifndef RADAM_SRC_CUDA_TENSORS_H
#define RADAM_SRC_CUDA_TENSORS_H

#include <cstdint>

#include <radam/radam_cuda.h>

namespace radam::cuda {

// An array of the caller's, whose structs may be those of another version of the header.
class Tensors {
 public:
  // buffers: those of the algorithm's state.
  Tensors(const radam_cuda_tensor* first, std::int64_t count, std::int32_t buffers)
      : first_(first), count_(count), buffers_(buffers) {}

  std::int64_t count() const { return count_; }

  // Copies tensor i. Pointers that are to be ignored become null.
  radam_status get(std::int64_t i, radam_cuda_tensor& t) const;

  // Tensor i, for which get() has succeeded before.
  radam_cuda_tensor operator[](std::int64_t i) const;

 private:
  const radam_cuda_tensor* first_;
  std::int64_t count_;
  std::int32_t buffers_;
};

// RADAM_OK if the counts and lengths are in range; *pieces is then the number of pieces of all tensors.
radam_status count_pieces(const Tensors& tensors, std::int32_t groups, std::int64_t* pieces);

// Checks everything about a tensor that can be checked without a device.
radam_status check_tensor(const radam_cuda_tensor& t, std::int32_t algorithm, std::int32_t groups);

// Whether the current device can use all memory of a tensor. device: its number.
radam_status check_memory(const radam_cuda_tensor& t, std::int32_t device);

// Whether buffers are aligned to so many of their elements: parameters and gradients; and all other buffers.
bool main_is_aligned(const radam_cuda_tensor& t, std::int64_t elements);
bool rest_is_aligned(const radam_cuda_tensor& t, std::int64_t elements);

}  // namespace radam::cuda

#endif
