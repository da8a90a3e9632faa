// Steps have the bits of steps on the host: all algorithms, types, options and state, whole tensors and slices.
#include <algorithm>
#include <cmath>
#include <limits>

#include "tests.h"
#include "twin.h"

namespace radam_test {
namespace {

radam_cuda_step_options step_options() {
  radam_cuda_step_options o{};
  o.struct_size = sizeof o;
  return o;
}

// What a caller may fill coefficients with by hand.
void extreme(Values& random, radam_coefficients& c) {
  const float values[] = {0, 1e-30f, 1, 1e30f, -1e30f};
  const auto any = [&] { return values[random.below(5)]; };
  switch (c.algorithm) {
    case RADAM_ALGORITHM_ADAM:
      c.mode = static_cast<std::int32_t>(random.below(5));
      if (c.mode >= RADAM_MODE_SECOND_MOMENT_ONLY) c.of.adam.l2 = 0;
      c.of.adam.step_size = any();
      c.of.adam.epsilon = std::fabs(any());
      if (random.below(2) != 0) c.of.adam.beta1 = 0.25f, c.of.adam.one_minus_beta1 = 0.75f;
      if (random.below(2) != 0) c.of.adam.beta2 = 0, c.of.adam.one_minus_beta2 = 1;
      break;
    case RADAM_ALGORITHM_SGD: c.of.sgd.step_size = any(); break;
    case RADAM_ALGORITHM_NADAM:
      c.of.nadam.step_size = any();
      c.of.nadam.grad_factor = any();
      c.of.nadam.exp_avg_factor = any();
      c.of.nadam.epsilon = std::fabs(any());
      if (random.below(2) != 0) c.of.nadam.beta1 = 0.25f, c.of.nadam.one_minus_beta1 = 0.75f;
      if (random.below(2) != 0) c.of.nadam.beta2 = 0, c.of.nadam.one_minus_beta2 = 1;
      break;
    case RADAM_ALGORITHM_RMSPROP:
      c.of.rmsprop.step_size = any();
      c.of.rmsprop.epsilon = std::fabs(any());
      c.of.rmsprop.epsilon_in_root = std::fabs(any());
      if (random.below(2) != 0) c.of.rmsprop.alpha = 0.25f, c.of.rmsprop.one_minus_alpha = 0.75f;
      break;
    case RADAM_ALGORITHM_ADAGRAD:
      c.of.adagrad.step_size = any();
      c.of.adagrad.epsilon = std::fabs(any());
      c.of.adagrad.initial_accumulator = std::fabs(any());
      break;
    case RADAM_ALGORITHM_ADAMAX:
      c.of.adamax.step_size = any();
      c.of.adamax.epsilon = std::fabs(any());
      if (random.below(2) != 0) c.of.adamax.beta1 = 0.25f, c.of.adamax.one_minus_beta1 = 0.75f;
      break;
    case RADAM_ALGORITHM_ADADELTA:
      c.of.adadelta.step_size = any();
      c.of.adadelta.epsilon = std::fabs(any());
      if (random.below(2) != 0) c.of.adadelta.rho = 0.25f, c.of.adadelta.one_minus_rho = 0.75f;
      break;
    case RADAM_ALGORITHM_ADOPT:
      c.of.adopt.step_size = any();
      c.of.adopt.epsilon = std::fabs(any());
      c.of.adopt.bound = std::fabs(any());
      if (random.below(2) != 0) c.of.adopt.beta1 = 0.25f, c.of.adopt.one_minus_beta1 = 0.75f;
      if (random.below(2) != 0) c.of.adopt.beta2 = 0, c.of.adopt.one_minus_beta2 = 1;
      break;
    case RADAM_ALGORITHM_YOGI:
      c.of.yogi.step_size = any();
      c.of.yogi.epsilon = std::fabs(any());
      c.of.yogi.initial_accumulator = std::fmin(0x1p124f, std::fabs(any()));
      if (random.below(2) != 0) c.of.yogi.beta1 = 0.25f, c.of.yogi.one_minus_beta1 = 0.75f;
      if (random.below(2) != 0) c.of.yogi.one_minus_beta2 = 1;
      break;
    case RADAM_ALGORITHM_QHADAM:
      c.of.qhadam.step_size = any();
      c.of.qhadam.epsilon = std::fabs(any());
      if (random.below(2) != 0) c.of.qhadam.nu1 = 0.25f, c.of.qhadam.one_minus_nu1 = 0.75f;
      if (random.below(2) != 0) c.of.qhadam.nu2 = 0, c.of.qhadam.one_minus_nu2 = 1;
      if (random.below(2) != 0) c.of.qhadam.beta1 = 0.25f, c.of.qhadam.one_minus_beta1 = 0.75f;
      if (random.below(2) != 0) c.of.qhadam.beta2 = 0, c.of.qhadam.one_minus_beta2 = 1;
      break;
    case RADAM_ALGORITHM_ADEMAMIX:
      c.of.ademamix.step_size = any();
      c.of.ademamix.alpha = std::fabs(any());
      c.of.ademamix.epsilon = std::fabs(any());
      if (random.below(2) != 0) c.of.ademamix.beta1 = 0.25f, c.of.ademamix.one_minus_beta1 = 0.75f;
      if (random.below(2) != 0) c.of.ademamix.beta2 = 0, c.of.ademamix.one_minus_beta2 = 1;
      if (random.below(2) != 0) c.of.ademamix.beta3 = 0.375f, c.of.ademamix.one_minus_beta3 = 0.625f;
      break;
    case RADAM_ALGORITHM_ADAMOD:
      c.of.adamod.step_size = any();
      c.of.adamod.rate = std::fabs(any());
      c.of.adamod.epsilon = std::fabs(any());
      if (random.below(2) != 0) c.of.adamod.beta1 = 0.25f, c.of.adamod.one_minus_beta1 = 0.75f;
      if (random.below(2) != 0) c.of.adamod.beta2 = 0, c.of.adamod.one_minus_beta2 = 1;
      if (random.below(2) != 0) c.of.adamod.beta3 = 0.375f, c.of.adamod.one_minus_beta3 = 0.625f;
      break;
    case RADAM_ALGORITHM_QHM:
      c.of.qhm.step_size = any();
      if (random.below(2) != 0) c.of.qhm.momentum = 0.25f, c.of.qhm.one_minus_momentum = 0.75f;
      if (random.below(2) != 0) c.of.qhm.nu = 1, c.of.qhm.one_minus_nu = 0;
      break;
    case RADAM_ALGORITHM_ADAN:
      c.of.adan.step_size = any();
      c.of.adan.diff_factor = std::fabs(any());
      c.of.adan.epsilon = std::fabs(any());
      c.of.adan.diff_scale = static_cast<float>(random.below(2));
      if (random.below(2) != 0) c.of.adan.beta1 = 0.25f, c.of.adan.one_minus_beta1 = 0.75f;
      if (random.below(2) != 0) c.of.adan.beta2 = 0, c.of.adan.one_minus_beta2 = 1;
      if (random.below(2) != 0) c.of.adan.beta3 = 0.375f, c.of.adan.one_minus_beta3 = 0.625f;
      break;
    case RADAM_ALGORITHM_ADABOUND:
      c.of.adabound.step_size = any();
      c.of.adabound.rate = std::fabs(any());
      c.of.adabound.lower = std::fabs(any());
      c.of.adabound.upper = std::fabs(any());
      c.of.adabound.epsilon = std::fabs(any());
      if (random.below(2) != 0) c.of.adabound.beta1 = 0.25f, c.of.adabound.one_minus_beta1 = 0.75f;
      if (random.below(2) != 0) c.of.adabound.beta2 = 0, c.of.adabound.one_minus_beta2 = 1;
      break;
    case RADAM_ALGORITHM_DIFFGRAD:
      c.of.diffgrad.step_size = any();
      c.of.diffgrad.epsilon = std::fabs(any());
      if (random.below(2) != 0) c.of.diffgrad.beta1 = 0.25f, c.of.diffgrad.one_minus_beta1 = 0.75f;
      if (random.below(2) != 0) c.of.diffgrad.beta2 = 0, c.of.diffgrad.one_minus_beta2 = 1;
      break;
    case RADAM_ALGORITHM_PADAM:
      c.of.padam.step_size = any();
      c.of.padam.power = 0.5f * static_cast<float>(random.below(3));
      c.of.padam.epsilon = std::fabs(any());
      if (random.below(2) != 0) c.of.padam.beta1 = 0.25f, c.of.padam.one_minus_beta1 = 0.75f;
      if (random.below(2) != 0) c.of.padam.beta2 = 0, c.of.padam.one_minus_beta2 = 1;
      break;
    case RADAM_ALGORITHM_MADGRAD:
      c.of.madgrad.step_size = any();
      c.of.madgrad.rate = std::fabs(any());
      c.of.madgrad.epsilon = std::fabs(any());
      break;
    case RADAM_ALGORITHM_COCOB:
      c.of.cocob.step_size = any();
      c.of.cocob.rate = std::fabs(any());
      c.of.cocob.alpha = std::fabs(any());
      c.of.cocob.epsilon = std::fabs(any());
      break;
    case RADAM_ALGORITHM_SCHEDULEFREE_SGD:
      c.of.schedulefree_sgd.step_size = any();
      c.of.schedulefree_sgd.ckp1 = 0.25f * static_cast<float>(random.below(5));
      c.of.schedulefree_sgd.rate = any();
      c.of.schedulefree_sgd.z_rate = any();
      c.of.schedulefree_sgd.z_decay = any();
      break;
    case RADAM_ALGORITHM_SCHEDULEFREE_ADAMW:
      c.mode = static_cast<std::int32_t>(random.below(2));
      c.of.schedulefree_adamw.step_size = any();
      c.of.schedulefree_adamw.ckp1 = 0.25f * static_cast<float>(random.below(5));
      c.of.schedulefree_adamw.rate = any();
      c.of.schedulefree_adamw.z_rate = any();
      c.of.schedulefree_adamw.z_decay = any();
      c.of.schedulefree_adamw.epsilon = std::fabs(any());
      if (random.below(2) != 0) c.of.schedulefree_adamw.beta2 = 0, c.of.schedulefree_adamw.one_minus_beta2 = 1;
      break;
    case RADAM_ALGORITHM_ADABELIEF:
      c.mode = static_cast<std::int32_t>(random.below(2));
      c.of.adabelief.step_size = any();
      c.of.adabelief.var_epsilon = std::fabs(any());
      c.of.adabelief.epsilon = std::fabs(any());
      if (random.below(2) != 0) c.of.adabelief.beta1 = 0.25f, c.of.adabelief.one_minus_beta1 = 0.75f;
      if (random.below(2) != 0) c.of.adabelief.beta2 = 0, c.of.adabelief.one_minus_beta2 = 1;
      break;
    default:
      c.mode = random.below(2) != 0 ? RADAM_MODE_CAUTIOUS : 0;
      c.of.lion.step_size = any();
      if (random.below(2) != 0) c.of.lion.beta1 = 0.25f, c.of.lion.one_minus_beta1 = 0.75f;
      if (random.below(2) != 0) c.of.lion.beta2 = 0, c.of.lion.one_minus_beta2 = 1;
  }
  c.grad_scale = any() == 0 ? -1.0f : 1e20f;
}

// A tensor's types and options by number; what the number leaves open is drawn.
struct Drawn {
  radam_tensor t{};
  bool copy = false, average = false;

