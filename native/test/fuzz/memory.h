// Memory for the structs and buffers of one call. Around each is memory that the call must not touch: AddressSanitizer
// reports a read, and without it a write is found.
#ifndef RADAM_TEST_FUZZ_MEMORY_H
#define RADAM_TEST_FUZZ_MEMORY_H

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include <radam/radam.h>

#include "faults.h"
#include "input.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__clang__)
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(address, size) ((void)(address), (void)(size))
#define ASAN_UNPOISON_MEMORY_REGION(address, size) ((void)(address), (void)(size))
#endif

namespace radam_test {

enum class Kind { kBytes, kF32, kBf16, kF16 };

inline Kind kind_of_type(std::int32_t type) {
  return type == RADAM_TYPE_F32 ? Kind::kF32 : type == RADAM_TYPE_BF16 ? Kind::kBf16 : Kind::kF16;
}

inline std::size_t size_of(Kind kind) { return kind == Kind::kBytes ? 1 : kind == Kind::kF32 ? 4 : 2; }

// Whether elements are equal as the library promises it: the same bits, or both NaN.
inline bool same_elements(Kind kind, const unsigned char* a, const unsigned char* b, std::size_t bytes) {
  if (std::memcmp(a, b, bytes) == 0) return true;
  if (kind == Kind::kBytes) return false;
  const std::size_t size = size_of(kind);
  for (std::size_t i = 0; i < bytes; i += size) {
    std::uint32_t x = 0, y = 0;
    std::memcpy(&x, a + i, size);
    std::memcpy(&y, b + i, size);
    const std::uint32_t infinity = kind == Kind::kF32 ? 0x7F800000 : kind == Kind::kBf16 ? 0x7F80 : 0x7C00;
    const std::uint32_t magnitude = kind == Kind::kF32 ? 0x7FFFFFFF : 0x7FFF;
    if (x != y && !((x & magnitude) > infinity && (y & magnitude) > infinity)) return false;
  }
  return true;
}

class Memory {
 public:
  Memory() { require(in_use() == 0, "two memories at once"); }
  ~Memory() {
    ASAN_UNPOISON_MEMORY_REGION(bytes(), in_use());
    in_use() = 0;
  }
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;

  // Room for so many bytes, which begins so many bytes after a multiple of 8. Elsewhere a read before its begin would
  // not be seen.
  unsigned char* place(std::size_t size, Kind kind = Kind::kBytes, std::size_t misaligned = 0) {
    const std::size_t begin = (in_use() + kGap + 7) / 8 * 8 + misaligned;
    require(begin + size + kGap <= kSize && count_ < kMost, "the harness has too little memory");
    std::memset(bytes() + in_use(), 0xA5, begin - in_use());
    std::memset(bytes() + begin + size, 0xA5, kGap);
    in_use() = begin + size + kGap;
    regions_[count_++] = {begin, size, kind};
    return bytes() + begin;
  }

  // A struct of some version of the header, in just as much memory as its struct_size says.
  template <class T>
  T* place_struct(Input& in, const T& value) {
    constexpr std::size_t kOld = kOldestSize<T>;
    const std::uint32_t sizes[] = {0, 4, kOld - 1, kOld, sizeof(T) - 8, sizeof(T) - 4, sizeof(T) + 1, sizeof(T) + 8,
                                   4096, 4097, UINT32_MAX};
    const std::uint8_t b = in.byte();
    std::uint32_t size = sizeof(T);
    if (b > 240) size = b < 252 ? sizes[b - 241] : in.bits<std::uint16_t>();
    const std::size_t room = size > 4096 ? 4 : std::max<std::size_t>(size, 4);
    auto* const at = place(room);
    std::memset(at, 0, room);
    std::memcpy(at, &value, std::min(room, sizeof value));
    std::memcpy(at, &size, sizeof size);
    if (room > sizeof(T) && in.rarely(2)) at[sizeof(T) + in.bits<std::uint16_t>() % (room - sizeof(T))] = in.byte();
    return reinterpret_cast<T*>(at);
  }

  // To be called once, when all is placed and filled.
  void guard() {
    std::memcpy(kept(), bytes(), in_use());
    std::size_t end = 0;
    for (int i = 0; i < count_; ++i) {
      ASAN_POISON_MEMORY_REGION(bytes() + end, regions_[i].begin - end);
      end = regions_[i].begin + regions_[i].size;
    }
    ASAN_POISON_MEMORY_REGION(bytes() + end, in_use() - end);
  }

  // All regions as they were.
  void restore() {
    for (const Region* r = regions_; r < regions_ + count_; ++r)
      std::memcpy(bytes() + r->begin, kept() + r->begin, r->size);
  }

  void require_unchanged(const char* what) const {
    for (int i = 0; i < count_; ++i) require(equals(regions_[i], kept()), what);
  }

  // The contents of all regions become what others are compared with.
  void expect_this() {
    for (const Region* r = regions_; r < regions_ + count_; ++r)
      std::memcpy(expected() + r->begin, bytes() + r->begin, r->size);
  }
  void require_expected(const char* what) const {
    for (int i = 0; i < count_; ++i) {
      const Region& r = regions_[i];
      require(same_elements(r.kind, bytes() + r.begin, expected() + r.begin, r.size), what);
    }
  }

  // To be called at the end: nothing around the regions was written.
  void finish() {
    ASAN_UNPOISON_MEMORY_REGION(bytes(), in_use());
    std::size_t end = 0;
    for (int i = 0; i <= count_; ++i) {
      const std::size_t begin = i < count_ ? regions_[i].begin : in_use();
      require(std::memcmp(bytes() + end, kept() + end, begin - end) == 0, "memory beside a buffer was written");
      if (i < count_) end = begin + regions_[i].size;
    }
  }

 private:
  struct Region {
    std::size_t begin, size;
    Kind kind;
  };
  static constexpr std::size_t kSize = 1 << 17, kGap = 64;
  static constexpr int kMost = 40;

  // One for the whole program, because poisoning fresh memory again and again is slow.
  static unsigned char* bytes() {
    alignas(64) static unsigned char memory[kSize];
    return memory;
  }
  static unsigned char* kept() {
    static unsigned char memory[kSize];
    return memory;
  }
  static unsigned char* expected() {
    static unsigned char memory[kSize];
    return memory;
  }
  static std::size_t& in_use() {
    static std::size_t size = 0;
    return size;
  }
  bool equals(const Region& r, const unsigned char* image) const {
    return std::memcmp(bytes() + r.begin, image + r.begin, r.size) == 0;
  }

  Region regions_[kMost];
  int count_ = 0;
};

}  // namespace radam_test

#endif
