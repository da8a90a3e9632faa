// Converts parameters and gradients between their type and float32, up to a block at a time.
#ifndef RADAM_SRC_STORAGE_CONVERT_H
#define RADAM_SRC_STORAGE_CONVERT_H

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include <radam/radam.h>

#include "../inline.h"
#include "bf16.h"
#include "f16.h"
#include "random.h"
#include "run.h"
#include "sizes.h"
#include "split.h"

namespace {

// A range of elements of a tensor, all in one block.
struct BlockRange {
  std::int64_t block;  // its number in the whole tensor
  std::int64_t begin;  // the first element, counted in the buffers
  std::int64_t first;  // the first element, counted within the block
  std::int64_t count;
};

RADAM_INLINE unsigned char* bytes(void* buffer, std::int32_t type, const BlockRange& at) {
  return static_cast<unsigned char*>(buffer) + at.begin * size_of_type(type);
}

template <class V, class Type>
RADAM_INLINE void unpack_type(const unsigned char* from, std::int64_t n, float* to) {
  for_runs<V::kRun, Type::kBytes, 4>(from, reinterpret_cast<unsigned char*>(to), n,
                            [](const unsigned char* x, unsigned char* y) __attribute__((always_inline)) {
    for (std::int64_t k = 0; k < V::kRun; k += V::kLanes)
      V::store(reinterpret_cast<float*>(y) + k, Type::template load<V>(x + k * Type::kBytes));
  });
}

// Converts n elements to float32.
template <class V>
void unpack(std::int32_t type, const unsigned char* from, std::int64_t n, float* to) {
  switch (type) {
    case RADAM_TYPE_BF16: return unpack_type<V, Bf16>(from, n, to);
    case RADAM_TYPE_F16: return unpack_type<V, F16>(from, n, to);
    default: __builtin_memcpy(to, from, static_cast<std::size_t>(n) * sizeof(float));
  }
}

template <class V, class Type, bool stochastic, bool kAll>
RADAM_INLINE void pack_run(const typename V::Register* x, const typename V::Int* words, unsigned char* to) {
  if constexpr (V::kConvertsF16 && std::is_same_v<Type, F16> && !kAll)
    return F16::convert_run<V, stochastic>(x, words, to);
  typename V::Int codes[V::kRun / V::kLanes];
  for (std::int64_t k = 0; k < V::kRun / V::kLanes; ++k) {
    if constexpr (stochastic) {
      const auto r = Random<V>::template half<Type::kRandomBits, false>(words[k]);
      if constexpr (Type::kAbove) codes[k] = Type::template stochastic_above<V, kAll>(x[k], r);
      else codes[k] = Type::template stochastic<V, kAll>(x[k], r);
    } else {
      if constexpr (Type::kAbove) codes[k] = Type::template nearest_above<V, kAll>(x[k]);
      else codes[k] = Type::template nearest<V, kAll>(x[k]);
    }
  }
  if constexpr (Type::kAbove) V::store_upper_run(to, codes);
  else V::store_u16_run(to, codes);
}

template <class V, class Type, bool stochastic>
RADAM_INLINE void pack_run(const typename V::Register* x, const typename V::Int* words, unsigned char* to) {
  if (__builtin_expect((Type::template special<V, stochastic>(x)), false)) {
    pack_run<V, Type, stochastic, true>(x, words, to);
  } else {
    pack_run<V, Type, stochastic, false>(x, words, to);
  }
}

template <class V, class Type, bool stochastic>
RADAM_INLINE void pack_type(const float* from, const BlockRange& at, std::uint64_t seed, unsigned char* to) {
  Random<V> random(seed, at.block, at.first, kParamStream);
  for_runs<V::kRun, 4, Type::kBytes>(reinterpret_cast<const unsigned char*>(from), to, at.count,
                            [&](const unsigned char* x, unsigned char* y) __attribute__((always_inline)) {
    typename V::Register values[V::kRun / V::kLanes];
    typename V::Int words[V::kRun / V::kLanes];
    load_run<V>(reinterpret_cast<const float*>(x), values);
    if constexpr (stochastic)
      for (auto& word : words) word = random.next();
    pack_run<V, Type, stochastic>(values, words, y);
  });
}

// Converts elements from float32.
template <class V>
void pack(std::int32_t type, bool stochastic, const float* from, const BlockRange& at, std::uint64_t seed,
          unsigned char* to) {
  switch (type) {
    case RADAM_TYPE_BF16:
      return stochastic ? pack_type<V, Bf16, true>(from, at, seed, to) : pack_type<V, Bf16, false>(from, at, seed, to);
    case RADAM_TYPE_F16:
      return stochastic ? pack_type<V, F16, true>(from, at, seed, to) : pack_type<V, F16, false>(from, at, seed, to);
    default: __builtin_memcpy(to, from, static_cast<std::size_t>(at.count) * sizeof(float));
  }
}

// Converts n elements to float32. `to` has room for a vector that begins within them.
template <class V>
void unpack_split(const unsigned char* upper, const unsigned char* lower, std::int64_t n, float* to) {
  std::int64_t i = 0;
  for (; n - i >= V::kLanes; i += V::kLanes) V::store(to + i, Split::load<V>(upper + 2 * i, lower + 2 * i));
  if (i < n) {
    unsigned char last[2][2 * V::kLanes] = {};
    const auto size = static_cast<std::size_t>(2 * (n - i));
    __builtin_memcpy(last[0], upper + 2 * i, size);
    __builtin_memcpy(last[1], lower + 2 * i, size);
    V::store(to + i, Split::load<V>(last[0], last[1]));
  }
}

template <class V>
void pack_split(const float* from, const BlockRange& at, unsigned char* upper, unsigned char* lower) {
  pack_type<V, UpperHalf, false>(from, at, 0, upper);
  pack_type<V, LowerHalf, false>(from, at, 0, lower);
}

}  // namespace

#endif
