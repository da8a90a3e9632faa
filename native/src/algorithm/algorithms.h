// The list of algorithms. Code that is not an algorithm's own uses this list, and names no algorithm.
#ifndef RADAM_SRC_ALGORITHM_ALGORITHMS_H
#define RADAM_SRC_ALGORITHM_ALGORITHMS_H

#include <cmath>
#include <cstdint>
#include <type_traits>

#include <radam/radam.h>

#include "../inline.h"
#include "adabelief.h"
#include "adabound.h"
#include "adadelta.h"
#include "adagrad.h"
#include "adam.h"
#include "adam_hd.h"
#include "adamax.h"
#include "adamod.h"
#include "adamp.h"
#include "adan.h"
#include "ademamix.h"
#include "adopt.h"
#include "cautious.h"
#include "cocob.h"
#include "diffgrad.h"
#include "lamb.h"
#include "lars.h"
#include "layerwise.h"
#include "lion.h"
#include "madgrad.h"
#include "nadam.h"
#include "novograd.h"
#include "one_kernel.h"
#include "padam.h"
#include "parts.h"
#include "projection.h"
#include "qhadam.h"
#include "qhm.h"
#include "rmsprop.h"
#include "schedulefree_adamw.h"
#include "schedulefree_sgd.h"
#include "sgd.h"
#include "sgd_hd.h"
#include "sgdp.h"
#include "stableadamw.h"
#include "yellowfin.h"
#include "yogi.h"

