// The targets, and which of them to use.
#ifndef RADAM_SRC_DISPATCH_H
#define RADAM_SRC_DISPATCH_H

#include <cstdint>

#include "cpu.h"
#include "kernels.h"

namespace radam {

struct Target {
  std::int32_t id;         // RADAM_TARGET_...
  const char* name;
  std::uint32_t features;  // CpuFeature bits that it needs
  const KernelTable* kernels;
};

// The target with this id; null if there is none.
const Target* find_target(std::int32_t id);

// The target of that name; null if there is none.
const Target* find_target(const char* name);

// Whether this machine can run it.
bool can_run(const Target& target);

// The best of some targets, the widest first, for a processor with these features: the first that it can run, but not
// AVX-512 where that lowers the clock and there are other vectors. The last one must run everywhere.
constexpr const Target& best_of(const Target* targets, std::uint32_t features) {
  while ((features & targets->features) != targets->features) ++targets;
  const bool slowed = (targets->features & kCpuAvx512) && (features & kCpuSlowedByAvx512);
  return slowed && (targets[1].features & kCpuAvx2) ? targets[1] : *targets;
}

// The best target of this build for this machine.
const Target& best_target();

// The target that RADAM_TARGET names, or else the best one. Null if the variable names a target that this machine
// cannot run, or none.
const Target* default_target();

// A sentence that lists the targets that this machine can run.
const char* available_targets_message();

}  // namespace radam

#endif
