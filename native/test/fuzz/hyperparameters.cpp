// Hyperparameters of any kind: what is checked, the coefficients of a step, and the state.
#include <cstring>

#include <radam/radam.h>

#include "faults.h"
#include "filled.h"
#include "input.h"
#include "memory.h"
#include "spoiled.h"

namespace radam_test {
namespace {

// The coefficients of any step are ones that a step accepts.
void require_usable(const radam_coefficients& c, const radam_hyperparameters& h) {
  expect(faults_of(c) == 0 ? RADAM_OK : RADAM_ERROR_COEFFICIENTS, 0, "radam_coefficients_at");
  radam_coefficients of_step = c;
  if (is_layerwise(c.algorithm)) {
    radam_sums s{sizeof(radam_sums), 0, {0x1p1000, 0x1p-1000}};
    double numbers[RADAM_MAX_NUMBERS] = {0x1p-1000, 0x1p1000};
    expect(radam_coefficients_reduce(&c, 1, &s, numbers, &of_step), 0, "radam_coefficients_reduce");
  }
  expect(radam_step_f32(RADAM_TARGET_SCALAR, &of_step, 0, 0, nullptr, nullptr, nullptr), 0, "radam_step_f32");
  require(c.algorithm == h.algorithm, "coefficients of another algorithm");
  require((c.grad_scale < 0) == (h.maximize != 0), "the scale does not maximize");
  require(std::isfinite(c.learning_rate) && !std::isnan(c.rho) && std::isfinite(c.rectification),
          "a coefficient for information is not a number");
}

void run(Input& in) {
  Memory memory;
  const std::int32_t preset = in.choice(kPresets);
  auto* const by_preset = memory.place_struct(in, marked<radam_hyperparameters>());
  radam_hyperparameters h{};
  h.struct_size = sizeof h;
  radam_hyperparameters_init(&h, is_one_of(preset, kPresets) ? preset : 0);
  for (unsigned n = in.below(8); n > 0; --n) spoil(in, h);
  auto* const given = memory.place_struct(in, h);
  auto* const c = memory.place_struct(in, marked<radam_coefficients>());
  auto* const b = memory.place_struct(in, marked<radam_state_buffer>());
  const std::int64_t step = in.integer();
  const std::int32_t index = in.choice(3);
  const bool null = in.rarely(64);
  memory.guard();

  const Faults of_init =
      faults_of_room(by_preset) | fault_if(!is_one_of(preset, kPresets), RADAM_ERROR_PRESET);
  expect(radam_hyperparameters_init(by_preset, preset), of_init, "radam_hyperparameters_init");
  if (of_init == 0) {
    const auto known = filled_by<radam_hyperparameters>(
        [&](radam_hyperparameters* to) { return radam_hyperparameters_init(to, preset); });
    require_filled(by_preset, known, by_preset->struct_size);
    expect(radam_hyperparameters_check(by_preset), 0, "radam_hyperparameters_check of a preset");
    memory.restore();
  }
  memory.require_unchanged("radam_hyperparameters_init failed and changed something");

  Faults of_h = faults_of_size(given);
  const radam_hyperparameters known_h = known_part(given);
  if (of_h == 0) of_h = faults_of(known_h);
  expect(radam_hyperparameters_check(null ? nullptr : given), null ? fault(RADAM_ERROR_NULL) : of_h,
         "radam_hyperparameters_check");

  const Faults of_c = of_h | faults_of_room(c) | fault_if(step < 1, RADAM_ERROR_STEP);
  expect(radam_coefficients_at(null ? nullptr : given, step, c), null ? fault(RADAM_ERROR_NULL) : of_c,
         "radam_coefficients_at");
  expect(radam_coefficients_at(given, step, nullptr), fault(RADAM_ERROR_NULL), "radam_coefficients_at");
  if (of_c == 0 && !null) {
    const auto known = filled_by<radam_coefficients>(
        [&](radam_coefficients* to) { return radam_coefficients_at(&known_h, step, to); });
    require_filled(c, known, c->struct_size);
    require_usable(known, known_h);
    memory.restore();
  }
  memory.require_unchanged("radam_coefficients_at failed and changed something");

  const std::int32_t count = radam_state_count(known_h.algorithm);
  require((radam_algorithm_name(known_h.algorithm) != nullptr) == (count > 0), "a name and no state, or the reverse");
  const Faults of_b = of_h | faults_of_room(b) | fault_if(!is_one_of(index, count), RADAM_ERROR_STATE);
  expect(radam_state_describe(given, index, null ? nullptr : b), null ? fault(RADAM_ERROR_NULL) : of_b,
         "radam_state_describe");
  if (of_b == 0 && !null) {
    const auto known = filled_by<radam_state_buffer>(
        [&](radam_state_buffer* to) { return radam_state_describe(&known_h, index, to); });
    require_filled(b, known, b->struct_size);
    require(known.name != nullptr && *known.name != '\0' && known.initial == 0, "a buffer without a name");
    require(is_one_of(known.is_signed, 2) && is_one_of(known.present, 2), "a flag that is none");
    memory.restore();
  }
  memory.require_unchanged("radam_state_describe failed and changed something");
  memory.finish();

  const char* const sentence = radam_status_string(in.bits<radam_status>());
  require(sentence != nullptr && *sentence != '\0', "a number without a sentence");
}

}  // namespace
}  // namespace radam_test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  radam_test::Input in(data, size);
  radam_test::run(in);
  return 0;
}
