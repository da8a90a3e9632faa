// radam_tensor_sums and radam_coefficients_reduce with arguments of any kind. Where they are valid, the sums are the
// same on every target, and what follows from them is coefficients that a step accepts.
#include <cmath>
#include <cstring>
#include <limits>

#include <radam/radam.h>

#include "../algorithms.h"
#include "elements.h"
#include "environment.h"
#include "faults.h"
#include "filled.h"
#include "input.h"
#include "memory.h"
#include "spoiled.h"
#include "tensor_faults.h"
#include "tensor_memory.h"

namespace radam_test {
namespace {

// Those of a step of a preset, of which some fields are anything.
radam_coefficients some_layerwise_coefficients(Input& in) {
  const std::int32_t presets[] = {RADAM_PRESET_LAMB_CYBERTRONAI, RADAM_PRESET_LAMB_NVIDIA,
                                  RADAM_PRESET_STABLEADAMW_AUTHORS, RADAM_PRESET_LARS_TIMM,
                                  RADAM_PRESET_LARS_BARLOWTWINS, RADAM_PRESET_CAUTIOUS_ADAMW_AUTHORS,
                                  RADAM_PRESET_CAUTIOUS_LION_TIMM, RADAM_PRESET_NOVOGRAD_NVIDIA,
                                  RADAM_PRESET_SGD_HD_AUTHORS, RADAM_PRESET_ADAM_HD_AUTHORS,
                                  RADAM_PRESET_SGDN_HD_AUTHORS, RADAM_PRESET_YELLOWFIN_AUTHORS,
                                  RADAM_PRESET_ADAMP_AUTHORS, RADAM_PRESET_SGDP_AUTHORS};
  radam_hyperparameters h{};
  h.struct_size = sizeof h;
  expect(radam_hyperparameters_init(&h, presets[in.below(14)]), 0, "radam_hyperparameters_init");
  radam_coefficients c{};
  c.struct_size = sizeof c;
  expect(radam_coefficients_at(&h, 1 + in.byte(), &c), 0, "radam_coefficients_at");
  spoil(in, c);
  return c;
}

Faults faults_of_layerwise_only(const radam_coefficients& c) {
  return faults_of(c) | fault_if(!is_layerwise(c.algorithm), RADAM_ERROR_ALGORITHM);
}

struct Call {
  std::int32_t target = RADAM_TARGET_AUTO;
  const radam_coefficients* c = nullptr;
  const radam_tensor* t = nullptr;
  std::int64_t begin = 0, end = 0;
  TensorBuffers b;
  radam_sums* s = nullptr;

  radam_status operator()() const {
    return radam_tensor_sums(target, c, t, begin, end, b.param, b.grad, b.param_copy, s);
  }

