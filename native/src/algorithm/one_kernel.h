// The parts of algorithms that have one kernel for all steps. It asks in each step how weight decay acts and whether
// averages step back. Each further rule of an algorithm would be compiled for every target, too.
#ifndef RADAM_SRC_ALGORITHM_ONE_KERNEL_H
#define RADAM_SRC_ALGORITHM_ONE_KERNEL_H

#include <type_traits>

#include <radam/radam.h>

#include "../inline.h"
#include "parts.h"

namespace {

struct OneRule {
  RADAM_DEVICE constexpr bool moves_param() const { return true; }
  RADAM_DEVICE constexpr bool reads_param() const { return true; }
  RADAM_DEVICE constexpr bool moves(int) const { return true; }
  // There are neither kernels by FMA nor fused ones.
  RADAM_DEVICE constexpr bool divides() const { return false; }
  RADAM_DEVICE constexpr bool is_common() const { return false; }
};

// The members of such an algorithm that are alike. Steps always have all of its buffers.
struct OneKernel {
  RADAM_DEVICE static bool is_present(const radam_hyperparameters&, int) { return true; }

  RADAM_DEVICE static bool is_required(const radam_coefficients&, int) { return true; }

  using Rule = OneRule;

  RADAM_DEVICE static Rule rule_of(const radam_coefficients&, unsigned) { return {}; }

  static constexpr int kRules = 1;

  RADAM_DEVICE static constexpr int index_of(const Rule&) { return 0; }

  static constexpr Rule rule(int) { return {}; }
};

// The same, but the algorithm's buffer of number kMaximum, the running maximum of another, need not be there. Steps with
// and without it are two rules.
template <int kMaximum>
struct OneKernelWithMaximum {
  RADAM_DEVICE static bool is_required(const radam_coefficients&, int k) { return k != kMaximum; }

  struct Rule : OneRule {
    bool amsgrad;  // divide by the running maximum

    RADAM_DEVICE constexpr explicit Rule(bool by_maximum) : amsgrad(by_maximum) {}

    RADAM_DEVICE constexpr bool moves(int k) const { return k != kMaximum || amsgrad; }
  };

  RADAM_DEVICE static Rule rule_of(const radam_coefficients&, unsigned present) {
    return Rule((present >> kMaximum & 1) != 0);
  }

  static constexpr int kRules = 2;

  RADAM_DEVICE static constexpr int index_of(const Rule& rule) { return rule.amsgrad; }

  static constexpr Rule rule(int index) { return Rule(index != 0); }
};

// What Constants of such an algorithm begin with. Coefficients: those of the algorithm.
template <class V>
struct OneKernelConstants {
  typename V::Register grad_scale, l2, step_size, decay;
  WeightDecay weight_decay;

  template <class Coefficients>
  RADAM_DEVICE OneKernelConstants(const radam_coefficients& c, const Coefficients& k)
      : grad_scale(V::broadcast(c.grad_scale)),
        l2(V::broadcast(k.l2)),
        step_size(V::broadcast(k.step_size)),
        decay(V::broadcast(k.decay)),
        weight_decay(weight_decay_of(k.l2, k.decay)) {}
};

// The gradient as the rule uses it.
template <class V, class Lanes>
RADAM_INLINE typename V::Register scaled_gradient(const OneKernelConstants<V>& k, const Lanes& x) {
  auto g = V::mul(k.grad_scale, x.grad);
  if (k.weight_decay == kL2) g = V::fma(k.l2, x.param, g);
  return bounded<V>(g);
}

// How weight decay acts in a step of any algorithm.
template <class Rule, class Constants>
RADAM_INLINE constexpr WeightDecay weight_decay_of(const Rule& rule, const Constants& k) {
  if constexpr (std::is_base_of_v<OneRule, Rule>) return k.weight_decay;
  else return rule.weight_decay;
}

}  // namespace

#endif
