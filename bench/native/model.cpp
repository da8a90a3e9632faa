#include "model.h"

#include <cstdlib>
#include <new>

#ifdef __linux__
#include <sys/mman.h>
#endif

namespace {

constexpr std::size_t kHugePage = std::size_t{2} << 20;
constexpr int kBuffers = 7;

// In [0, 1), from an element's number and its buffer's.
float value(std::int64_t i, int buffer) {
  std::uint64_t x = static_cast<std::uint64_t>(i) * kBuffers + static_cast<std::uint64_t>(buffer) + 1;
  x = (x ^ (x >> 31)) * 0x9E3779B97F4A7C15u;
  return static_cast<float>((x ^ (x >> 29)) & 0xFFFFFF) * 0x1p-24f;
}

}  // namespace

Model::Model(std::int64_t n) {
  for (int buffer = 0; buffer < kBuffers; ++buffer) {
    // Buffers that begin at the same place of a page would meet in the same sets of the cache.
    const std::size_t offset = static_cast<std::size_t>(buffer) * 17 * 64;
    const std::size_t bytes = (static_cast<std::size_t>(n) * sizeof(float) + offset) / kHugePage * kHugePage + kHugePage;
    auto* memory = static_cast<float*>(std::aligned_alloc(kHugePage, bytes));
    if (memory == nullptr) throw std::bad_alloc();
    memory_.emplace_back(memory);
#ifdef __linux__
    madvise(memory, bytes, MADV_HUGEPAGE);  // a wish: without it, the figures are those of small pages
#endif
    buffers_.push_back(memory + offset / sizeof(float));
  }
}

void Model::Free::operator()(float* memory) const { std::free(memory); }

void Model::fill(std::int64_t begin, std::int64_t end, bool sparse) {
  for (std::int64_t i = begin; i < end; ++i) {
    const bool zero = sparse && i / 512 % 10 != 0;
    buffers_[0][i] = value(i, 0) - 0.5f;
    buffers_[1][i] = zero ? 0 : 0.2f * value(i, 1) - 0.1f;
    buffers_[2][i] = zero ? 0 : 0.02f * value(i, 2) - 0.01f;
    buffers_[3][i] = zero ? 0 : 1e-3f * value(i, 3) + 1e-6f;
    buffers_[4][i] = zero ? 0 : 1e-3f * value(i, 4) + 1e-6f;
    buffers_[5][i] = zero ? 0 : 0.2f * value(i, 5) - 0.1f;
    buffers_[6][i] = 0;
  }
}

radam::Buffers Model::buffers(unsigned present) const {
  radam::Buffers b{buffers_[0], buffers_[1], {}};
  for (int k = 0; k < 4; ++k)
    if (present >> k & 1) b.state[k] = buffers_[static_cast<std::size_t>(2 + k)];
  return b;
}

radam::Buffers Model::buffers_with_zero_gradient() const {
  radam::Buffers b = buffers(15);
  b.grad = buffers_[6];
  return b;
}
