// The algorithms by number, and the buffers of state that each has.
#include <climits>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <radam/radam.h>

#include "structs.h"
#include "trajectory.h"

namespace radam_test {
namespace {

struct Buffer {
  std::string name;
  std::int32_t is_signed, present;
};

struct Case {
  std::string text;
  radam_hyperparameters h;
  std::vector<Buffer> buffers;
};

// Every algorithm with each set of buffers that it can have.
std::vector<Case> cases() {
  std::vector<Case> all;
  for (std::int32_t number = 0; number <= RADAM_PRESET_ADAM_2K; ++number) {
    for (const std::int32_t amsgrad : {0, 1}) {
      radam_hyperparameters h = preset(number);
      h.of.adam.amsgrad = amsgrad;
      all.push_back({"preset " + std::to_string(number) + ", amsgrad " + std::to_string(amsgrad), h,
                     {{"exp_avg", 1, 1}, {"exp_avg_sq", 0, 1}, {"max_exp_avg_sq", 0, amsgrad}}});
    }
  }
  for (const std::int32_t number : {RADAM_PRESET_SGD_PYTORCH, RADAM_PRESET_SGDW}) {
    for (const double momentum : {0.0, std::nextafter(0.0, 1.0), 0.9}) {
      radam_hyperparameters h = preset(number);
      h.of.sgd.momentum = momentum;
      all.push_back({"preset " + std::to_string(number) + ", momentum " + std::to_string(momentum), h,
                     {{"momentum_buffer", 1, momentum > 0}}});
    }
  }
  for (const std::int32_t number : {RADAM_PRESET_LION_AUTHORS, RADAM_PRESET_CAUTIOUS_LION_TIMM})
    all.push_back({"lion, preset " + std::to_string(number), preset(number), {{"exp_avg", 1, 1}}});
  for (const std::int32_t number : {RADAM_PRESET_NADAM_PYTORCH, RADAM_PRESET_NADAMW_PYTORCH})
    all.push_back({"nadam", preset(number), {{"exp_avg", 1, 1}, {"exp_avg_sq", 0, 1}}});
  for (const double momentum : {0.0, 0.9})
    for (const std::int32_t centered : {0, 1}) {
      radam_hyperparameters h = preset(RADAM_PRESET_RMSPROP_PYTORCH);
      h.of.rmsprop.momentum = momentum;
      h.of.rmsprop.centered = centered;
      all.push_back({"rmsprop, momentum " + std::to_string(momentum) + ", centered " + std::to_string(centered), h,
                     {{"square_avg", 0, 1}, {"momentum_buffer", 1, momentum > 0}, {"grad_avg", 1, centered}}});
    }
  all.push_back({"adagrad", preset(RADAM_PRESET_ADAGRAD_PYTORCH), {{"sum", 0, 1}}});
  all.push_back({"adamax", preset(RADAM_PRESET_ADAMAX_PYTORCH), {{"exp_avg", 1, 1}, {"exp_inf", 0, 1}}});
  all.push_back({"adadelta", preset(RADAM_PRESET_ADADELTA_PYTORCH), {{"square_avg", 0, 1}, {"acc_delta", 0, 1}}});
  all.push_back({"adopt", preset(RADAM_PRESET_ADOPT_AUTHORS), {{"exp_avg", 1, 1}, {"exp_avg_sq", 0, 1}}});
  all.push_back({"qhadam", preset(RADAM_PRESET_QHADAM_AUTHORS), {{"exp_avg", 1, 1}, {"exp_avg_sq", 0, 1}}});
  all.push_back({"ademamix", preset(RADAM_PRESET_ADEMAMIX_AUTHORS),
                 {{"exp_avg_fast", 1, 1}, {"exp_avg_slow", 1, 1}, {"exp_avg_sq", 0, 1}}});
  all.push_back({"adamod", preset(RADAM_PRESET_ADAMOD_AUTHORS),
                 {{"exp_avg", 1, 1}, {"exp_avg_sq", 0, 1}, {"exp_avg_lr", 0, 1}}});
  all.push_back({"qhm", preset(RADAM_PRESET_QHM_AUTHORS), {{"momentum_buffer", 1, 1}}});
  all.push_back({"adan", preset(RADAM_PRESET_ADAN_AUTHORS),
                 {{"exp_avg", 1, 1}, {"exp_avg_sq", 0, 1}, {"exp_avg_diff", 1, 1}, {"neg_pre_grad", 1, 1}}});
  for (const std::int32_t number :
       {RADAM_PRESET_ADABOUND_AUTHORS, RADAM_PRESET_AMSBOUND_AUTHORS, RADAM_PRESET_ADABOUNDW_AUTHORS})
    all.push_back({"preset " + std::to_string(number), preset(number),
                   {{"exp_avg", 1, 1},
                    {"exp_avg_sq", 0, 1},
                    {"max_exp_avg_sq", 0, number == RADAM_PRESET_AMSBOUND_AUTHORS}}});
  all.push_back({"diffgrad", preset(RADAM_PRESET_DIFFGRAD_AUTHORS),
                 {{"exp_avg", 1, 1}, {"exp_avg_sq", 0, 1}, {"previous_grad", 1, 1}}});
  for (const std::int32_t amsgrad : {0, 1}) {
    radam_hyperparameters h = preset(RADAM_PRESET_PADAM_AUTHORS);
    h.of.padam.amsgrad = amsgrad;
    all.push_back({"padam, amsgrad " + std::to_string(amsgrad), h,
                   {{"exp_avg", 1, 1}, {"exp_avg_sq", 0, 1}, {"max_exp_avg_sq", 0, amsgrad}}});
  }
  all.push_back({"madgrad", preset(RADAM_PRESET_MADGRAD_AUTHORS),
                 {{"grad_sum_sq", 0, 1}, {"s", 1, 1}, {"x0_minus_param", 1, 1}}});
  all.push_back({"cocob", preset(RADAM_PRESET_COCOB_AUTHORS),
                 {{"sum_negative_gradients", 1, 1}, {"grad_norm_sum", 0, 1}, {"L", 0, 1}, {"reward", 0, 1}}});
  all.push_back({"schedulefree_sgd", preset(RADAM_PRESET_SCHEDULEFREE_SGD_AUTHORS), {{"z_minus_param", 1, 1}}});
  for (const std::int32_t number : {RADAM_PRESET_SCHEDULEFREE_ADAMW_AUTHORS, RADAM_PRESET_SCHEDULEFREE_RADAM_AUTHORS})
    for (const double inner_momentum : {0.0, 0.9}) {
      radam_hyperparameters h = preset(number);
      h.of.schedulefree_adamw.inner_momentum = inner_momentum;
      all.push_back({"preset " + std::to_string(number) + ", inner_momentum " + std::to_string(inner_momentum), h,
                     {{"z_minus_param", 1, 1}, {"exp_avg_sq", 0, 1}, {"exp_avg", 1, inner_momentum > 0}}});
    }
  for (const std::int32_t number :
       {RADAM_PRESET_LAMB_CYBERTRONAI, RADAM_PRESET_LAMB_NVIDIA, RADAM_PRESET_STABLEADAMW_AUTHORS,
        RADAM_PRESET_CAUTIOUS_ADAMW_AUTHORS})
    all.push_back({"preset " + std::to_string(number), preset(number), {{"exp_avg", 1, 1}, {"exp_avg_sq", 0, 1}}});
  for (const double momentum : {0.0, 0.9}) {
    radam_hyperparameters h = preset(RADAM_PRESET_LARS_TIMM);
    h.of.lars.momentum = momentum;
    all.push_back({"lars, momentum " + std::to_string(momentum), h, {{"momentum_buffer", 1, momentum > 0}}});
  }
  for (const double beta1 : {0.0, 0.9}) {
    radam_hyperparameters h = preset(RADAM_PRESET_NOVOGRAD_NVIDIA);
    h.of.novograd.beta1 = beta1;
    all.push_back({"novograd, beta1 " + std::to_string(beta1), h, {{"exp_avg", 1, beta1 > 0}}});
  }
  for (const double momentum : {0.0, 0.9}) {
    radam_hyperparameters h = preset(RADAM_PRESET_SGD_HD_AUTHORS);
    h.of.sgd_hd.momentum = momentum;
    all.push_back({"sgd_hd, momentum " + std::to_string(momentum), h,
                   {{"momentum_buffer", 1, 1}, {"last_update", 1, 0}}});
  }
  all.push_back({"sgdn_hd", preset(RADAM_PRESET_SGDN_HD_AUTHORS), {{"momentum_buffer", 1, 1}, {"last_update", 1, 1}}});
  all.push_back({"yellowfin", preset(RADAM_PRESET_YELLOWFIN_AUTHORS), {{"momentum_buffer", 1, 1}, {"exp_avg", 1, 1}}});
  for (const double momentum : {0.0, 0.9}) {
    radam_hyperparameters h = preset(RADAM_PRESET_SGDP_AUTHORS);
    h.of.sgdp.momentum = momentum;
    all.push_back({"sgdp, momentum " + std::to_string(momentum), h, {{"momentum_buffer", 1, momentum > 0}}});
  }
  all.push_back({"adamp", preset(RADAM_PRESET_ADAMP_AUTHORS), {{"exp_avg", 1, 1}, {"exp_avg_sq", 0, 1}}});
  all.push_back({"adam_hd", preset(RADAM_PRESET_ADAM_HD_AUTHORS), {{"exp_avg", 1, 1}, {"exp_avg_sq", 0, 1}}});
  all.push_back({"yogi", preset(RADAM_PRESET_YOGI_TORCH_OPTIMIZER), {{"exp_avg", 1, 1}, {"exp_avg_sq", 0, 1}}});
  for (const std::int32_t amsgrad : {0, 1})
    for (const std::int32_t rectify : {0, 1}) {
      radam_hyperparameters h = preset(RADAM_PRESET_ADABELIEF_AUTHORS);
      h.of.adabelief.amsgrad = amsgrad;
      h.of.adabelief.rectify = rectify;
      all.push_back({"adabelief, amsgrad " + std::to_string(amsgrad) + ", rectify " + std::to_string(rectify), h,
                     {{"exp_avg", 1, 1}, {"exp_avg_var", 0, 1}, {"max_exp_avg_var", 0, amsgrad && !rectify}}});
    }
  return all;
}

TEST(Algorithms, HaveNamesFromZeroWithoutGaps) {
  EXPECT_STREQ(radam_algorithm_name(RADAM_ALGORITHM_ADAM), "adam");
  EXPECT_STREQ(radam_algorithm_name(RADAM_ALGORITHM_SGD), "sgd");
  EXPECT_STREQ(radam_algorithm_name(RADAM_ALGORITHM_LION), "lion");
  EXPECT_STREQ(radam_algorithm_name(RADAM_ALGORITHM_NADAM), "nadam");
  EXPECT_STREQ(radam_algorithm_name(RADAM_ALGORITHM_RMSPROP), "rmsprop");
  EXPECT_STREQ(radam_algorithm_name(RADAM_ALGORITHM_ADAGRAD), "adagrad");
  EXPECT_STREQ(radam_algorithm_name(RADAM_ALGORITHM_ADAMAX), "adamax");
  EXPECT_STREQ(radam_algorithm_name(RADAM_ALGORITHM_ADADELTA), "adadelta");
  EXPECT_STREQ(radam_algorithm_name(RADAM_ALGORITHM_ADABELIEF), "adabelief");
  EXPECT_STREQ(radam_algorithm_name(RADAM_ALGORITHM_ADOPT), "adopt");
  EXPECT_STREQ(radam_algorithm_name(RADAM_ALGORITHM_YOGI), "yogi");
  EXPECT_STREQ(radam_algorithm_name(RADAM_ALGORITHM_QHADAM), "qhadam");
  EXPECT_STREQ(radam_algorithm_name(RADAM_ALGORITHM_ADEMAMIX), "ademamix");
  EXPECT_STREQ(radam_algorithm_name(RADAM_ALGORITHM_ADAMOD), "adamod");
  EXPECT_STREQ(radam_algorithm_name(RADAM_ALGORITHM_QHM), "qhm");
  EXPECT_STREQ(radam_algorithm_name(RADAM_ALGORITHM_ADAN), "adan");
  EXPECT_STREQ(radam_algorithm_name(RADAM_ALGORITHM_ADABOUND), "adabound");
  EXPECT_STREQ(radam_algorithm_name(RADAM_ALGORITHM_DIFFGRAD), "diffgrad");
  EXPECT_STREQ(radam_algorithm_name(RADAM_ALGORITHM_PADAM), "padam");
  EXPECT_STREQ(radam_algorithm_name(RADAM_ALGORITHM_MADGRAD), "madgrad");
  EXPECT_STREQ(radam_algorithm_name(RADAM_ALGORITHM_COCOB), "cocob");
  EXPECT_STREQ(radam_algorithm_name(RADAM_ALGORITHM_SCHEDULEFREE_SGD), "schedulefree_sgd");
  EXPECT_STREQ(radam_algorithm_name(RADAM_ALGORITHM_SCHEDULEFREE_ADAMW), "schedulefree_adamw");
  EXPECT_STREQ(radam_algorithm_name(RADAM_ALGORITHM_LAMB), "lamb");
  EXPECT_STREQ(radam_algorithm_name(RADAM_ALGORITHM_STABLEADAMW), "stableadamw");
  EXPECT_STREQ(radam_algorithm_name(RADAM_ALGORITHM_LARS), "lars");
  EXPECT_STREQ(radam_algorithm_name(RADAM_ALGORITHM_CAUTIOUS_ADAMW), "cautious_adamw");
  EXPECT_STREQ(radam_algorithm_name(RADAM_ALGORITHM_CAUTIOUS_LION), "cautious_lion");
  EXPECT_STREQ(radam_algorithm_name(RADAM_ALGORITHM_NOVOGRAD), "novograd");
  EXPECT_STREQ(radam_algorithm_name(RADAM_ALGORITHM_SGD_HD), "sgd_hd");
  EXPECT_STREQ(radam_algorithm_name(RADAM_ALGORITHM_ADAM_HD), "adam_hd");
  EXPECT_STREQ(radam_algorithm_name(RADAM_ALGORITHM_ADAMP), "adamp");
  EXPECT_STREQ(radam_algorithm_name(RADAM_ALGORITHM_SGDP), "sgdp");
  for (const std::int32_t number : {-1, kAlgorithms, INT_MAX, INT_MIN})
    EXPECT_EQ(radam_algorithm_name(number), nullptr) << number;
}

TEST(State, Count) {
  EXPECT_EQ(radam_state_count(RADAM_ALGORITHM_ADAM), 3);
  EXPECT_EQ(radam_state_count(RADAM_ALGORITHM_SGD), 1);
  EXPECT_EQ(radam_state_count(RADAM_ALGORITHM_LION), 1);
  EXPECT_EQ(radam_state_count(RADAM_ALGORITHM_NADAM), 2);
  EXPECT_EQ(radam_state_count(RADAM_ALGORITHM_RMSPROP), 3);
  EXPECT_EQ(radam_state_count(RADAM_ALGORITHM_ADAGRAD), 1);
  EXPECT_EQ(radam_state_count(RADAM_ALGORITHM_ADAMAX), 2);
  EXPECT_EQ(radam_state_count(RADAM_ALGORITHM_ADADELTA), 2);
  EXPECT_EQ(radam_state_count(RADAM_ALGORITHM_ADABELIEF), 3);
  EXPECT_EQ(radam_state_count(RADAM_ALGORITHM_ADOPT), 2);
  EXPECT_EQ(radam_state_count(RADAM_ALGORITHM_YOGI), 2);
  EXPECT_EQ(radam_state_count(RADAM_ALGORITHM_QHADAM), 2);
  EXPECT_EQ(radam_state_count(RADAM_ALGORITHM_ADEMAMIX), 3);
  EXPECT_EQ(radam_state_count(RADAM_ALGORITHM_ADAMOD), 3);
  EXPECT_EQ(radam_state_count(RADAM_ALGORITHM_QHM), 1);
  EXPECT_EQ(radam_state_count(RADAM_ALGORITHM_ADAN), 4);
  EXPECT_EQ(radam_state_count(RADAM_ALGORITHM_ADABOUND), 3);
  EXPECT_EQ(radam_state_count(RADAM_ALGORITHM_DIFFGRAD), 3);
  EXPECT_EQ(radam_state_count(RADAM_ALGORITHM_PADAM), 3);
  EXPECT_EQ(radam_state_count(RADAM_ALGORITHM_MADGRAD), 3);
  EXPECT_EQ(radam_state_count(RADAM_ALGORITHM_COCOB), 4);
  EXPECT_EQ(radam_state_count(RADAM_ALGORITHM_SCHEDULEFREE_SGD), 1);
  EXPECT_EQ(radam_state_count(RADAM_ALGORITHM_SCHEDULEFREE_ADAMW), 3);
  EXPECT_EQ(radam_state_count(RADAM_ALGORITHM_LAMB), 2);
  EXPECT_EQ(radam_state_count(RADAM_ALGORITHM_STABLEADAMW), 2);
  EXPECT_EQ(radam_state_count(RADAM_ALGORITHM_LARS), 1);
  EXPECT_EQ(radam_state_count(RADAM_ALGORITHM_CAUTIOUS_ADAMW), 2);
  EXPECT_EQ(radam_state_count(RADAM_ALGORITHM_CAUTIOUS_LION), 1);
  EXPECT_EQ(radam_state_count(RADAM_ALGORITHM_NOVOGRAD), 1);
  EXPECT_EQ(radam_state_count(RADAM_ALGORITHM_SGD_HD), 2);
  EXPECT_EQ(radam_state_count(RADAM_ALGORITHM_ADAM_HD), 2);
  EXPECT_EQ(radam_state_count(RADAM_ALGORITHM_ADAMP), 2);
  EXPECT_EQ(radam_state_count(RADAM_ALGORITHM_SGDP), 1);
  for (const std::int32_t number : {-1, kAlgorithms, INT_MAX, INT_MIN})
    EXPECT_EQ(radam_state_count(number), 0) << number;
}

TEST(State, Describe) {
  for (const Case& k : cases()) {
    SCOPED_TRACE(k.text);
    const auto count = static_cast<std::int32_t>(k.buffers.size());
    ASSERT_EQ(radam_state_count(k.h.algorithm), count);
    for (std::int32_t index = 0; index < count; ++index) {
      radam_state_buffer b = marked<radam_state_buffer>();
      ASSERT_EQ(radam_state_describe(&k.h, index, &b), RADAM_OK);
      const Buffer& expected = k.buffers[static_cast<std::size_t>(index)];
      EXPECT_EQ(b.struct_size, sizeof b);
      EXPECT_EQ(b.name, expected.name);
      EXPECT_EQ(b.is_signed, expected.is_signed);
      EXPECT_EQ(b.present, expected.present);
      EXPECT_EQ(b.initial, 0);
      EXPECT_FALSE(std::signbit(b.initial));
    }
  }
}

TEST(State, DescribeRefusesABufferThatIsNotThere) {
  for (const Case& k : cases()) {
    const auto count = static_cast<std::int32_t>(k.buffers.size());
    for (const std::int32_t index : {-1, count, RADAM_MAX_STATE, INT_MAX, INT_MIN}) {
      radam_state_buffer b = marked<radam_state_buffer>();
      EXPECT_EQ(radam_state_describe(&k.h, index, &b), RADAM_ERROR_STATE) << k.text << ", buffer " << index;
      EXPECT_TRUE(same_bytes(b, marked<radam_state_buffer>()));
    }
  }
}

TEST(State, DescribeRefusesWhatTheCheckRefuses) {
  for (const Case& k : cases()) {
    radam_state_buffer b = marked<radam_state_buffer>();
    radam_hyperparameters h = k.h;
    h.algorithm = kAlgorithms;
    EXPECT_EQ(radam_state_describe(&h, 0, &b), RADAM_ERROR_ALGORITHM) << k.text;
    h = k.h;
    h.learning_rate = -1;
    EXPECT_EQ(radam_state_describe(&h, 0, &b), RADAM_ERROR_LEARNING_RATE) << k.text;
    for (const std::uint32_t size : kWrongSizes<radam_hyperparameters>) {
      h = k.h;
      h.struct_size = size;
      EXPECT_EQ(radam_state_describe(&h, 0, &b), RADAM_ERROR_STRUCT_SIZE) << k.text << ", " << size;
    }
    EXPECT_EQ(radam_state_describe(nullptr, 0, &b), RADAM_ERROR_NULL);
    EXPECT_EQ(radam_state_describe(&k.h, 0, nullptr), RADAM_ERROR_NULL);
    EXPECT_TRUE(same_bytes(b, marked<radam_state_buffer>()));
    for (const std::uint32_t size : kWrongSizes<radam_state_buffer>) {
      b.struct_size = size;
      const radam_state_buffer copy = b;
      EXPECT_EQ(radam_state_describe(&k.h, 0, &b), RADAM_ERROR_STRUCT_SIZE) << k.text << ", " << size;
      EXPECT_TRUE(same_bytes(b, copy));
    }
  }
}

TEST(State, DescribeTakesNewerStructs) {
  for (const Case& k : cases()) {
    radam_state_buffer expected = marked<radam_state_buffer>();
    ASSERT_EQ(radam_state_describe(&k.h, 0, &expected), RADAM_OK);
    Newer<radam_hyperparameters> h(k.h, 0);
    Newer<radam_state_buffer> b(marked<radam_state_buffer>(), 0x5C);
    const std::uint32_t size = b.known.struct_size;
    ASSERT_EQ(radam_state_describe(&h.known, 0, &b.known), RADAM_OK) << k.text;
    EXPECT_EQ(b.known.struct_size, size);
    EXPECT_TRUE(b.more_is(0));
    b.known.struct_size = sizeof b.known;
    EXPECT_TRUE(same_bytes(b.known, expected)) << k.text;
  }
}

}  // namespace
}  // namespace radam_test
