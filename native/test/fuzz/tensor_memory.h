// Tensors of any kind, and memory for their buffers.
#ifndef RADAM_TEST_FUZZ_TENSOR_MEMORY_H
#define RADAM_TEST_FUZZ_TENSOR_MEMORY_H

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include <radam/radam.h>

#include "../algorithms.h"
#include "elements.h"
#include "input.h"
#include "memory.h"
#include "tensor_faults.h"

namespace radam_test {

// A tensor without elements. Some choices are bits of `layout`.
inline radam_tensor some_tensor(Input& in, std::uint8_t layout) {
  radam_tensor t{};
  t.struct_size = sizeof t;
  const std::uint8_t param_type = in.byte();
  t.param_type = param_type < 192 ? param_type % 3 : RADAM_TYPE_SPLIT;
  t.grad_type = in.byte() % 3;
  t.state_type = in.byte() % 3;
  t.copy_type = 1 + in.byte() % 2;
  t.param_rounding = in.byte() % 3;
  t.state_rounding = in.byte() % 3;
  t.output = layout % 64 / 32;
  t.zero_grad = t.output == RADAM_OUTPUT_PARAM ? layout % 128 / 64 : 0;
  t.seed = in.bits<std::uint16_t>();
  t.step = 1 + in.byte();
  t.clip_value = in.rarely(3) ? 0.5f : 0;
  const std::uint8_t average = in.byte();
  t.average_rate = static_cast<float>(average) / 255;
  t.lookahead = average % 2;
  return t;
}

// What buffers a tensor has.
struct BufferChoice {
  const AlgorithmCase* algorithm;  // or null
  std::uint8_t layout;             // bit 4: no state that the algorithm can do without
  std::int64_t count, begin;       // the elements that exist
  bool may_centralize = false;
  bool may_have_row_decay = false;  // which is for a step, and not for its sums
};

// Places and fills the buffers of a tensor. misaligned(kind): so many bytes after a multiple of the memory's alignment.
template <class Misaligned>
void place_buffers(Input& in, Memory& memory, const BufferChoice& choice, const Misaligned& misaligned, radam_tensor& t,
                   TensorBuffers& b) {
  const auto n = static_cast<std::size_t>(choice.count);
  const auto elements = [&](std::int32_t type, bool is_signed) {
    const Kind kind = kind_of_type(type);
    auto* const at = memory.place(n * size_of(kind), kind, misaligned(kind));
    fill_elements(in, at, kind, n, is_signed);
    return element_zero(at, choice.begin, size_of(kind));
  };
  b.param = elements(t.param_type, true);
  b.grad = elements(t.grad_type, true);
  if (t.param_type == RADAM_TYPE_SPLIT) {
    auto* const lower = memory.place(2 * n, Kind::kBytes, misaligned(Kind::kF16));
    fill_bytes(in, lower, 2 * n);
    b.param_copy = element_zero(lower, choice.begin, 2);
  } else if (t.output == RADAM_OUTPUT_PARAM && t.param_type == RADAM_TYPE_F32 && in.rarely(2)) {
    b.param_copy = elements(t.copy_type, true);
  }
  if ((t.output == RADAM_OUTPUT_PARAM || t.lookahead != 0) && in.rarely(2))
    b.param_average = static_cast<float*>(elements(RADAM_TYPE_F32, true));
  if (b.param_average == nullptr) t.lookahead = 0;
  if (choice.may_centralize && choice.count > 0 && in.rarely(3)) {
    t.row_length = 1 + in.byte();
    const auto row_of = [&](std::int64_t i) { return (t.first + i) / t.row_length - t.first / t.row_length; };
    const std::int64_t first = row_of(choice.begin);
    const auto rows = static_cast<std::size_t>(row_of(choice.begin + choice.count - 1) + 1 - first);
    const auto of_rows = [&] {
      auto* const at = memory.place(4 * rows, Kind::kF32, misaligned(Kind::kF32));
      fill_elements(in, at, Kind::kF32, rows, true);
      return static_cast<float*>(element_zero(at, first, 4));
    };
    const unsigned which = choice.may_have_row_decay ? in.byte() % 3 : 0;  // means, decays or both
    if (which != 1) t.grad_mean = of_rows();
    if (which != 0) t.row_decay = of_rows();
  }
  const int buffers = choice.algorithm != nullptr ? choice.algorithm->buffers() : 1;
  for (int k = 0; k < buffers; ++k) {
    const bool optional = k >= 2 || (choice.algorithm != nullptr && choice.algorithm->id == RADAM_ALGORITHM_SGD);
    if (optional && (choice.layout & 16) != 0) continue;
    const bool is_signed = choice.algorithm == nullptr || choice.algorithm->is_signed[static_cast<std::size_t>(k)];
    if (t.state_type != RADAM_STATE_BLOCK8) {
      t.state[k] = elements(t.state_type == RADAM_STATE_F32 ? RADAM_TYPE_F32 : RADAM_TYPE_BF16, is_signed);
      continue;
    }
    auto* const codes = memory.place(n, Kind::kBytes, misaligned(Kind::kBytes));
    fill_bytes(in, codes, n);
    t.state[k] = element_zero(codes, choice.begin, 1);
    const std::size_t blocks = (n + RADAM_BLOCK_SIZE - 1) / RADAM_BLOCK_SIZE;
    auto* const scales = memory.place(4 * blocks, Kind::kF32, misaligned(Kind::kF32));
    for (std::size_t i = 0; i < blocks; ++i) {
      const float scale = in.rarely(8) ? in.any_float() : std::ldexp(1.0f, in.byte() % 64 - 40);
      std::memcpy(scales + 4 * i, &scale, sizeof scale);
    }
    t.state_scale[k] = static_cast<float*>(element_zero(scales, choice.begin / RADAM_BLOCK_SIZE, 4));
  }
}

}  // namespace radam_test

#endif
