// Random values that look for trouble. The same on every machine: no std distribution is used, whose results differ
// between C++ libraries.
#ifndef RADAM_TEST_VALUES_H
#define RADAM_TEST_VALUES_H

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <random>

#include <radam/radam.h>

#include "algorithms.h"
#include "buffers.h"

namespace radam_test {

// Of so many cases one is tested: not all under sanitizers, which take three times as long, and look for other faults
// than wrong bits.
#ifdef RADAM_SANITIZED
constexpr unsigned kOneOf = 8;
#else
constexpr unsigned kOneOf = 1;
#endif

class Values {
 public:
  explicit Values(std::uint64_t seed) : engine_(seed) {}

  // 0 <= result < n, where n is small enough that the bias of % does not matter.
  unsigned below(unsigned n) { return static_cast<unsigned>(engine_() >> 32) % n; }

  // Values as in training: a random significand, magnitudes from about 1e-6 to 1e3.
  float ordinary() { return of_random_significand(107, 30); }

  // A significand of at most 13 bits. Products of two such values have 26, so that they often lie half-way between two
  // floats, where a fused operation that rounds twice goes wrong.
  float short_significand() { return of_random_significand(115, 20, 0x7FF800); }

  float any_bits() { return from_bits(static_cast<std::uint32_t>(engine_() >> 32)); }

  float adversarial() {
    switch (below(16)) {
      case 0:
      case 1: return from_parts(0, 0);                                        // zero
      case 2: return from_parts(0, random_significand());                     // subnormal
      case 3: return from_parts(0, below(2) ? 1 + below(3) : 0x7FFFFF - below(3));  // at either end of the subnormals
      case 4: return from_parts(1, below(4));                                 // just above them
      case 5: return from_parts(255, 0);                                      // infinity
      case 6: return from_parts(255, random_significand() | 1);               // NaN, quiet or signalling
      case 7: return from_parts(254, 0x7FFFFF - below(3));                    // the largest finite numbers
      case 8: return of_random_significand(190, 65);                          // huge, and squares that overflow
      case 9: return of_random_significand(1, 64);                            // tiny, and squares that vanish
      case 10: return from_parts(below(255), 0);                              // powers of two
      case 11: return any_bits();
      case 12:
      case 13: return short_significand();
      default: return ordinary();
    }
  }

  float adversarial_finite() {
    float x = adversarial();
    while (!std::isfinite(x)) x = adversarial();
    return x;
  }

  float not_zero() {
    float x = adversarial_finite();
    while (x == 0) x = adversarial_finite();
    return x;
  }

  // A quarter of the elements have extreme values everywhere, a quarter have one extreme value, and half have values as
  // in training. Sometimes state is negative that should not be. No caller should do that, but the targets must still
  // agree.
  Element element(const AlgorithmCase& algorithm) {
    const unsigned kind = below(4), count = kState + static_cast<unsigned>(algorithm.buffers());
    const unsigned odd_one = below(count);
    Element x{};
    for (unsigned b = 0; b < count; ++b) {
      const bool odd = kind == 0 || (kind == 1 && b == odd_one);
      x[b] = odd ? adversarial() : kind == 2 ? short_significand() : ordinary();
      if (b >= kState && !algorithm.is_signed[b - kState] && below(16) != 0) x[b] = std::fabs(x[b]);
    }
    return x;
  }

  // Elements whose next state is never NaN, so that it can be compared byte by byte.
  Element tame_element(const AlgorithmCase& algorithm) {
    Element x{};
    for (unsigned b = 0; b < kState + static_cast<unsigned>(algorithm.buffers()); ++b)
      x[b] = b >= kState && !algorithm.is_signed[b - kState] ? std::fabs(ordinary()) : ordinary();
    return x;
  }

  Arrays arrays(const AlgorithmCase& algorithm, std::size_t n, Element (Values::*generator)(const AlgorithmCase&)) {
    Arrays a;
    for (std::size_t i = 0; i < n; ++i) a.push_back((this->*generator)(algorithm));
    return a;
  }

  // Coefficients of the combination: a third typical, a third with random rates, a third with anything that the library
  // accepts. What is 0 in the typical ones, and would be another rule if it were not, stays 0; and the other way round.
  radam_coefficients coefficients(const Combination& k) {
    radam_coefficients c = k.typical;
    const AlgorithmCase& algorithm = algorithm_of(c);
    const unsigned kind = below(3);
    if (kind == 0) return c;
    unsigned betas = 0;
    for (const Coefficient& x : algorithm.coefficients) betas += x.kind == Coefficient::kBeta;
    const unsigned large = k.step_back ? 1 + below((1u << betas) - 1) : 0;  // those that step back: one or more
    unsigned beta = 0;
    for (const Coefficient& x : algorithm.coefficients) {
      float& value = c.of.values[x.place];
      switch (x.kind) {
        case Coefficient::kBeta: set_beta(value, c.of.values[x.place + 1], (large >> beta++ & 1) != 0); break;
        case Coefficient::kRate:
          if (value != 0) value = below(4) ? rate() : 1;
          break;
        case Coefficient::kWeightDecay:
          if (kind == 2 && value != 0) value = not_zero();
          break;
        case Coefficient::kNotNegative:
          if (kind == 2) value = std::fabs(adversarial_finite());
          break;
        case Coefficient::kAccumulator:  // also as the sum of a few steps
          if (kind == 2) value = std::fmin(0x1p124f, std::fabs(adversarial_finite()));
          break;
        case Coefficient::kFinite:
          if (kind == 2) value = adversarial_finite();
      }
    }
    if (kind == 2) c.grad_scale = not_zero();
    else if (below(2)) c.grad_scale = 1;
    return c;
  }

 private:
  static float from_bits(std::uint32_t bits) {
    float x;
    std::memcpy(&x, &bits, sizeof x);
    return x;
  }
  float from_parts(unsigned exponent, unsigned significand) {
    return from_bits((static_cast<std::uint32_t>(below(2)) << 31) | (exponent << 23) | significand);
  }
  unsigned random_significand() { return below(1u << 23); }

  // One of so many exponents. Compilers do not agree on which argument of a function comes first.
  float of_random_significand(unsigned least_exponent, unsigned exponents, unsigned mask = ~0u) {
    const unsigned significand = random_significand() & mask;
    return from_parts(least_exponent + below(exponents), significand);
  }

  // In (0, 1).
  float rate() { return static_cast<float>(1 + below((1u << 24) - 1)) / static_cast<float>(1u << 24); }

  void set_beta(float& beta, float& one_minus_beta, bool large) {
    const float fraction = static_cast<float>(below(1u << 24)) / static_cast<float>(1u << 24);  // in [0, 1)
    switch (below(4)) {
      case 0: one_minus_beta = large ? 1.0f : 0.0f; break;
      case 1: one_minus_beta = large ? 0.5f : std::nextafter(0.5f, 0.0f); break;
      default: one_minus_beta = (large ? 0.5f : 0.0f) + 0.5f * fraction; break;
    }
    if (large && one_minus_beta < 0.5f) one_minus_beta = 0.5f;
    if (!large && one_minus_beta >= 0.5f) one_minus_beta = std::nextafter(0.5f, 0.0f);
    beta = below(2) ? 1 - one_minus_beta : fraction;
  }

  std::mt19937_64 engine_;
};

}  // namespace radam_test

#endif
