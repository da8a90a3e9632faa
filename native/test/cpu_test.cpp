// What follows from what a processor says of itself: of processors that are not at hand.
#include "../src/cpu.h"
#include "../src/dispatch.h"

#include <cstdint>
#include <cstring>
#include <string>

#include <gtest/gtest.h>

namespace radam {
namespace {

constexpr std::uint32_t kAvx2 = 1u << 5, kF = 1u << 16, kDq = 1u << 17, kBw = 1u << 30, kVl = 1u << 31;
constexpr std::uint32_t kFma = 1u << 12, kF16c = 1u << 29;
constexpr std::uint32_t kAllAvx512 = kAvx2 | kF | kDq | kBw | kVl;
constexpr std::uint64_t kYmm = 0x7, kZmm = 0xe7;

struct Case {
  const char* name;
  const char* vendor;
  std::uint32_t leaf1_eax;
  std::uint32_t leaf7_ebx;
  std::uint32_t features;
};

CpuReport report_of(const Case& processor) {
  CpuReport report{};
  std::memcpy(report.vendor, processor.vendor, sizeof report.vendor);
  report.leaf1_eax = processor.leaf1_eax;
  report.leaf1_ecx = kFma | kF16c;
  report.leaf7_ebx = processor.leaf7_ebx;
  report.saved = kZmm;
  return report;
}

constexpr Case kProcessors[] = {
    {"Haswell", "GenuineIntel", 0x306c3, kAvx2, kCpuIntel | kCpuAvx2},
    {"Knights Landing", "GenuineIntel", 0x50671, kAvx2 | kF, kCpuIntel | kCpuAvx2},
    {"Skylake of servers", "GenuineIntel", 0x50654, kAllAvx512,
     kCpuIntel | kCpuAvx2 | kCpuAvx512 | kCpuSlowedByAvx512},
    {"Cascade Lake", "GenuineIntel", 0x50657, kAllAvx512, kCpuIntel | kCpuAvx2 | kCpuAvx512 | kCpuSlowedByAvx512},
    {"Cooper Lake", "GenuineIntel", 0x5065b, kAllAvx512, kCpuIntel | kCpuAvx2 | kCpuAvx512 | kCpuSlowedByAvx512},
    {"Ice Lake of servers", "GenuineIntel", 0x606a6, kAllAvx512, kCpuIntel | kCpuAvx2 | kCpuAvx512},
    {"Rocket Lake", "GenuineIntel", 0xa0671, kAllAvx512, kCpuIntel | kCpuAvx2 | kCpuAvx512},
    {"Sapphire Rapids", "GenuineIntel", 0x806f8, kAllAvx512, kCpuIntel | kCpuAvx2 | kCpuAvx512},
    {"Zen 2", "AuthenticAMD", 0x830f10, kAvx2, kCpuAvx2},
    {"Zen 3", "AuthenticAMD", 0xa00f11, kAvx2, kCpuZen4 | kCpuAvx2},
    {"Zen 4", "AuthenticAMD", 0xa10f11, kAllAvx512, kCpuZen4 | kCpuAvx2 | kCpuAvx512},
    {"Zen 5", "AuthenticAMD", 0xb00f21, kAllAvx512, kCpuAvx2 | kCpuAvx512},
    {"another vendor's, with the numbers of Skylake", "CentaurHauls", 0x50654, kAllAvx512, kCpuAvx2 | kCpuAvx512},
    {"AMD's first with 64 bits", "AuthenticAMD", 0xf5a, 0, kCpuBaseline},
};

TEST(Cpu, FeaturesOfProcessors) {
  for (const Case& processor : kProcessors)
    EXPECT_EQ(features_of(report_of(processor)), processor.features) << processor.name;
}

TEST(Cpu, WhatTheSystemDoesNotSaveCannotBeUsed) {
  CpuReport report = report_of(kProcessors[2]);
  report.saved = kYmm;
  EXPECT_EQ(features_of(report) & (kCpuAvx2 | kCpuAvx512), kCpuAvx2);
  report.saved = 3;
  EXPECT_EQ(features_of(report) & (kCpuAvx2 | kCpuAvx512), kCpuBaseline);
}

TEST(Cpu, Avx512IsAllFourTogether) {
  for (const std::uint32_t part : {kF, kDq, kBw, kVl}) {
    CpuReport report = report_of(kProcessors[2]);
    report.leaf7_ebx &= ~part;
    EXPECT_EQ(features_of(report) & kCpuAvx512, 0u) << part;
  }
}

TEST(Cpu, Avx2WithoutFmaOrF16cIsNotEnough) {
  for (const std::uint32_t part : {kFma, kF16c}) {
    CpuReport report = report_of(kProcessors[0]);
    report.leaf1_ecx &= ~part;
    EXPECT_EQ(features_of(report) & kCpuAvx2, 0u) << part;
  }
}

// Targets of several builds.
constexpr Target kAvx512Target{3, "avx512", kCpuAvx2 | kCpuAvx512, nullptr};
constexpr Target kAvx2Target{2, "avx2", kCpuAvx2, nullptr};
constexpr Target kScalarTarget{1, "scalar", kCpuBaseline, nullptr};
constexpr Target kAll[] = {kAvx512Target, kAvx2Target, kScalarTarget};
constexpr Target kWithoutAvx2[] = {kAvx512Target, kScalarTarget};
constexpr Target kWithoutAvx512[] = {kAvx2Target, kScalarTarget};

std::string best(const Target* targets, const char* processor) {
  for (const Case& known : kProcessors)
    if (std::strcmp(known.name, processor) == 0) return best_of(targets, features_of(report_of(known))).name;
  return "no such processor";
}

TEST(Cpu, TheBestTargetIsTheWidestThatDoesNotLowerTheClock) {
  for (const char* const processor : {"Skylake of servers", "Cascade Lake", "Cooper Lake"}) {
    EXPECT_EQ(best(kAll, processor), "avx2");
    EXPECT_EQ(best(kWithoutAvx512, processor), "avx2");
    EXPECT_EQ(best(kWithoutAvx2, processor), "avx512") << "any vectors are better than none";
  }
  for (const char* const processor : {"Ice Lake of servers", "Sapphire Rapids", "Zen 4", "Zen 5"}) {
    EXPECT_EQ(best(kAll, processor), "avx512");
    EXPECT_EQ(best(kWithoutAvx512, processor), "avx2");
  }
  for (const char* const processor : {"Haswell", "Knights Landing", "Zen 3"}) {
    EXPECT_EQ(best(kAll, processor), "avx2");
    EXPECT_EQ(best(kWithoutAvx2, processor), "scalar");
  }
  EXPECT_EQ(best(kAll, "AMD's first with 64 bits"), "scalar");
}

}  // namespace
}  // namespace radam
