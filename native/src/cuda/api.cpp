// Plans and steps: checks arguments, then launches. Nothing is queued before every check has passed.
#include <cstdlib>
#include <cstring>
#include <type_traits>

#include <radam/radam_cuda_runtime.h>

#include "../check_coefficients.h"
#include "../schedule.h"
#include "kernels.h"
#include "plan.h"
#include "status.h"

namespace {

using namespace radam::cuda;

cudaStream_t stream_of(void* stream) { return static_cast<cudaStream_t>(stream); }

template <class T>
T* at(const radam_cuda_plan& plan, std::int64_t offset) {
  return reinterpret_cast<T*>(static_cast<unsigned char*>(plan.memory) + offset);
}

// What the plan holds; null if it was not filled.
radam_status open(const radam_cuda_plan* plan, Opaque& opaque) {
  if (plan == nullptr) return RADAM_ERROR_NULL;
  if (plan->struct_size != sizeof *plan) return RADAM_ERROR_STRUCT_SIZE;
  std::memcpy(&opaque, plan->opaque, sizeof opaque);
  if (opaque.magic != kMagic) return RADAM_CUDA_ERROR_PLAN;
  return RADAM_OK;
}

template <class... Parameters>
radam_status launch(void (*kernel)(Parameters...), std::int64_t grid, int threads, void* stream,
                    std::type_identity_t<Parameters>... arguments) {
  void* pointers[] = {&arguments...};
  return status_of(cudaLaunchKernel(reinterpret_cast<const void*>(kernel), dim3(static_cast<unsigned>(grid)),
                                    dim3(static_cast<unsigned>(threads)), pointers, 0, stream_of(stream)));
}

StepKernels::Kernel step_kernel(int combination) {
  const int param = combination % kParamTypes, state = combination / kParamTypes % kStateTypes;
  const int grad = combination / kParamTypes / kStateTypes;
  const StepKernels* const of_state[kStateTypes] = {&f32_step_kernels, &bf16_step_kernels, &block8_step_kernels};
  return of_state[state]->of[grad][param];
}

// As many thread blocks as run at once, or fewer if there is less to do.
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

std::int64_t blocks_for(std::int64_t units, int per_block) { return (units + per_block - 1) / per_block; }

radam_status choose_grids(int device, Opaque& opaque, std::int64_t tensors) {
  int multiprocessors = 0;
  const auto attribute = cudaDevAttrMultiProcessorCount;
  if (const radam_status status = status_of(cudaDeviceGetAttribute(&multiprocessors, attribute, device))) return status;
  for (int c = 0; c < kCombinations; ++c) {
    Opaque::Range& range = opaque.steps[c];
    if (range.units == 0) continue;
    const std::int64_t blocks = blocks_for(range.units, kThreads / 32);
    if (const radam_status status = choose_grid(step_kernel(c), multiprocessors, blocks, range.grid)) return status;
  }
  for (int type = 0; type < kGradTypes; ++type) {
    Opaque::Pieces& pieces = opaque.statistics[type];
    if (pieces.pieces == 0) continue;
    const std::int64_t blocks = blocks_for(pieces.pieces, kThreads / 8);
    if (const radam_status status = choose_grid(piece_kernels[type], multiprocessors, blocks, pieces.grid))
      return status;
  }
  return choose_grid(tensor_statistics_kernel, multiprocessors, blocks_for(tensors, kThreads / 32),
                     opaque.tensor_grid);
}

radam_status check_memory(std::int32_t device, const radam_cuda_tensor& t) {
  const radam_tensor& s = t.tensor;
  if (s.length == 0) return RADAM_OK;
  const bool scaled = s.state_type == RADAM_STATE_BLOCK8;
  const void* const buffers[] = {t.param,
                                 t.grad,
                                 t.param_copy,
                                 t.param_average,
                                 s.exp_avg,
                                 s.exp_avg_sq,
                                 s.max_exp_avg_sq,
                                 scaled ? s.exp_avg_scale : nullptr,
                                 scaled ? s.exp_avg_sq_scale : nullptr,
                                 scaled && s.max_exp_avg_sq ? s.max_exp_avg_sq_scale : nullptr};
  for (const void* buffer : buffers) {
    if (buffer == nullptr) continue;
    if (const radam_status status = radam_cuda_check_pointer(device, buffer)) return status;
  }
  return RADAM_OK;
}

radam_status check(const radam_cuda_step_options* o) {
  if (o == nullptr) return RADAM_OK;
  if (o->struct_size != sizeof *o) return RADAM_ERROR_STRUCT_SIZE;
  if (!is_flag(o->zero_grad) || !is_flag(o->skip_non_finite)) return RADAM_ERROR_SETTING;
  if (!(o->clip_value >= 0) || !(o->max_grad_norm >= 0)) return RADAM_ERROR_CLIP;
  return RADAM_OK;
}

// Structs from item(i), as many at a time as a kernel's parameters hold.
template <class T, class Item>
radam_status upload(void (*kernel)(Batch<T>, T*), std::int64_t count, T* to, void* stream, Item item) {
  for (std::int64_t first = 0; first < count; first += Batch<T>::kMost) {
    Batch<T> batch{};
    batch.first = first;
    while (batch.count < Batch<T>::kMost && first + batch.count < count) {
      batch.items[batch.count] = item(first + batch.count);
      ++batch.count;
    }
    if (const radam_status status = launch(kernel, 1, kThreads, stream, batch, to)) return status;
  }
  return RADAM_OK;
}

// Memory of the host for as long as a plan is made.
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

}  // namespace

