#include "cpu.h"

#include <atomic>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace radam {
namespace {

#if defined(__x86_64__)

// Extended control register 0: the parts of the register file that the operating system saves.
std::uint64_t xcr0() {
  std::uint32_t low, high;
  __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return (std::uint64_t{high} << 32) | low;
}

// The processor's kind: one of the bits for it, or none.
std::uint32_t kind(std::uint32_t leaf1_eax) {
  std::uint32_t eax, ebx, ecx, edx;
  if (!__get_cpuid(0, &eax, &ebx, &ecx, &edx)) return kCpuBaseline;
  if (ebx == signature_INTEL_ebx && edx == signature_INTEL_edx && ecx == signature_INTEL_ecx) return kCpuIntel;
  if (ebx != signature_AMD_ebx || edx != signature_AMD_edx || ecx != signature_AMD_ecx) return kCpuBaseline;
  constexpr std::uint32_t kExtended = 15;
  const std::uint32_t base = leaf1_eax >> 8 & 15;
  const std::uint32_t family = base == kExtended ? base + (leaf1_eax >> 20 & 255) : base;
  return family == 0x19 ? kCpuZen4 : kCpuBaseline;
}

// Bit positions: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2, CPUID; volume 1, chapter 13.
std::uint32_t detect() {
  constexpr std::uint32_t kLeaf1EcxFma = 1u << 12, kLeaf1EcxOsxsave = 1u << 27;
  constexpr std::uint32_t kLeaf7EbxAvx2 = 1u << 5;
  constexpr std::uint32_t kLeaf7EbxAvx512 = 1u << 16 | 1u << 17 | 1u << 30 | 1u << 31;  // F, DQ, BW, VL
  constexpr std::uint64_t kXcr0Ymm = 0x06;  // SSE and AVX state
  constexpr std::uint64_t kXcr0Zmm = 0xE6;  // and mask registers, upper halves of ZMM0-15, ZMM16-31

  std::uint32_t eax, ebx, ecx, edx;
  if (!__get_cpuid(1, &eax, &ebx, &ecx, &edx)) return kCpuBaseline;
  const std::uint32_t leaf1_eax = eax, leaf1_ecx = ecx;
  if (!(leaf1_ecx & kLeaf1EcxOsxsave)) return kCpuBaseline;  // without it XGETBV does not exist
  if (!__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx)) return kCpuBaseline;
  const std::uint32_t leaf7_ebx = ebx;

  const std::uint64_t saved = xcr0();
  std::uint32_t features = kind(leaf1_eax);
  if ((saved & kXcr0Ymm) == kXcr0Ymm && (leaf7_ebx & kLeaf7EbxAvx2) && (leaf1_ecx & kLeaf1EcxFma))
    features |= kCpuAvx2Fma;
  if ((saved & kXcr0Zmm) == kXcr0Zmm && (leaf7_ebx & kLeaf7EbxAvx512) == kLeaf7EbxAvx512)
    features |= kCpuAvx512;
  return features;
}

#else

std::uint32_t detect() { return kCpuBaseline; }

#endif

}  // namespace

std::uint32_t cpu_features() {
  // Threads that race here find the same answer, so nothing needs to be ordered.
  constexpr std::uint32_t kUnknown = ~0u;
  static std::atomic<std::uint32_t> known{kUnknown};
  std::uint32_t features = known.load(std::memory_order_relaxed);
  if (features == kUnknown) {
    features = detect();
    known.store(features, std::memory_order_relaxed);
  }
  return features;
}

}  // namespace radam
