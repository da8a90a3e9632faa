// Layer-wise algorithms: a step depends on sums over the whole tensor. Once these are known, it is a step of another
// algorithm, whose coefficients follow from them.
#ifndef RADAM_SRC_ALGORITHM_LAYERWISE_H
#define RADAM_SRC_ALGORITHM_LAYERWISE_H

#include <cmath>
#include <cstdint>
#include <type_traits>

#include <radam/radam.h>

#include "../inline.h"
#include "adam.h"
#include "hyperparameters.h"
#include "sgd.h"

namespace {

// Each has, besides what all algorithms have but kernels,
//
//   Stepped                    the algorithm that makes the step
//   kSums                      how many sums there are
//   kSummedBuffers             how many buffers of state they depend on
//   summed_buffer(c, k)        which the k-th of them is; the first ones, if it is not the algorithm's own
//   needs_param(c)             whether they depend on the parameters; true, if it is not the algorithm's own
//   Terms<V>                   made from coefficients; its of(x, terms) computes what is squared and summed, also on
//                              devices
//   reduce(c, length, sums)    the coefficients of Stepped that follow from the sums
//
// One that sums products has kProducts, and two terms for each sum.
//
// One that keeps numbers for each tensor between steps has, in place of that,
//
//   kNumbers                          how many
//   are_numbers(numbers)              whether they are in range
//   reduce(c, length, sums, numbers)  the same; it replaces the numbers
//
// One that has kByRows has sums of rows in place of a tensor's, and what projection.h lists.
struct Layerwise {
  static constexpr int kNumbers = 0;
  static constexpr bool kProducts = false;
  static constexpr bool kByRows = false;

  RADAM_DEVICE static int summed_buffer(const radam_coefficients&, int k) { return k; }
  static bool needs_param(const radam_coefficients&) { return true; }
};

template <class Algorithm>
constexpr bool kIsLayerwise = std::is_base_of_v<Layerwise, Algorithm>;

template <class Algorithm>
constexpr bool keeps_numbers() {
  if constexpr (kIsLayerwise<Algorithm>) {
    static_assert(Algorithm::kNumbers <= RADAM_MAX_NUMBERS);
    return Algorithm::kNumbers > 0;
  } else {
    return false;
  }
}

template <class Algorithm>
constexpr bool kKeepsNumbers = keeps_numbers<Algorithm>();

template <class Algorithm>
constexpr bool is_by_rows() {
  if constexpr (kIsLayerwise<Algorithm>) return Algorithm::kByRows;
  else return false;
}

// A coefficient times a factor. It may not become infinite.
inline float reduced(double factor, float coefficient) {
  const double x = factor * static_cast<double>(coefficient);
  return static_cast<float>(x > 0x1p126 ? 0x1p126 : x < -0x1p126 ? -0x1p126 : x);
}

// What those that step by Adam have alike.
struct LayerwiseByAdam : Layerwise {
  using Stepped = Adam;
  static constexpr int kSummedBuffers = 2;

  enum Buffer { kExpAvg, kExpAvgSq, kBuffers };

  RADAM_DEVICE static constexpr StateBuffer buffer(int k) { return Adam::buffer(k); }

  RADAM_DEVICE static bool is_present(const radam_hyperparameters&, int) { return true; }

  RADAM_DEVICE static bool is_required(const radam_coefficients&, int) { return true; }

  // All but what an algorithm has of its own. An L2 penalty would be none of the update.
  RADAM_DEVICE static radam_status check_moments(const radam_hyperparameters& adam) {
    return adam.weight_decay_mode == RADAM_WEIGHT_DECAY_L2 ? RADAM_ERROR_SETTING : AdamSchedule::check(adam);
  }

  // Coefficients of Adam with c's factor of gradients.
  RADAM_DEVICE static radam_coefficients adam_of(const radam_coefficients& c, const radam_adam_coefficients& adam) {
    radam_coefficients of = c;
    of.algorithm = RADAM_ALGORITHM_ADAM;
    of.mode = RADAM_MODE_ADAPTIVE;
    for (float& x : of.of.values) x = 0;  // the rest of the union too
    of.of.adam = adam;
    return of;
  }

  static bool are_adam(const radam_coefficients& c, const radam_adam_coefficients& adam) {
    return c.mode == 0 && adam.l2 == 0 && Adam::check(adam_of(c, adam)) == RADAM_OK;
  }

  // The moments after the step, as Adam's kernels have them.
  template <class V>
  struct Moments {
    Adam::Constants<V> k;

    RADAM_DEVICE explicit Moments(const radam_coefficients& adam) : k(adam) {}

    RADAM_INLINE_MEMBER void move(Adam::Lanes<V>& x) const { Adam::move_state<V>(rule(), k, x); }

    RADAM_INLINE_MEMBER typename V::Register update(const Adam::Lanes<V>& x) const {
      return Adam::update<V>(rule(), k, x);
    }

   private:
    // A function, because device code has no address of a static member.
    RADAM_DEVICE static constexpr Adam::Rule rule() { return {RADAM_MODE_ADAPTIVE, kNoDecay, false, true}; }
  };
};

// What those that step by SGD have alike.
struct LayerwiseBySgd : Layerwise {
  using Stepped = Sgd;
  static constexpr int kSummedBuffers = 0;

  // Hyperparameters of SGD with that momentum. What an algorithm has besides, it checks by itself.
  template <class Settings>
  RADAM_DEVICE static radam_hyperparameters sgd_of(const radam_hyperparameters& h, const Settings& settings) {
    radam_hyperparameters sgd = h;
    sgd.algorithm = RADAM_ALGORITHM_SGD;
    sgd.of.sgd = {};
    sgd.of.sgd.momentum = settings.momentum;
    sgd.of.sgd.dampening = settings.dampening;
    sgd.of.sgd.nesterov = settings.nesterov;
    return sgd;
  }

  // Coefficients of SGD with c's factor of gradients.
  RADAM_DEVICE static radam_coefficients sgd_of(const radam_coefficients& c, const radam_sgd_coefficients& sgd) {
    radam_coefficients of = c;
    of.algorithm = RADAM_ALGORITHM_SGD;
    for (float& x : of.of.values) x = 0;  // the rest of the union too
    of.of.sgd = sgd;
    return of;
  }

  // An L2 penalty is added to the gradient once that is divided, and no other decay is there.
  static bool is_sgd(const radam_coefficients& c, const radam_sgd_coefficients& sgd) {
    return c.mode == 0 && sgd.decay == 0 && Sgd::check(sgd_of(c, sgd)) == RADAM_OK;
  }

  // A factor of gradients, which may be neither 0 nor infinite, times another.
  static float scaled(double factor, float grad_scale) {
    const float scale = reduced(factor, grad_scale);
    return std::fabs(scale) > 0x1p-126f ? scale : std::copysign(0x1p-126f, grad_scale);
  }
};

}  // namespace

#endif
