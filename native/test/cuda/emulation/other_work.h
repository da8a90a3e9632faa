// How the emulated runtime works together with another library that queues work in its streams.
#ifndef RADAM_TEST_CUDA_OTHER_WORK_H
#define RADAM_TEST_CUDA_OTHER_WORK_H

#include <cstdint>

#include <radam/radam.h>

// Work that the other library has queued in a stream: what is queued there later waits until it has ended, and so do
// those who free memory that it uses, of which `memory` has addresses, or destroy its stream. The result is the work's
// number.
extern "C" RADAM_API std::int64_t radam_emulated_work_begins(void* stream, const void* const* memory,
                                                             std::int64_t count);
extern "C" RADAM_API void radam_emulated_work_ends(std::int64_t work);

// Whether all bytes of a range are of one allocation of device memory.
extern "C" RADAM_API bool radam_emulated_is_device_memory(const void* memory, std::int64_t bytes);

#endif
