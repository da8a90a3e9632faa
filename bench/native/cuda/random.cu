#include "random.h"

#include <cuda_bf16.h>
#include <cuda_fp16.h>

#include <radam/radam.h>

#include "measure.h"

namespace {

__device__ std::uint32_t hash(std::uint64_t i, std::uint32_t seed) {
  std::uint64_t x = i + seed * 0x9E3779B97F4A7C15u;
  x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9u;
  x = (x ^ x >> 27) * 0x94D049BB133111EBu;
  return static_cast<std::uint32_t>(x >> 32);
}

__device__ void put(float& to, float x) { to = x; }
__device__ void put(__nv_bfloat16& to, float x) { to = __float2bfloat16_rn(x); }
__device__ void put(__half& to, float x) { to = __float2half_rn(x); }

template <class T>
__global__ void fill_kernel(T* to, std::int64_t n, float size, std::uint32_t seed) {
  const std::int64_t stride = static_cast<std::int64_t>(gridDim.x) * blockDim.x;
  for (std::int64_t i = static_cast<std::int64_t>(blockIdx.x) * blockDim.x + threadIdx.x; i < n; i += stride) {
    const std::uint32_t x = hash(static_cast<std::uint64_t>(i), seed);
    // Four uniform numbers, and a little so that it is never 0.
    const int sum = static_cast<int>((x & 255) + (x >> 8 & 255) + (x >> 16 & 255) + (x >> 24)) - 510;
    const auto normal = (static_cast<float>(sum) + 0.37f) / 148;
    const int row = static_cast<int>(hash(static_cast<std::uint64_t>(i / 1024), ~seed) % 9) - 4;
    put(to[i], size * normal * exp2f(static_cast<float>(row)));
  }
}

template <class T>
void fill(void* to, std::int64_t n, float size, std::uint32_t seed, void* stream) {
  fill_kernel<<<2048, 256, 0, static_cast<cudaStream_t>(stream)>>>(static_cast<T*>(to), n, size, seed);
}

}  // namespace

void fill_random(void* to, std::int32_t type, std::int64_t n, float size, std::uint32_t seed, void* stream) {
  if (type == RADAM_TYPE_F32) fill<float>(to, n, size, seed, stream);
  if (type == RADAM_TYPE_BF16) fill<__nv_bfloat16>(to, n, size, seed, stream);
  if (type == RADAM_TYPE_F16) fill<__half>(to, n, size, seed, stream);
  if (cudaGetLastError() != cudaSuccess) require(RADAM_CUDA_ERROR_CUDA);
}
