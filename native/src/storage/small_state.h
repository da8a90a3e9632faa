// Converts 16-bit and 8-bit state to and from float32, a block at a time.
#ifndef RADAM_SRC_STORAGE_SMALL_STATE_H
#define RADAM_SRC_STORAGE_SMALL_STATE_H

#include <cstdint>

#include "../kernels.h"
#include "bf16.h"
#include "block8.h"
#include "convert.h"
#include "f32.h"
#include "random.h"
#include "run.h"

namespace {

// The bytes of some elements as whole runs: in their buffer, or, if they end within a run, in a copy with zeros after
// them.
template <class V, int kBytes>
class WholeRuns {
 public:
  WholeRuns(unsigned char* home, std::int64_t count)
      : home_(home), size_(static_cast<std::size_t>(count) * kBytes), at_home_(count % V::kRun == 0) {}

  const unsigned char* to_read() {
    if (at_home_) return home_;
    __builtin_memset(copy_, 0, sizeof copy_);
    __builtin_memcpy(copy_, home_, size_);
    return copy_;
  }
  unsigned char* to_write() { return at_home_ ? home_ : copy_; }
  void written() {
    if (!at_home_) __builtin_memcpy(home_, copy_, size_);
  }

 private:
  unsigned char* home_;
  std::size_t size_;
  bool at_home_;
  unsigned char copy_[RADAM_BLOCK_SIZE * kBytes];
};

// The codes of a buffer in some block. kSigned: its elements may be negative. Before a block is encoded, watch() must
// see all its new values, and then choose_scale() must be called. kUpper: which bits of a random word are those of the
// buffer.
template <class V, bool kSigned>
struct Bf16Codes {
  static constexpr int kBytes = 2, kRandomBits = Bf16::kRandomBits;
  unsigned char* place;

  Bf16Codes(void* buffer, float*, const BlockRange& at)
      : place(static_cast<unsigned char*>(buffer) + at.begin * kBytes) {}

  __attribute__((always_inline)) typename V::Register load(const unsigned char* from) const {
    return Bf16::load<V>(from);
  }
  static constexpr bool kEncodes = true, kWatches = false;
  __attribute__((always_inline)) void watch(typename V::Register) {}
  void choose_scale() {}

  template <bool kUpper>
  RADAM_INLINE void encode_run(unsigned char* to, const typename V::Register* x, const typename V::Int* words) {
    if (__builtin_expect(Bf16::special<V, true>(x), false)) {
      encode_run<kUpper, true>(to, x, words);
    } else {
      encode_run<kUpper, false>(to, x, words);
    }
  }
  void finish(unsigned char*, std::int64_t, const float*) const {}

 private:
  template <bool kUpper, bool kAll>
  RADAM_INLINE void encode_run(unsigned char* to, const typename V::Register* x, const typename V::Int* words) {
    typename V::Int codes[V::kRun / V::kLanes];
    for (std::int64_t k = 0; k < V::kRun / V::kLanes; ++k) {
      const auto r = Random<V>::template half<kRandomBits, kUpper>(words[k]);
      codes[k] = Bf16::stochastic_above<V, kAll>(x[k], r);
    }
    // An element above 0 of a buffer that is never negative stays above 0: it becomes the least number.
    kSigned ? V::store_upper_run(to, codes) : V::store_positive_upper_run(to, codes, x);
  }
};

// float32, which is stored as it is: only to be loaded and watched.
template <class V, bool kSigned>
struct F32Codes {
  static constexpr int kBytes = 4;
  unsigned char* place;

  F32Codes(void* buffer, float*, const BlockRange& at)
      : place(static_cast<unsigned char*>(buffer) + at.begin * kBytes) {}

  __attribute__((always_inline)) typename V::Register load(const unsigned char* from) const {
    return F32::load<V>(from);
  }
  static constexpr bool kEncodes = false, kWatches = false;
  __attribute__((always_inline)) void watch(typename V::Register) {}
};

template <class V, bool kSigned>
struct Block8Codes {
  using Format = Block8<kSigned>;
  static constexpr int kBytes = 1, kRandomBits = Format::kRandomBits;
  unsigned char* place;
  unsigned char* home;  // of the scale, which may be misaligned
  float scale;
  typename V::Int largest = V::broadcast_int(0);
  typename V::Int zeros = V::no_zeros();  // whether a byte was stored as 0

