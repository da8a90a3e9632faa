// What the emulated runtime counts.
#ifndef RADAM_TEST_CUDA_WAITS_H
#define RADAM_TEST_CUDA_WAITS_H

#include <cstdint>

#include <radam/radam.h>

// Calls so far that may wait for a device, were there one.
extern "C" RADAM_API std::int64_t radam_emulated_waits();

#endif
