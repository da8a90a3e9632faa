#include "modes.h"

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <utility>

namespace {

constexpr std::int64_t kStep = 1000;  // long after RAdam has begun to rectify

void require(radam_status status) {
  if (status == RADAM_OK) return;
  std::fprintf(stderr, "radam_roofline: %s\n", radam_status_string(status));
  std::exit(1);
}

radam_hyperparameters preset(std::int32_t number) {
  radam_hyperparameters h{};
  h.struct_size = sizeof h;
  require(radam_hyperparameters_init(&h, number));
  // The parameters stay about what they are, however often they are stepped. COCOB has to have a rate of 1.
  const double learning_rate = h.learning_rate;
  h.learning_rate = 1e-6;
  if (radam_hyperparameters_check(&h) != RADAM_OK) h.learning_rate = learning_rate;
  return h;
}

// The buffers that sums over a tensor depend on: those whose values change them.
unsigned summed_state(const radam_coefficients& c, unsigned present, bool* param) {
  // One element's values; a buffer is asked for by another value in it.
  constexpr int kParam = 0, kGrad = 1, kState = 2;
  const auto sums_with = [&](int changed) {
    float values[kState + RADAM_MAX_STATE];
    for (float& value : values) value = 0.25f;
    if (changed >= 0) values[changed] = -0.75f;  // another magnitude and sign: some sums depend on one of them
    radam_tensor t{};
    t.struct_size = sizeof t;
    t.length = t.step = 1;
    for (int k = 0; k < RADAM_MAX_STATE; ++k) t.state[k] = present >> k & 1 ? &values[kState + k] : nullptr;
    radam_sums sums{};
    sums.struct_size = sizeof sums;
    require(radam_tensor_sums(RADAM_TARGET_SCALAR, &c, &t, 0, 1, &values[kParam], &values[kGrad], nullptr, &sums));
    return std::vector<double>(sums.values, sums.values + RADAM_MAX_SUMS);
  };
  const std::vector<double> unchanged = sums_with(-1);
  *param = sums_with(kParam) != unchanged;
  unsigned state = 0;
  for (int k = 0; k < RADAM_MAX_STATE; ++k) state |= (sums_with(kState + k) != unchanged ? 1u : 0u) << k;
  return state;
}

Mode mode(std::string name, const radam_hyperparameters& h) {
  Mode m{std::move(name), {}, 0, 0, {true, 0, false, false, 0}};
  m.coefficients.struct_size = sizeof m.coefficients;
  require(radam_coefficients_at(&h, kStep, &m.coefficients));
  for (int k = 0; k < radam_state_count(h.algorithm); ++k) {
    radam_state_buffer buffer{};
    buffer.struct_size = sizeof buffer;
    require(radam_state_describe(&h, k, &buffer));
    m.present |= (buffer.present != 0 ? 1u : 0u) << k;
    m.is_signed |= (buffer.is_signed != 0 ? 1u : 0u) << k;
  }
  m.streams.state = m.present;
  m.streams.sums = is_layerwise(h.algorithm);
  if (is_by_rows(h.algorithm)) {
    m.streams.summed_state = m.present;
    m.streams.summed_param = true;
  } else if (m.streams.sums) {
    m.streams.summed_state = summed_state(m.coefficients, m.present, &m.streams.summed_param);
  }
  return m;
}

// A step of Adam that does not move all of it.
Mode part_of_adam(const char* name, std::int32_t which, bool param, unsigned state) {
  Mode m = mode(name, preset(RADAM_PRESET_ADAM_PYTORCH));
  m.coefficients.mode = which;
  m.streams.param = param;
  m.streams.state = state;
  return m;
}

std::vector<Mode> list() {
  std::vector<Mode> all;
  for (std::int32_t algorithm = 0; radam_algorithm_name(algorithm) != nullptr; ++algorithm) {
    std::int32_t number = 0;
    while (preset(number).algorithm != algorithm) ++number;
    all.push_back(mode(radam_algorithm_name(algorithm), preset(number)));
  }

  radam_hyperparameters h = preset(RADAM_PRESET_ADAM_PYTORCH);
  h.weight_decay = 1e-4;
  all.push_back(mode("adam_l2", h));
  all.push_back(mode("adamw", preset(RADAM_PRESET_ADAMW_PYTORCH)));
  h = preset(RADAM_PRESET_ADAM_PYTORCH);
  h.of.adam.amsgrad = 1;
  all.push_back(mode("amsgrad", h));
  all.push_back(part_of_adam("momentum", RADAM_MODE_MOMENTUM, true, 3));
  all.push_back(part_of_adam("moments", RADAM_MODE_MOMENTS_ONLY, false, 3));
  all.push_back(part_of_adam("second_moment", RADAM_MODE_SECOND_MOMENT_ONLY, false, 2));
  h = preset(RADAM_PRESET_SGD_PYTORCH);
  h.of.sgd.momentum = 0.9;
  all.push_back(mode("sgd_momentum", h));
  all.push_back(mode("sgdn_hd", preset(RADAM_PRESET_SGDN_HD_AUTHORS)));
  h = preset(RADAM_PRESET_RMSPROP_PYTORCH);
  h.of.rmsprop.momentum = 0.9;
  all.push_back(mode("rmsprop_momentum", h));
  h = preset(RADAM_PRESET_RMSPROP_PYTORCH);
  h.of.rmsprop.centered = 1;
  all.push_back(mode("rmsprop_centered", h));
  return all;
}

}  // namespace

const std::vector<Mode>& modes() {
  static const std::vector<Mode> all = list();
  return all;
}