  Block8Codes(void* buffer, float* scales, const BlockRange& at)
      : place(static_cast<unsigned char*>(buffer) + at.begin),
        home(reinterpret_cast<unsigned char*>(scales) + at.begin / RADAM_BLOCK_SIZE * std::int64_t{sizeof(float)}) {
    __builtin_memcpy(&scale, home, sizeof scale);
  }

  __attribute__((always_inline)) typename V::Register load(const unsigned char* from) const {
    return Format::template decode<V>(from, V::broadcast(scale));
  }
  static constexpr bool kEncodes = true, kWatches = true;
  __attribute__((always_inline)) void watch(typename V::Register x) {
    largest = V::max_int(largest, Format::template magnitude_bits<V>(x));
  }
  // The bits of the largest magnitude so far.
  __attribute__((always_inline)) std::uint32_t most() const { return V::max_of_lanes(largest); }
  __attribute__((always_inline)) void forget() { largest = V::broadcast_int(0); }
  // Whether no element is NaN or negative: the scale is one that choose_scale() might have chosen for finite elements.
  __attribute__((always_inline)) bool positive() const {
    static_assert(!kSigned);
    return scale > 0 && scale <= 0x1p96f;
  }
  __attribute__((always_inline)) void choose_scale() {
    scale = Format::scale(most());
    __builtin_memcpy(home, &scale, sizeof scale);
  }
  template <bool kUpper>
  __attribute__((always_inline)) void encode_run(unsigned char* to, const typename V::Register* x,
                                                 const typename V::Int* words) {
    typename V::Int sums[V::kRun / V::kLanes];
    for (std::int64_t k = 0; k < V::kRun / V::kLanes; ++k) {
      const auto r = Random<V>::template half<kRandomBits, kUpper>(words[k]);
      const auto unsigned_scale = V::broadcast(scale);
      if constexpr (kSigned && V::kSignedSums) {
        const auto sign = V::broadcast_int(0x80000000u);
        const auto same_sign = V::as_float(V::or_and(V::as_int(unsigned_scale), V::as_int(x[k]), sign));
        sums[k] = Format::template sum<V>(x[k], r, same_sign);
      } else {
        sums[k] = Format::template sum<V>(V::as_float(Format::template magnitude_bits<V>(x[k])), r, unsigned_scale);
      }
    }
    const std::uint32_t base = Format::base(scale);
    if constexpr (kSigned) V::store_signed_run(to, sums, base, x);
    else zeros = V::join_zeros(zeros, V::store_positive_run(to, sums, base));
  }
  // Completes the block whose elements are `from`.
  __attribute__((always_inline)) void finish(unsigned char* to, std::int64_t count, const float* from) const {
    // If an element of the block is infinite or NaN, the scale is NaN, and all bytes are 0.
    if (scale != scale) {
      __builtin_memset(to, 0, static_cast<std::size_t>(count));
    } else if constexpr (!kSigned) {
      // A code is at least 1 where the element is not 0.
      if (V::any_zeros(zeros)) raise(to, count, from);
    }
  }

 private:
  static void raise(unsigned char* to, std::int64_t count, const float* from) {
    for (std::int64_t i = 0; i < count; i += V::kRun) {
      typename V::Register x[V::kRun / V::kLanes];
      load_run<V>(from + i, x);
      V::raise_run(to + i, x);
    }
  }
};

// The random words of a block's elements.
struct RandomWords {
  alignas(64) float words[RADAM_BLOCK_SIZE];

