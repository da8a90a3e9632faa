#include "pattern.h"

#include <atomic>

#include <radam/radam.h>

#include "cpu.h"

namespace radam {
namespace {

constexpr std::int32_t kUnknown = 0;  // else a pattern, plus 1

std::atomic<std::int32_t>& chosen(std::int32_t target) {
  static std::atomic<std::int32_t> patterns[RADAM_TARGET_NEON + 1];
  return patterns[target];
}

}  // namespace

Pattern suited_pattern(std::int32_t target) {
  const std::uint32_t features = cpu_features();
  // Intel's dividers take 11 cycles for the roots and quotients of eight floats and 22 for those of sixteen (Ice Lake;
  // A. Fog, "Instruction tables"), beside FMA units that they leave alone. AMD's take 8 and 16, and hold up one of two
  // FMA units (Zen 4, measured). So there is less to gain there. bench/README.md has the figures.
  if (features & kCpuIntel) {
    if (target == RADAM_TARGET_AVX512) return Pattern::kHalf;
    if (target == RADAM_TARGET_AVX2) return Pattern::kQuarter;
  }
  if ((features & kCpuZen4) && target == RADAM_TARGET_AVX512) return Pattern::kQuarter;
  return Pattern::kDivider;
}

Pattern pattern_in_use(std::int32_t target) {
  std::atomic<std::int32_t>& known = chosen(target);
  std::int32_t now = known.load(std::memory_order_relaxed);
  if (now == kUnknown) {
    const std::int32_t suited = static_cast<std::int32_t>(suited_pattern(target)) + 1;
    // Where another thread has chosen meanwhile, its choice stays.
    if (known.compare_exchange_strong(now, suited, std::memory_order_relaxed)) now = suited;
  }
  return static_cast<Pattern>(now - 1);
}

void use_pattern(std::int32_t target, Pattern pattern) {
  chosen(target).store(static_cast<std::int32_t>(pattern) + 1, std::memory_order_relaxed);
}

}  // namespace radam
