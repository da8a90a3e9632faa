#include "dispatch.h"

#include <atomic>
#include <cstdlib>
#include <cstring>

#include "cpu.h"

namespace radam {
namespace {

// Best first; each target can run all that follow it.
constexpr Target kTargets[] = {
#if defined(__x86_64__)
    {RADAM_TARGET_AVX512, "avx512", kCpuAvx2Fma | kCpuAvx512F, &avx512_kernels},
    {RADAM_TARGET_AVX2, "avx2", kCpuAvx2Fma, &avx2_kernels},
#endif
    {RADAM_TARGET_SCALAR, "scalar", kCpuBaseline, &scalar_kernels},
};

const Target* best_target() {
  const Target* target = kTargets;
  while (!can_run(*target)) ++target;  // ends at scalar at the latest, which runs everywhere
  return target;
}

const Target* choose_default() {
  const char* name = std::getenv("RADAM_TARGET");
  if (name == nullptr || *name == '\0') return best_target();
  const Target* target = find_target(name);
  return target != nullptr && can_run(*target) ? target : nullptr;
}

}  // namespace

const Target* find_target(std::int32_t id) {
  for (const Target& target : kTargets)
    if (target.id == id) return &target;
  return nullptr;
}

const Target* find_target(const char* name) {
  for (const Target& target : kTargets)
    if (std::strcmp(target.name, name) == 0) return &target;
  return nullptr;
}

bool can_run(const Target& target) { return (cpu_features() & target.features) == target.features; }

const Target* default_target() {
  // An id, so that "not yet chosen" and "chosen, but impossible" are values beside the targets'.
  constexpr std::int32_t kNotChosen = -1, kImpossible = -2;
  static std::atomic<std::int32_t> chosen{kNotChosen};
  std::int32_t id = chosen.load(std::memory_order_relaxed);
  if (id == kNotChosen) {
    const Target* target = choose_default();
    id = target != nullptr ? target->id : kImpossible;
    chosen.store(id, std::memory_order_relaxed);
  }
  return find_target(id);
}

const char* available_targets_message() {
  // Whole sentences, because a library without allocation has nowhere to put one together.
  switch (best_target()->id) {
    case RADAM_TARGET_AVX512: return "no such target, or not on this machine, which can run avx512, avx2 and scalar";
    case RADAM_TARGET_AVX2: return "no such target, or not on this machine, which can run avx2 and scalar";
    default: return "no such target, or not on this machine, which can run scalar";
  }
}

}  // namespace radam
