// The step of tensors that are not all float32: block by block through a few float32 buffers in the L1 cache. The rule,
// with its many combinations, is compiled once, for float32; what is stored otherwise is converted before and after it.
// Included by target/*.cpp.
#ifndef RADAM_SRC_STEP_BLOCKS_H
#define RADAM_SRC_STEP_BLOCKS_H

#include <cstdint>

#include "kernels.h"
#include "rule.h"
#include "step_fused.h"
#include "storage/bf16.h"
#include "storage/block8.h"
#include "storage/convert.h"
#include "storage/f16.h"
#include "storage/moments.h"
#include "storage/random.h"

namespace {

// A block's worth of float32, and room for a vector that begins within it.
struct Staged {
  alignas(64) float values[RADAM_BLOCK_SIZE + 16];
};

// One tensor on its way through the step.
template <class V>
class BlockStepper {
 public:
  BlockStepper(const radam_coefficients& c, radam::Kernel kernel, const radam::Tensor& b)
      : clip_(c, b.clip_value), kernel_(kernel), fused_(fused_step<V>(c, b)), b_(b),
        seed_(Random<V>::seed_of_step(b.seed, b.step)) {
    moves_param_ = c.mode == RADAM_MODE_ADAPTIVE || c.mode == RADAM_MODE_MOMENTUM;
    moves_exp_avg_ = c.mode != RADAM_MODE_SECOND_MOMENT_ONLY;
  }

  void step(std::int64_t begin, std::int64_t end) {
    while (begin < end) {
      const std::int64_t next = (begin / RADAM_BLOCK_SIZE + 1) * RADAM_BLOCK_SIZE;
      const std::int64_t stop = next < end ? next : end;
      step_block({begin / RADAM_BLOCK_SIZE, begin, begin % RADAM_BLOCK_SIZE, stop - begin});
      begin = stop;
    }
  }

 private:
  void step_block(const Place& at) {
    float* const param = unpack_param(at);
    const float* const grad = unpack_grad(at);
    if (fused_ != nullptr && at.count == RADAM_BLOCK_SIZE) {
      fused_(clip_.rest, b_, seed_, at, param, grad);
    } else {
      step_staged(at, param, grad);
    }
    pack_param(at, param);
    if (b_.param_average != nullptr) average(at, param);
    if (b_.zero_grad != 0) __builtin_memset(bytes(b_.grad, b_.grad_type, at), 0, at.count * size_of(b_.grad_type));
  }

  void step_staged(const Place& at, float* param, const float* grad) {
    radam::Buffers f32{};
    f32.param = param;
    f32.grad = grad;
    f32.exp_avg = in_place(b_.exp_avg, at, exp_avg_);
    f32.exp_avg_sq = in_place(b_.exp_avg_sq, at, exp_avg_sq_);
    if (b_.max_exp_avg_sq != nullptr) f32.max_exp_avg_sq = in_place(b_.max_exp_avg_sq, at, max_exp_avg_sq_);
    if (b_.state_type != RADAM_STATE_F32) unpack_state<V>(b_, at, f32);
    kernel_(clip_.rest, f32, 0, at.count);
    if (b_.state_type != RADAM_STATE_F32) pack_state<V>(b_, seed_, at, f32, moves_exp_avg_);
  }

  // Where the kernel finds a moment: at home if it is float32.
  float* in_place(void* moment, const Place& at, Staged& staged) const {
    return b_.state_type == RADAM_STATE_F32 ? static_cast<float*>(moment) + at.begin : staged.values;
  }

  float* unpack_param(const Place& at) {
    if (b_.param_type == RADAM_TYPE_F32) return static_cast<float*>(b_.param) + at.begin;
    unpack<V>(b_.param_type, bytes(b_.param, b_.param_type, at), at.count, param_.values);
    return param_.values;
  }

  const float* unpack_grad(const Place& at) {
    if (b_.grad_type == RADAM_TYPE_F32 && !clip_.active) return static_cast<const float*>(b_.grad) + at.begin;
    unpack<V>(b_.grad_type, bytes(b_.grad, b_.grad_type, at), at.count, grad_.values);
    if (clip_.active) {
      const Clip<V> clip = clip_;  // a copy, which a store cannot change
      for (std::int64_t i = 0; i < at.count; i += V::kLanes)
        V::store(grad_.values + i, clip(V::load(grad_.values + i)));
    }
    return grad_.values;
  }

  void pack_param(const Place& at, float* param) {
    const bool small = b_.param_type != RADAM_TYPE_F32;
    void* const to = small ? b_.param : b_.param_copy;
    if (to == nullptr || (small && !moves_param_)) return;
    const std::int32_t type = small ? b_.param_type : b_.copy_type;
    pack<V>(type, b_.param_rounding == RADAM_ROUND_STOCHASTIC, param, at, seed_, bytes(to, type, at));
    // What follows sees the parameter as it is stored.
    if (small && b_.param_average != nullptr) unpack<V>(type, bytes(to, type, at), at.count, param);
  }

  void average(const Place& at, const float* param) {
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

  Clip<V> clip_;
  radam::Kernel kernel_;
  FusedStep fused_;  // null where there is none
  const radam::Tensor b_;  // a copy, which a store to one of the buffers cannot change
  std::uint64_t seed_;
  bool moves_param_, moves_exp_avg_;
  Staged param_, grad_, exp_avg_, exp_avg_sq_, max_exp_avg_sq_;
};

template <class V>
void step_blocks(const radam_coefficients& c, radam::Kernel kernel, const radam::Tensor& b, std::int64_t begin,
                 std::int64_t end) {
  BlockStepper<V>(c, kernel, b).step(begin, end);
}

}  // namespace

#endif
