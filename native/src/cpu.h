// What this machine can run.
#ifndef RADAM_SRC_CPU_H
#define RADAM_SRC_CPU_H

#include <cstdint>

namespace radam {

enum CpuFeature : std::uint32_t {
  kCpuBaseline = 0,
  kCpuAvx2 = 1,    // AVX2, FMA and F16C, which are separate promises of the processor
  kCpuAvx512 = 2,  // AVX-512 F, BW, DQ and VL, which all processors but the first with AVX-512 have together
  // Kinds of processors, for what is fastest on them (dispatch.h, pattern.h). No target needs them.
  kCpuIntel = 4,
  kCpuZen4 = 8,             // AMD's family 19h: Zen 3, which has no AVX-512, and Zen 4
  kCpuSlowedByAvx512 = 16,  // Intel's first generations with AVX-512, whose clock is lower while it is used
};

// What the processor and the operating system say of themselves, by CPUID and XGETBV.
struct CpuReport {
  std::uint32_t vendor[3];  // leaf 0: EBX, EDX and ECX, which spell a name
  std::uint32_t leaf1_eax;  // family, model and stepping
  std::uint32_t leaf1_ecx, leaf7_ebx;
  std::uint64_t saved;  // extended control register 0: the parts of the register file that the system saves
};

// The features that follow from a report.
std::uint32_t features_of(const CpuReport& report);

// The features that the processor has and whose registers the operating system saves on a context switch. They are
// detected once and remembered, because CPUID takes microseconds where a hypervisor traps it.
std::uint32_t cpu_features();

}  // namespace radam

#endif
