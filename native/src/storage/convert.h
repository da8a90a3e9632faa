// Parameters and gradients between their type and float32, up to a block at a time.
#ifndef RADAM_SRC_STORAGE_CONVERT_H
#define RADAM_SRC_STORAGE_CONVERT_H

#include <cstddef>
#include <cstdint>

#include <radam/radam.h>

#include "../inline.h"
#include "bf16.h"
#include "f16.h"
#include "random.h"

namespace {

// Some elements of a tensor, all in one block.
struct Place {
  std::int64_t block;  // its number
  std::int64_t begin;  // the first element
  std::int64_t first;  // the first element, counted within the block
  std::int64_t count;
};

RADAM_INLINE std::size_t size_of(std::int32_t type) { return type == RADAM_TYPE_F32 ? 4 : 2; }

RADAM_INLINE unsigned char* bytes(void* buffer, std::int32_t type, const Place& at) {
  return static_cast<unsigned char*>(buffer) + at.begin * static_cast<std::int64_t>(size_of(type));
}

// Calls body(from, to) for the vectors of n elements of given sizes, in order.
// The last vector is staged, so that nothing beyond the n elements is touched.
template <class V, int kFromBytes, int kToBytes, class Body>
RADAM_INLINE void for_vectors(const unsigned char* from, unsigned char* to, std::int64_t n, Body body) {
  std::int64_t i = 0;
  for (; n - i >= V::kLanes; i += V::kLanes) body(from + i * kFromBytes, to + i * kToBytes);
  if (i < n) {
    unsigned char last_from[V::kLanes * kFromBytes] = {}, last_to[V::kLanes * kToBytes];
    __builtin_memcpy(last_from, from + i * kFromBytes, static_cast<std::size_t>((n - i) * kFromBytes));
    body(last_from, last_to);
    __builtin_memcpy(to + i * kToBytes, last_to, static_cast<std::size_t>((n - i) * kToBytes));
  }
}

template <class V>
RADAM_INLINE typename V::Register load_bytes(const unsigned char* from) {
  return V::load(reinterpret_cast<const float*>(from));
}

template <class V, class Type>
RADAM_INLINE void unpack_type(const unsigned char* from, std::int64_t n, float* to) {
  for_vectors<V, Type::kBytes, 4>(from, reinterpret_cast<unsigned char*>(to), n,
                                  [](const unsigned char* x, unsigned char* y)
                                      __attribute__((always_inline)) {
    V::store(reinterpret_cast<float*>(y), Type::template load<V>(x));
  });
}

// n elements as float32.
template <class V>
void unpack(std::int32_t type, const unsigned char* from, std::int64_t n, float* to) {
  switch (type) {
    case RADAM_TYPE_BF16: return unpack_type<V, Bf16>(from, n, to);
    case RADAM_TYPE_F16: return unpack_type<V, F16>(from, n, to);
    default: __builtin_memcpy(to, from, static_cast<std::size_t>(n) * sizeof(float));
  }
}

template <class V, class Type, bool stochastic>
RADAM_INLINE void pack_type(const float* from, const Place& at, std::uint64_t seed, unsigned char* to) {
  Random<V> random(seed, at.block, at.first, kParamAndMax);
  for_vectors<V, 4, Type::kBytes>(reinterpret_cast<const unsigned char*>(from), to, at.count,
                                  [&](const unsigned char* x, unsigned char* y)
                                      __attribute__((always_inline)) {
    const auto value = load_bytes<V>(x);
    if constexpr (stochastic) {
      V::store_u16(y, Type::template stochastic<V>(value, Random<V>::lower(random.next())));
    } else {
      V::store_u16(y, Type::template nearest<V>(value));
    }
  });
}

// Float32 elements in a type of 16 bits.
template <class V>
void pack(std::int32_t type, bool stochastic, const float* from, const Place& at, std::uint64_t seed,
          unsigned char* to) {
  if (type == RADAM_TYPE_BF16) {
    stochastic ? pack_type<V, Bf16, true>(from, at, seed, to) : pack_type<V, Bf16, false>(from, at, seed, to);
  } else {
    stochastic ? pack_type<V, F16, true>(from, at, seed, to) : pack_type<V, F16, false>(from, at, seed, to);
  }
}

}  // namespace

#endif