  template <class V>
  void fill(std::uint64_t seed_of_step, const BlockRange& at, int stream) {
    Random<V> random(seed_of_step, at.block, at.first, stream);
    for (std::int64_t i = 0; i < at.count; i += V::kLanes) V::store(words + i, V::as_float(random.next()));
  }
};

// The words of a run. random: null to round to nearest.
template <class V, int bits, bool kUpper>
RADAM_INLINE void load_words(const RandomWords* random, std::int64_t i, typename V::Int* to) {
  for (std::int64_t k = 0; k < V::kRun / V::kLanes; ++k)
    to[k] = random != nullptr ? V::as_int(V::load(random->words + i + k * V::kLanes))
                              : V::broadcast_int(Random<V>::nearest(bits, kUpper));
}

template <class V, class Codes>
void unpack_codes(const Codes& codes, std::int64_t count, float* to) {
  WholeRuns<V, Codes::kBytes> runs(codes.place, count);
  const unsigned char* const from = runs.to_read();
  for (std::int64_t i = 0; i < count; i += V::kRun)
    for (std::int64_t k = 0; k < V::kRun; k += V::kLanes)
      V::store(to + i + k, codes.load(from + (i + k) * Codes::kBytes));
  // A scale that is NaN made NaN of what is beyond, and would be NaN again by it.
  for (std::int64_t i = count; i % V::kRun != 0; ++i) to[i] = 0;
}

template <class V, class Codes, bool kUpper>
void pack_codes(Codes codes, const RandomWords* random, std::int64_t count, const float* from) {
  if constexpr (Codes::kWatches) {
    for (std::int64_t i = 0; i < count; i += V::kRun)
      for (std::int64_t k = 0; k < V::kRun; k += V::kLanes) codes.watch(V::load(from + i + k));
  }
  codes.choose_scale();
  WholeRuns<V, Codes::kBytes> runs(codes.place, count);
  unsigned char* const to = runs.to_write();
  for (std::int64_t i = 0; i < count; i += V::kRun) {
    typename V::Register x[V::kRun / V::kLanes];
    typename V::Int words[V::kRun / V::kLanes];
    load_run<V>(from + i, x);
    load_words<V, Codes::kRandomBits, kUpper>(random, i, words);
    codes.template encode_run<kUpper>(to + i * Codes::kBytes, x, words);
  }
  codes.finish(to, count, from);
  runs.written();
}

// Converts buffer k of a tensor's small state to float32.
template <class V>
void unpack_state(const radam::Tensor& b, int k, bool is_signed, const BlockRange& at, float* to) {
  void* const buffer = b.state[k];
  float* const scales = b.state_scale[k];
  if (b.state_type == RADAM_STATE_BF16) {
    unpack_codes<V>(Bf16Codes<V, true>(buffer, scales, at), at.count, to);  // both are read alike
  } else if (is_signed) {
    unpack_codes<V>(Block8Codes<V, true>(buffer, scales, at), at.count, to);
  } else {
    unpack_codes<V>(Block8Codes<V, false>(buffer, scales, at), at.count, to);
  }
}

template <class V, template <class, bool> class Codes, bool kSigned>
void pack_state_of(const radam::Tensor& b, int k, const RandomWords* random, const BlockRange& at, const float* from) {
  const Codes<V, kSigned> codes(b.state[k], b.state_scale[k], at);
  random_half(k).upper ? pack_codes<V, Codes<V, kSigned>, true>(codes, random, at.count, from)
                       : pack_codes<V, Codes<V, kSigned>, false>(codes, random, at.count, from);
}

// Converts buffer k from float32. random: the words of the buffer's stream; null to round to nearest.
template <class V>
void pack_state(const radam::Tensor& b, int k, bool is_signed, const RandomWords* random, const BlockRange& at,
                const float* from) {
  if (b.state_type == RADAM_STATE_BF16) {
    is_signed ? pack_state_of<V, Bf16Codes, true>(b, k, random, at, from)
              : pack_state_of<V, Bf16Codes, false>(b, k, random, at, from);
  } else {
    is_signed ? pack_state_of<V, Block8Codes, true>(b, k, random, at, from)
              : pack_state_of<V, Block8Codes, false>(b, k, random, at, from);
  }
}

}  // namespace

#endif
