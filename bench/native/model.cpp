#include "model.h"

#include <cstdlib>
#include <new>

#ifdef __linux__
#include <sys/mman.h>
#endif

namespace {

constexpr std::size_t kHugePage = std::size_t{2} << 20;
constexpr int kBuffers = 2 + RADAM_MAX_STATE;

// In [0, 1), from an element's number and its buffer's.
float value(std::int64_t i, int buffer) {
  std::uint64_t x = static_cast<std::uint64_t>(i) * kBuffers + static_cast<std::uint64_t>(buffer) + 1;
  x = (x ^ (x >> 31)) * 0x9E3779B97F4A7C15u;
  return static_cast<float>((x ^ (x >> 29)) & 0xFFFFFF) * 0x1p-24f;
}

}  // namespace

Model::Model(std::int64_t n, unsigned present, unsigned is_signed)
    : param_(allocate(n)), grad_(allocate(n)), zeros_(allocate(n)), is_signed_(is_signed) {
  for (int k = 0; k < RADAM_MAX_STATE; ++k)
    if (present >> k & 1) state_[k] = allocate(n);
}

float* Model::allocate(std::int64_t n) {
  // Buffers that begin at the same place of a page would meet in the same sets of the cache.
  const std::size_t offset = memory_.size() * 17 * 64;
  const std::size_t bytes = (static_cast<std::size_t>(n) * sizeof(float) + offset) / kHugePage * kHugePage + kHugePage;
  auto* memory = static_cast<float*>(std::aligned_alloc(kHugePage, bytes));
  if (memory == nullptr) throw std::bad_alloc();
  memory_.emplace_back(memory);
#ifdef __linux__
  madvise(memory, bytes, MADV_HUGEPAGE);  // a wish: without it, the figures are those of small pages
#endif
  return memory + offset / sizeof(float);
}

void Model::Free::operator()(float* memory) const { std::free(memory); }

void Model::fill(std::int64_t begin, std::int64_t end, bool sparse) {
  for (std::int64_t i = begin; i < end; ++i) {
    const bool zero = sparse && i / 512 % 10 != 0;
    param_[i] = value(i, 0) - 0.5f;
    grad_[i] = zero ? 0 : 0.2f * value(i, 1) - 0.1f;
    zeros_[i] = 0;
    for (int k = 0; k < RADAM_MAX_STATE; ++k) {
      if (state_[k] == nullptr) continue;
      const float x = value(i, 2 + k);
      state_[k][i] = zero ? 0 : is_signed_ >> k & 1 ? 0.02f * x - 0.01f : 1e-3f * x + 1e-6f;
    }
  }
}

radam::Buffers Model::buffers() const {
  radam::Buffers b{param_, grad_, {}};
  for (int k = 0; k < RADAM_MAX_STATE; ++k) b.state[k] = state_[k];
  return b;
}

radam::Buffers Model::buffers_with_zero_gradient() const {
  radam::Buffers b = buffers();
  b.grad = zeros_;
  return b;
}
