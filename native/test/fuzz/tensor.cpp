// radam_step with arguments of any kind. Where they are valid, the result is the same on every target and in any split.
#include <algorithm>
#include <cstring>
#include <vector>

#include <radam/radam.h>

#include "../algorithms.h"
#include "elements.h"
#include "environment.h"
#include "faults.h"
#include "input.h"
#include "memory.h"
#include "patterns.h"
#include "spoiled.h"
#include "tensor_faults.h"
#include "tensor_memory.h"

namespace radam_test {
namespace {

// Rows have decays of their own with SGD and NAdam, in place of the one that the coefficients have.
Faults faults_of_row_decay(const radam_coefficients& c, const radam_tensor& t) {
  if (t.row_decay == nullptr) return 0;
  const bool sgd = c.algorithm == RADAM_ALGORITHM_SGD;
  if (!sgd && c.algorithm != RADAM_ALGORITHM_NADAM) return fault(RADAM_ERROR_ALGORITHM);
  return fault_if((sgd ? c.of.sgd.l2 : c.of.nadam.l2) != 0 || c.mode != 0, RADAM_ERROR_COEFFICIENTS);
}

struct Call {
  std::int32_t target = RADAM_TARGET_AUTO;
  const radam_coefficients* c = nullptr;
  const radam_tensor* t = nullptr;
  std::int64_t begin = 0, end = 0;
  TensorBuffers b;

  radam_status operator()() const {
    return radam_step(target, c, t, begin, end, b.param, b.grad, b.param_copy, b.param_average);
  }

  Faults faults() const {
    if (c == nullptr || t == nullptr) return fault(RADAM_ERROR_NULL);
    if (const Faults f = faults_of_size(c) | faults_of_size(t)) return f;
    const radam_coefficients k = known_part(c);
    const Faults of_values = faults_of(k);
    if (is_layerwise(k.algorithm)) return of_values | fault(RADAM_ERROR_SUMS);
    const radam_tensor settings = known_part(t);
    const Faults f = of_values | faults_of_target(target) | (of_values == 0 ? faults_of_row_decay(k, settings) : 0);
    return f | (of_values == 0 ? faults_of_tensor(k, step_buffers(k), settings, b, begin, end)
                               : faults_of_settings(settings, b));
  }
};

// Spoils an argument, as a program with a mistake would. Returns false if the call may now be about memory that is not
// there, without a fault that the library could find.
bool spoil(Input& in, Call& call, radam_tensor& t) {
  std::int32_t* const choices[] = {&t.param_rounding, &t.state_rounding, &t.zero_grad, &t.output, &t.lookahead};
  void* const other = advance(call.b.param, static_cast<std::int8_t>(in.byte()));
  switch (in.below(21)) {
    case 0: call.target = in.choice(4); return true;
    case 1: call.c = nullptr; return true;
    case 2: call.t = nullptr; return true;
    case 3: call.begin = in.integer(); return false;
    case 4: call.end = in.integer(); return false;
    case 5: call.b.param = nullptr; return true;
    case 6: call.b.grad = nullptr; return true;
    case 7: call.b.grad = other; return false;
    case 8: call.b.param_copy = other; return false;
    case 9: call.b.param_average = static_cast<float*>(other); return false;
    case 10: t.state[in.below(3)] = in.rarely(2) ? nullptr : other; return false;
    case 11: t.state_scale[in.below(3)] = static_cast<float*>(in.rarely(2) ? nullptr : other); return false;
    case 12: t.clip_value = in.any_float(); return true;
    case 13: t.average_rate = in.any_float(); return true;
    case 14: t.step = in.integer(); return true;
    case 15: t.length = in.integer(); return true;
    case 16: t.first = in.integer(); return t.grad_mean == nullptr && t.row_decay == nullptr;
    case 17: t.state_type = in.choice(3); return false;
    case 18: (in.rarely(2) ? t.param_type : t.grad_type) = in.choice(3); return false;
    case 19: t.row_length = in.rarely(2) ? in.integer() : 0; return false;
    default: *choices[in.below(5)] = in.choice(3); return true;
  }
}

void run(Input& in) {
  Memory memory;
  const radam_coefficients c = some_coefficients(in);
  const bool has_algorithm = is_one_of(c.algorithm, kFirstLayerwise);
  const std::uint8_t layout = in.byte();
  const auto misaligned = [&](Kind) { return layout % 4 == 3 ? std::size_t{in.byte()} % 8 : 0; };

  Call call;
  call.c = memory.place_struct(in, c);
  radam_tensor t = some_tensor(in, layout);
  const std::int64_t n = element_count(in), unit = t.state_type == RADAM_STATE_BLOCK8 ? RADAM_BLOCK_SIZE : 1;
  call.begin = range_begin(in) / unit * unit;
  call.end = call.begin + n;
  const bool to_the_end = n % unit != 0 || in.rarely(2);
  t.length = to_the_end ? call.end : call.end + in.byte();
  t.first = in.rarely(3) ? std::int64_t{in.bits<std::uint32_t>()} / unit * unit : 0;

  const AlgorithmCase* const algorithm = has_algorithm ? &algorithm_of(c) : nullptr;
  place_buffers(in, memory, {algorithm, layout, n, call.begin, true, true}, misaligned, t, call.b);
  bool there = true;
  call.t = &t;
  for (unsigned i = in.byte() % 8 % 3; i > 0; --i) there = spoil(in, call, t) && there;
  const auto* const placed = memory.place_struct(in, t);
  if (call.t != nullptr) call.t = placed;
  memory.guard();

  if (const Faults faults = call.faults()) {
    expect(in_environment(in, call), faults, "radam_step");
    memory.require_unchanged("radam_step failed and changed something");
    memory.finish();
    return;
  }
  if (!there) return;
  bool first = true;
  for (std::int32_t target = RADAM_TARGET_SCALAR; radam_target_name(target) != nullptr; ++target) {
    if (radam_target_available(target) == 0) continue;
    call.target = target;
    use_pattern(target, static_cast<std::uint64_t>(call.end));
    memory.restore();
    expect(in_environment(in, call), 0, "radam_step");
    if (first) memory.expect_this();
    first = false;
    memory.require_expected("a target has other bits than scalar");
    memory.restore();
    Call part = call;
    for (const std::int64_t end : Parts(in, call.begin, call.end, unit)) {
      part.end = end;
      expect(part(), 0, "radam_step");
      part.begin = end;
    }
    memory.require_expected("ranges have other bits than the whole");
  }
  memory.finish();
}

}  // namespace
}  // namespace radam_test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  radam_test::Input in(data, size);
  radam_test::run(in);
  return 0;
}
