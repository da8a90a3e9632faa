// Ranges of buffers, which must be within the address space and must not overlap.
#ifndef RADAM_SRC_SPANS_H
#define RADAM_SRC_SPANS_H

#include <cstdint>

#include <radam/radam.h>

namespace radam {

// So many elements of any type fit the address space in bytes, as a signed number.
constexpr std::int64_t kMaxElements = INT64_MAX / static_cast<std::int64_t>(sizeof(float));

// The memory of some buffers within a range of elements.
class Spans {
 public:
  // Adds elements [begin, end) of so many bytes each. A null buffer has none.
  radam_status add(const void* buffer, std::int64_t size, std::int64_t begin, std::int64_t end) {
    const auto element_bytes = static_cast<std::uintptr_t>(size);
    const auto address = reinterpret_cast<std::uintptr_t>(buffer);
    if (static_cast<std::uintptr_t>(end) > (UINTPTR_MAX - address) / element_bytes) return RADAM_ERROR_RANGE;
    Span added{address + static_cast<std::uintptr_t>(begin) * element_bytes,
               address + static_cast<std::uintptr_t>(end) * element_bytes};
    if (buffer == nullptr) added = {0, 0};
    for (int i = 0; i < count_; ++i)
      if (spans_[i].first < added.last && added.first < spans_[i].last) return RADAM_ERROR_OVERLAP;
    spans_[count_] = added;
    ++count_;
    return RADAM_OK;
  }

 private:
  struct Span {
    std::uintptr_t first, last;  // last is one past the end
  };
  static constexpr int kMost = 6 + 2 * RADAM_MAX_STATE;
  Span spans_[kMost];
  int count_ = 0;
};

inline bool is_range(std::int64_t begin, std::int64_t end) { return 0 <= begin && begin <= end && end <= kMaxElements; }

}  // namespace radam

#endif