int32_t radam_cuda_abi_version(void) { return RADAM_CUDA_ABI_VERSION; }

const char* radam_cuda_version(void) { return RADAM_VERSION; }

radam_status radam_cuda_plan_size(const radam_cuda_tensor* tensors, int64_t count, int32_t groups, int64_t* bytes) {
  if (tensors == nullptr || bytes == nullptr) return RADAM_ERROR_NULL;
  std::int64_t pieces = 0;
  if (const radam_status status = count_pieces(tensors, count, groups, &pieces)) return status;
  *bytes = layout_of(count, groups, pieces).size;
  return RADAM_OK;
}

radam_status radam_cuda_plan_init(radam_cuda_plan* plan, int32_t device, const radam_cuda_tensor* tensors,
                                  int64_t count, int32_t groups, void* memory, void* stream) {
  if (plan == nullptr || tensors == nullptr || memory == nullptr) return RADAM_ERROR_NULL;
  if (plan->struct_size != sizeof *plan) return RADAM_ERROR_STRUCT_SIZE;
  std::int64_t pieces = 0;
  if (const radam_status status = count_pieces(tensors, count, groups, &pieces)) return status;
  for (std::int64_t i = 0; i < count; ++i)
    if (const radam_status status = check_tensor(tensors[i], groups)) return status;
  if (reinterpret_cast<std::uintptr_t>(memory) % 256 != 0) return RADAM_CUDA_ERROR_ALIGNMENT;

  const OnDevice current(device);
  if (current.status() != RADAM_OK) return current.status();
  if (const radam_status status = radam_cuda_check_pointer(device, memory)) return status;
  for (std::int64_t i = 0; i < count; ++i)
    if (const radam_status status = check_memory(device, tensors[i])) return status;

  Opaque opaque{};
  opaque.layout = layout_of(count, groups, pieces);
  const std::int64_t begin = opaque.layout.tensors, size = opaque.layout.pieces - begin;
  const HostMemory table(size);
  if (table.get() == nullptr) return RADAM_CUDA_ERROR_MEMORY;
  fill_table(tensors, count, reinterpret_cast<DeviceTensor*>(table.get()),
             reinterpret_cast<std::int32_t*>(table.get() + (opaque.layout.group_of - begin)), opaque);
  if (const radam_status status = choose_grids(device, opaque, count)) return status;

  auto* const to = static_cast<unsigned char*>(memory) + begin;
  const auto bytes = static_cast<std::size_t>(size);
  if (const radam_status status =
          status_of(cudaMemcpyAsync(to, table.get(), bytes, cudaMemcpyHostToDevice, stream_of(stream))))
    return status;
  if (const radam_status status = status_of(cudaStreamSynchronize(stream_of(stream)))) return status;

  opaque.magic = kMagic;
  plan->device = device;
  plan->groups = groups;
  plan->reserved = 0;
  plan->tensors = count;
  plan->memory = memory;
  std::memcpy(plan->opaque, &opaque, sizeof opaque);
  return RADAM_OK;
}

