// What the emulated runtime counts.
#ifndef RADAM_TEST_CUDA_WAITS_H
#define RADAM_TEST_CUDA_WAITS_H

#include <cstdint>

// Calls so far that may wait for a device, were there one.
extern "C" __attribute__((visibility("default"))) std::int64_t radam_emulated_waits();

#endif
