// Plans: how they are made, and changed.
#include <cstdlib>
#include <cstring>

#include "../algorithm/algorithms.h"
#include "../fp_environment.h"
#include "launch.h"
#include "plan.h"
#include "structs.h"
#include "tensors.h"

namespace radam::cuda {
namespace {

// The grid of a kernel: as many thread blocks as run at once, or fewer if there is less work.
template <class Kernel>
radam_status choose_grid(Kernel kernel, int multiprocessors, std::int64_t blocks, std::int32_t& grid) {
  int at_once = 0;
  const radam_status status = status_of(cudaOccupancyMaxActiveBlocksPerMultiprocessor(
      &at_once, reinterpret_cast<const void*>(kernel), kThreads, 0));
  if (status != RADAM_OK) return status;
  const std::int64_t most = static_cast<std::int64_t>(multiprocessors) * at_once;
  grid = static_cast<std::int32_t>(blocks < most ? blocks : most);
  return RADAM_OK;
}

static_assert(sizeof kStepKernels / sizeof kStepKernels[0] == Algorithms::kCount);

std::int64_t blocks_for(std::int64_t units, int per_block) { return (units + per_block - 1) / per_block; }

radam_status choose_grids(int device, std::int32_t algorithm, Opaque& opaque, std::int64_t tensors) {
  int multiprocessors = 0;
  const auto attribute = cudaDevAttrMultiProcessorCount;
  if (const radam_status status = status_of(cudaDeviceGetAttribute(&multiprocessors, attribute, device))) return status;
  for (int c = 0; c < kCombinations; ++c) {
    Opaque::Range& range = opaque.steps[c];
    if (range.units == 0) continue;
    const std::int64_t blocks = blocks_for(range.units, kThreads / kWarp);
    const auto kernel = step_kernel_of(algorithm, c);
    if (const radam_status status = choose_grid(kernel, multiprocessors, blocks, range.grid)) return status;
  }
  for (int type = 0; type < kGradTypes; ++type) {
    Opaque::Pieces& pieces = opaque.statistics[type];
    if (pieces.pieces == 0) continue;
    const std::int64_t blocks = blocks_for(pieces.pieces, kThreads / kPieceThreads);
    if (const radam_status status = choose_grid(piece_kernels[type], multiprocessors, blocks, pieces.grid))
      return status;
  }
  if (opaque.pieces > 0 && sums_kernel(algorithm) != nullptr) {
    const std::int64_t blocks = blocks_for(opaque.pieces, kThreads / kPieceThreads);
    if (const radam_status status = choose_grid(sums_kernel(algorithm), multiprocessors, blocks, opaque.sums_grid))
      return status;
  }
  if (opaque.rows > 0 && row_sums_kernel(algorithm) != nullptr) {
    const std::int64_t blocks = blocks_for(opaque.rows, kThreads / kRowThreads);
    if (const radam_status status = choose_grid(row_sums_kernel(algorithm), multiprocessors, blocks, opaque.sums_grid))
      return status;
  }
  if (opaque.rows > 0) {
    const std::int64_t blocks = blocks_for(opaque.rows, kThreads / kWarp);
    if (const radam_status status = choose_grid(means_kernel, multiprocessors, blocks, opaque.rows_grid)) return status;
  }
  return choose_grid(tensor_statistics_kernel, multiprocessors, blocks_for(tensors, kThreads / kWarp),
                     opaque.tensor_grid);
}

// Memory of the host while a plan is made.
class HostMemory {
 public:
  explicit HostMemory(std::int64_t bytes) : memory_(std::calloc(1, static_cast<std::size_t>(bytes))) {}
  ~HostMemory() { std::free(memory_); }
  HostMemory(const HostMemory&) = delete;
  HostMemory& operator=(const HostMemory&) = delete;
  unsigned char* get() const { return static_cast<unsigned char*>(memory_); }

 private:
  void* memory_;
};

radam_status copy_to_device(void* to, const void* from, std::int64_t bytes, void* stream) {
  const auto size = static_cast<std::size_t>(bytes);
  if (const radam_status status = status_of(cudaMemcpyAsync(to, from, size, cudaMemcpyHostToDevice, stream_of(stream))))
    return status;
  return status_of(cudaStreamSynchronize(stream_of(stream)));
}

radam_status check_binding(const radam_cuda_binding& b, const radam_cuda_plan& plan, const Opaque& opaque) {
  if (b.tensor < 0 || b.tensor >= plan.tensors) return RADAM_CUDA_ERROR_TENSOR;
  if (b.group < RADAM_CUDA_NO_GROUP || b.group >= plan.groups) return RADAM_CUDA_ERROR_GROUP;
  if (b.group == RADAM_CUDA_NO_GROUP) return RADAM_OK;
  if (!(b.average_rate >= 0 && b.average_rate <= 1)) return RADAM_ERROR_AVERAGE;
  if (b.param == nullptr || b.grad == nullptr) return RADAM_ERROR_NULL;
  if (!is_aligned(b.param, 1, opaque.param_bytes) || !is_aligned(b.grad, 1, opaque.grad_bytes))
    return RADAM_CUDA_ERROR_ALIGNMENT;
  return RADAM_OK;
}

}  // namespace
}  // namespace radam::cuda

