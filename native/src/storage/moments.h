// The moments of a block between their type and float32. m and v go together, because they share their random words.
#ifndef RADAM_SRC_STORAGE_MOMENTS_H
#define RADAM_SRC_STORAGE_MOMENTS_H

#include <cstdint>

#include "../kernels.h"
#include "bf16.h"
#include "block8.h"
#include "convert.h"
#include "random.h"
#include "run.h"

namespace {

// The bytes of some elements as whole runs: at home, or where they end within a run, in a copy with zeros behind.
template <int kBytes>
class WholeRuns {
 public:
  WholeRuns(unsigned char* home, std::int64_t count)
      : home_(home), size_(static_cast<std::size_t>(count) * kBytes), at_home_(count % kRun == 0) {}

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

// A moment in a type, in some block. kSigned: the first moment. Before a block is encoded, the moment watches its new
// values; choose_scale() then says what it has made of them.
template <class V, bool kSigned>
struct Bf16Moment {
  static constexpr int kBytes = 2;
  unsigned char* place;

  Bf16Moment(void* moment, float*, const Place& at)
      : place(static_cast<unsigned char*>(moment) + at.begin * kBytes) {}

  __attribute__((always_inline)) typename V::Register load(const unsigned char* from) const {
    return Bf16::load<V>(from);
  }
  static constexpr bool kWatches = false;
  __attribute__((always_inline)) void watch(typename V::Register) {}
  void choose_scale() {}

  // Of a word of random bits, kSigned takes the lower half, otherwise the upper.
  RADAM_INLINE void encode_run(unsigned char* to, const typename V::Register* x, const typename V::Int* words) {
    if (__builtin_expect(Bf16::special<V>(x), false)) {
      encode_run<true>(to, x, words);
    } else {
      encode_run<false>(to, x, words);
    }
  }
  void finish(unsigned char*, std::int64_t) const {}

 private:
  template <bool kAll>
  RADAM_INLINE void encode_run(unsigned char* to, const typename V::Register* x, const typename V::Int* words) {
    typename V::Int codes[kRun / V::kLanes];
    for (std::int64_t k = 0; k < kRun / V::kLanes; ++k) {
      const auto r = kSigned ? Random<V>::lower(words[k]) : Random<V>::upper(words[k]);
      codes[k] = Bf16::stochastic<V, kAll>(x[k], r);
      // A second moment, which is never negative, stays above 0 if it is, as the least of all.
      if constexpr (!kSigned) codes[k] = V::max_int(codes[k], V::min_int(V::as_int(x[k]), V::broadcast_int(1)));
    }
    V::store_u16_run(to, codes);
  }
};

template <class V, bool kSigned>
struct Block8Moment {
  static constexpr int kBytes = 1;
  using Format = Block8<kSigned>;
  unsigned char* place;
  unsigned char* home;  // of the scale, which may be misaligned
  float scale;
  typename V::Int largest = V::broadcast_int(0);

  Block8Moment(void* moment, float* scales, const Place& at)
      : place(static_cast<unsigned char*>(moment) + at.begin),
        home(reinterpret_cast<unsigned char*>(scales) + at.block * 4) {
    __builtin_memcpy(&scale, home, sizeof scale);
  }

