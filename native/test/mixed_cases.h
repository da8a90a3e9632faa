// Tensors of every combination of types and options, each with a few steps as radam.h documents them.
#ifndef RADAM_TEST_MIXED_CASES_H
#define RADAM_TEST_MIXED_CASES_H

#include <cmath>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <radam/radam.h>

#include "mixed_reference.h"
#include "values.h"

namespace radam_test {

// The number of rows of which a tensor has a part.
inline std::int64_t rows_of(const radam_tensor& s) {
  return s.row_length == 0 ? 0 : (s.first + s.length - 1) / s.row_length - s.first / s.row_length + 1;
}

// Zero state, and random values in everything else.
inline MixedTensor tensor(Values& random, const radam_tensor& settings, unsigned present, bool copy, bool average,
                          bool tame) {
  MixedTensor t;
  t.settings = settings;
  t.settings.struct_size = sizeof t.settings;
  const auto n = static_cast<std::size_t>(settings.length);
  t.param.resize(n * MixedTensor::bytes_of(settings.param_type));
  t.grad.resize(n * MixedTensor::bytes_of(settings.grad_type));
  t.present = present;
  for (int k = 0; k < RADAM_MAX_STATE; ++k) {
    if (!t.has(k)) continue;
    t.state[k].resize(n * t.state_bytes());
    t.scales[k].resize((n + 255) / 256);
  }
  if (copy || settings.param_type == RADAM_TYPE_SPLIT) t.copy.resize(2 * n, 0xEE);
  for (std::size_t i = 0; i < n; ++i) {
    store_param(t, i, tame ? random.ordinary() : random.adversarial(), kNearest);
    if (average) t.average.push_back(random.ordinary());
  }
  for (std::int64_t row = 0; row < rows_of(settings); ++row)
    t.means.push_back(tame ? random.ordinary() : random.adversarial());
  return t;
}

// Gives each row a decay of its own, where the algorithm and the tensor may have that.
inline void add_decays(Values& random, const radam_coefficients& c, MixedTensor& t) {
  t.decays.clear();
  if (!takes_row_decay(c) || random.below(2) != 0) return;
  for (std::int64_t row = 0; row < rows_of(t.settings); ++row)
    t.decays.push_back((random.below(2) != 0 ? 0x1p-12f : -0x1p-12f) * static_cast<float>(1 + random.below(1000)));
}

inline void new_gradients(Values& random, MixedTensor& t, bool tame) {
  for (std::size_t i = 0; i < static_cast<std::size_t>(t.settings.length); ++i)
    store(t.grad, t.settings.grad_type, i, tame ? random.ordinary() : random.adversarial(), kNearest);
}

// Where two buffers of a type first differ; empty if they do not.
inline std::string difference(const char* name, std::int32_t type, const std::vector<std::uint8_t>& a,
                       const std::vector<std::uint8_t>& b) {
  for (std::size_t i = 0; i < b.size() / MixedTensor::bytes_of(type); ++i)
    if (!same(load(a, type, i), load(b, type, i)))
      return std::string(name) + "[" + std::to_string(i) + "] is " + std::to_string(load(a, type, i)) + " and not " +
             std::to_string(load(b, type, i));
  return "";
}

inline std::string difference(const MixedTensor& a, const MixedTensor& b) {
  std::string text = difference("param", a.settings.param_type, a.param, b.param) +
                     difference("grad", a.settings.grad_type, a.grad, b.grad);
  if (a.settings.param_type == RADAM_TYPE_SPLIT) text += a.param != b.param || a.copy != b.copy ? " halves" : "";
  else text += difference("copy", a.settings.copy_type, a.copy, b.copy);
  for (std::size_t i = 0; i < b.average.size(); ++i)
    if (!same(a.average[i], b.average[i])) text += " average[" + std::to_string(i) + "]";
  for (int k = 0; k < RADAM_MAX_STATE; ++k) {
    for (std::size_t i = 0; i < b.scales[k].size(); ++i)
      if (!same(a.scales[k][i], b.scales[k][i]))
        text += " scale " + std::to_string(i) + " of state " + std::to_string(k);
    if (a.settings.state_type == RADAM_STATE_BLOCK8) {
      for (std::size_t i = 0; i < b.state[k].size(); ++i)
        if (a.state[k][i] != b.state[k][i])
          return text + " state " + std::to_string(k) + "[" + std::to_string(i) + "] has code " +
                 std::to_string(a.state[k][i]) + " and not " + std::to_string(b.state[k][i]);
    } else {
      const bool bf16 = a.settings.state_type == RADAM_STATE_BF16;
      text += difference(kBufferNames[kState + k], bf16 ? RADAM_TYPE_BF16 : RADAM_TYPE_F32, a.state[k], b.state[k]);
    }
  }
  return text;
}

// One combination of types and options, by number. What the number does not determine is drawn.
struct MixedCase {
  radam_tensor settings{};
  const Combination* parts;
  bool copy, average, tame;

  // Algorithms, types, rounding of parameters, and five options.
  static unsigned count() { return static_cast<unsigned>(algorithms().size()) * 3 * 3 * 3 * 3 * 32; }

