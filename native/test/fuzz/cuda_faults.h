// What radam_cuda.h says about arguments, again and in other words.
#ifndef RADAM_TEST_FUZZ_CUDA_FAULTS_H
#define RADAM_TEST_FUZZ_CUDA_FAULTS_H

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include <radam/radam_cuda.h>

#include "cuda_memory.h"
#include "faults.h"
#include "tensor_faults.h"

namespace radam_test {

template <>
inline constexpr std::size_t kOldestSize<radam_cuda_step_options> = offsetof(radam_cuda_step_options, clip_values);

// An array of structs that have the struct_size of the first. Each is followed by so many bytes.
template <class T>
struct StructArray {
  const T* first;
  std::int64_t count;
  std::size_t tail = 0;

  const unsigned char* at(std::int64_t i) const {
    return reinterpret_cast<const unsigned char*>(first) +
           static_cast<std::size_t>(i) * (first->struct_size + tail);
  }
  const T* get(std::int64_t i) const { return reinterpret_cast<const T*>(at(i)); }

  // of_values(i, struct): the faults of what struct number i says.
  template <class OfValues>
  Faults faults(const OfValues& of_values) const {
    if (first->struct_size % 8 != 0) return fault(RADAM_ERROR_STRUCT_SIZE);
    Faults f = 0;
    for (std::int64_t i = 0; i < count; ++i) {
      if (get(i)->struct_size != first->struct_size || faults_of_size(get(i)) != 0)
        return f | fault(RADAM_ERROR_STRUCT_SIZE);
      f |= of_values(i, known_part(get(i)));
    }
    return f;
  }
};

// The tensors, if the array has no fault. Pointers that are ignored are null.
inline std::vector<radam_cuda_tensor> known_tensors(const StructArray<radam_tensor>& given, std::int32_t algorithm) {
  const int buffers = radam_state_count(algorithm);
  std::vector<radam_cuda_tensor> all;
  for (std::int64_t i = 0; i < given.count; ++i) {
    radam_cuda_tensor t;
    t.tensor = known_part(given.get(i));
    std::memcpy(reinterpret_cast<unsigned char*>(&t) + sizeof t.tensor, given.at(i) + given.first->struct_size,
                given.tail);
    for (int k = 0; k < RADAM_MAX_STATE; ++k) {
      if (k >= buffers) t.tensor.state[k] = nullptr;
      if (t.tensor.state[k] == nullptr || t.tensor.state_type != RADAM_STATE_BLOCK8) t.tensor.state_scale[k] = nullptr;
    }
    if (t.group == RADAM_CUDA_NO_GROUP) t.param = t.grad = nullptr;
    all.push_back(t);
  }
  return all;
}

inline StructArray<radam_tensor> array_of(const radam_cuda_tensor* tensors, std::int64_t count) {
  return {&tensors->tensor, count, sizeof(radam_cuda_tensor) - sizeof(radam_tensor)};
}

// Faults that radam_cuda_plan_size finds.
inline Faults faults_of_counts(const radam_cuda_tensor* tensors, std::int64_t count, std::int32_t groups) {
  if (count < 1 || count > INT32_MAX || groups < 1) return fault(RADAM_ERROR_RANGE);
  constexpr std::int64_t kMost = std::int64_t{1} << 40;
  std::int64_t room = kMost;
  return array_of(tensors, count).faults([&](std::int64_t, const radam_tensor& t) {
    const bool fits = t.length >= 0 && t.length <= room;
    if (fits) room -= t.length;
    return fault_if(!fits || t.first < 0, RADAM_ERROR_RANGE);
  });
}

inline bool is_aligned(const void* pointer, std::int64_t bytes) {
  return reinterpret_cast<std::uintptr_t>(pointer) % static_cast<std::uintptr_t>(bytes) == 0;
}

inline Faults faults_of_pointer(const void* pointer, std::int64_t element_bytes, bool is_used) {
  return fault_if(!is_aligned(pointer, element_bytes), RADAM_CUDA_ERROR_ALIGNMENT) |
         fault_if(is_used && pointer != nullptr && !is_device_memory(pointer), RADAM_CUDA_ERROR_POINTER);
}

inline bool is_group(std::int32_t group, std::int32_t groups) {
  return group == RADAM_CUDA_NO_GROUP || is_one_of(group, groups);
}

// For a tensor of known_tensors.
inline Faults faults_of(const radam_cuda_tensor& t, std::int32_t algorithm, std::int32_t groups) {
  radam_coefficients c{};
  c.algorithm = is_layerwise(algorithm) ? stepped_by(algorithm) : algorithm;
  if (algorithm == RADAM_ALGORITHM_SGD_HD) c.of.sgd.momentum = 1;  // it has the buffer in any case
  radam_tensor s = t.tensor;
  s.step = 1;
  s.clip_value = 0;
  s.zero_grad = 0;
  const TensorBuffers b{t.param, t.grad, t.param_copy, t.param_average};
  Faults f = faults_of_tensor(c, algorithm_of(c).buffers(), s, b, 0, s.length, t.group != RADAM_CUDA_NO_GROUP);
  f |= fault_if(s.first % RADAM_BLOCK_SIZE != 0, RADAM_ERROR_BLOCK);
  f |= fault_if(s.row_decay != nullptr, RADAM_ERROR_ROW_LENGTH);
  const bool rows = is_by_rows(algorithm) && s.row_length != 0;
  f |= fault_if(rows && (s.row_length < 0 || s.first % s.row_length != 0 || s.length % s.row_length != 0),
                RADAM_ERROR_ROW_LENGTH);
  f |= fault_if(!is_group(t.group, groups), RADAM_CUDA_ERROR_GROUP);
  f |= fault_if(t.reserved != 0, RADAM_ERROR_SETTING);
  if (faults_of_settings(s, b) != 0) return f;
  const bool is_used = s.length > 0;
  f |= faults_of_pointer(t.param, bytes_of_type(s.param_type), is_used);
  f |= faults_of_pointer(t.grad, bytes_of_type(s.grad_type), is_used);
  f |= faults_of_pointer(t.param_copy, 2, is_used) | faults_of_pointer(t.param_average, 4, is_used);
  for (int k = 0; k < RADAM_MAX_STATE; ++k) {
    f |= faults_of_pointer(s.state[k], bytes_of_state(s.state_type), is_used);
    f |= faults_of_pointer(s.state_scale[k], 4, is_used);
  }
  return f;
}

// Of the options of a step, which may be null. is_prepared: those that only radam_cuda_prepare has count too.
// groups: the plan's.
inline Faults faults_of_options(const radam_cuda_step_options* given, bool is_prepared, bool has_updates,
                                std::size_t groups) {
  if (given == nullptr) return 0;
  if (const Faults f = faults_of_size(given)) return f;
  const radam_cuda_step_options o = known_part(given);
  Faults f = fault_if(!is_one_of(o.zero_grad, 2), RADAM_ERROR_SETTING) |
             fault_if(!(o.clip_value >= 0), RADAM_ERROR_CLIP) |
             fault_if(o.zero_grad != 0 && has_updates, RADAM_ERROR_OUTPUT);
  for (std::size_t i = 0; !is_prepared && o.clip_values != nullptr && i < groups; ++i)
    f |= fault_if(!(o.clip_values[i] >= 0), RADAM_ERROR_CLIP);
  // No algorithm that cuda_plan steps projects rows.
  for (std::size_t i = 0; !is_prepared && o.projections != nullptr && i < groups; ++i)
    f |= fault_if(!is_one_of(o.projections[i], 3), RADAM_ERROR_SETTING) |
         fault_if(o.projections[i] == RADAM_PROJECTION_ROWS, RADAM_ERROR_ALGORITHM);
  if (!is_prepared) return f;
  return f | fault_if(!is_one_of(o.skip_non_finite, 2), RADAM_ERROR_SETTING) |
         fault_if(!(o.max_grad_norm >= 0), RADAM_ERROR_CLIP);
}

}  // namespace radam_test

#endif