using namespace radam::cuda;

int32_t radam_cuda_abi_version(void) { return RADAM_CUDA_ABI_VERSION; }

const char* radam_cuda_version(void) { return RADAM_VERSION; }

radam_status radam_cuda_plan_size(const radam_cuda_tensor* tensors, int64_t count, int32_t groups, int64_t* bytes) {
  if (tensors == nullptr || bytes == nullptr) return RADAM_ERROR_NULL;
  std::int64_t pieces = 0;
  if (const radam_status status = count_pieces(Tensors(tensors, count, 0), groups, &pieces)) return status;
  *bytes = layout_of(count, groups, pieces).size;
  return RADAM_OK;
}

radam_status radam_cuda_plan_init(radam_cuda_plan* plan, int32_t device, int32_t algorithm,
                                  const radam_cuda_tensor* tensors, int64_t count, int32_t groups, void* memory,
                                  void* stream) {
  if (plan == nullptr || tensors == nullptr || memory == nullptr) return RADAM_ERROR_NULL;
  if (!radam::has_room(*plan)) return RADAM_ERROR_STRUCT_SIZE;
  if (!is_algorithm(algorithm)) return RADAM_ERROR_ALGORITHM;
  const radam::FpEnvironment environment;
  const int buffers = kernel_buffers(algorithm);
  const Tensors all(tensors, count, buffers);
  std::int64_t pieces = 0;
  if (const radam_status status = count_pieces(all, groups, &pieces)) return status;
  for (std::int64_t i = 0; i < count; ++i)
    if (const radam_status status = check_tensor(all[i], algorithm, groups)) return status;
  if (!is_aligned(memory, kAlignment, 1)) return RADAM_CUDA_ERROR_ALIGNMENT;

  const OnDevice current(device);
  if (current.status() != RADAM_OK) return current.status();
  if (const radam_status status = check_pointer(device, memory)) return status;
  for (std::int64_t i = 0; i < count; ++i)
    if (const radam_status status = check_memory(all[i], device)) return status;

  Opaque opaque{};
  const PlanLayout layout = opaque.layout = layout_of(count, groups, pieces);
  const std::int64_t size = layout.pieces - layout.tensors;  // the tables lie in between
  const HostMemory tables(size);
  if (tables.get() == nullptr) return RADAM_CUDA_ERROR_MEMORY;
  fill(all, is_by_rows(algorithm),
       {reinterpret_cast<DeviceTensor*>(tables.get()),
        reinterpret_cast<std::int32_t*>(tables.get() + (layout.places - layout.tensors)),
        reinterpret_cast<std::int32_t*>(tables.get() + (layout.group_of - layout.tensors)),
        reinterpret_cast<std::int64_t*>(tables.get() + (layout.first_pieces - layout.tensors))},
       opaque);
  if (const radam_status status = choose_grids(device, algorithm, opaque, count)) return status;
  if (const radam_status status =
          copy_to_device(static_cast<unsigned char*>(memory) + layout.tensors, tables.get(), size, stream))
    return status;

  opaque.magic = kMagic;
  opaque.set_algorithm = kNoneSet;
  radam_cuda_plan filled{0, device, groups, algorithm, count, memory, {}};
  std::memcpy(filled.opaque, &opaque, sizeof opaque);
  radam::write(filled, *plan);
  return RADAM_OK;
}

radam_status radam_cuda_bind(radam_cuda_plan* plan, const radam_cuda_binding* bindings, int64_t count, void* stream) {
  Opaque opaque;
  if (const radam_status status = open(plan, opaque)) return status;
  if (count < 0) return RADAM_ERROR_RANGE;
  if (bindings == nullptr && count > 0) return RADAM_ERROR_NULL;
  const radam::FpEnvironment environment;
  for (std::int64_t i = 0; i < count; ++i)
    if (const radam_status status = check_binding(bindings[i], *plan, opaque)) return status;
  const OnDevice current(plan->device);
  if (current.status() != RADAM_OK) return current.status();
  for (std::int64_t i = 0; i < count; ++i) {
    if (bindings[i].group == RADAM_CUDA_NO_GROUP) continue;
    if (const radam_status status = check_pointer(plan->device, bindings[i].param)) return status;
    if (const radam_status status = check_pointer(plan->device, bindings[i].grad)) return status;
  }
  return launch_batches(bind_kernel, count, stream, [&](std::int64_t i) { return bindings[i]; },
                        at<DeviceTensor>(*plan, opaque.layout.tensors), at<std::int32_t>(*plan, opaque.layout.places),
                        at<std::int32_t>(*plan, opaque.layout.group_of));
}