  __attribute__((always_inline)) typename V::Register load(const unsigned char* from) const {
    return Format::template decode<V>(from, V::broadcast(scale));
  }
  static constexpr bool kWatches = true;
  __attribute__((always_inline)) void watch(typename V::Register x) {
    largest = V::max_int(largest, Format::template magnitude_bits<V>(x));
  }
  void choose_scale() {
    scale = Format::scale(V::max_of_lanes(largest));
    __builtin_memcpy(home, &scale, sizeof scale);
  }
  __attribute__((always_inline)) void encode_run(unsigned char* to, const typename V::Register* x,
                                                 const typename V::Int* words) const {
    typename V::Int codes[kRun / V::kLanes];
    for (std::int64_t k = 0; k < kRun / V::kLanes; ++k) {
      const auto r = kSigned ? Random<V>::lower_by_16(words[k]) : Random<V>::upper_by_16(words[k]);
      codes[k] = Format::template encode<V>(x[k], r, V::broadcast(scale));
    }
    kSigned ? V::store_signed_run(to, codes, x) : V::store_positive_run(to, codes, x);
  }
  // Where a moment of the block is not a number, the scale says so, and there is nothing to tell its elements apart.
  void finish(unsigned char* to, std::int64_t count) const {
    if (scale != scale) __builtin_memset(to, 0, static_cast<std::size_t>(count));
  }
};

template <class V, class Moment>
RADAM_INLINE void unpack_moment(const Moment& moment, std::int64_t count, float* to) {
  WholeRuns<Moment::kBytes> runs(moment.place, count);
  const unsigned char* const from = runs.to_read();
  for (std::int64_t i = 0; i < count; i += kRun)
    for (std::int64_t k = 0; k < kRun; k += V::kLanes)
      V::store(to + i + k, moment.load(from + (i + k) * Moment::kBytes));
}

template <class V, template <class, bool> class Moment>
void unpack_state_of(const radam::Tensor& b, const Place& at, const radam::Buffers& f32) {
  unpack_moment<V>(Moment<V, true>(b.exp_avg, b.exp_avg_scale, at), at.count, f32.exp_avg);
  unpack_moment<V>(Moment<V, false>(b.exp_avg_sq, b.exp_avg_sq_scale, at), at.count, f32.exp_avg_sq);
  if (f32.max_exp_avg_sq != nullptr)
    unpack_moment<V>(Moment<V, false>(b.max_exp_avg_sq, b.max_exp_avg_sq_scale, at), at.count, f32.max_exp_avg_sq);
}

// Random words for a run, or those that round to nearest.
template <class V, bool stochastic>
RADAM_INLINE void next_words(Random<V>& random, typename V::Int* words) {
  for (std::int64_t k = 0; k < kRun / V::kLanes; ++k)
    words[k] = stochastic ? random.next() : V::broadcast_int(kNearestWord);
}

template <class V, class Moment>
RADAM_INLINE void watch_all(Moment& moment, std::int64_t count, const float* from) {
  if constexpr (Moment::kWatches) {
    for (std::int64_t i = 0; i < count; i += kRun)
      for (std::int64_t k = 0; k < kRun; k += V::kLanes) moment.watch(V::load(from + i + k));
  }
}

// The second moment or its maximum, alone.
template <class V, bool stochastic, class Moment>
RADAM_INLINE void pack_alone(Moment moment, Random<V> random, std::int64_t count, const float* from) {
  watch_all<V>(moment, count, from);
  moment.choose_scale();
  WholeRuns<Moment::kBytes> runs(moment.place, count);
  unsigned char* const to = runs.to_write();
  for (std::int64_t i = 0; i < count; i += kRun) {
    typename V::Register x[kRun / V::kLanes];
    typename V::Int words[kRun / V::kLanes];
    load_run<V>(from + i, x);
    next_words<V, stochastic>(random, words);
    moment.encode_run(to + i * Moment::kBytes, x, words);
  }
  moment.finish(to, count);
  runs.written();
}

// Both moments, which have watched their values.
template <class V, bool stochastic, class First, class Second>
RADAM_INLINE void pack_watched(First& m, Second& v, Random<V> random, std::int64_t count, const float* exp_avg,
                               const float* exp_avg_sq) {
  m.choose_scale();
  v.choose_scale();
  WholeRuns<First::kBytes> m_runs(m.place, count), v_runs(v.place, count);
  unsigned char *const m_to = m_runs.to_write(), *const v_to = v_runs.to_write();
  for (std::int64_t i = 0; i < count; i += kRun) {
    typename V::Register x[kRun / V::kLanes];
    typename V::Int words[kRun / V::kLanes];
    next_words<V, stochastic>(random, words);
    load_run<V>(exp_avg + i, x);
    m.encode_run(m_to + i * First::kBytes, x, words);
    load_run<V>(exp_avg_sq + i, x);
    v.encode_run(v_to + i * Second::kBytes, x, words);
  }
  m.finish(m_to, count);
  v.finish(v_to, count);
  m_runs.written();
  v_runs.written();
}

template <class V, bool stochastic, class First, class Second>
RADAM_INLINE void pack_both(First m, Second v, Random<V> random, std::int64_t count, const float* exp_avg,
                            const float* exp_avg_sq) {
  watch_all<V>(m, count, exp_avg);
  watch_all<V>(v, count, exp_avg_sq);
  pack_watched<V, stochastic>(m, v, random, count, exp_avg, exp_avg_sq);
}

template <class V, template <class, bool> class Moment, bool stochastic>
void pack_state_of(const radam::Tensor& b, std::uint64_t seed, const Place& at, const radam::Buffers& f32,
                   bool moves_exp_avg) {
  const Random<V> random(seed, at.block, at.first, kMoments);
  const Moment<V, false> v(b.exp_avg_sq, b.exp_avg_sq_scale, at);
  if (moves_exp_avg) {
    const Moment<V, true> m(b.exp_avg, b.exp_avg_scale, at);
    pack_both<V, stochastic>(m, v, random, at.count, f32.exp_avg, f32.exp_avg_sq);
  } else {
    pack_alone<V, stochastic>(v, random, at.count, f32.exp_avg_sq);
  }
  if (f32.max_exp_avg_sq != nullptr)
    pack_alone<V, stochastic>(Moment<V, false>(b.max_exp_avg_sq, b.max_exp_avg_sq_scale, at),
                              Random<V>(seed, at.block, at.first, kParamAndMax), at.count, f32.max_exp_avg_sq);
}

template <class V>
void unpack_state(const radam::Tensor& b, const Place& at, const radam::Buffers& f32) {
  b.state_type == RADAM_STATE_BF16 ? unpack_state_of<V, Bf16Moment>(b, at, f32)
                                   : unpack_state_of<V, Block8Moment>(b, at, f32);
}

template <class V>
void pack_state(const radam::Tensor& b, std::uint64_t seed, const Place& at, const radam::Buffers& f32,
                bool moves_exp_avg) {
  const bool nearest = b.state_rounding == RADAM_ROUND_NEAREST;
  if (b.state_type == RADAM_STATE_BF16) {
    nearest ? pack_state_of<V, Bf16Moment, false>(b, seed, at, f32, moves_exp_avg)
            : pack_state_of<V, Bf16Moment, true>(b, seed, at, f32, moves_exp_avg);
  } else {
    nearest ? pack_state_of<V, Block8Moment, false>(b, seed, at, f32, moves_exp_avg)
            : pack_state_of<V, Block8Moment, true>(b, seed, at, f32, moves_exp_avg);
  }
}

}  // namespace

#endif
