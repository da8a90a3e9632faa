// radam_gradient_statistics with arguments of any kind, and the functions about targets.
#include <cmath>
#include <cstring>
#include <string>

#include <radam/radam.h>

#include "../half_types.h"
#include "elements.h"
#include "environment.h"
#include "faults.h"
#include "input.h"
#include "memory.h"

namespace radam_test {
namespace {

// As radam.h documents them.
radam_statistics statistics_of(const unsigned char* grad, std::int32_t type, std::int64_t count) {
  radam_statistics s{};
  double sums[32] = {};
  bool has_nan = false;
  const std::size_t size = size_of(kind_of_type(type));
  for (std::int64_t i = 0; i < count; ++i) {
    std::uint32_t code = 0;
    std::memcpy(&code, grad + static_cast<std::size_t>(i) * size, size);
    float x;
    if (type == RADAM_TYPE_F32) std::memcpy(&x, &code, sizeof x);
    else x = value_of(type, static_cast<std::uint16_t>(code));
    sums[i % 32] += static_cast<double>(x) * x;
    s.non_finite += !std::isfinite(x);
    has_nan = has_nan || std::isnan(x);
    if (std::fabs(x) > s.max_abs) s.max_abs = std::fabs(x);
  }
  for (int apart = 16; apart > 0; apart /= 2)
    for (int j = 0; j < apart; ++j) sums[j] += sums[j + apart];
  s.sum_of_squares = sums[0];
  if (has_nan) s.max_abs = std::nanf("");
  return s;
}

bool same_double(double a, double b) { return std::memcmp(&a, &b, sizeof a) == 0 || (std::isnan(a) && std::isnan(b)); }

void run_statistics(Input& in) {
  Memory memory;
  const std::uint8_t layout = in.byte();
  const std::int64_t n = element_count(in);
  std::int32_t type = in.choice(3);
  const Kind kind = kind_of_type(is_one_of(type, 3) ? type : 0);
  radam_statistics mark;
  std::memset(&mark, 0x5C, sizeof mark);
  auto* const s = memory.place_struct(in, mark);
  auto* const at = memory.place(static_cast<std::size_t>(n) * size_of(kind), kind, layout % 4 == 3 ? in.byte() % 8 : 0);
  fill_elements(in, at, kind, static_cast<std::size_t>(n), true);
  std::int64_t begin = range_begin(in), end = begin + n;
  const void* grad = element_zero(at, begin, size_of(kind));
  bool there = true;
  switch (layout / 4 % 16) {
    case 1: grad = nullptr; break;
    case 2: begin = in.integer(); there = false; break;
    case 3: end = in.integer(); there = false; break;
    case 4: grad = advance(nullptr, -8); there = false; break;
    default: break;
  }
  const std::int32_t asked = in.choice(4);
  memory.guard();

  Extents extents;
  Faults f = fault_if(!has_valid_size(s->struct_size, sizeof *s), RADAM_ERROR_STRUCT_SIZE) |
             fault_if(!is_one_of(type, 3), RADAM_ERROR_TYPE) | faults_of_range(begin, end);
  if (f == 0 && begin < end) {
    extents.add(grad, static_cast<std::int64_t>(size_of(kind)), begin, end);
    f |= extents.faults() | fault_if(grad == nullptr, RADAM_ERROR_NULL);
  }
  if (f == 0 && !there) return;
  const radam_statistics expected = statistics_of(at, type, f == 0 && begin < end ? n : 0);
  for (std::int32_t target = RADAM_TARGET_AUTO; target <= RADAM_TARGET_AVX512 + 1; ++target) {
    const std::int32_t t = target <= RADAM_TARGET_AVX512 ? target : asked;
    const Faults faults = f | faults_of_target(t);
    memory.restore();
    const radam_status status =
        in_environment(in, [&] { return radam_gradient_statistics(t, type, begin, end, grad, s); });
    expect(status, faults, "radam_gradient_statistics");
    expect(radam_gradient_statistics(t, type, begin, end, grad, nullptr), fault(RADAM_ERROR_NULL), "no statistics");
    if (faults == 0) {
      require(same_double(s->sum_of_squares, expected.sum_of_squares), "another sum of squares");
      require(same_double(s->max_abs, expected.max_abs), "another largest magnitude");
      require(s->non_finite == expected.non_finite, "another number of elements that are not finite");
      memory.restore();
    }
    memory.require_unchanged("radam_gradient_statistics changed what it must not");
  }
  memory.finish();
}

// Whether the library of this build has a target of that number.
bool is_target(std::int32_t id) {
  if (id == RADAM_TARGET_AUTO || id == RADAM_TARGET_SCALAR) return true;
#ifdef RADAM_HAS_AVX2
  if (id == RADAM_TARGET_AVX2) return true;
#endif
#ifdef RADAM_HAS_AVX512
  if (id == RADAM_TARGET_AVX512) return true;
#endif
#ifdef RADAM_HAS_NEON
  if (id == RADAM_TARGET_NEON) return true;
#endif
  return false;
}

void run_targets(Input& in) {
  const std::int32_t id = in.choice(5);
  const char* const name_of_id = radam_target_name(id);
  require((name_of_id != nullptr) == is_target(id), "a name of a target that is none, or the reverse");
  require(is_one_of(radam_target_available(id), 2), "neither available nor not");

  const char* const known[] = {"scalar", "avx2", "avx512", "java", "auto", "neon", "divider", "half"};
  std::string name = in.rarely(2) ? known[in.below(8)] : "";
  for (unsigned n = in.below(4); n > 0; --n) name += static_cast<char>(in.byte());
  name = name.c_str();  // up to a zero byte
  const bool null = in.rarely(8);
  std::int32_t expected = -1;
  for (std::int32_t target = RADAM_TARGET_SCALAR; target <= RADAM_TARGET_NEON; ++target)
    if (radam_target_available(target) && (null || name.empty() || name == radam_target_name(target)))
      expected = target;
  std::int32_t target = -1;
  const Faults faults = fault_if(expected < 0, RADAM_ERROR_TARGET);
  expect(radam_select_target(null ? nullptr : name.c_str(), &target), faults, "radam_select_target");
  require(target == expected, "another target was selected");
  expect(radam_select_target(name.c_str(), nullptr), fault(RADAM_ERROR_NULL), "radam_select_target");

  const char* const before = radam_target_pattern(id);
  require((before != nullptr) == (radam_target_available(id) == 1), "a pattern of a target that cannot run");
  const radam_status set = radam_set_target_pattern(id, null ? nullptr : name.c_str());
  require((set == RADAM_ERROR_TARGET) == (before == nullptr), "a pattern was set of a target that cannot run");
  const std::string pattern = set == RADAM_ERROR_PATTERN ? before : name;
  if (set != RADAM_ERROR_TARGET && !(set == RADAM_OK && null))
    require(pattern == radam_target_pattern(id), "not the pattern that was set, or that there was");

  const std::int32_t algorithm = in.choice(kAlgorithms);
  require((radam_algorithm_name(algorithm) != nullptr) == is_one_of(algorithm, kAlgorithms), "a name of no algorithm");
  require((radam_state_count(algorithm) > 0) == is_one_of(algorithm, kAlgorithms), "state of no algorithm");
}

}  // namespace
}  // namespace radam_test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  radam_test::Input in(data, size);
  if (in.rarely(16)) radam_test::run_targets(in);
  else radam_test::run_statistics(in);
  return 0;
}