  MixedCase(unsigned number, Values& random) {
    const auto digit = [&](unsigned base) {
      const unsigned result = number % base;
      number /= base;
      return result;
    };
    settings.seed = number;
    const auto& combinations = algorithms()[digit(static_cast<unsigned>(algorithms().size()))].combinations;
    tame = random.below(3) != 0;
    // In every other tame case, the rule is one that is common in training, because such rules have fused kernels.
    parts = &combinations[tame && random.below(2) ? 0 : random.below(static_cast<unsigned>(combinations.size()))];
    copy = digit(2) != 0;
    average = digit(2) != 0;
    settings.zero_grad = static_cast<std::int32_t>(digit(2));
    settings.clip_value = digit(2) != 0 ? std::fabs(random.ordinary()) : 0;
    settings.output = static_cast<std::int32_t>(digit(2));
    settings.lookahead = average && random.below(2) != 0;
    if (settings.output == RADAM_OUTPUT_UPDATE) copy = false, average = settings.lookahead, settings.zero_grad = 0;
    settings.param_type = static_cast<std::int32_t>(digit(3));
    settings.param_rounding = static_cast<std::int32_t>(digit(3));
    // In place of bfloat16 rounded to nearest, which is also the default.
    if (settings.param_type == RADAM_TYPE_BF16 && settings.param_rounding == RADAM_ROUND_NEAREST)
      settings.param_type = RADAM_TYPE_SPLIT;
    settings.grad_type = static_cast<std::int32_t>(digit(3));
    settings.state_type = static_cast<std::int32_t>(digit(3));
    copy = copy && settings.param_type == RADAM_TYPE_F32;
    settings.copy_type = random.below(2) ? RADAM_TYPE_BF16 : RADAM_TYPE_F16;
    settings.state_rounding = random.below(4) == 0 ? RADAM_ROUND_NEAREST : RADAM_ROUND_DEFAULT;
    settings.length = 1 + random.below(700);
    if (random.below(2) != 0)
      settings.first = settings.state_type == RADAM_STATE_BLOCK8 ? RADAM_BLOCK_SIZE * random.below(1000)
                                                                 : random.below(1'000'000);
    if (random.below(4) == 0) settings.row_length = 1 + random.below(random.below(2) ? 1000 : 10);
    settings.average_rate = static_cast<float>(random.below(1025)) / 1024;
    if (settings.lookahead && random.below(4) == 0) settings.average_rate = 0;
  }

  std::string describe() const {
    const radam_tensor& s = settings;
    return "param " + std::to_string(s.param_type) + " rounded " + std::to_string(s.param_rounding) + ", grad " +
           std::to_string(s.grad_type) + ", state " + std::to_string(s.state_type) + " rounded " +
           std::to_string(s.state_rounding) + (copy ? ", copy" : "") +
           (average ? s.lookahead ? ", lookahead" : ", average" : "") +
           (s.zero_grad ? ", zero_grad" : "") +
           (s.row_length > 0 ? ", rows of " + std::to_string(s.row_length) : "") + (s.clip_value > 0 ? ", clip" : "") +
           (s.output == RADAM_OUTPUT_UPDATE ? ", update" : "") + ", " + parts->name + ", length " +
           std::to_string(s.length) + ", first " + std::to_string(s.first) + (tame ? "" : ", adversarial");
  }
};

// Steps a tensor from where it left it.
struct Stepper {
  std::string name;
  std::function<void(const radam_coefficients&, MixedTensor&)> step;
};

// Makes a few steps of every case, or of about one of so many, by each of those that are tested.
inline std::string first_mixed_difference(std::uint64_t seed, const std::vector<Stepper>& steppers,
                                          unsigned one_of = 1) {
  Values random(seed);
  for (unsigned number = 0; number < MixedCase::count(); ++number) {
    const MixedCase k(number, random);
    if (random.below(one_of) != 0) continue;
    MixedTensor expected = tensor(random, k.settings, k.parts->present, k.copy, k.average, k.tame);
    if (random.below(2) != 0) expected.means.clear();  // rows may have decays without means
    std::vector<MixedTensor> all(steppers.size(), expected);
    for (std::int64_t n = 1; n <= 3; ++n) {
      radam_coefficients c = k.tame ? k.parts->typical : random.coefficients(*k.parts);
      if (k.tame && n == 2) c.grad_scale = 1;  // which Adam's fused kernels know
      new_gradients(random, expected, k.tame);
      add_decays(random, c, expected);
      for (MixedTensor& actual : all) actual.grad = expected.grad, actual.decays = expected.decays;
      expected.settings.step = n;
      reference_step(c, expected);
      for (std::size_t i = 0; i < all.size(); ++i) {
        all[i].settings.step = n;
        steppers[i].step(c, all[i]);
        const std::string text = difference(all[i], expected);
        if (!text.empty())
          return steppers[i].name + ": " + text + "; " + k.describe() + ", step " + std::to_string(n);
      }
    }
  }
  return "";
}

}  // namespace radam_test

#endif