namespace {

template <class... Of>
struct List {
  static constexpr int kCount = sizeof...(Of);
};

// In the order of their numbers, RADAM_ALGORITHM_....
using Algorithms = List<Adam, Sgd, Lion, NAdam, RmsProp, Adagrad, Adamax, Adadelta, AdaBelief, Adopt, Yogi, QhAdam,
                        AdEmaMix, AdaMod, Qhm, Adan, AdaBound, DiffGrad, Padam, Madgrad, Cocob,
                        ScheduleFreeSgd, ScheduleFreeAdamW, Lamb, StableAdamW, Lars, CautiousAdamW, CautiousLion,
                        NovoGrad, SgdHd, AdamHd, YellowFin, AdamP, SgdP>;

template <class... Of>
constexpr bool are_in_order(List<Of...>) {
  std::int32_t number = 0;
  return ((Of::kId == number++ && Of::kBuffers <= RADAM_MAX_STATE) && ...);
}
static_assert(are_in_order(Algorithms()));

RADAM_DEVICE constexpr bool is_algorithm(std::int32_t number) { return number >= 0 && number < Algorithms::kCount; }

// Calls body(Algorithm()) for the algorithm of a number, and returns its result, or `otherwise` if there is no such
// algorithm. If body is a function for the host alone, the call is too.
#ifdef __CUDACC__
#pragma nv_exec_check_disable
#endif
template <class Result, class Body, class... Of>
RADAM_DEVICE constexpr Result with_algorithm(List<Of...>, std::int32_t number, Result otherwise, Body body) {
  Result result = otherwise;
  (void)((number == Of::kId && ((result = body(Of())), true)) || ...);
  return result;
}

#ifdef __CUDACC__
#pragma nv_exec_check_disable
#endif
template <class Result, class Body>
RADAM_DEVICE constexpr Result with_algorithm(std::int32_t number, Result otherwise, Body body) {
  return with_algorithm(Algorithms(), number, otherwise, body);
}

// The same, but only for algorithms that have kernels: `otherwise` also for layer-wise ones, for which body need not be
// compilable.
#ifdef __CUDACC__
#pragma nv_exec_check_disable
#endif
template <class Result, class Body>
RADAM_DEVICE constexpr Result with_kernels(std::int32_t number, Result otherwise, Body body) {
  return with_algorithm(Algorithms(), number, otherwise, [&](auto a) {
    if constexpr (kIsLayerwise<decltype(a)>) return otherwise;
    else return body(a);
  });
}

RADAM_DEVICE constexpr bool is_layerwise(std::int32_t number) {
  return with_algorithm(Algorithms(), number, false, [](auto a) { return kIsLayerwise<decltype(a)>; });
}

// The algorithm whose kernels make the steps of another: that one itself, unless it is layer-wise.
constexpr std::int32_t stepped_by(std::int32_t number) {
  return with_algorithm(Algorithms(), number, number, [](auto a) {
    if constexpr (kIsLayerwise<decltype(a)>) return decltype(a)::Stepped::kId;
    else return decltype(a)::kId;
  });
}

// Whether it is a layer-wise one whose sums are of rows.
constexpr bool is_by_rows(std::int32_t number) {
  return with_algorithm(Algorithms(), number, false, [](auto a) { return is_by_rows<decltype(a)>(); });
}

// The functions below are those of the algorithm that hyperparameters or coefficients name.

RADAM_DEVICE inline radam_status check(const radam_hyperparameters& h) {
  constexpr radam_status none = RADAM_ERROR_ALGORITHM;
  return with_algorithm(h.algorithm, none, [&](auto a) { return decltype(a)::check(h); });
}

// Fills all of c but struct_size, for checked hyperparameters and step >= 1.
RADAM_DEVICE inline void coefficients_at(const radam_hyperparameters& h, std::int64_t step, radam_coefficients& c) {
  with_algorithm(h.algorithm, 0, [&](auto a) {
    decltype(a)::coefficients_at(h, step, c);
    return 0;
  });
}

// Checks coefficients of an algorithm, which a caller may have filled by hand.
template <class Algorithm>
radam_status check(const radam_coefficients& c) {
  if (!std::isfinite(c.grad_scale) || c.grad_scale == 0 || c.reserved != 0) return RADAM_ERROR_COEFFICIENTS;
  return Algorithm::check(c);
}

inline radam_status check(const radam_coefficients& c) {
  constexpr radam_status none = RADAM_ERROR_ALGORITHM;
  return with_algorithm(c.algorithm, none, [&](auto a) { return check<decltype(a)>(c); });
}

// How many buffers an algorithm has by itself. Its kernels may have more, which are those of layer-wise algorithms.
template <class Algorithm, class = void>
constexpr int kOwnBuffers = Algorithm::kBuffers;
template <class Algorithm>
constexpr int kOwnBuffers<Algorithm, std::void_t<decltype(Algorithm::kOwnBuffers)>> = Algorithm::kOwnBuffers;

inline int state_count(std::int32_t algorithm) {
  return with_algorithm(algorithm, 0, [](auto a) { return int{kOwnBuffers<decltype(a)>}; });
}

// Those and the others.
inline int kernel_buffers(std::int32_t algorithm) {
  return with_algorithm(algorithm, 0, [](auto a) { return int{decltype(a)::kBuffers}; });
}

// How many buffers a step with these coefficients may have.
template <class Algorithm>
int step_buffers(const radam_coefficients& c) {
  return c.mode < RADAM_MODE_KEEPS_UPDATE ? int{kOwnBuffers<Algorithm>} : int{Algorithm::kBuffers};
}

// Bit k is set where a step with checked coefficients needs buffer k.
template <class Algorithm>
unsigned required_state(const radam_coefficients& c) {
  unsigned required = 0;
  for (int k = 0; k < Algorithm::kBuffers; ++k) required |= (Algorithm::is_required(c, k) ? 1u : 0u) << k;
  return required;
}

// Describes buffer k of an algorithm under checked hyperparameters.
inline radam_state_buffer describe_state(const radam_hyperparameters& h, int k) {
  return with_algorithm(h.algorithm, radam_state_buffer{}, [&](auto a) {
    const StateBuffer buffer = decltype(a)::buffer(k);
    return radam_state_buffer{sizeof(radam_state_buffer), buffer.is_signed, decltype(a)::is_present(h, k),
                              buffer.initial, buffer.name};
  });
}

// How many sums over a tensor an algorithm's step depends on.
inline int sum_count(std::int32_t algorithm) {
  return with_algorithm(algorithm, 0, [](auto a) {
    if constexpr (kIsLayerwise<decltype(a)> && !is_by_rows<decltype(a)>()) return int{a.kSums};
    else return 0;
  });
}

// Whether the numbers that an algorithm keeps for a tensor can be its.
inline radam_status check_numbers(std::int32_t algorithm, const double* numbers) {
  constexpr radam_status none = RADAM_OK;
  return with_algorithm(algorithm, none, [&](auto a) {
    if constexpr (kKeepsNumbers<decltype(a)>) {
      if (numbers == nullptr) return RADAM_ERROR_NULL;
      return a.are_numbers(numbers) ? RADAM_OK : RADAM_ERROR_NUMBERS;
    } else {
      return RADAM_OK;
    }
  });
}

// The coefficients of a layer-wise algorithm's step, once sums over the tensor are known. Replaces its numbers.
inline radam_coefficients reduce(const radam_coefficients& c, std::int64_t length, const double* sums,
                                 double* numbers) {
  return with_algorithm(c.algorithm, c, [&](auto a) {
    if constexpr (is_by_rows<decltype(a)>()) return a.plain(c);
    else if constexpr (kKeepsNumbers<decltype(a)>) return a.reduce(c, length, sums, numbers);
    else if constexpr (kIsLayerwise<decltype(a)>) return a.reduce(c, length, sums);
    else return c;
  });
}

// The same of sums of rows. Returns a RADAM_PROJECTION_....
inline std::int32_t reduce_rows(const radam_coefficients& c, std::int64_t row_length, std::int64_t rows,
                                const double* sums, float* row_decay, radam_coefficients& r) {
  return with_algorithm(c.algorithm, std::int32_t{RADAM_PROJECTION_NONE}, [&](auto a) {
    if constexpr (is_by_rows<decltype(a)>()) return project<decltype(a)>(c, row_length, rows, sums, row_decay, r);
    else return std::int32_t{RADAM_PROJECTION_NONE};
  });
}

// Where coefficients have the decay that a step may have for each row; null if it may not.
inline float* row_decay_of(radam_coefficients& c) {
  return with_kernels(c.algorithm, static_cast<float*>(nullptr), [&](auto a) {
    if constexpr (requires { a.decay(c); }) return &a.decay(c);
    else return static_cast<float*>(nullptr);
  });
}

// Fills all fields but struct_size. Returns false, and changes nothing, if there is no such preset.
template <class... Of>
bool fill_preset(List<Of...>, std::int32_t preset, radam_hyperparameters& h) {
  return (Of::fill_preset(preset, h) || ...);
}

inline bool fill_preset(std::int32_t preset, radam_hyperparameters& h) { return fill_preset(Algorithms(), preset, h); }

// Applies the rule of an algorithm to one vector of elements.
template <class Algorithm, class V>
RADAM_INLINE void apply(const typename Algorithm::Rule& rule, const typename Algorithm::template Constants<V>& k,
                        typename Algorithm::template Lanes<V>& x) {
  Algorithm::template move_state<V>(rule, k, x);
  if (!rule.moves_param()) return;
  if constexpr (requires { Algorithm::template moved<V>(rule, k, x); })
    x.param = Algorithm::template moved<V>(rule, k, x);
  else
    x.param = moved<V>(weight_decay_of(rule, k), k.step_size, k.decay, x.param,
                       Algorithm::template update<V>(rule, k, x));
}

}  // namespace

#endif
