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

  // Tensor i. Pointers that are to be ignored are null in it.
  radam_status get(std::int64_t i, radam_cuda_tensor& t) const;

  // A tensor that get() has taken before.
  radam_cuda_tensor operator[](std::int64_t i) const;

 private:
  const radam_cuda_tensor* first_;
  std::int64_t count_;
  std::int32_t buffers_;
};

// RADAM_OK if the counts and lengths are in range; *pieces is then the number of pieces of all tensors.
radam_status count_pieces(const Tensors& tensors, std::int32_t groups, std::int64_t* pieces);

// Everything about a tensor that can be checked without a device.
radam_status check_tensor(const radam_cuda_tensor& t, std::int32_t algorithm, std::int32_t groups);

// Whether all its memory is memory that the current device, which has this number, can use.
radam_status check_memory(const radam_cuda_tensor& t, std::int32_t device);

inline std::uint8_t bytes_of_type(std::int32_t type) { return type == RADAM_TYPE_F32 ? 4 : 2; }
inline std::uint8_t bytes_of_state(std::int32_t type) {
  return type == RADAM_STATE_F32 ? 4 : type == RADAM_STATE_BF16 ? 2 : 1;
}

// Whether each buffer is aligned to so many of its elements: parameters and gradients; and all others.
bool main_is_aligned(const radam_cuda_tensor& t, std::uintptr_t elements);
bool rest_is_aligned(const radam_cuda_tensor& t, std::uintptr_t elements);

}  // namespace radam::cuda

#endif
