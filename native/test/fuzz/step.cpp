// radam_step_f32 with arguments of any kind. Where they are valid, the result is that of the documented rule, on every
// target and in any split.
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

namespace radam_test {
namespace {

struct Call {
  std::int32_t target = RADAM_TARGET_AUTO;
  const radam_coefficients* c = nullptr;
  std::int64_t begin = 0, end = 0;
  float* param = nullptr;
  const float* grad = nullptr;
  float* const* state = nullptr;

  radam_status operator()() const { return radam_step_f32(target, c, begin, end, param, grad, state); }

  Faults faults() const {
    if (c == nullptr) return fault(RADAM_ERROR_NULL);
    if (const Faults f = faults_of_size(c)) return f;
    const radam_coefficients k = known_part(c);
    if (is_layerwise(k.algorithm)) return fault(RADAM_ERROR_SUMS);
    const Faults of_values = faults_of(k), of_range = faults_of_range(begin, end);
    Faults f = of_values | of_range | faults_of_target(target);
    if ((of_values | of_range) != 0 || begin == end) return f;
    Extents extents;
    f |= fault_if(param == nullptr || grad == nullptr, RADAM_ERROR_NULL);
    extents.add(param, 4, begin, end);
    extents.add(grad, 4, begin, end);
    for (int i = 0; i < step_buffers(k); ++i) {
      const void* const buffer = state != nullptr ? state[i] : nullptr;
      f |= fault_if(buffer == nullptr && needs_state(k, i), RADAM_ERROR_NULL);
      extents.add(buffer, 4, begin, end);
    }
    return f | extents.faults();
  }
};

// The documented rule, for elements that lie where the call's do.
void step_by_rule(const Call& call, const radam_coefficients& c) {
  unsigned present = 0;
  const AlgorithmCase& algorithm = algorithm_of(c);
  float* at[kBufferCount] = {call.param, const_cast<float*>(call.grad)};
  for (int k = 0; k < algorithm.buffers(); ++k) {
    at[kState + k] = call.state != nullptr ? call.state[k] : nullptr;
    if (at[kState + k] != nullptr) present |= 1u << k;
  }
  for (std::int64_t i = call.begin; i < call.end; ++i) {
    Element x{};
    for (int b = 0; b < kBufferCount; ++b)
      if (at[b] != nullptr) std::memcpy(&x[static_cast<std::size_t>(b)], advance(at[b], 4 * i), 4);
    x = algorithm.step(c, x, present);
    for (int b = 0; b < kBufferCount; ++b)
      if (at[b] != nullptr && b != kGrad) std::memcpy(advance(at[b], 4 * i), &x[static_cast<std::size_t>(b)], 4);
  }
}

// Spoils an argument, as a program with a mistake would. Returns false if the call may now be about memory that is not
// there, without a fault that the library could find.
bool spoil(Input& in, Call& call, float** state, int buffers) {
  switch (in.below(9)) {
    case 0: call.target = in.choice(4); return true;
    case 1: call.c = nullptr; return true;
    case 2: call.begin = in.integer(); break;
    case 3: call.end = in.integer(); break;
    case 4: call.param = nullptr; return true;
    case 5: call.grad = in.rarely(2) ? nullptr : advance(call.param, static_cast<std::int8_t>(in.byte())); break;
    case 6: call.state = nullptr; return true;
    case 7: state[in.below(static_cast<unsigned>(buffers))] = nullptr; return true;
    default:
      state[in.below(static_cast<unsigned>(buffers))] =
          in.rarely(2) ? advance(nullptr, -8) : advance(call.param, static_cast<std::int8_t>(in.byte()));
  }
  return false;
}

void run(Input& in) {
  Memory memory;
  const radam_coefficients c = some_coefficients(in);
  const bool has_algorithm = is_one_of(c.algorithm, kFirstLayerwise);
  const int buffers = has_algorithm ? algorithm_of(c).buffers() : 1;
  const unsigned mistakes = in.byte() % 8 % 3 % 3;
  const std::uint8_t layout = in.byte();

  Call call;
  call.c = memory.place_struct(in, c);
  const std::int64_t n = element_count(in);
  call.begin = range_begin(in);
  call.end = call.begin + n;
  const auto place = [&](bool is_signed) {
    auto* const at = memory.place(4 * static_cast<std::size_t>(n), Kind::kF32, layout % 4 == 3 ? in.byte() % 8 : 0);
    fill_elements(in, at, Kind::kF32, static_cast<std::size_t>(n), is_signed);
    return static_cast<float*>(element_zero(at, call.begin, 4));
  };
  call.param = place(true);
  call.grad = place(true);
  auto* const state = reinterpret_cast<float**>(memory.place(sizeof(float*) * static_cast<std::size_t>(buffers)));
  for (int k = 0; k < buffers; ++k) {
    const bool optional = k >= 2 || c.algorithm == RADAM_ALGORITHM_SGD;
    state[k] = optional && (layout & 16) != 0 ? nullptr : place(has_algorithm ? algorithm_of(c).is_signed[k] : true);
  }
  call.state = state;
  bool there = true;
  for (unsigned i = 0; i < mistakes; ++i) there = spoil(in, call, state, buffers) && there;
  memory.guard();

  if (const Faults faults = call.faults()) {
    expect(in_environment(in, call), faults, "radam_step_f32");
    memory.require_unchanged("radam_step_f32 failed and changed something");
    memory.finish();
    return;
  }
  if (!there) return;
  step_by_rule(call, c);
  memory.expect_this();
  for (std::int32_t target = RADAM_TARGET_SCALAR; radam_target_name(target) != nullptr; ++target) {
    if (radam_target_available(target) == 0) continue;
    call.target = target;
    use_pattern(target, static_cast<std::uint64_t>(call.end));
    memory.restore();
    expect(in_environment(in, call), 0, "radam_step_f32");
    memory.require_expected("a target has other bits than the rule");
    memory.restore();
    Call part = call;
    for (const std::int64_t end : Parts(in, call.begin, call.end, 1)) {
      part.end = end;
      expect(part(), 0, "radam_step_f32");
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
