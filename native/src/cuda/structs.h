// Structs of callers, which may be those of another version of the headers: see versioned.h.
#ifndef RADAM_SRC_CUDA_STRUCTS_H
#define RADAM_SRC_CUDA_STRUCTS_H

#include <cstddef>
#include <cstdint>

#include <radam/radam_cuda_runtime.h>

#include "../versioned.h"

namespace radam {

template <>
inline constexpr std::size_t kOldest<radam_cuda_step_options> = offsetof(radam_cuda_step_options, max_grad_norm) + 8;
template <>
inline constexpr std::size_t kOldest<radam_cuda_plan> = offsetof(radam_cuda_plan, opaque) + 160 * 8;
template <>
inline constexpr std::size_t kOldest<radam_cuda_device> = offsetof(radam_cuda_device, name) + 256;

namespace cuda {

// Copies a struct of any version to one of this version.
template <class T>
radam_status take(const T& from, T& to) {
  const Versioned<T> given(from);
  if (!given.is_known()) return RADAM_ERROR_STRUCT_SIZE;
  to = given.get();
  to.struct_size = sizeof to;
  return RADAM_OK;
}

// An array of structs, which all have the struct_size of the first.
template <class T>
class Structs {
 public:
  explicit Structs(const T* first) : first_(first) {}

  radam_status get(std::int64_t i, T& to) const {
    const std::size_t size = first_->struct_size;
    if (size % alignof(T) != 0) return RADAM_ERROR_STRUCT_SIZE;
    const auto* const bytes = reinterpret_cast<const unsigned char*>(first_) + static_cast<std::size_t>(i) * size;
    const T& from = *reinterpret_cast<const T*>(bytes);
    return from.struct_size == size ? take(from, to) : RADAM_ERROR_STRUCT_SIZE;
  }

 private:
  const T* first_;
};

}  // namespace cuda
}  // namespace radam

#endif
