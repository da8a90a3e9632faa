#include "limit.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include <cuda_runtime.h>

namespace {

constexpr int kThreads = 256;

__device__ uint4 exclusive_or(uint4 a, uint4 b) { return {a.x ^ b.x, a.y ^ b.y, a.z ^ b.z, a.w ^ b.w}; }

__device__ uint4 all_and(uint4 a, unsigned mask) { return {a.x & mask, a.y & mask, a.z & mask, a.w & mask}; }

// What a thread has of a tile of one buffer, in words of 16 bytes. Neighbouring threads have neighbouring words; the
// last threads have none where the tile is too short for all.
template <int kBytes, int kTile, bool streaming>
struct Words {
  static constexpr int kCount = kTile * kBytes / 16;
  static constexpr int kEach = (kCount + kThreads - 1) / kThreads;
  uint4 words[kEach > 0 ? kEach : 1] = {};

  static __device__ bool has(int k) {
    return (k + 1) * kThreads <= kCount || k * kThreads + static_cast<int>(threadIdx.x) < kCount;
  }

  __device__ void load(const void* buffer, std::int64_t tile) {
    const uint4* const from = static_cast<const uint4*>(buffer) + tile * kCount + threadIdx.x;
#pragma unroll
    for (int k = 0; k < kEach; ++k)
      if (has(k)) words[k] = streaming ? __ldcs(from + k * kThreads) : from[k * kThreads];
  }

  __device__ void store(void* buffer, std::int64_t tile) const {
    uint4* const to = static_cast<uint4*>(buffer) + tile * kCount + threadIdx.x;
#pragma unroll
    for (int k = 0; k < kEach; ++k) {
      if (!has(k)) continue;
      if (streaming) {
        __stcs(to + k * kThreads, words[k]);
      } else {
        to[k * kThreads] = words[k];
      }
    }
  }

  // The mask is 0, which the compiler does not know.
  __device__ void change(unsigned mask) {
#pragma unroll
    for (int k = 0; k < kEach; ++k) words[k].x ^= mask;
  }