  Faults faults() const {
    if (c == nullptr || t == nullptr || s == nullptr) return fault(RADAM_ERROR_NULL);
    if (const Faults f = faults_of_size(c) | faults_of_size(t) | faults_of_room(s)) return f;
    const radam_coefficients k = known_part(c);
    const Faults of_values = faults_of_layerwise_only(k);
    radam_tensor settings = known_part(t);
    settings.lookahead = 0;
    settings.average_rate = 0;
    TensorBuffers used = b;
    used.param_average = nullptr;
    if (settings.param_type != RADAM_TYPE_SPLIT) used.param_copy = nullptr;
    const Faults f = of_values | faults_of_target(target) | faults_of_count(k, s);
    if (of_values != 0) return f | faults_of_settings(settings, used);
    settings.state[2] = nullptr;  // which is Adam's alone
    const bool kept = k.algorithm == RADAM_ALGORITHM_SGD_HD && k.of.sgd_hd.sgd.nesterov != 0;
    radam_coefficients stepped = stepped_part(k);
    if (k.algorithm == RADAM_ALGORITHM_SGD_HD) stepped.of.sgd.momentum = 0.5f;  // so that its buffer is needed
    if (kept) stepped.mode = RADAM_MODE_KEEPS_UPDATE;
    if (k.algorithm == RADAM_ALGORITHM_YELLOWFIN) stepped.mode = RADAM_MODE_AVERAGES_GRADIENT;
    return f | faults_of_tensor(stepped, step_buffers(stepped), settings, used, begin, end);
  }
};

// Spoils an argument, as a program with a mistake would. Returns false if the call may now be about memory that is not
// there, without a fault that the library could find.
bool spoil(Input& in, Call& call, radam_tensor& t) {
  std::int32_t* const choices[] = {&t.param_rounding, &t.state_rounding, &t.zero_grad, &t.output, &t.lookahead};
  void* const other = advance(call.b.param, static_cast<std::int8_t>(in.byte()));
  switch (in.below(18)) {
    case 0: call.target = in.choice(4); return true;
    case 1: call.c = nullptr; return true;
    case 2: call.t = nullptr; return true;
    case 3: call.s = nullptr; return true;
    case 4: call.begin = in.integer(); return false;
    case 5: call.end = in.integer(); return false;
    case 6: call.b.param = nullptr; return true;
    case 7: call.b.grad = in.rarely(2) ? nullptr : other; return false;
    case 8: call.b.param_copy = in.rarely(2) ? nullptr : other; return false;
    case 9: t.state[in.below(3)] = in.rarely(2) ? nullptr : other; return false;
    case 10: t.state_scale[in.below(3)] = static_cast<float*>(in.rarely(2) ? nullptr : other); return false;
    case 11: (in.rarely(2) ? t.clip_value : t.average_rate) = in.any_float(); return true;
    case 12: t.step = in.integer(); return true;
    case 13: t.length = in.integer(); return true;
    case 14: t.first = in.integer(); return t.grad_mean == nullptr;
    case 15: t.state_type = in.choice(3); return false;
    case 16: (in.rarely(2) ? t.param_type : t.grad_type) = in.choice(4); return false;
    default: *choices[in.below(5)] = in.choice(3); return true;
  }
}

bool same_double(double a, double b) { return std::memcmp(&a, &b, sizeof a) == 0 || (std::isnan(a) && std::isnan(b)); }

void run_sums(Input& in) {
  Memory memory;
  const radam_coefficients c = some_layerwise_coefficients(in);
  const std::uint8_t layout = in.byte();
  const auto misaligned = [&](Kind) { return layout % 4 == 3 ? std::size_t{in.byte()} % 8 : 0; };

  Call call;
  call.c = memory.place_struct(in, c);
  call.s = memory.place_struct(in, marked<radam_sums>());
  radam_tensor t = some_tensor(in, layout);
  const std::int64_t n = element_count(in), unit = t.state_type == RADAM_STATE_BLOCK8 ? RADAM_BLOCK_SIZE : 1;
  call.begin = range_begin(in) / unit * unit;
  call.end = call.begin + n;
  const bool to_the_end = n % unit != 0 || in.rarely(2);
  t.length = to_the_end ? call.end : call.end + in.byte();
  t.first = in.rarely(3) ? std::int64_t{in.bits<std::uint32_t>()} / unit * unit : 0;
  const auto stepped = static_cast<std::size_t>(stepped_by(c.algorithm));
  place_buffers(in, memory, {&algorithms()[stepped], layout, n, call.begin, true}, misaligned, t, call.b);
  bool there = true;
  call.t = &t;
  for (unsigned i = in.byte() % 8 % 3; i > 0; --i) there = spoil(in, call, t) && there;
  const auto* const placed = memory.place_struct(in, t);
  if (call.t != nullptr) call.t = placed;
  memory.guard();

  if (const Faults faults = call.faults()) {
    expect(in_environment(in, call), faults, "radam_tensor_sums");
    memory.require_unchanged("radam_tensor_sums failed and changed something");
    memory.finish();
    return;
  }
  if (!there) return;
  radam_sums expected{};
  for (std::int32_t target = RADAM_TARGET_SCALAR; radam_target_name(target) != nullptr; ++target) {
    if (radam_target_available(target) == 0) continue;
    call.target = target;
    memory.restore();
    expect(in_environment(in, call), 0, "radam_tensor_sums");
    const auto known = filled_by<radam_sums>([&](radam_sums* s) {
      Call again = call;
      again.s = s;
      return again();
    });
    if (target == RADAM_TARGET_SCALAR) expected = known;
    for (int k = 0; k < RADAM_MAX_SUMS; ++k)
      require(same_double(known.values[k], expected.values[k]), "a target has other sums than scalar");
    require_filled(call.s, known, call.s->struct_size);
    memory.restore();
    memory.require_unchanged("radam_tensor_sums changed what it must not");
  }
  memory.finish();
}

void run_reduce(Input& in) {
  Memory memory;
  auto* c = memory.place_struct(in, some_layerwise_coefficients(in));
  radam_sums sums{sizeof(radam_sums), in.rarely(32) ? in.choice(1) : 0,
                  {in.any_double(), in.any_double(), in.any_double()}};
  auto* s = memory.place_struct(in, sums);
  auto* r = memory.place_struct(in, marked<radam_coefficients>());
  double before[RADAM_MAX_NUMBERS] = {in.any_double(), in.any_double()};
  const bool usual = in.rarely(2);  // of so many one would be out of range nearly always
  for (int k = usual ? 0 : 2; k < RADAM_MAX_NUMBERS; ++k) before[k] = usual ? in.byte() / 4.0 : in.any_double();
  auto* numbers = reinterpret_cast<double*>(memory.place(sizeof before));
  std::memcpy(numbers, before, sizeof before);
  const std::int64_t length = in.integer();
  const std::uint8_t null = in.byte();
  if (null == 1) c = nullptr;
  if (null == 2) s = nullptr;
  if (null == 3) r = nullptr;
  if (null == 5) numbers = nullptr;
  if (null % 8 == 4) r = c;
  memory.guard();

  Faults f = fault_if(c == nullptr || s == nullptr || r == nullptr, RADAM_ERROR_NULL);
  if (f == 0) f = faults_of_size(c) | faults_of_size(s) | faults_of_room(r);
  if (f == 0)
    f = faults_of_layerwise_only(known_part(c)) | faults_of_count(known_part(c), s) |
        fault_if(length < 0, RADAM_ERROR_RANGE) | fault_if(known_part(s).reserved != 0, RADAM_ERROR_SETTING);
  const int kept = f == 0 ? numbers_of(known_part(c).algorithm) : 0;
  if (kept > 0 && numbers == nullptr) f |= fault(RADAM_ERROR_NULL);
  else
    for (int k = 0; k < kept; ++k) f |= fault_if(!(before[k] >= 0) || std::isinf(before[k]), RADAM_ERROR_NUMBERS);
  const radam_coefficients from = f == 0 ? known_part(c) : radam_coefficients{};
  expect(in_environment(in, [&] { return radam_coefficients_reduce(c, length, s, numbers, r); }), f,
         "radam_coefficients_reduce");
  if (f == 0) {
    double again[RADAM_MAX_NUMBERS] = {};
    const auto known = filled_by<radam_coefficients>([&](radam_coefficients* to) {
      std::memcpy(again, before, sizeof again);
      return radam_coefficients_reduce(&from, length, s, again, to);
    });
    if (numbers != nullptr) require(std::memcmp(numbers, again, sizeof again) == 0, "other numbers the second time");
    for (int k = 0; k < RADAM_MAX_NUMBERS; ++k) {
      if (k < kept) require(again[k] >= 0 && std::isfinite(again[k]), "a number that the next step does not accept");
      else require(std::memcmp(again + k, before + k, sizeof again[k]) == 0, "a number that is not the algorithm's");
    }
    require_filled(r, known, r->struct_size);
    require(known.algorithm == stepped_part(from).algorithm && faults_of(known) == 0,
            "coefficients that no step accepts");
    expect(radam_step_f32(RADAM_TARGET_SCALAR, &known, 0, 0, nullptr, nullptr, nullptr), 0, "radam_step_f32");
    memory.restore();
  }
  memory.require_unchanged("radam_coefficients_reduce changed what it must not");
  memory.finish();
}

// Rows of a tensor of any types: their sums, and what these reduce to, which a step has to accept.
void run_rows(Input& in) {
  Memory memory;
  radam_coefficients c{};
  c.struct_size = sizeof c;
  radam_hyperparameters h{};
  h.struct_size = sizeof h;
  const bool adamp = in.rarely(2);
  const std::int32_t number = adamp ? RADAM_PRESET_ADAMP_AUTHORS : RADAM_PRESET_SGDP_AUTHORS;
  expect(radam_hyperparameters_init(&h, number), 0, "radam_hyperparameters_init");
  (adamp ? h.of.adamp.delta : h.of.sgdp.delta) = in.byte() % 8 * 0.5;
  (adamp ? h.of.adamp.nesterov : h.of.sgdp.reserved) = adamp && in.rarely(2);
  if (!adamp) h.of.sgdp.momentum = in.byte() % 2 * 0.5;
  expect(radam_coefficients_at(&h, 1 + in.byte(), &c), 0, "radam_coefficients_at");
  if (in.rarely(4)) spoil(in, c);
  const std::uint8_t layout = in.byte();
  const auto misaligned = [&](Kind) { return layout % 4 == 3 ? std::size_t{in.byte()} % 8 : 0; };

  radam_tensor t = some_tensor(in, layout);
  const std::int64_t n = element_count(in), unit = t.state_type == RADAM_STATE_BLOCK8 ? RADAM_BLOCK_SIZE : 1;
  t.length = n;
  TensorBuffers b;
  const auto stepped = static_cast<std::size_t>(adamp ? RADAM_ALGORITHM_NADAM : RADAM_ALGORITHM_SGD);
  place_buffers(in, memory, {&algorithms()[stepped], layout, n, 0, true}, misaligned, t, b);
  if (t.grad_mean == nullptr) t.row_length = 1 + in.byte();
  if (t.grad_mean == nullptr && in.rarely(2)) t.first = unit * t.row_length * in.byte();
  const std::int64_t rows = n / t.row_length;
  std::int64_t begin = 0, end = rows;
  const auto count = static_cast<std::size_t>(rows);
  auto* sums = reinterpret_cast<double*>(memory.place(8 * RADAM_ROW_SUMS * count));
  auto* decay = reinterpret_cast<float*>(memory.place(4 * count, Kind::kF32));
  switch (in.byte() % 32) {  // a mistake of a program
    case 0: t.row_length = -std::int64_t{in.byte()}; break;
    case 1: t.first = 1 + in.byte(); break;
    case 2: end = rows + 1 + in.byte(); break;
    case 3: begin = -1; break;
    case 4: sums = nullptr; break;
    case 5: b.grad = nullptr; break;
    case 6: t.state[0] = nullptr; break;
    case 7: t.step = 0; break;
    default: break;
  }
  const auto* const placed_c = memory.place_struct(in, c);
  const auto* const placed_t = memory.place_struct(in, t);
  memory.guard();

  TensorBuffers used = b;
  used.param_average = nullptr;
  if (t.param_type != RADAM_TYPE_SPLIT) used.param_copy = nullptr;
  const auto call = [&](std::int32_t target, std::int64_t from, std::int64_t to) {
    return radam_row_sums(target, placed_c, placed_t, from, to, b.param, b.grad, b.param_copy, sums);
  };
  Faults f = faults_of_size(placed_c) | faults_of_size(placed_t);
  radam_coefficients k{};
  if (f == 0) {
    k = known_part(placed_c);
    f = faults_of(k) | fault_if(!is_by_rows(k.algorithm), RADAM_ERROR_ALGORITHM);
  }
  if (f == 0) {
    radam_tensor settings = known_part(placed_t);
    settings.lookahead = 0;
    settings.average_rate = 0;
    f = fault_if(settings.row_length < 1, RADAM_ERROR_ROW_LENGTH);
    f |= faults_of_tensor(stepped_part(k), step_buffers(stepped_part(k)), settings, used, 0, settings.length);
    if (f == 0) f = fault_if(settings.first % settings.row_length != 0, RADAM_ERROR_ROW_LENGTH);
    if (f == 0)
      f = fault_if(begin < 0 || end > rows, RADAM_ERROR_RANGE) |
          fault_if(rows > 0 && sums == nullptr, RADAM_ERROR_NULL);
  }
  if (f != 0) {
    expect(in_environment(in, [&] { return call(RADAM_TARGET_AUTO, begin, end); }), f, "radam_row_sums");
    memory.require_unchanged("radam_row_sums failed and changed something");
    memory.finish();
    return;
  }
  // All NaNs are one.
  const auto same_nans = [&] {
    for (std::int64_t i = 0; i < rows * RADAM_ROW_SUMS; ++i)
      if (std::isnan(sums[i])) sums[i] = std::numeric_limits<double>::quiet_NaN();
  };
  bool first = true;
  for (std::int32_t target = RADAM_TARGET_SCALAR; radam_target_name(target) != nullptr; ++target) {
    if (radam_target_available(target) == 0) continue;
    memory.restore();
    expect(in_environment(in, [&] { return call(target, 0, rows); }), 0, "radam_row_sums");
    same_nans();
    if (first) memory.expect_this();
    first = false;
    memory.require_expected("a target has other sums of rows than scalar");
    memory.restore();
    for (std::int64_t row = 0; row < rows; ++row) expect(call(target, row, row + 1), 0, "radam_row_sums");
    same_nans();
    memory.require_expected("single rows have other sums than all of them");
  }
  std::int32_t projection = -1;
  const auto reduced = filled_by<radam_coefficients>([&](radam_coefficients* to) {
    return radam_coefficients_reduce_rows(&k, t.row_length, rows, sums, decay, &projection, to);
  });
  require(reduced.algorithm == stepped_part(k).algorithm && faults_of(reduced) == 0,
          "coefficients that no step accepts");
  require(is_one_of(projection, 3), "no such projection");
  if (projection == RADAM_PROJECTION_ROWS)
    for (std::int64_t row = 0; row < rows; ++row) require(std::isfinite(decay[row]), "a decay that is not finite");
  memory.finish();
}

}  // namespace
}  // namespace radam_test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  radam_test::Input in(data, size);
  if (in.rarely(4)) radam_test::run_rows(in);
  else if (in.rarely(3)) radam_test::run_reduce(in);
  else radam_test::run_sums(in);
  return 0;
}
