// Loads and stores four elements at a time, as integers of their 8, 16 or 32 bits.
#ifndef RADAM_SRC_CUDA_ELEMENTS_H
#define RADAM_SRC_CUDA_ELEMENTS_H

#include <cstdint>

#include "../inline.h"
#include "../simd/cuda.h"
#include "../simd/four.h"

namespace {

// The four elements that a thread works on.
using Quad = Four<Cuda>;

// Four elements of a buffer. The last ones may be missing.
struct Elements {
  std::int64_t begin;
  int count;  // 0 to 4
};

template <int kBytes>
struct Bits;
template <>
struct Bits<1> {
  using Type = std::uint8_t;
};
template <>
struct Bits<2> {
  using Type = std::uint16_t;
};
template <>
struct Bits<4> {
  using Type = std::uint32_t;
};

template <int kBytes>
struct alignas(4 * kBytes) FourBits {
  typename Bits<kBytes>::Type lane[4];
};

// Loads a value. If the memory is misaligned for it, the device stops, and so does the host. By memcpy on the host,
// which may have another type there.
template <class T>
RADAM_INLINE T get(const void* from) {
#ifdef __CUDA_ARCH__
  return *static_cast<const T*>(from);
#else
  if (reinterpret_cast<std::uintptr_t>(from) % alignof(T) != 0) __builtin_trap();
  T x;
  __builtin_memcpy(&x, from, sizeof x);
  return x;
#endif
}

template <class T>
RADAM_INLINE void put(void* to, const T& x) {
#ifdef __CUDA_ARCH__
  *static_cast<T*>(to) = x;
#else
  if (reinterpret_cast<std::uintptr_t>(to) % alignof(T) != 0) __builtin_trap();
  __builtin_memcpy(to, &x, sizeof x);
#endif
}

// wide: all four elements exist, and are aligned for one access. Missing elements are loaded as zero.
template <int kBytes, bool wide>
RADAM_INLINE Quad::Int load(const void* buffer, const Elements& at) {
  const auto* const from = static_cast<const unsigned char*>(buffer) + at.begin * kBytes;
  Quad::Int x = Quad::broadcast_int(0);
  if constexpr (wide) {
    const auto all = get<FourBits<kBytes>>(from);
    for (int i = 0; i < 4; ++i) x.lane[i] = all.lane[i];
  } else {
    for (int i = 0; i < 4; ++i)
      if (i < at.count) x.lane[i] = get<typename Bits<kBytes>::Type>(from + i * kBytes);
  }
  return x;
}

template <int kBytes, bool wide>
RADAM_INLINE void store(void* buffer, const Elements& at, const Quad::Int& x) {
  using One = typename Bits<kBytes>::Type;
  auto* const to = static_cast<unsigned char*>(buffer) + at.begin * kBytes;
  if constexpr (wide) {
    FourBits<kBytes> all;
    for (int i = 0; i < 4; ++i) all.lane[i] = static_cast<One>(x.lane[i]);
    put(to, all);
  } else {
    for (int i = 0; i < 4; ++i)
      if (i < at.count) put(to + i * kBytes, static_cast<One>(x.lane[i]));
  }
}

}  // namespace

#endif
