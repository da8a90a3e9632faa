// The gradients of several ranks, their sum and what goes to others: checks arguments, then launches.
#include <cstdint>

#include "../spans.h"
#include "../storage/sizes.h"
#include "exchange.h"
#include "launch.h"

namespace {

using namespace radam::cuda;

bool is_grad_type(std::int32_t type) {
  return type == RADAM_TYPE_F32 || type == RADAM_TYPE_BF16 || type == RADAM_TYPE_F16;
}

// Whether the messages end within the address space, and are apart.
bool fit(std::int64_t stride, std::int32_t ranks, std::int64_t message_bytes) {
  return ranks < 3 || (stride >= message_bytes && stride <= (INT64_MAX - message_bytes) / (ranks - 2));
}

// Whether all is aligned to so many elements.
bool all_aligned(const RankSum& s, std::int64_t elements) {
  const std::int64_t bytes = size_of_type(s.type);
  return is_aligned(s.sum, elements, sizeof(float)) && is_aligned(s.own, elements, bytes) &&
         (s.ranks < 2 || is_aligned(s.messages, elements, bytes)) &&
         (s.ranks < 3 || s.stride % (elements * bytes) == 0);
}

radam_status check_apart(const RankSum& s, const void* grad) {
  radam::Spans spans;
  if (const radam_status status = spans.add(s.sum, sizeof(float), 0, s.length)) return status;
  return spans.add(grad, size_of_type(s.type), 0, s.length);
}

// Whether the sum overlaps no gradient, and all are within the address space.
radam_status check_apart(const RankSum& s) {
  if (const radam_status status = check_apart(s, s.own)) return status;
  for (std::int32_t i = 0; i < s.ranks - 1; ++i)
    if (const radam_status status = check_apart(s, s.messages + i * s.stride)) return status;
  return RADAM_OK;
}

radam_status check_memory(const RankSum& s, std::int32_t device) {
  if (const radam_status status = check_pointer(device, s.sum)) return status;
  if (const radam_status status = check_pointer(device, s.own)) return status;
  return s.ranks > 1 ? check_pointer(device, s.messages) : RADAM_OK;
}

}  // namespace

radam_status radam_cuda_add_gradients(int32_t device, float* sum, const void* grad, const void* messages,
                                      int64_t stride, int32_t ranks, int32_t rank, int32_t grad_type, int64_t length,
                                      void* stream) {
  if (!is_grad_type(grad_type)) return RADAM_ERROR_TYPE;
  if (ranks < 1 || rank < 0 || rank >= ranks || length < 0 || length > radam::kMaxElements || stride < 0 ||
      !fit(stride, ranks, length * size_of_type(grad_type)))
    return RADAM_ERROR_RANGE;
  if (length == 0) return RADAM_OK;
  if (sum == nullptr || grad == nullptr || (messages == nullptr && ranks > 1)) return RADAM_ERROR_NULL;
  RankSum s{sum, grad, static_cast<const unsigned char*>(messages), stride, length, ranks, rank, grad_type, 0};
  if (!all_aligned(s, 1)) return RADAM_CUDA_ERROR_ALIGNMENT;
  if (const radam_status status = check_apart(s)) return status;
  const OnDevice current(device);
  if (current.status() != RADAM_OK) return current.status();
  if (const radam_status status = check_memory(s, device)) return status;
  s.wide = all_aligned(s, 4);
  return launch(rank_sum_kernel, blocks_with_threads((length + 3) / 4), kThreads, stream, s);
}

radam_status radam_cuda_round_gradient(int32_t device, void* rounded, const void* grad, int32_t grad_type,
                                       int64_t length, void* stream) {
  if (!is_grad_type(grad_type)) return RADAM_ERROR_TYPE;
  if (length < 0 || length > radam::kMaxElements) return RADAM_ERROR_RANGE;
  if (length == 0) return RADAM_OK;
  if (rounded == nullptr || grad == nullptr) return RADAM_ERROR_NULL;
  const std::int64_t to_bytes = size_of_type(RADAM_TYPE_BF16), bytes = size_of_type(grad_type);
  const auto aligned = [&](std::int64_t elements) {
    return is_aligned(rounded, elements, to_bytes) && is_aligned(grad, elements, bytes);
  };
  if (!aligned(1)) return RADAM_CUDA_ERROR_ALIGNMENT;
  radam::Spans spans;
  if (const radam_status status = spans.add(rounded, to_bytes, 0, length)) return status;
  if (const radam_status status = spans.add(grad, bytes, 0, length)) return status;
  const OnDevice current(device);
  if (current.status() != RADAM_OK) return current.status();
  if (const radam_status status = check_pointer(device, rounded)) return status;
  if (const radam_status status = check_pointer(device, grad)) return status;
  return launch(rounding_kernel, blocks_with_threads((length + 3) / 4), kThreads, stream,
                Rounding{rounded, grad, length, grad_type, aligned(4)});
}