radam_status radam_cuda_set_coefficients(radam_cuda_plan* plan, const radam_coefficients* coefficients,
                                         const int64_t* steps, const radam_cuda_step_options* options, void* stream) {
  Opaque opaque;
  if (const radam_status status = open(plan, opaque)) return status;
  if (coefficients == nullptr || steps == nullptr) return RADAM_ERROR_NULL;
  for (std::int32_t i = 0; i < plan->groups; ++i) {
    if (coefficients[i].struct_size != sizeof coefficients[i]) return RADAM_ERROR_STRUCT_SIZE;
    if (const radam_status status = check(coefficients[i])) return status;
    if (steps[i] < 1) return RADAM_ERROR_STEP;
  }
  if (const radam_status status = check(options)) return status;
  const OnDevice current(plan->device);
  if (current.status() != RADAM_OK) return current.status();

  return upload(upload_groups_kernel, plan->groups, at<Group>(*plan, opaque.layout.groups), stream,
                [&](std::int64_t i) {
                  Group group{};
                  group.coefficients = coefficients[i];
                  group.step = steps[i];
                  group.clip_value = options != nullptr ? options->clip_value : 0;
                  group.zero_grad = options != nullptr ? options->zero_grad : 0;
                  return group;
                });
}

radam_status radam_cuda_step(radam_cuda_plan* plan, void* stream) {
  Opaque opaque;
  if (const radam_status status = open(plan, opaque)) return status;
  const OnDevice current(plan->device);
  if (current.status() != RADAM_OK) return current.status();
  const auto* const tensors = at<DeviceTensor>(*plan, opaque.layout.tensors);
  const auto* const groups = at<Group>(*plan, opaque.layout.groups);
  for (int c = 0; c < kCombinations; ++c) {
    const Opaque::Range& range = opaque.steps[c];
    if (range.units == 0) continue;
    const Segment segment{tensors + range.first, range.count, range.units};
    if (const radam_status status = launch(step_kernel(c), range.grid, kThreads, stream, segment, groups)) return status;
  }
  return RADAM_OK;
}

radam_status radam_cuda_gradient_statistics(radam_cuda_plan* plan, radam_statistics* statistics, void* stream) {
  Opaque opaque;
  if (const radam_status status = open(plan, opaque)) return status;
  if (statistics == nullptr) return RADAM_ERROR_NULL;
  const OnDevice current(plan->device);
  if (current.status() != RADAM_OK) return current.status();
  const auto* const tensors = at<DeviceTensor>(*plan, opaque.layout.tensors);
  auto* const results = at<PieceResult>(*plan, opaque.layout.pieces);
  for (int type = 0; type < kGradTypes; ++type) {
    const Opaque::Pieces& pieces = opaque.statistics[type];
    if (pieces.pieces == 0) continue;
    const Segment segment{tensors + pieces.first, pieces.count, pieces.pieces};
    if (const radam_status status =
            launch(piece_kernels[type], pieces.grid, kThreads, stream, segment, pieces.first_piece, results))
      return status;
  }
  const Segment all{tensors, plan->tensors, plan->tensors};
  return launch(tensor_statistics_kernel, opaque.tensor_grid, kThreads, stream, all, results, statistics);
}

radam_status radam_cuda_prepare(radam_cuda_plan* plan, const radam_hyperparameters* hyperparameters,
                                radam_cuda_control* controls, const radam_statistics* statistics,
                                const radam_cuda_step_options* options, radam_statistics* total, void* stream) {
  Opaque opaque;
  if (const radam_status status = open(plan, opaque)) return status;
  if (hyperparameters == nullptr || controls == nullptr) return RADAM_ERROR_NULL;
  for (std::int32_t i = 0; i < plan->groups; ++i) {
    if (hyperparameters[i].struct_size != sizeof hyperparameters[i]) return RADAM_ERROR_STRUCT_SIZE;
    if (const radam_status status = ::check(hyperparameters[i])) return status;
  }
  if (const radam_status status = check(options)) return status;
  Preparation p{};
  if (options != nullptr) p.options = *options;
  const bool needs_statistics = p.options.skip_non_finite != 0 || p.options.max_grad_norm > 0 || total != nullptr;
  if (statistics == nullptr && needs_statistics) return RADAM_ERROR_NULL;
  const OnDevice current(plan->device);
  if (current.status() != RADAM_OK) return current.status();

  auto* const to = at<radam_hyperparameters>(*plan, opaque.layout.hyperparameters);
  if (const radam_status status = upload(upload_hyperparameters_kernel, plan->groups, to, stream,
                                         [&](std::int64_t i) { return hyperparameters[i]; }))
    return status;
  p.hyperparameters = to;
  p.controls = controls;
  p.groups = at<Group>(*plan, opaque.layout.groups);
  p.group_count = plan->groups;
  p.group_of = at<std::int32_t>(*plan, opaque.layout.group_of);
  p.statistics = statistics;
  p.tensors = plan->tensors;
  p.total = total;
  return launch(prepare_kernel, 1, kPrepareThreads, stream, p);
}
