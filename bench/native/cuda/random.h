#ifndef RADAM_BENCH_CUDA_RANDOM_H
#define RADAM_BENCH_CUDA_RANDOM_H

#include <cstdint>

// Fills a buffer of a RADAM_TYPE_... with random values, about normally distributed, whose size differs from row to row
// of 1,024 by up to 2^4 either way.
void fill_random(void* to, std::int32_t type, std::int64_t n, float size, std::uint32_t seed, void* stream);

#endif
