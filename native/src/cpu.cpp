#include "cpu.h"

#include <atomic>
#include <cstring>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace radam {
namespace {

// Bit positions: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2, CPUID; volume 1, chapter 13.
constexpr std::uint32_t kLeaf1EcxFmaF16c = 1u << 12 | 1u << 29;
constexpr std::uint32_t kLeaf7EbxAvx2 = 1u << 5;
constexpr std::uint32_t kLeaf7EbxAvx512 = 1u << 16 | 1u << 17 | 1u << 30 | 1u << 31;  // F, DQ, BW, VL
constexpr std::uint64_t kXcr0Ymm = 0x06;  // SSE and AVX state
constexpr std::uint64_t kXcr0Zmm = 0xE6;  // and mask registers, upper halves of ZMM0-15, ZMM16-31

// The family and the model, of which large ones take more bits of another field.
struct Kind {
  std::uint32_t family, model;

  explicit Kind(std::uint32_t leaf1_eax) {
    const std::uint32_t base = leaf1_eax >> 8 & 15;
    family = base == 15 ? base + (leaf1_eax >> 20 & 255) : base;
    model = (leaf1_eax >> 4 & 15) | (base == 6 || base == 15 ? leaf1_eax >> 12 & 0xf0 : 0);
  }
};

bool is_vendor(const CpuReport& report, const char (&name)[13]) {
  return std::memcmp(report.vendor, name, sizeof report.vendor) == 0;
}

std::uint32_t kinds_of(const CpuReport& report) {
  const Kind kind(report.leaf1_eax);
  if (is_vendor(report, "GenuineIntel")) {
    // Skylake, Cascade Lake and Cooper Lake, of servers and workstations.
    return kCpuIntel | (kind.family == 6 && kind.model == 0x55 ? kCpuSlowedByAvx512 : kCpuBaseline);
  }
  return is_vendor(report, "AuthenticAMD") && kind.family == 0x19 ? kCpuZen4 : kCpuBaseline;
}

#if defined(__x86_64__)

constexpr std::uint32_t kLeaf1EcxOsxsave = 1u << 27;

std::uint64_t xcr0() {
  std::uint32_t low, high;
  __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return (std::uint64_t{high} << 32) | low;
}

std::uint32_t detect() {
  CpuReport report{};
  std::uint32_t eax, ebx, ecx, edx;
  if (!__get_cpuid(0, &eax, &report.vendor[0], &report.vendor[2], &report.vendor[1])) return kCpuBaseline;
  if (!__get_cpuid(1, &report.leaf1_eax, &ebx, &report.leaf1_ecx, &edx)) return kCpuBaseline;
  if (report.leaf1_ecx & kLeaf1EcxOsxsave) report.saved = xcr0();  // without it XGETBV does not exist
  if (!__get_cpuid_count(7, 0, &eax, &report.leaf7_ebx, &ecx, &edx)) return kCpuBaseline;
  return features_of(report);
}

#else

std::uint32_t detect() { return kCpuBaseline; }

#endif

}  // namespace

std::uint32_t features_of(const CpuReport& report) {
  std::uint32_t features = kinds_of(report);
  if ((report.saved & kXcr0Ymm) == kXcr0Ymm && (report.leaf7_ebx & kLeaf7EbxAvx2) &&
      (report.leaf1_ecx & kLeaf1EcxFmaF16c) == kLeaf1EcxFmaF16c)
    features |= kCpuAvx2;
  if ((report.saved & kXcr0Zmm) == kXcr0Zmm && (report.leaf7_ebx & kLeaf7EbxAvx512) == kLeaf7EbxAvx512)
    features |= kCpuAvx512;
  return features;
}

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
