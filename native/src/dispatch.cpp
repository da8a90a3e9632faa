#include "dispatch.h"

#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <iterator>

#include "cpu.h"

namespace radam {

// targets.def has a row for each target of this build, the widest first. native/cmake/targets.cmake writes it.
#define RADAM_CPU_TARGET(id, name, features) extern const KernelTable name##_kernels;
#include "targets.def"
#undef RADAM_CPU_TARGET

namespace {

constexpr Target kTargets[] = {
#define RADAM_CPU_TARGET(id, name, features) {RADAM_TARGET_##id, #name, features, &name##_kernels},
#include "targets.def"
#undef RADAM_CPU_TARGET
};
constexpr std::size_t kCount = std::size(kTargets);

// Whether a machine that can run a target can run all that follow it, and every machine can run the last one.
constexpr bool widest_come_first() {
  for (std::size_t i = 1; i < kCount; ++i)
    if ((kTargets[i - 1].features & kTargets[i].features) != kTargets[i].features) return false;
  return kTargets[kCount - 1].features == kCpuBaseline;
}
static_assert(widest_come_first());

// For each target that may be the widest of a machine, a sentence that lists what such a machine can run. The compiler
// makes them, because a library without allocation has nowhere to put one together.
struct Sentences {
  char of[kCount][128];

  constexpr Sentences() : of{} {
    for (std::size_t widest = 0; widest < kCount; ++widest) {
      char* end = of[widest];
      append(end, "no such target, or not on this machine, which can run ");
      for (std::size_t i = widest; i < kCount; ++i) {
        if (i > widest) append(end, i + 1 < kCount ? ", " : " and ");
        append(end, kTargets[i].name);
      }
    }
  }

  static constexpr void append(char*& end, const char* words) {
    while (*words != '\0') *end++ = *words++;
    *end = '\0';  // does not compile where the array is too short
  }
};
constexpr Sentences kSentences;

// The first that this machine can run: the one with the widest vectors.
std::size_t widest_target() {
  std::size_t i = 0;
  while (!can_run(kTargets[i])) ++i;  // ends at the last at the latest, which runs everywhere
  return i;
}

const Target* choose_default() {
  const char* name = std::getenv("RADAM_TARGET");
  // "java" asks Java for its own code. A C program in the same environment has none.
  if (name == nullptr || *name == '\0' || std::strcmp(name, "java") == 0) return &best_target();
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

const Target& best_target() { return best_of(kTargets, cpu_features()); }

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

const char* available_targets_message() { return kSentences.of[widest_target()]; }

}  // namespace radam