  static constexpr unsigned kCount = 3 * 3 * 3 * 2 * 2;

  Drawn(unsigned number, Values& random, bool zero_grad) {
    const auto digit = [&](unsigned base) {
      const unsigned result = number % base;
      number /= base;
      return static_cast<std::int32_t>(result);
    };
    t.param_type = digit(3);
    t.grad_type = digit(3);
    t.state_type = digit(3);
    t.param_rounding = digit(2) ? RADAM_ROUND_STOCHASTIC : RADAM_ROUND_DEFAULT;
    // In place of half of the tensors of bfloat16.
    if (t.param_type == RADAM_TYPE_BF16 && random.below(2) != 0) t.param_type = RADAM_TYPE_SPLIT;
    t.output = digit(2) && !zero_grad ? RADAM_OUTPUT_UPDATE : RADAM_OUTPUT_PARAM;
    t.state_rounding = random.below(4) == 0 ? RADAM_ROUND_NEAREST : RADAM_ROUND_DEFAULT;
    t.copy_type = random.below(2) ? RADAM_TYPE_BF16 : RADAM_TYPE_F16;
    t.length = 1 + random.below(700);
    t.first = RADAM_BLOCK_SIZE * static_cast<std::int64_t>(random.below(3) ? random.below(1u << 30) : 0);
    t.seed = random.below(1u << 30);
    t.average_rate = static_cast<float>(random.below(1025)) / 1024;
    if (random.below(3) == 0) t.row_length = 1 + random.below(random.below(2) != 0 ? 9 : 300);
    if (t.output == RADAM_OUTPUT_PARAM) {
      copy = t.param_type == RADAM_TYPE_F32 && random.below(2) != 0;
      average = random.below(2) != 0;
    }
    if (random.below(3) == 0) {
      t.lookahead = 1;
      average = true;
      if (random.below(3) == 0) t.average_rate = 0;
    }
  }
};

}  // namespace

// All combinations of types and options; those of the same options of a step are in one plan. A tensor has a group of
// its own.
void every_combination(Scale scale) {
  const Stream stream;
  Values random(0xCDA0);
  for (std::int32_t algorithm = 0; algorithm < kFirstLayerwise; ++algorithm)
    for (unsigned draw = 0; draw < (scale.small ? 2u : 12u); ++draw) {
      radam_cuda_step_options o = step_options();
      o.zero_grad = static_cast<std::int32_t>(draw % 2);
      o.clip_value = draw % 4 < 2 ? 0 : std::fabs(random.ordinary());
      const bool tame = draw % 3 != 2;
      Twin twin(std::int64_t{6} << 20, stream);
      std::vector<radam_hyperparameters> h;
      std::vector<TwinTensor> tensors;
      for (unsigned number = 0; number < Drawn::kCount; ++number) {
        const Drawn k(number, random, o.zero_grad != 0);
        h.push_back(drawn(random, algorithm));
        const std::int64_t misalignment = random.below(3) == 0 ? 1 + random.below(3) : 0;
        tensors.emplace_back(random, twin, k.t, h.back(), k.copy, k.average, misalignment, tame);
        tensors.back().group = static_cast<std::int32_t>(number);
        tensors.back().settings.zero_grad = o.zero_grad;
        tensors.back().settings.clip_value = o.clip_value;
      }
      TwinPlan plan(twin, tensors, algorithm, static_cast<std::int32_t>(tensors.size()), stream);
      for (const std::int64_t step : {1, 2, 3, 7}) {
        std::vector<radam_coefficients> coefficients;
        for (TwinTensor& t : tensors) {
          coefficients.push_back(coefficients_at(h[coefficients.size()], step));
          if (!tame) extreme(random, coefficients.back());
          fill(random, t.settings.grad_type, twin.host(t.grad), t.settings.length, tame);
          t.draw_means(random, twin);
        }
        twin.upload();
        plan.compute_means();
        for (const TwinTensor& t : tensors) t.compute_means(twin);
        plan.step(coefficients, std::vector<std::int64_t>(tensors.size(), step), &o);
        for (std::size_t i = 0; i < tensors.size(); ++i) tensors[i].step(twin, coefficients[i], step);
        twin.expect_same(std::string(radam_algorithm_name(algorithm)) + (tame ? "" : ", adversarial") + ", step " +
                         std::to_string(step));
      }
    }
}

// Layer-wise algorithms: the device's sums are those of the host, and so are the steps by the coefficients that follow.
void layerwise(Scale scale) {
  const Stream stream;
  Values random(0x1A3B);
  for (std::int32_t algorithm = kFirstLayerwise; algorithm < kAlgorithms; ++algorithm)
    for (unsigned draw = 0; draw < (is_by_rows(algorithm) ? 0u : scale.small ? 2u : 4u); ++draw) {
      const bool tame = draw < 2;
      const float clip_value = draw % 2 != 0 ? 0.5f : 0;
      Twin twin(std::int64_t{draw == 0 ? 16 : 8} << 20, stream);
      std::vector<radam_hyperparameters> h;
      std::vector<TwinTensor> tensors;
      for (unsigned number = 0; number < Drawn::kCount; ++number) {
        Drawn k(number, random, false);
        // Most are of one piece, some of several, and one of more than there are sums.
        if (number % 18 == 0) k.t.length = RADAM_CUDA_STATISTICS_PIECE + random.below(30000);
        if (number == Drawn::kCount / 2 && draw == 0) k.t.length = 300000 + random.below(1000);
        if (number % 10 == 3) k.t.length = 0;
        h.push_back(drawn(random, algorithm));
        const std::int64_t misalignment = random.below(3) == 0 ? 1 + random.below(3) : 0;
        tensors.emplace_back(random, twin, k.t, h.back(), k.copy, k.average, misalignment, tame);
        tensors.back().group = number % 10 == 7 ? RADAM_CUDA_NO_GROUP : static_cast<std::int32_t>(number);
      }
      TwinPlan plan(twin, tensors, algorithm, static_cast<std::int32_t>(tensors.size()), stream);
      radam_cuda_step_options o = step_options();
      for (const std::int64_t step : {1, 2, 7}) {
        const std::string what = std::string(radam_algorithm_name(algorithm)) + (tame ? "" : ", adversarial") +
                                 ", step " + std::to_string(step);
        std::vector<radam_coefficients> coefficients, reduced;
        for (TwinTensor& t : tensors) {
          fill(random, t.settings.grad_type, twin.host(t.grad), t.settings.length, tame);
          t.draw_means(random, twin);
          t.settings.clip_value = clip_value;
          coefficients.push_back(coefficients_at(h[coefficients.size()], step));
        }
        twin.upload();
        plan.compute_means();
        const std::vector<std::int64_t> steps(tensors.size(), step);
        o.clip_value = clip_value;
        o.clip_values = nullptr;
        const std::vector<radam_sums> sums = plan.sums(coefficients, steps, &o);
        std::vector<radam_sums> pieces;  // in the caller's order
        std::vector<float> clip_values;
        for (std::size_t i = 0; i < tensors.size(); ++i) {
          TwinTensor& t = tensors[i];
          radam_sums right{sizeof right, 0, {}};
          if (t.group != RADAM_CUDA_NO_GROUP) {
            t.compute_means(twin);
            right = t.sums(twin, coefficients[i], step);
            for (const radam_sums& piece : t.piece_sums(twin, coefficients[i], step)) pieces.push_back(piece);
          } else {
            for_pieces(t.settings, [&](std::int64_t, std::int64_t) { pieces.push_back({sizeof right, 0, {}}); });
          }
          require(sums[i].struct_size == sizeof right && sums[i].reserved == 0, what + ": the fields of sums");
          for (int k = 0; k < RADAM_MAX_SUMS; ++k)
            require(same_double(sums[i].values[k], right.values[k]),
                    what + ": sum " + std::to_string(k) + " of tensor " + std::to_string(i) + " is " +
                        std::to_string(sums[i].values[k]) + " and not " + std::to_string(right.values[k]));
          radam_coefficients r = coefficients[i];
          ok(radam_coefficients_reduce(&coefficients[i], t.settings.length, &sums[i], t.numbers, &r),
             "radam_coefficients_reduce");
          reduced.push_back(r);
          const double factor = static_cast<double>(r.grad_scale) / static_cast<double>(coefficients[i].grad_scale);
          if (clip_value > 0)
            t.settings.clip_value = std::fmax(0x1p-149f, static_cast<float>(static_cast<double>(clip_value) * factor));
          clip_values.push_back(t.settings.clip_value);
        }
        const std::vector<radam_sums> of_pieces = plan.piece_sums(static_cast<std::int64_t>(pieces.size()));
        for (std::size_t i = 0; i < pieces.size(); ++i) {
          require(of_pieces[i].struct_size == sizeof of_pieces[i] && of_pieces[i].reserved == 0,
                  what + ": the fields of sums of pieces");
          for (int k = 0; k < RADAM_MAX_SUMS; ++k)
            require(same_double(of_pieces[i].values[k], pieces[i].values[k]),
                    what + ": sum " + std::to_string(k) + " of piece " + std::to_string(i) + " is " +
                        std::to_string(of_pieces[i].values[k]) + " and not " + std::to_string(pieces[i].values[k]));
        }
        o.clip_value = 1;  // ignored
        o.clip_values = clip_values.data();
        plan.step(reduced, steps, &o);
        for (std::size_t i = 0; i < tensors.size(); ++i)
          if (tensors[i].group != RADAM_CUDA_NO_GROUP) tensors[i].step(twin, reduced[i], step);
        twin.expect_same(what);
      }
    }
}

namespace {

// Rows of any length make up the tensor: shorter than what a thread or a warp has, and longer than a block.
void draw_rows(Values& random, radam_tensor& t) {
  const std::int64_t lengths[] = {1, 2, 9, 9, 27, 32, 255, 256, 1 + random.below(70), 1 + random.below(1500)};
  t.row_length = lengths[random.below(10)];
  t.length = t.row_length * (1 + random.below(t.row_length < 100 ? 90 : 3));
  t.first = RADAM_BLOCK_SIZE * t.row_length * random.below(4);
}

// By reduced coefficients, tensors without rows step as others do, whatever their group projects.
void no_rows(const Stream& stream) {
  Values random(0x5603);
  Twin twin(1 << 20, stream);
  radam_hyperparameters h = preset(RADAM_PRESET_SGDP_AUTHORS);
  h.of.sgdp.momentum = 0.5;
  radam_tensor settings{};
  settings.length = 700;
  std::vector<TwinTensor> tensors;
  for (const std::int64_t row_length : {0, 7, 0, 100}) {
    settings.row_length = row_length;
    tensors.emplace_back(random, twin, settings, h, false, false);
    tensors.back().means = 0;
  }
  twin.upload();
  TwinPlan plan(twin, tensors, h.algorithm, 1, stream);
  const radam_coefficients c = coefficients_at(h, 1);
  const radam_sums none{sizeof none, 0, {}};
  radam_coefficients r = c;
  ok(radam_coefficients_reduce(&c, 700, &none, nullptr, &r), "radam_coefficients_reduce");
  std::vector<float> row_decay(100 + 7);
  fill(random, RADAM_TYPE_F32, row_decay.data(), static_cast<std::int64_t>(row_decay.size()));
  const DeviceMemory on_device(static_cast<std::int64_t>(row_decay.size() * sizeof(float)));
  stream.copy(on_device.get(), row_decay.data(), row_decay.size() * sizeof(float));
  const std::int32_t projection = RADAM_PROJECTION_ROWS;
  radam_cuda_step_options o = step_options();
  o.projections = &projection;
  o.row_decay = on_device.get<float>();
  plan.step({r}, {1}, &o);
  const float* const decays[] = {nullptr, row_decay.data(), nullptr, row_decay.data() + 100};
  for (std::size_t i = 0; i < tensors.size(); ++i) tensors[i].step(twin, r, 1, decays[i]);
  twin.expect_same("tensors with rows and without in a group");
}

}  // namespace

// Algorithms with sums of rows: the device's sums are those of the host, and so are the steps by decays of rows.
void by_rows(Scale scale) {
  const Stream stream;
  no_rows(stream);
  Values random(0x405);
  for (const std::int32_t algorithm : {RADAM_ALGORITHM_ADAMP, RADAM_ALGORITHM_SGDP}) {
    int seen[3] = {};
    for (unsigned draw = 0; draw < (scale.small ? 2u : 6u); ++draw) {
      const bool tame = draw < 4;
      Twin twin(std::int64_t{16} << 20, stream);
      std::vector<radam_hyperparameters> h;
      std::vector<TwinTensor> tensors;
      std::vector<std::int64_t> place{0};  // of the rows of each among all
      for (unsigned number = 0; number < Drawn::kCount; ++number) {
        Drawn k(number, random, false);
        k.t.row_length = 0;
        if (number % 9 != 4) draw_rows(random, k.t);
        if (number % 10 == 3) k.t.length = 0;
        h.push_back(drawn(random, algorithm));
        const std::int64_t misalignment = random.below(3) == 0 ? 1 + random.below(3) : 0;
        tensors.emplace_back(random, twin, k.t, h.back(), k.copy, k.average, misalignment, tame);
        TwinTensor& t = tensors.back();
        if (random.below(3) != 0) t.means = 0;
        t.group = number % 10 == 7 ? RADAM_CUDA_NO_GROUP : static_cast<std::int32_t>(number);
        t.settings.clip_value = draw % 2 != 0 ? 0.5f : 0;
        place.push_back(place.back() + t.rows());
      }
      TwinPlan plan(twin, tensors, algorithm, static_cast<std::int32_t>(tensors.size()), stream);
      const DeviceMemory row_decay(place.back() * std::int64_t{sizeof(float)});
      for (const std::int64_t step : {1, 2, 7}) {
        const std::string what = std::string(radam_algorithm_name(algorithm)) + (tame ? "" : ", adversarial") +
                                 ", step " + std::to_string(step);
        std::vector<radam_coefficients> coefficients, reduced;
        for (TwinTensor& t : tensors) {
          fill(random, t.settings.grad_type, twin.host(t.grad), t.settings.length, tame);
          t.draw_means(random, twin);
          coefficients.push_back(coefficients_at(h[coefficients.size()], step));
        }
        twin.upload();
        plan.compute_means();
        const std::vector<std::int64_t> steps(tensors.size(), step);
        radam_cuda_step_options o = step_options();
        o.clip_value = draw % 2 != 0 ? 0.5f : 0;
        const std::vector<double> sums = plan.row_sums(coefficients, steps, &o, place.back());
        std::vector<std::int32_t> projections;
        // Decays that a step must not read would be found.
        std::vector<float> decays(static_cast<std::size_t>(place.back()), std::numeric_limits<float>::quiet_NaN());
        for (std::size_t i = 0; i < tensors.size(); ++i) {
          TwinTensor& t = tensors[i];
          std::vector<double> right(static_cast<std::size_t>(t.rows()) * RADAM_ROW_SUMS);
          if (t.group != RADAM_CUDA_NO_GROUP && t.rows() > 0) {
            t.compute_means(twin);
            right = t.row_sums(twin, coefficients[i], step);
          }
          const double* const own = sums.data() + place[i] * RADAM_ROW_SUMS;
          for (std::size_t k = 0; k < right.size(); ++k)
            require(same_double(own[k], right[k]),
                    what + ": sum " + std::to_string(k % RADAM_ROW_SUMS) + " of row " +
                        std::to_string(k / RADAM_ROW_SUMS) + " of tensor " + std::to_string(i) + " is " +
                        std::to_string(own[k]) + " and not " + std::to_string(right[k]));
          radam_coefficients r = coefficients[i];
          std::int32_t projection = RADAM_PROJECTION_NONE;
          if (t.settings.row_length == 0) {
            const radam_sums none{sizeof none, 0, {}};
            ok(radam_coefficients_reduce(&coefficients[i], t.settings.length, &none, nullptr, &r),
               "radam_coefficients_reduce");
          } else {
            ok(radam_coefficients_reduce_rows(&coefficients[i], t.settings.row_length, t.rows(), own,
                                              decays.data() + place[i], &projection, &r),
               "radam_coefficients_reduce_rows");
          }
          reduced.push_back(r);
          projections.push_back(projection);
          ++seen[projection];
        }
        stream.copy(row_decay.get(), decays.data(), decays.size() * sizeof(float));
        o.projections = projections.data();
        o.row_decay = row_decay.get<float>();
        plan.step(reduced, steps, &o);
        for (std::size_t i = 0; i < tensors.size(); ++i)
          if (tensors[i].group != RADAM_CUDA_NO_GROUP)
            tensors[i].step(twin, reduced[i], step,
                            projections[i] == RADAM_PROJECTION_ROWS ? decays.data() + place[i] : nullptr);
        twin.expect_same(what);
      }
    }
    for (const int count : seen) require(count > 0, "a projection was not among the cases");
  }
}

// Thousands of tensors of all sizes, empty ones among them, in one plan.
void many_tensors(Scale scale) {
  const Stream stream;
  Values random(0x3A27);
  const unsigned count = scale.small ? 300 : 10000;
  constexpr std::int32_t kGroups = 50;  // more than one upload takes
  const radam_hyperparameters h = preset(RADAM_PRESET_ADAMW_PYTORCH);
  Twin twin(std::int64_t{count} * 26000, stream);
  std::vector<TwinTensor> tensors;
  for (unsigned i = 0; i < count; ++i) {
    radam_tensor settings{};
    const unsigned kind = random.below(12);
    settings.param_type = settings.grad_type = kind == 1 ? RADAM_TYPE_BF16 : RADAM_TYPE_F32;
    settings.state_type = kind < 3 ? RADAM_STATE_BLOCK8 : RADAM_STATE_F32;
    settings.seed = i;
    const unsigned size = random.below(200);
    settings.length = size < 10 ? 0 : size == 10 ? random.below(100000 / (scale.small ? 10 : 1)) : random.below(1100);
    // The last of its types is empty, and so is the first of all.
    if (i == 0 || i == count - 1) settings.length = 0;
    tensors.emplace_back(random, twin, settings, h, false, false);
    tensors.back().group = static_cast<std::int32_t>(i) % kGroups;
  }
  twin.upload();
  TwinPlan plan(twin, tensors, RADAM_ALGORITHM_ADAM, kGroups, stream);
  for (std::int64_t step = 1; step <= 2; ++step) {
    std::vector<radam_coefficients> coefficients;
    std::vector<std::int64_t> steps;
    for (std::int64_t i = 0; i < kGroups; ++i) {
      steps.push_back(step + i);
      coefficients.push_back(coefficients_at(h, steps.back()));
    }
    plan.step(coefficients, steps);
    for (TwinTensor& t : tensors) {
      const auto group = static_cast<std::size_t>(t.group);
      t.step(twin, coefficients[group], steps[group]);
    }
    twin.expect_same("step " + std::to_string(step));
  }
}

// Slices on the device, the whole on the host.
void slices(Scale) {
  const Stream stream;
  Values random(0x511C);
  for (std::int32_t algorithm = 0; algorithm < kFirstLayerwise; ++algorithm)
    for (std::int32_t state_type = 0; state_type < 3; ++state_type) {
      Twin twin(std::int64_t{2} << 20, stream);
      const radam_hyperparameters h = drawn(random, algorithm);
      radam_tensor settings{};
      settings.param_type = settings.grad_type = RADAM_TYPE_BF16;
      settings.param_rounding = RADAM_ROUND_STOCHASTIC;
      settings.state_type = state_type;
      settings.length = 20000 + random.below(9000);
      settings.seed = 5;
      TwinTensor whole(random, twin, settings, h, false, false);
      std::vector<radam_cuda_tensor> parts;
      for (std::int64_t begin = 0; begin < settings.length;) {
        const std::int64_t end = std::min(settings.length, begin + RADAM_BLOCK_SIZE * (1 + random.below(40)));
        radam_cuda_tensor part = whole.on_device(twin);
        part.tensor.first = begin;
        part.tensor.length = end - begin;
        part.param = static_cast<std::uint16_t*>(part.param) + begin;
        part.grad = static_cast<std::uint16_t*>(part.grad) + begin;
        for (int i = 0; i < RADAM_MAX_STATE; ++i) {
          if (whole.state[i] != 0)
            part.tensor.state[i] = twin.device(whole.state[i] + begin * bytes_of_state(state_type));
          if (whole.scales[i] != 0) part.tensor.state_scale[i] += begin / RADAM_BLOCK_SIZE;
        }
        parts.push_back(part);
        begin = end;
      }
      TwinPlan plan(parts, algorithm, 1, stream);
      for (std::int64_t step = 1; step <= 3; ++step) {
        const radam_coefficients c = coefficients_at(h, step);
        fill(random, RADAM_TYPE_BF16, twin.host(whole.grad), settings.length);
        twin.upload();
        plan.step({c}, {step});
        whole.step(twin, c, step);
        twin.expect_same("slices of " + std::string(radam_algorithm_name(algorithm)));
      }
    }
}

// What is finite makes no NaN, in any algorithm, type or option.
void finite(Scale) {
  const Stream stream;
  Values random(0xF1417E);
  constexpr float kMax = std::numeric_limits<float>::max();
  for (std::int32_t algorithm = 0; algorithm < kFirstLayerwise; ++algorithm) {
    Twin twin(std::int64_t{1} << 20, stream);
    std::vector<TwinTensor> tensors;
    std::vector<radam_hyperparameters> h;
    for (std::int32_t state_type = 0; state_type < 3; ++state_type)
      for (int draw = 0; draw < 8; ++draw) {
        h.push_back(drawn(random, algorithm));
        radam_tensor settings{};
        settings.length = 600;
        settings.state_type = state_type;
        settings.average_rate = 0.5f;
        tensors.emplace_back(random, twin, settings, h.back(), false, true);
        tensors.back().group = static_cast<std::int32_t>(h.size()) - 1;
      }
    TwinPlan plan(twin, tensors, algorithm, static_cast<std::int32_t>(h.size()), stream);
    for (std::int64_t step = 1; step <= 6; ++step) {
      std::vector<radam_coefficients> coefficients;
      for (TwinTensor& t : tensors) {
        coefficients.push_back(coefficients_at(h[coefficients.size()], step));
        float* const grad = twin.host<float>(t.grad);
        for (std::int64_t i = 0; i < t.settings.length; ++i)
          grad[i] = random.below(2) ? kMax : random.below(2) ? -kMax : 0x1p64f * random.ordinary();
        if (step == 1) {
          twin.host<float>(t.average)[0] = kMax;
          twin.host<float>(t.param)[0] = -kMax;
        }
      }
      twin.upload();
      plan.step(coefficients, std::vector<std::int64_t>(tensors.size(), step));
      for (std::size_t i = 0; i < tensors.size(); ++i) {
        TwinTensor& t = tensors[i];
        t.step(twin, coefficients[i], step);
        for (const std::int64_t place : {t.param, t.average})
          for (std::int64_t k = 0; k < t.settings.length; ++k)
            if (std::isnan(twin.host<float>(place)[k])) fail("a NaN from what is finite");
      }
      twin.expect_same("huge gradients of " + std::string(radam_algorithm_name(algorithm)));
    }
  }
}

namespace {

// A tensor of each type of state, with its buffers after some steps. They are those of the hyperparameters.
std::vector<TwinTensor> trained(Values& random, Twin& twin, const radam_hyperparameters& h) {
  std::vector<TwinTensor> tensors;
  for (std::int32_t state_type = 0; state_type < 3; ++state_type) {
    radam_tensor settings{};
    settings.length = 700;
    settings.state_type = state_type;
    tensors.emplace_back(random, twin, settings, h, false, false);
    radam_coefficients sgd{};
    sgd.struct_size = sizeof sgd;
    sgd.algorithm = RADAM_ALGORITHM_SGD;
    sgd.grad_scale = sgd.of.sgd.one_minus_dampening = 1;
    tensors.back().step(twin, sgd, 1);
  }
  return tensors;
}

// Coefficients of Nesterov's SGD-HD, of tensors without a last_update: it is zeros in sums, and steps do not keep it.
void no_last_update(const Stream& stream) {
  Values random(0x5601);
  Twin twin(1 << 20, stream);
  radam_hyperparameters h = preset(RADAM_PRESET_SGD_HD_AUTHORS);
  std::vector<TwinTensor> tensors = trained(random, twin, h);
  h = preset(RADAM_PRESET_SGDN_HD_AUTHORS);
  const radam_coefficients c = coefficients_at(h, 2);
  TwinPlan plan(twin, tensors, h.algorithm, 1, stream);
  twin.upload();
  for (const radam_sums& s : plan.sums({c}, {2}, nullptr)) require(s.values[0] == 0, "a sum of no last_update");
  double learning_rate = 0.5;
  const radam_sums none{sizeof none, 0, {}};
  radam_coefficients r = c;
  ok(radam_coefficients_reduce(&c, 0, &none, &learning_rate, &r), "radam_coefficients_reduce");
  plan.step({r}, {2});
  r.mode = 0;
  for (TwinTensor& t : tensors) t.step(twin, r, 2);
  twin.expect_same("Nesterov's SGD-HD without a last_update");
}

// Coefficients of a step that averages gradients, of tensors that have no average: the update is the momentum_buffer.
void no_average(const Stream& stream) {
  Values random(0x5602);
  Twin twin(1 << 20, stream);
  radam_hyperparameters h = preset(RADAM_PRESET_SGD_PYTORCH);
  h.of.sgd.momentum = 0.875;
  std::vector<TwinTensor> tensors = trained(random, twin, h);
  radam_coefficients c = coefficients_at(h, 2);
  TwinPlan plan(twin, tensors, h.algorithm, 1, stream);
  twin.upload();
  c.mode = RADAM_MODE_AVERAGES_GRADIENT;
  c.of.sgd.nesterov = 0.25f;  // what the average takes up
  plan.step({c}, {2});
  c.mode = 0;
  c.of.sgd.nesterov = 0;
  for (TwinTensor& t : tensors) t.step(twin, c, 2);
  twin.expect_same("no average of gradients");
}

}  // namespace

// Coefficients of a group that use a buffer that its tensors do not have.
void buffers_not_present(Scale) {
  const Stream stream;
  no_average(stream);
  no_last_update(stream);
}

}  // namespace radam_test