  __device__ uint4 all() const {
    uint4 x = words[0];
#pragma unroll
    for (int k = 1; k < kEach; ++k) x = exclusive_or(x, words[k]);
    return x;
  }
};

template <int kParam, int kGrad, int kState, int kMoments, int kCopy, int kAverage>
struct Shape {
  static constexpr Traffic kTraffic{kParam, kGrad, kState, kMoments, kCopy, kAverage};
};

// A thread block takes a tile, all loads before all stores, and then the one that is as many tiles away as there are
// blocks.
template <class S, int kTile, bool streaming>
__global__ void __launch_bounds__(kThreads) limit_kernel(const Streams s, std::int64_t tiles, unsigned mask) {
  constexpr Traffic t = S::kTraffic;
  static_assert(t.grad <= t.param && t.copy <= t.param);  // so that a thread has as many words of the parameters
  constexpr int kScales = t.state == 1 ? kTile / 256 : 0;
  const bool scales_too = kScales > 0 && static_cast<int>(threadIdx.x) < kScales;
  for (std::int64_t tile = blockIdx.x; tile < tiles; tile += gridDim.x) {
    Words<t.param, kTile, streaming> param;
    Words<t.grad, kTile, streaming> grad;
    Words<t.state, kTile, streaming> state[t.buffers];
    Words<t.copy, kTile, streaming> copy;
    Words<t.average, kTile, streaming> average;
    float scales[t.buffers];
    param.load(s.param, tile);
    grad.load(s.grad, tile);
#pragma unroll
    for (int m = 0; m < t.buffers; ++m) {
      state[m].load(s.state[m], tile);
      if (scales_too) scales[m] = s.scales[m][tile * kScales + threadIdx.x];
    }
    average.load(s.average, tile);

    param.change(mask);
    param.words[0] = exclusive_or(param.words[0], all_and(grad.all(), mask));
#pragma unroll
    for (int k = 0; k < decltype(copy)::kEach; ++k) copy.words[k] = param.words[k];
    average.change(mask);

#pragma unroll
    for (int m = 0; m < t.buffers; ++m) {
      state[m].change(mask);
      state[m].store(s.state[m], tile);
      if (scales_too) s.scales[m][tile * kScales + threadIdx.x] = __uint_as_float(__float_as_uint(scales[m]) ^ mask);
    }
    param.store(s.param, tile);
    copy.store(s.copy, tile);
    average.store(s.average, tile);
  }
}

// What all words come to is stored if it has a certain value, so the loads have to be made.
template <int kTile, bool streaming>
__global__ void __launch_bounds__(kThreads) read_kernel(const void* buffer, std::int64_t tiles, uint4* to) {
  uint4 sum{};
  for (std::int64_t tile = blockIdx.x; tile < tiles; tile += gridDim.x) {
    Words<1, kTile, streaming> words;
    words.load(buffer, tile);
    sum = exclusive_or(sum, words.all());
  }
  if ((sum.x ^ sum.y ^ sum.z ^ sum.w) == 0x9E3779B9u) *to = sum;
}

void require(cudaError_t error) {
  if (error == cudaSuccess) return;
  std::fprintf(stderr, "radam_cuda_bench: %s\n", cudaGetErrorString(error));
  std::exit(1);
}

using StepLimit = void (*)(Streams, std::int64_t, unsigned);
using ReadLimit = void (*)(const void*, std::int64_t, uint4*);

// As many thread blocks as stay, and one for each tile.
std::vector<unsigned> grids(std::int64_t tiles, int multiprocessors) {
  std::vector<unsigned> result;
  for (const int each : {2, 4, 8, 16})
    result.push_back(static_cast<unsigned>(std::min<std::int64_t>(tiles, std::int64_t{each} * multiprocessors)));
  result.push_back(static_cast<unsigned>(std::min<std::int64_t>(tiles, 0x7FFFFFFF)));
  return result;
}

void add(std::vector<Pass>& to, StepLimit kernel, int tile, const Streams& streams, std::int64_t n,
         int multiprocessors, void* stream) {
  const std::int64_t tiles = n / tile;
  for (const unsigned grid : grids(tiles, multiprocessors))
    to.push_back([=] {
      kernel<<<grid, kThreads, 0, static_cast<cudaStream_t>(stream)>>>(streams, tiles, 0);
      require(cudaGetLastError());
    });
}

void add(std::vector<Pass>& to, ReadLimit kernel, int tile, const void* buffer, std::int64_t bytes, int multiprocessors,
         void* stream) {
  const std::int64_t tiles = bytes / tile;
  for (const unsigned grid : grids(tiles, multiprocessors))
    to.push_back([=] {
      // Any address will do: a thread writes with a chance of 1 in 2^32, and then at the buffer's start.
      kernel<<<grid, kThreads, 0, static_cast<cudaStream_t>(stream)>>>(buffer, tiles,
                                                                       static_cast<uint4*>(const_cast<void*>(buffer)));
      require(cudaGetLastError());
    });
}

template <class S>
bool add_if(std::vector<Pass>& to, const Traffic& traffic, const Streams& streams, std::int64_t n, int multiprocessors,
            void* stream) {
  if (!(traffic == S::kTraffic)) return false;
  add(to, limit_kernel<S, 1024, false>, 1024, streams, n, multiprocessors, stream);
  add(to, limit_kernel<S, 1024, true>, 1024, streams, n, multiprocessors, stream);
  add(to, limit_kernel<S, 2048, false>, 2048, streams, n, multiprocessors, stream);
  add(to, limit_kernel<S, 2048, true>, 2048, streams, n, multiprocessors, stream);
  add(to, limit_kernel<S, 4096, false>, 4096, streams, n, multiprocessors, stream);
  add(to, limit_kernel<S, 4096, true>, 4096, streams, n, multiprocessors, stream);
  return true;
}

template <class... Shapes>
bool add_all(std::vector<Pass>& to, const Traffic& traffic, const Streams& streams, std::int64_t n, int multiprocessors,
             void* stream) {
  return (add_if<Shapes>(to, traffic, streams, n, multiprocessors, stream) || ...);
}

}  // namespace

double Traffic::bytes() const {
  const double scales = scaled() ? 2.0 * buffers * 4 / 256 : 0;
  return 2 * param + grad + 2 * buffers * state + copy + 2 * average + scales;
}

std::vector<Pass> step_limits(const Traffic& traffic, const Streams& streams, std::int64_t n, int multiprocessors,
                              void* stream) {
  std::vector<Pass> result;
  if (!add_all<Shape<4, 4, 4, 2, 0, 0>, Shape<4, 4, 2, 2, 0, 0>, Shape<4, 4, 1, 2, 0, 0>, Shape<2, 2, 4, 2, 0, 0>,
               Shape<2, 2, 2, 2, 0, 0>, Shape<2, 2, 1, 2, 0, 0>, Shape<4, 4, 4, 2, 2, 0>, Shape<4, 2, 1, 2, 2, 0>,
               Shape<4, 4, 4, 3, 0, 0>, Shape<4, 4, 4, 2, 0, 4>, Shape<4, 4, 4, 1, 0, 0>>(
          result, traffic, streams, n, multiprocessors, stream)) {
    std::fprintf(stderr, "radam_cuda_bench: no limit kernel with this traffic\n");
    std::exit(1);
  }
  return result;
}

std::vector<Pass> read_limits(const void* buffer, std::int64_t bytes, int multiprocessors, void* stream) {
  std::vector<Pass> result;
  add(result, read_kernel<4096, false>, 4096, buffer, bytes, multiprocessors, stream);
  add(result, read_kernel<4096, true>, 4096, buffer, bytes, multiprocessors, stream);
  add(result, read_kernel<16384, false>, 16384, buffer, bytes, multiprocessors, stream);
  add(result, read_kernel<16384, true>, 16384, buffer, bytes, multiprocessors, stream);
  add(result, read_kernel<32768, false>, 32768, buffer, bytes, multiprocessors, stream);
  add(result, read_kernel<32768, true>, 32768, buffer, bytes, multiprocessors, stream);
  return result;
}
