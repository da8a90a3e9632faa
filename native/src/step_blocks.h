// Steps of tensors that are not all float32, or with options. They go block by block through a few float32 buffers in
// the L1 cache. So the many rules are compiled only once, for float32, and other types are converted before and after
// them. Included by target/*.cpp.
#ifndef RADAM_SRC_STEP_BLOCKS_H
#define RADAM_SRC_STEP_BLOCKS_H

#include <cstdint>

#include "algorithm/algorithms.h"
#include "block_reader.h"
#include "kernels.h"
#include "step_fused.h"
#include "storage/bf16.h"
#include "storage/block8.h"
#include "storage/convert.h"
#include "storage/f16.h"
#include "storage/random.h"
#include "storage/sizes.h"
#include "storage/small_state.h"

namespace {

// The step of one tensor.
template <class V>
class BlockStepper : BlockReader<V> {
 public:
  BlockStepper(const radam_coefficients& c, radam::Kernel kernel, const radam::Tensor& b)
      : BlockReader<V>(c, b), kernel_(kernel), fused_(fused_step<V, F32>(c, b)),
        as_stored_(fused_step_as_stored<V>(c, b)), row_decay_(row_decay_of(clip_.rest)),
        seed_(Random<V>::seed_of_step(b.seed, b.step)),
        takes_slow_weights_(b.takes_slow_weights()) {
    with_kernels(c.algorithm, 0, [&](auto a) {
      const auto rule = a.rule_of(c, radam::present_state(b.state, a.kBuffers));
      buffers_ = a.kBuffers;
      moves_param_ = rule.moves_param() || takes_slow_weights_;
      for (int k = 0; k < a.kBuffers; ++k) moves_[k] = rule.moves(k), is_signed_[k] = a.buffer(k).is_signed;
      return 0;
    });
  }

  void step(std::int64_t begin, std::int64_t end) {
    if (is_f32()) return step_f32(begin, end);
    this->for_blocks(begin, end, [&](const BlockRange& at) { step_block(at); });
  }

 private:
  using BlockReader<V>::b_;
  using BlockReader<V>::clip_;
  static constexpr std::int64_t kTogether = 4 * RADAM_BLOCK_SIZE;  // they stay in the L1 cache

  // Whether the kernel can have the buffers as they are, and its results need to go nowhere else.
  bool is_f32() const {
    return b_.param_type == RADAM_TYPE_F32 && b_.grad_type == RADAM_TYPE_F32 && b_.state_type == RADAM_STATE_F32 &&
           !clip_.active && b_.grad_mean == nullptr && b_.output == RADAM_OUTPUT_PARAM;
  }

  // Calls the kernel for as many elements, at most kTogether, of buffers whose element 0 is element `first` of the
  // tensor.
  void apply_rule(radam::Buffers f32, std::int64_t first, std::int64_t count) {
    constexpr std::int64_t kLong = RADAM_BLOCK_SIZE;  // a call of the kernel for each shorter row would take too long
    if (b_.row_decay != nullptr && b_.row_length >= kLong) {
      this->for_rows(first, first + count, [&](std::int64_t row, std::int64_t from, std::int64_t to) {
        *row_decay_ = b_.row_decay[row];
        kernel_(clip_.rest, f32, from - first, to - first);
      });
      return;
    }
    if (b_.row_decay != nullptr) f32.decay = spread_row_decays(first, count);
    kernel_(clip_.rest, f32, 0, count);
  }

  // Gives each of the elements the decay of its row.
  const float* spread_row_decays(std::int64_t first, std::int64_t count) {
    const float* const row_decay = b_.row_decay;
    float* const decays = decays_;
    this->for_rows(first, first + count, [=](std::int64_t row, std::int64_t from, std::int64_t to)
                   __attribute__((always_inline)) {
      // Up to a vector too many, which the next row, or nothing, takes.
      const auto decay = V::broadcast(row_decay[row]);
      for (std::int64_t i = from - first; i < to - first; i += V::kLanes) V::store(decays + i, decay);
    });
    return decays;
  }

  // Several blocks at a time, because each call of the kernel begins and ends with an idle divider.
  void step_f32(std::int64_t begin, std::int64_t end) {
    auto* const param = static_cast<float*>(b_.param);
    while (begin < end) {
      const std::int64_t most = kTogether - (b_.first + begin) % RADAM_BLOCK_SIZE;
      const std::int64_t stop = end - begin < most ? end : begin + most;
      radam::Buffers f32{param + begin, static_cast<const float*>(b_.grad) + begin, {}};
      for (int k = 0; k < buffers_; ++k)
        if (b_.state[k] != nullptr) f32.state[k] = static_cast<float*>(b_.state[k]) + begin;
      apply_rule(f32, begin, stop - begin);
      this->for_blocks(begin, stop, [&](const BlockRange& at) { finish_block(at, param + at.begin); });
      begin = stop;
    }
  }

  void step_block(const BlockRange& at) {
    if (as_stored_ != nullptr && at.count == RADAM_BLOCK_SIZE) {
      void* const stored = bytes(b_.param, b_.param_type, at);
      as_stored_(clip_.rest, b_, seed_, at, stored, bytes(b_.grad, b_.grad_type, at));
      if (b_.param_type == RADAM_TYPE_F32) return finish_block(at, static_cast<float*>(stored));
      if (b_.zero_grad != 0) zero_grad(at);
      return;
    }
    float* const param = unpack_param(at);
    const float* const grad = this->unpack_grad(at);
    if (fused_ != nullptr && at.count == RADAM_BLOCK_SIZE) {
      fused_(clip_.rest, b_, seed_, at, param, grad);
    } else {
      step_staged(at, param, grad);
    }
    finish_block(at, param);
  }

