// What this machine can run.
#ifndef RADAM_SRC_CPU_H
#define RADAM_SRC_CPU_H

#include <cstdint>

namespace radam {

enum CpuFeature : std::uint32_t {
  kCpuBaseline = 0,
  kCpuAvx2Fma = 1,  // AVX2 and FMA, which are separate promises of the processor
  kCpuAvx512 = 2,   // AVX-512 F, BW, DQ and VL, which all processors but the first with AVX-512 have together
  // Kinds of processors, for what is fastest on them (pattern.h). No target needs them.
  kCpuIntel = 4,
  kCpuZen4 = 8,  // AMD's family 19h: Zen 3, which has no AVX-512, and Zen 4
};

// The features that the processor has and whose registers the operating system saves on a context switch. They are
// detected once and remembered, because CPUID takes microseconds where a hypervisor traps it.
std::uint32_t cpu_features();

}  // namespace radam

#endif
