// The algorithms as radam.h documents them, line by line, without code of the library. A row for each is in
// algorithms.cpp, which is compiled once for all tests.
#ifndef RADAM_TEST_ALGORITHMS_H
#define RADAM_TEST_ALGORITHMS_H

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include <radam/radam.h>

#include "buffers.h"
#include "numbers.h"

namespace radam_test {

// The index of a coefficient in radam_coefficients::of.values, and its range.
struct Coefficient {
  enum Kind {
    kFinite,       // any finite number
    kWeightDecay,  // finite; another rule where it is not 0
    kNotNegative,  // finite, and at least 0
    kAccumulator,  // in [0, 2^127], and 0 in most steps: what state begins with
    kRate,         // in [0, 1]
    kBeta          // in [0, 1], and 1 - it comes next; where that is 0.5 or more, the average steps back
  };
  int place;
  Kind kind;
  const char* name;
};

// One way to combine an algorithm's parts, of which each may have a kernel of its own.
struct Combination {
  std::string name;
  radam_coefficients typical;  // such as a training run has
  unsigned present;            // bit k: buffer k of the state is there
  bool step_back;
};

struct AlgorithmCase {
  std::int32_t id;
  std::vector<Coefficient> coefficients;
  std::vector<Combination> combinations;
  // The rule, for coefficients of this algorithm.
  Element (*step)(const radam_coefficients& c, Element x, unsigned present);
  // Whether a step with these coefficients moves parameters, and buffer k.
  bool (*moves_param)(const radam_coefficients& c);
  bool (*moves_state)(const radam_coefficients& c, unsigned present, int k);
  std::vector<bool> is_signed;  // for each buffer of the state

  int buffers() const { return static_cast<int>(is_signed.size()); }
};

// The beginning and the end of all rules.

inline float bounded(float g) {
  const float low = g > -0x1p63f ? g : g < -0x1p63f ? -0x1p63f : g;
  return low < 0x1p63f ? low : low > 0x1p63f ? 0x1p63f : low;
}

inline float scaled_gradient(const radam_coefficients& c, const Element& x, float l2) {
  float g = c.grad_scale * x[kGrad];
  if (l2 != 0) g = std::fma(l2, x[kParam], g);
  return bounded(g);
}

inline float average(float a, float x, float beta, float one_minus_beta) {
  return one_minus_beta < 0.5f ? std::fma(one_minus_beta, x - a, a) : std::fma(beta, a - x, x);
}

inline float average_of_square(float a, float g, float beta, float one_minus_beta) {
  return one_minus_beta < 0.5f ? std::fma(one_minus_beta, std::fma(g, g, -a), a)
                               : std::fma(beta, std::fma(-g, g, a), g * g);
}

inline float moved(float p, float u, float step_size, float decay) {
  return decay == 0 ? std::fma(-step_size, u, p) : p - std::fma(step_size, u, decay * p);
}

// The k of cautious steps.
inline float mask(float update, float g) {
  const float product = update * g;
  return product > 0 ? 1.0f : 0.0f;
}

// In the order of their numbers.
const std::vector<AlgorithmCase>& algorithms();

// Those of all algorithms.
const std::vector<Combination>& all_combinations();

// The first combination of that name.
const Combination& combination(const std::string& name);

// The buffers that a step of the combination has.
std::vector<int> buffers_of(const Combination& k);

// Adam's coefficients in a combination.
radam_coefficients adam_coefficients(int mode, bool l2, bool decay, bool step_back);

// A step's coefficients in words.
std::string describe(const radam_coefficients& c);

inline const AlgorithmCase& algorithm_of(const radam_coefficients& c) {
  return algorithms()[static_cast<std::size_t>(c.algorithm)];
}

// The number of buffers that a step may have. SGD has the second one only where it is kept.
inline int step_buffers(const radam_coefficients& c) {
  return c.algorithm == RADAM_ALGORITHM_SGD && c.mode == 0 ? 1 : algorithm_of(c).buffers();
}

inline Element reference_step(const radam_coefficients& c, const Element& x, unsigned present) {
  return algorithm_of(c).step(c, x, present);
}

inline Arrays reference_step(const radam_coefficients& c, const Arrays& before, unsigned present) {
  Arrays after;
  for (std::size_t i = 0; i < before.size(); ++i) after.push_back(reference_step(c, before.at(i), present));
  return after;
}

}  // namespace radam_test

#endif
