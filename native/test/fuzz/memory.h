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

// What a region holds; kOpaque: what is for the library alone.
enum class Kind { kBytes, kF32, kBf16, kF16, kOpaque };

inline Kind kind_of_type(std::int32_t type) {
  return type == RADAM_TYPE_F32 ? Kind::kF32 : type == RADAM_TYPE_BF16 ? Kind::kBf16 : Kind::kF16;
}

inline std::size_t size_of(Kind kind) {
  return kind == Kind::kF32 ? 4 : kind == Kind::kBf16 || kind == Kind::kF16 ? 2 : 1;
}

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

// Where memory comes from, and room for two copies of it. There are few for the whole program, because poisoning fresh
// memory again and again is slow.
struct Arena {
  static constexpr std::size_t kSize = 1 << 17;
  unsigned char *bytes, *kept, *expected;
  std::size_t alignment;
  std::size_t in_use = 0;
};

// So many memories of the host may be in use at once.
template <int number = 0>
Arena& host_arena() {
  alignas(64) static unsigned char bytes[Arena::kSize], kept[Arena::kSize], expected[Arena::kSize];
  static Arena arena{bytes, kept, expected, 8};
  return arena;
}

class Memory {
 public:
  explicit Memory(Arena& arena = host_arena()) : arena_(arena) {
    require(arena.in_use == 0, "two memories at once");
  }
  ~Memory() {
    ASAN_UNPOISON_MEMORY_REGION(arena_.bytes, arena_.in_use);
    arena_.in_use = 0;
  }
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;

  // Room for so many bytes, which begins so many bytes after a multiple of 8, or more in some arenas. Elsewhere a read
  // before its begin would not be seen.
  unsigned char* place(std::size_t size, Kind kind = Kind::kBytes, std::size_t misaligned = 0) {
    const std::size_t used = arena_.in_use, a = arena_.alignment;
    const std::size_t begin = (used + kGap + a - 1) / a * a + misaligned;
    require(begin + size + kGap <= Arena::kSize && count_ < kMost, "the harness has too little memory");
    std::memset(arena_.bytes + used, 0xA5, begin - used);
    std::memset(arena_.bytes + begin + size, 0xA5, kGap);
    arena_.in_use = begin + size + kGap;
    regions_[count_++] = {begin, size, kind};
    return arena_.bytes + begin;
  }

  // A struct of some version of the header, in just as much memory as its struct_size says.
  template <class T>
  T* place_struct(Input& in, const T& value) {
    return place_array<T>(in, &value, 1);
  }

  // Several of them, one after the other. After each comes what a Whole has after its T.
  template <class T, class Whole>
  T* place_array(Input& in, const Whole* values, std::size_t count) {
    constexpr std::size_t kOld = kOldestSize<T>, kTail = sizeof(Whole) - sizeof(T);
    const std::uint32_t sizes[] = {0, 4, kOld - 1, kOld, sizeof(T) - 8, sizeof(T) - 4, sizeof(T) + 1, sizeof(T) + 8,
                                   4096, 4097, UINT32_MAX};
    const std::uint8_t b = count > kFew ? 0 : in.byte();
    std::uint32_t size = sizeof(T);
    if (b > 240) size = b < 252 ? sizes[b - 241] : in.bits<std::uint16_t>();
    const std::size_t room = size > 4096 ? 4 : std::max<std::size_t>(size, 4), each = room + kTail;
    auto* const first = place(each * count);
    for (std::size_t i = 0; i < count; ++i) {
      unsigned char* const at = first + i * each;
      std::memset(at, 0, room);
      std::memcpy(at, values + i, std::min(room, sizeof(T)));
      std::memcpy(at, &size, sizeof size);
      std::memcpy(at + room, reinterpret_cast<const unsigned char*>(values + i) + sizeof(T), kTail);
      if (room > sizeof(T) && in.rarely(2)) at[sizeof(T) + in.bits<std::uint16_t>() % (room - sizeof(T))] = in.byte();
    }
    if (count > 1 && in.rarely(64)) {
      const auto another = static_cast<std::uint32_t>(size == kOld ? size ^ 8 : kOld);
      std::memcpy(first + (count - 1) * each, &another, sizeof another);
    }
    return reinterpret_cast<T*>(first);
  }

  // To be called once, when all is placed and filled.
  void guard() {
    std::memcpy(arena_.kept, arena_.bytes, arena_.in_use);
    std::size_t end = 0;
    for (int i = 0; i < count_; ++i) {
      ASAN_POISON_MEMORY_REGION(arena_.bytes + end, regions_[i].begin - end);
      end = regions_[i].begin + regions_[i].size;
    }
    ASAN_POISON_MEMORY_REGION(arena_.bytes + end, arena_.in_use - end);
  }

  // The contents of all regions become what they must not differ from.
  void keep() { copy(arena_.bytes, arena_.kept); }

  // All regions as they were.
  void restore() { copy(arena_.kept, arena_.bytes); }

  void require_unchanged(const char* what) const {
    for (int i = 0; i < count_; ++i) require(equals(regions_[i], arena_.kept), what);
  }

  // The contents of all regions become what others are compared with.
  void expect_this() { copy(arena_.bytes, arena_.expected); }
  void require_expected(const char* what) const {
    for (int i = 0; i < count_; ++i) {
      const Region& r = regions_[i];
      if (r.kind == Kind::kOpaque) continue;
      require(same_elements(r.kind, arena_.bytes + r.begin, arena_.expected + r.begin, r.size), what);
    }
  }

  // Where the expected contents of an address are.
  template <class T>
  T* expected(T* at) const {
    if (at == nullptr) return nullptr;
    return reinterpret_cast<T*>(arena_.expected + (reinterpret_cast<const unsigned char*>(at) - arena_.bytes));
  }

  // To be called at the end: nothing around the regions was written.
  void finish() {
    ASAN_UNPOISON_MEMORY_REGION(arena_.bytes, arena_.in_use);
    std::size_t end = 0;
    for (int i = 0; i <= count_; ++i) {
      const std::size_t begin = i < count_ ? regions_[i].begin : arena_.in_use;
      require(std::memcmp(arena_.bytes + end, arena_.kept + end, begin - end) == 0,
              "memory beside a buffer was written");
      if (i < count_) end = begin + regions_[i].size;
    }
  }

 private:
  struct Region {
    std::size_t begin, size;
    Kind kind;
  };
  static constexpr std::size_t kGap = 64;
  static constexpr int kMost = 48;
  static constexpr std::size_t kFew = 8;  // structs of any size fit the memory

  void copy(const unsigned char* from, unsigned char* to) const {
    for (const Region* r = regions_; r < regions_ + count_; ++r)
      std::memcpy(to + r->begin, from + r->begin, r->size);
  }
  bool equals(const Region& r, const unsigned char* image) const {
    return std::memcmp(arena_.bytes + r.begin, image + r.begin, r.size) == 0;
  }

  Arena& arena_;
  Region regions_[kMost];
  int count_ = 0;
};

}  // namespace radam_test

#endif