  // What is to be done with a block after the rule. param: its new parameters, which may be overwritten.
  void finish_block(const BlockRange& at, float* param) {
    if (takes_slow_weights_) {
      average(at, param);
      __builtin_memcpy(param, b_.param_average + at.begin, static_cast<std::size_t>(at.count) * sizeof(float));
    }
    if (b_.output == RADAM_OUTPUT_UPDATE) {
      put_update(at, param);
      return;
    }
    pack_param(at, param);
    if (averages()) average(at, param);
    if (b_.zero_grad != 0) zero_grad(at);
  }

  void step_staged(const BlockRange& at, float* param, const float* grad) {
    radam::Buffers f32{param, grad, {}};
    for (int k = 0; k < buffers_; ++k) {
      if (!moves_[k]) continue;
      if (b_.state_type == RADAM_STATE_F32) {
        f32.state[k] = static_cast<float*>(b_.state[k]) + at.begin;
      } else {
        f32.state[k] = state_[k].values;
        unpack_state<V>(b_, k, is_signed_[k], at, state_[k].values);
      }
    }
    apply_rule(f32, at.begin, at.count);
    if (b_.state_type != RADAM_STATE_F32) pack_states(at);
  }

  // Encodes the buffers of the state. Those that share random words are encoded one after the other.
  void pack_states(const BlockRange& at) {
    const bool to_nearest = b_.state_rounding == RADAM_ROUND_NEAREST;
    for (int stream = 0; stream < kRandomStreams; ++stream) {
      bool filled = to_nearest;
      for (int k = 0; k < buffers_; ++k) {
        if (!moves_[k] || random_half(k).stream != stream) continue;
        if (!filled) words_.fill<V>(seed_, at, stream);
        filled = true;
        pack_state<V>(b_, k, is_signed_[k], to_nearest ? nullptr : &words_, at, state_[k].values);
      }
    }
  }

  // The parameters as float32, where the rule may move them.
  float* unpack_param(const BlockRange& at) {
    if (b_.param_type == RADAM_TYPE_F32 && b_.output == RADAM_OUTPUT_PARAM)
      return static_cast<float*>(b_.param) + at.begin;
    this->unpack_param_to(at, param_.values);
    return param_.values;
  }

  void zero_grad(const BlockRange& at) {
    const std::int64_t size = at.count * size_of_type(b_.grad_type);
    __builtin_memset(bytes(b_.grad, b_.grad_type, at), 0, static_cast<std::size_t>(size));
  }

  // Writes the update over the gradient. param: the new parameters.
  void put_update(const BlockRange& at, const float* param) {
    if (!moves_param_) return zero_grad(at);
    this->unpack_param_to(at, grad_.values);
    for (std::int64_t i = 0; i < at.count; i += V::kLanes)
      V::store(grad_.values + i, V::sub(V::load(grad_.values + i), V::load(param + i)));
    pack<V>(b_.grad_type, false, grad_.values, at, seed_, bytes(b_.grad, b_.grad_type, at));
  }

  void pack_param(const BlockRange& at, float* param) {
    if (b_.param_type == RADAM_TYPE_SPLIT) {
      if (moves_param_) pack_split<V>(param, at, bytes(b_.param, b_.param_type, at), this->lower_half(at));
      return;
    }
    const bool small = b_.param_type != RADAM_TYPE_F32;
    void* const to = small ? b_.param : b_.param_copy;
    if (to == nullptr || (small && !moves_param_)) return;
    const std::int32_t type = small ? b_.param_type : b_.copy_type;
    pack<V>(type, b_.param_rounding == RADAM_ROUND_STOCHASTIC, param, at, seed_, bytes(to, type, at));
    // The average is that of the parameters as they are stored.
    if (small && averages()) unpack<V>(type, bytes(to, type, at), at.count, param);
  }

  bool averages() const { return b_.param_average != nullptr && !takes_slow_weights_; }

  void average(const BlockRange& at, const float* param) {
    float* const averages = b_.param_average + at.begin;
    const float rate = b_.average_rate;
    const auto next = [&](const float* p, float* a) __attribute__((always_inline)) {
      V::store(a, next_average<V>(rate, V::load(p), V::load(a)));
    };
    std::int64_t i = 0;
    for (; at.count - i >= V::kLanes; i += V::kLanes) next(param + i, averages + i);
    if (i < at.count) {
      float p[V::kLanes] = {}, a[V::kLanes] = {};
      const auto size = static_cast<std::size_t>(at.count - i) * sizeof(float);
      __builtin_memcpy(p, param + i, size);
      __builtin_memcpy(a, averages + i, size);
      next(p, a);
      __builtin_memcpy(averages + i, a, size);
    }
  }

  using BlockReader<V>::grad_;

  radam::Kernel kernel_;
  FusedStep fused_, as_stored_;  // null where there is none
  float* const row_decay_;       // where the kernel finds it; null where it takes none
  std::uint64_t seed_;
  bool takes_slow_weights_;
  int buffers_ = 0;
  bool moves_param_ = false, moves_[RADAM_MAX_STATE] = {}, is_signed_[RADAM_MAX_STATE] = {};
  RandomWords words_;
  Staged param_, state_[RADAM_MAX_STATE];
  alignas(64) float decays_[kTogether + 16];
};

template <class V>
void step_blocks(const radam_coefficients& c, radam::Kernel kernel, const radam::Tensor& b, std::int64_t begin,
                 std::int64_t end) {
  BlockStepper<V>(c, kernel, b).step(begin, end);
}

}  // namespace

#endif
