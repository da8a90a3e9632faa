// RADAM_TYPE_SPLIT: no number is lost, steps have the bits of float32, and the model's half is the documented one.
#include <cmath>
#include <cstdint>
#include <cstring>
#include <vector>

#include <gtest/gtest.h>
#include <radam/radam.h>

#include "algorithms.h"
#include "mixed_cases.h"
#include "mixed_reference.h"
#include "targets.h"
#include "values.h"

namespace radam_test {
namespace {

class SplitType : public EveryTarget {};

// Parameters without a step: p - (0 * g + 0) is p, but for what is not finite.
radam_coefficients still() {
  radam_coefficients c{};
  c.struct_size = sizeof c;
  c.algorithm = RADAM_ALGORITHM_SGD;
  c.grad_scale = 1;
  return c;
}

// Steps parameters of given bits, both as float32 and split, and compares.
void expect_same_bits(std::int32_t target, const radam_coefficients& c, const std::vector<std::uint32_t>& bits,
                      std::vector<std::uint16_t> upper, std::vector<std::uint16_t> lower, std::int32_t grad_type) {
  const auto n = static_cast<std::int64_t>(bits.size());
  std::vector<float> param(bits.size()), grad(bits.size());
  std::memcpy(param.data(), bits.data(), 4 * bits.size());
  ASSERT_EQ(radam_step_f32(target, &c, 0, n, param.data(), grad.data(), nullptr), RADAM_OK);
  radam_tensor t{};
  t.struct_size = sizeof t;
  t.param_type = RADAM_TYPE_SPLIT;
  t.grad_type = grad_type;
  t.length = n;
  t.step = 1;
  ASSERT_EQ(radam_step(target, &c, &t, 0, n, upper.data(), grad.data(), lower.data(), nullptr), RADAM_OK);
  exercised_targets().insert(target);
  for (std::size_t i = 0; i < bits.size(); ++i) {
    const Halves expected = halves_of(param[i]);
    ASSERT_EQ(upper[i], expected.upper) << std::hex << bits[i] << " by " << radam_target_name(target);
    ASSERT_EQ(lower[i], expected.lower) << std::hex << bits[i] << " by " << radam_target_name(target);
  }
}

// For each upper half, the numbers next to it and to where rounding changes. So all exponents, signs, carries,
// infinities and NaNs are among them.
TEST_F(SplitType, EveryNumberIsKept) {
  std::vector<std::uint32_t> bits;
  std::vector<std::uint16_t> upper, lower;
  Values random(0x5917);
  for (std::uint32_t code = 0; code < 0x10000; ++code)
    for (const std::uint32_t rest : {0u, 1u, 0x7FFFu, 0x8000u, 0x8001u, 0xFFFFu, random.below(0x10000)}) {
      const float x = float_of(code << 16 | rest);
      const Halves halves = halves_of(x);
      ASSERT_TRUE(same(value_of(halves), x)) << "as documented: " << std::hex << bits_of(x);
      bits.push_back(bits_of(x));
      upper.push_back(halves.upper);
      lower.push_back(halves.lower);
    }
  for (const std::int32_t target : available_targets()) {
    expect_same_bits(target, still(), bits, upper, lower, RADAM_TYPE_F32);
    radam_coefficients c = still();  // infinities are kept by a rule that does not multiply them
    c.of.sgd.step_size = 1;
    expect_same_bits(target, c, bits, upper, lower, RADAM_TYPE_F32);
  }
}

// What a framework wrote over the upper halves is what counts, whatever lower halves are left from before.
TEST_F(SplitType, ForgottenLowerHalvesLeaveWhatWasWritten) {
  std::vector<std::uint32_t> bits;
  std::vector<std::uint16_t> upper, lower;
  for (std::uint32_t code = 0; code < 0x10000; ++code)
    for (const std::uint32_t rest : {0u, 1u, 0x7FFFu, 0x8000u, 0x8001u, 0xFFFFu}) {
      if ((code & 0x7FFF) >= 0x7F80) continue;
      upper.push_back(static_cast<std::uint16_t>(code));
      lower.push_back(static_cast<std::uint16_t>(rest));
      bits.push_back(bits_of(value_of(Halves{upper.back(), lower.back()})));
      ASSERT_EQ(halves_of(float_of(bits.back())).upper, code) << "as documented";
    }
  for (const std::int32_t target : available_targets())
    expect_same_bits(target, still(), bits, upper, lower, RADAM_TYPE_F32);
}

// A training of each algorithm, rule and type of state and gradients.
TEST_F(SplitType, TrainingHasTheBitsOfFloat32) {
  Values random(0x59172);
  for (const Combination& parts : all_combinations())
    for (std::int32_t types = 0; types < 9; ++types) {
      const bool tame = random.below(3) != 0;
      radam_tensor settings{};
      settings.grad_type = types % 3;
      settings.state_type = types / 3;
      settings.length = 1 + random.below(600);
      settings.seed = 7;
      settings.average_rate = 0.25f;
      settings.clip_value = random.below(4) == 0 ? 2.0f : 0.0f;
      const bool average = random.below(4) == 0;
      MixedTensor whole = tensor(random, settings, parts.present, false, average, tame);
      std::vector<MixedTensor> split;
      for (const std::int32_t target : available_targets()) {
        exercised_targets().insert(target);
        MixedTensor t = whole;
        t.settings.param_type = RADAM_TYPE_SPLIT;
        t.settings.param_rounding = RADAM_ROUND_STOCHASTIC;  // ignored
        t.param.resize(2 * static_cast<std::size_t>(settings.length));
        t.copy = t.param;
        for (std::size_t i = 0; i < static_cast<std::size_t>(settings.length); ++i)
          store_param(t, i, load_param(whole, i), kNearest);
        split.push_back(t);
      }
      for (std::int64_t n = 1; n <= 4; ++n) {
        new_gradients(random, whole, tame);
        whole.settings.step = n;
        const MixedBuffers b = whole.buffers();
        ASSERT_EQ(step_mixed(RADAM_TARGET_SCALAR, &parts.typical, &b, 0, settings.length), RADAM_OK);
        for (std::size_t k = 0; k < split.size(); ++k) {
          MixedTensor& t = split[k];
          t.grad = whole.grad;
          t.settings.step = n;
          const MixedBuffers halves = t.buffers();
          ASSERT_EQ(step_mixed(available_targets()[k], &parts.typical, &halves, 0, settings.length), RADAM_OK);
          for (std::size_t i = 0; i < static_cast<std::size_t>(settings.length); ++i) {
            const float p = load_param(whole, i);
            ASSERT_TRUE(same(load_param(t, i), p)) << parts.name << ", types " << types << ", step " << n;
            ASSERT_TRUE(!average || same(t.average[i], whole.average[i])) << parts.name;
            const float upper = value_of(RADAM_TYPE_BF16, halves_of(p).upper);
            ASSERT_EQ(bits_of(load(t.param, RADAM_TYPE_BF16, i)), bits_of(upper)) << parts.name;
          }
        }
      }
    }
}

}  // namespace
}  // namespace radam_test
