// The moments of a block between their type and float32. m and v go together, because they share their random words.
#ifndef RADAM_SRC_STORAGE_MOMENTS_H
#define RADAM_SRC_STORAGE_MOMENTS_H

#include <cstdint>

#include "../kernels.h"
#include "bf16.h"
#include "block8.h"
#include "convert.h"
#include "random.h"

namespace {

// So many elements are converted at a time; the last of a block are padded with zeros.
constexpr std::int64_t kRun = 32;

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

// A moment in a type, in some block. kSigned: the first moment.
template <class V, bool kSigned>
struct Bf16Moment {
  static constexpr int kBytes = 2;
  unsigned char* codes;

  Bf16Moment(void* moment, float*, const Place& at)
      : codes(static_cast<unsigned char*>(moment) + at.begin * kBytes) {}

  __attribute__((always_inline)) typename V::Register load(const unsigned char* from) const {
    return Bf16::load<V>(from);
  }
  void choose_scale(const float*, std::int64_t) {}
  // Of a word of random bits, kSigned takes the lower half, otherwise the upper.
  __attribute__((always_inline)) typename V::Int encode(typename V::Register x, typename V::Int word) const {
    if constexpr (kSigned) return Bf16::stochastic<V>(x, Random<V>::lower(word));
    const auto code = Bf16::stochastic<V>(x, Random<V>::upper(word));
    // Above 0 it stays above 0, as the least of all.
    const auto positive = V::and_int(V::greater(V::as_int(x), V::broadcast_int(0)), V::broadcast_int(1));
    return V::max_int(code, positive);
  }
  RADAM_INLINE void store_run(unsigned char* to, const typename V::Int* codes) { V::store_u16_run(to, codes); }
  void finish(unsigned char*, std::int64_t) const {}
};

template <class V, bool kSigned>
struct Block8Moment {
  static constexpr int kBytes = 1;
  using Format = Block8<kSigned>;
  unsigned char* codes;
  unsigned char* home;  // of the scale, which may be misaligned
  float scale;

  Block8Moment(void* moment, float* scales, const Place& at)
      : codes(static_cast<unsigned char*>(moment) + at.begin),
        home(reinterpret_cast<unsigned char*>(scales) + at.block * 4) {
    __builtin_memcpy(&scale, home, sizeof scale);
  }

  __attribute__((always_inline)) typename V::Register load(const unsigned char* from) const {
    return Format::template decode<V>(V::load_u8(from), V::broadcast(scale));
  }
  void choose_scale(const float* x, std::int64_t count) {
    constexpr int kVectors = 4;
    typename V::Int largest[kVectors];
    for (auto& lanes : largest) lanes = V::broadcast_int(0);
    for (std::int64_t i = 0; i < count; i += kRun)
      for (std::int64_t k = 0; k < kRun; k += V::kLanes) {
        auto& lanes = largest[k / V::kLanes % kVectors];
        lanes = V::max_int(lanes, V::and_int(V::as_int(V::load(x + i + k)), V::broadcast_int(0x7FFFFFFF)));
      }
    scale = Format::scale(V::max_of_lanes(
        V::max_int(V::max_int(largest[0], largest[1]), V::max_int(largest[2], largest[3]))));
    __builtin_memcpy(home, &scale, sizeof scale);
  }
  __attribute__((always_inline)) typename V::Int encode(typename V::Register x, typename V::Int word) const {
    const auto random = kSigned ? V::template shift_right<12>(V::template shift_left<16>(word))
                                : V::and_int(V::template shift_right<12>(word), V::broadcast_int(0xFFFF0));
    return Format::template encode<V>(x, random, V::broadcast(scale));
  }
  RADAM_INLINE void store_run(unsigned char* to, const typename V::Int* codes) { V::store_u8_run(to, codes); }
  // Where a moment of the block is not a number, the scale says so, and there is nothing to tell its elements apart.
  void finish(unsigned char* to, std::int64_t count) const {
    if (scale != scale) __builtin_memset(to, 0, static_cast<std::size_t>(count));
  }
};

template <class V, class Moment>
RADAM_INLINE void unpack_moment(const Moment& moment, std::int64_t count, float* to) {
  WholeRuns<Moment::kBytes> runs(moment.codes, count);
  const unsigned char* const from = runs.to_read();
  for (std::int64_t i = 0; i < count; i += kRun)
    for (std::int64_t k = 0; k < kRun; k += V::kLanes)
      V::store(to + i + k, moment.load(from + (i + k) * Moment::kBytes));
}

// Random words for the elements of a block, or those that round to nearest.
template <class V, bool stochastic>
RADAM_INLINE typename V::Int next_word(Random<V>& random) {
  return stochastic ? random.next() : V::broadcast_int(0x80008000u);
}

template <class V, template <class, bool> class Moment>
void unpack_state_of(const radam::Tensor& b, const Place& at, const radam::Buffers& f32) {
  unpack_moment<V>(Moment<V, true>(b.exp_avg, b.exp_avg_scale, at), at.count, f32.exp_avg);
  unpack_moment<V>(Moment<V, false>(b.exp_avg_sq, b.exp_avg_sq_scale, at), at.count, f32.exp_avg_sq);
  if (f32.max_exp_avg_sq != nullptr)
    unpack_moment<V>(Moment<V, false>(b.max_exp_avg_sq, b.max_exp_avg_sq_scale, at), at.count, f32.max_exp_avg_sq);
}

// The second moment or its maximum, alone.
template <class V, bool stochastic, class Moment>
RADAM_INLINE void pack_alone(Moment moment, Random<V> random, std::int64_t count, const float* from) {
  moment.choose_scale(from, count);
  WholeRuns<Moment::kBytes> runs(moment.codes, count);
  unsigned char* const to = runs.to_write();
  for (std::int64_t i = 0; i < count; i += kRun) {
    typename V::Int codes[kRun / V::kLanes];
    for (std::int64_t k = 0; k < kRun / V::kLanes; ++k)
      codes[k] = moment.encode(V::load(from + i + k * V::kLanes), next_word<V, stochastic>(random));
    Moment::store_run(to + i * Moment::kBytes, codes);
  }
  moment.finish(to, count);
  runs.written();
}

template <class V, bool stochastic, class First, class Second>
RADAM_INLINE void pack_both(First m, Second v, Random<V> random, std::int64_t count, const float* exp_avg,
                            const float* exp_avg_sq) {
  m.choose_scale(exp_avg, count);
  v.choose_scale(exp_avg_sq, count);
  WholeRuns<First::kBytes> m_runs(m.codes, count), v_runs(v.codes, count);
  unsigned char *const m_to = m_runs.to_write(), *const v_to = v_runs.to_write();
  for (std::int64_t i = 0; i < count; i += kRun) {
    typename V::Int m_codes[kRun / V::kLanes], v_codes[kRun / V::kLanes];
    for (std::int64_t k = 0; k < kRun / V::kLanes; ++k) {
      const auto word = next_word<V, stochastic>(random);
      m_codes[k] = m.encode(V::load(exp_avg + i + k * V::kLanes), word);
      v_codes[k] = v.encode(V::load(exp_avg_sq + i + k * V::kLanes), word);
    }
    First::store_run(m_to + i * First::kBytes, m_codes);
    Second::store_run(v_to + i * Second::kBytes, v_codes);
  }
  m.finish(m_to, count);
  v.finish(v_to, count);
  m_runs.written();
  v_runs.written();
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
