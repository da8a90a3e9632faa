/*
 * libradam_cuda: the steps of libradam on NVIDIA GPUs, with the same bits.
 *
 * The library is one file that needs no CUDA installation. It loads on a machine without a GPU or a driver, where its
 * functions fail with RADAM_CUDA_ERROR_NO_DEVICE. It does not need libradam, but uses the same structs: radam.h
 * documents the rules, the types and the formats.
 *
 * Many tensors are stepped at once. A plan, in device memory, has their addresses and types:
 *
 *   1. radam_cuda_plan_size() says how much device memory a plan takes, radam_cuda_plan_init() fills it. Later,
 *      radam_cuda_bind() changes addresses, and which tensors take part.
 *   2. radam_cuda_set_coefficients() with coefficients from radam_coefficients_at(); or, for a step that the host
 *      need not know the outcome of, radam_cuda_prepare(), which computes them on the device.
 *   3. radam_cuda_step().
 *
 * Call radam_cuda_gradient_statistics() between 1 and 2 if gradients are clipped by their norm or may be infinite, and
 * radam_cuda_gradient_means() if they are centralized. Layer-wise algorithms need radam_cuda_tensor_sums() between 2
 * and 3, or radam_cuda_row_sums(), and the coefficients that follow.
 *
 * Conventions, besides those of radam.h
 *   - A stream is a cudaStream_t (or CUstream) as void *. Null is the default stream of the plan's device. Functions
 *     that take a stream queue work in it and return. They wait for the device only where their comment says so. All of
 *     them except radam_cuda_plan_init may be captured into a CUDA graph. The work of one plan must be in one stream,
 *     or ordered by events.
 *   - In an array of structs that begin with struct_size, all have the same struct_size, a multiple of 8, and follow
 *     each other at that distance. A radam_cuda_tensor begins with the struct_size of its radam_tensor. The fields
 *     after the radam_tensor are as in this header.
 *   - "Device pointer" means an address that the plan's device can use: memory from cudaMalloc, of any library, memory
 *     pools, managed memory, or pinned host memory. It must be aligned to its elements. A tensor is stepped fastest if
 *     all its memory is aligned to 16 bytes.
 *   - Errors of CUDA become RADAM_CUDA_ERROR_CUDA or one of the more specific statuses; radam_cuda_last_error() has
 *     CUDA's own words. As always with CUDA, an error in a kernel is reported by a later call. The current device of
 *     the calling thread is left as it was.
 */
#ifndef RADAM_RADAM_CUDA_H
#define RADAM_RADAM_CUDA_H

#include <radam/radam.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Changes whenever a program compiled against an older header could misbehave with this library. */
#define RADAM_CUDA_ABI_VERSION 2

/* RADAM_CUDA_ABI_VERSION of the library itself, to compare with the header's. */
RADAM_API int32_t radam_cuda_abi_version(void);

/* "major.minor.patch" of the library; a static string. */
RADAM_API const char *radam_cuda_version(void);

/* ---------------------------------------------------------------------------------------------------- status --- */

/* Statuses beside those of radam.h. */
enum {
  RADAM_CUDA_ERROR_NO_DEVICE = 100,   /* no NVIDIA driver, or no GPU */
  RADAM_CUDA_ERROR_DRIVER = 101,      /* the driver is older than this library's CUDA version needs */
  RADAM_CUDA_ERROR_DEVICE = 102,      /* no device of that number */
  RADAM_CUDA_ERROR_ARCHITECTURE = 103,/* the library has no code for this GPU */
  RADAM_CUDA_ERROR_MEMORY = 104,      /* out of device memory, or of memory that can be pinned */
  RADAM_CUDA_ERROR_POINTER = 105,     /* not memory that the device can use */
  RADAM_CUDA_ERROR_ALIGNMENT = 106,   /* a buffer is not aligned to its elements */
  RADAM_CUDA_ERROR_GROUP = 107,       /* a tensor's group is not one of the plan's */
  RADAM_CUDA_ERROR_PLAN = 108,        /* not a plan that radam_cuda_plan_init has filled */
  RADAM_CUDA_ERROR_CUDA = 109,        /* any other error of CUDA: see radam_cuda_last_error */
  RADAM_CUDA_ERROR_TENSOR = 110       /* a tensor's number is not one of the plan's */
};

/* One English sentence for a status, of radam.h or of this header; a static string, never null. */
RADAM_API const char *radam_cuda_status_string(radam_status status);

/* CUDA's message for the latest RADAM_CUDA_ERROR_... that a call on this thread returned; empty if there was none.
 * Valid until the thread's next call. */
RADAM_API const char *radam_cuda_last_error(void);

/* ----------------------------------------------------------------------------------------------------- plans --- */

/* One tensor. */
typedef struct radam_cuda_tensor {
  radam_tensor tensor;  /* as for radam_step, with device pointers. Its step, clip_value and zero_grad are ignored: they
                           belong to each step. Its grad_mean, a device pointer too, may be written by
                           radam_cuda_gradient_means. Its row_decay must be null: RADAM_ERROR_ROW_LENGTH. Decays of
                           rows are options of a step */
  void *param;          /* device pointers, with the meanings they have for radam_step */
  void *grad;
  void *param_copy;     /* or null, but not with RADAM_TYPE_SPLIT */
  float *param_average; /* or null */
  int32_t group;        /* the number of its group, whose coefficients it uses, from 0; or RADAM_CUDA_NO_GROUP */
  int32_t reserved;     /* 0 */
} radam_cuda_tensor;

/* The group of a tensor that takes no part in steps and statistics: they do not access its memory. */
#define RADAM_CUDA_NO_GROUP (-1)

/* A plan. The caller provides its memory, which libradam_cuda fills and reads. */
typedef struct radam_cuda_plan {
  uint32_t struct_size;  /* sizeof(radam_cuda_plan) */
  int32_t device;
  int32_t groups;
  int32_t algorithm;     /* RADAM_ALGORITHM_...; also a layer-wise one */
  int64_t tensors;
  void *memory;          /* the device memory */
  int64_t opaque[160];   /* for the library alone */
} radam_cuda_plan;

/* Computes the bytes of device memory that a plan of `count` tensors takes, in *bytes. Of the tensors, only length and
 * `first` are read.
 * Errors: RADAM_ERROR_NULL, RADAM_ERROR_RANGE (not 1 to 2^31 - 1 tensors, no group, a negative length or `first`, or
 * more than 2^40 elements in all), RADAM_ERROR_STRUCT_SIZE. */
RADAM_API radam_status radam_cuda_plan_size(const radam_cuda_tensor *tensors, int64_t count, int32_t groups,
                                            int64_t *bytes);

/* Makes a plan of one or more tensors, of any mix of types and sizes. Tensors are in groups, each with its own
 * coefficients. All groups have the same algorithm. plan->struct_size must be set. `memory` is device memory of the
 * size of radam_cuda_plan_size, aligned to 256 bytes. It and the tensors' memory must stay alive as long as the plan is
 * used; the array of tensors need not. param and grad of a tensor without a group are ignored. The function waits for
 * the stream. A plan need not be freed.
 *
 * `first` of a tensor must be a multiple of RADAM_BLOCK_SIZE, whatever its state's type. The buffers of a tensor
 * without elements may be anywhere, but must be aligned.
 *
 * Tensors of a plan of RADAM_ALGORITHM_SGD may have the second buffer of RADAM_MODE_KEEPS_UPDATE and
 * RADAM_MODE_AVERAGES_GRADIENT; steps of those without one neither keep nor average anything. It is null otherwise.
 *
 * In plans of RADAM_ALGORITHM_ADAMP and RADAM_ALGORITHM_SGDP, row_length is that of the rows that are projected, which
 * make up the tensor: it divides `first` and the length. It is 0 for a tensor without rows, such as a bias.
 *
 * Errors: those of radam_step for each tensor, with `begin` 0 and `end` its length; RADAM_ERROR_OVERLAP is found
 * within each tensor only; RADAM_ERROR_ALGORITHM, RADAM_ERROR_BLOCK (`first`), RADAM_ERROR_ROW_LENGTH also as above,
 * RADAM_CUDA_ERROR_GROUP, RADAM_CUDA_ERROR_ALIGNMENT, RADAM_CUDA_ERROR_POINTER and the others. */
RADAM_API radam_status radam_cuda_plan_init(radam_cuda_plan *plan, int32_t device, int32_t algorithm,
                                            const radam_cuda_tensor *tensors, int64_t count, int32_t groups,
                                            void *memory, void *stream);

/* What may change of a tensor from step to step. */
typedef struct radam_cuda_binding {
  int64_t tensor; /* its number, in the order in which the plan was given them */
  void *param;    /* device pointers, for as many elements of the same types */
  void *grad;
  int32_t group;  /* the number of its group from now on; or RADAM_CUDA_NO_GROUP, and the other fields are ignored */
  float average_rate; /* as in radam_tensor, from now on; 0 will do for a tensor without an average. With lookahead it
                         is to be bound before and after each k-th step, also where the device counts the steps */
} radam_cuda_binding;

/* Queues a change of some tensors' addresses, groups and average_rate, for the work that is queued after it. The
 * bindings are read before the call returns. Each tensor may have one binding; if it has several, one of them takes
 * effect. The caller has to make sure that memory does not overlap.
 *
 * The host does not keep the types of each tensor. So the address of a parameter must be aligned to the largest element
 * of any parameter of the plan, and the address of a gradient to that of any gradient. Neither may be null, even for an
 * empty tensor.
 * Errors: RADAM_ERROR_NULL, RADAM_ERROR_RANGE (a negative count), RADAM_ERROR_AVERAGE, RADAM_CUDA_ERROR_TENSOR (a
 * number out of range), RADAM_CUDA_ERROR_GROUP, RADAM_CUDA_ERROR_ALIGNMENT, RADAM_CUDA_ERROR_POINTER, and the
 * others. */
RADAM_API radam_status radam_cuda_bind(radam_cuda_plan *plan, const radam_cuda_binding *bindings, int64_t count,
                                       void *stream);

/* ------------------------------------------------------------------------------------------------------ step --- */

/* Options of a step. */
typedef struct radam_cuda_step_options {
  uint32_t struct_size;    /* sizeof(radam_cuda_step_options) */
  int32_t zero_grad;       /* as in radam_tensor */
  float clip_value;        /* as in radam_tensor */
  int32_t skip_non_finite; /* radam_cuda_prepare: 1: the step is skipped if a gradient is infinite or NaN */
  double max_grad_norm;    /* radam_cuda_prepare: gradients are multiplied by min(1, max_grad_norm / (norm + 1e-6)), and
                              the step is skipped as with skip_non_finite; 0: no clipping by norm */
  const float *clip_values;/* radam_cuda_set_coefficients: in place of clip_value, one for each group; or null. Read
                              before the call returns */
  const int32_t *projections; /* radam_cuda_set_coefficients, with reduced coefficients of AdamP and SGDP: the
                              RADAM_PROJECTION_... of each group, from radam_coefficients_reduce_rows; or null, which is
                              RADAM_PROJECTION_NONE for all. Read before the call returns */
  const float *row_decay;     /* with RADAM_PROJECTION_ROWS of any group: a device pointer, which steps read, to a float
                              for each row of the plan, in the order of radam_cuda_row_sums. Those of tensors whose
                              group has another projection are not read */
} radam_cuda_step_options;

/* Queues coefficients, one struct for each group, for the steps that are queued after it. `steps` has the step number
 * of each group, for stochastic rounding. Both arrays are read before the call returns. options may be null; their
 * skip_non_finite and max_grad_norm are ignored. In a plan of a layer-wise algorithm, either all are of this algorithm,
 * for sums, or all of the one by which it steps, for steps: see radam_cuda_tensor_sums.
 *
 * The host does not keep the group of each tensor. So, unlike radam_step, it cannot report that a tensor has no
 * momentum_buffer although the coefficients of its group use one: such a tensor is stepped without momentum. Likewise
 * one without a last_update: radam_cuda_tensor_sums takes it for zeros, and steps do not keep it.
 * Errors: RADAM_ERROR_NULL, RADAM_ERROR_STRUCT_SIZE, RADAM_ERROR_ALGORITHM (not the plan's, or of several),
 * RADAM_ERROR_COEFFICIENTS, RADAM_ERROR_STEP, RADAM_ERROR_CLIP, RADAM_ERROR_SETTING, RADAM_ERROR_OUTPUT (zero_grad in a
 * plan with RADAM_OUTPUT_UPDATE), RADAM_CUDA_ERROR_...; with a RADAM_PROJECTION_ROWS RADAM_ERROR_ALGORITHM also for
 * coefficients that are not reduced ones of AdamP or SGDP, RADAM_ERROR_COEFFICIENTS also for an l2 or a mode, and
 * RADAM_ERROR_NULL, RADAM_CUDA_ERROR_ALIGNMENT and RADAM_CUDA_ERROR_POINTER for the row_decay. */
RADAM_API radam_status radam_cuda_set_coefficients(radam_cuda_plan *plan, const radam_coefficients *coefficients,
                                                   const int64_t *steps, const radam_cuda_step_options *options,
                                                   void *stream);

/* Queues one step of all tensors of a plan by the coefficients that were set or prepared last.
 * Errors: RADAM_ERROR_NULL, RADAM_ERROR_SUMS (of a layer-wise algorithm, whose coefficients were not reduced),
 * RADAM_CUDA_ERROR_.... */
RADAM_API radam_status radam_cuda_step(radam_cuda_plan *plan, void *stream);

/* Queues the computation of the means of rows of all gradients whose tensors have a grad_mean, into that, for the work
 * that is queued after it. The bits are those of radam_gradient_means. Rows of which a tensor's buffers have a part
 * only are left alone, and so are tensors without a group.
 * Errors: RADAM_ERROR_NULL, RADAM_CUDA_ERROR_.... */
RADAM_API radam_status radam_cuda_gradient_means(radam_cuda_plan *plan, void *stream);

/* ---------------------------------------------------------------------------------- layer-wise algorithms --- */

/* Queues the computation of the sums over each tensor on which its step of a layer-wise algorithm depends, by the
 * coefficients that were set last. `sums` is a device pointer to one struct for each tensor, in the order in which the
 * plan was given them. The bits are those of radam_tensor_sums for each piece of RADAM_CUDA_STATISTICS_PIECE elements;
 * those of pieces are added as in radam_cuda_gradient_statistics. A tensor without a group has sums of 0.
 *
 * The host then computes coefficients of the algorithm that makes the step, and sets them. So it waits for the device,
 * once a step. Each tensor has a group of its own. But tensors of RADAM_ALGORITHM_SGD_HD and RADAM_ALGORITHM_YELLOWFIN
 * share one if they share their hyperparameters: the sums of all of them are added first, and one
 * radam_coefficients_reduce makes the group's coefficients of that. Of the other algorithms, for example, with `count`
 * tensors and tensor i in group i:
 *
 *   radam_cuda_set_coefficients(&plan, c, steps, &options, stream);         // c[i] by radam_coefficients_at
 *   radam_cuda_tensor_sums(&plan, device_sums, stream);
 *   radam_cuda_copy(plan.device, sums, device_sums, count * sizeof sums[0], stream);
 *   radam_cuda_stream_synchronize(plan.device, stream);
 *   for (int64_t i = 0; i < count; ++i) {
 *     radam_coefficients_reduce(&c[i], lengths[i], &sums[i], numbers[i], &r[i]);
 *     const double factor = (double)r[i].grad_scale / c[i].grad_scale;
 *     if (clip_value > 0) clip_values[i] = fmaxf(0x1p-149f, (float)(clip_value * factor));
 *   }
 *   options.clip_values = clip_value > 0 ? clip_values : NULL;
 *   radam_cuda_set_coefficients(&plan, r, steps, &options, stream);
 *   radam_cuda_step(&plan, stream);
 *
 * radam_coefficients_reduce is in libradam. Of a slice, the caller adds the sums of all slices first.
 * Errors: RADAM_ERROR_NULL, RADAM_ERROR_ALGORITHM (of the plan: it needs no sums, or those of rows),
 * RADAM_ERROR_COEFFICIENTS (none were set, or those that were set last are reduced), RADAM_CUDA_ERROR_.... */
RADAM_API radam_status radam_cuda_tensor_sums(radam_cuda_plan *plan, radam_sums *sums, void *stream);

/* The same for each piece, as radam_cuda_piece_statistics has them. `sums` is a device pointer to one struct for each.
 * Pieces of a tensor without a group have sums of 0. Errors as radam_cuda_tensor_sums. */
RADAM_API radam_status radam_cuda_piece_sums(radam_cuda_plan *plan, radam_sums *sums, void *stream);

/* The same for AdamP and SGDP, whose sums are of rows: RADAM_ROW_SUMS for each row, with the bits of radam_row_sums.
 * `sums` is a device pointer to those of the rows of all tensors that have some, in the order in which the plan was
 * given them. Rows of a tensor without a group have sums of 0. Each tensor that has rows has a group of its own. For
 * example, with tensor i in group i, rows[i] rows of it, and at[i] rows of those before it:
 *
 *   options.projections = NULL;
 *   radam_cuda_set_coefficients(&plan, c, steps, &options, stream);         // c[i] by radam_coefficients_at
 *   radam_cuda_row_sums(&plan, device_sums, stream);
 *   radam_cuda_copy(plan.device, sums, device_sums, all_rows * RADAM_ROW_SUMS * sizeof sums[0], stream);
 *   radam_cuda_stream_synchronize(plan.device, stream);
 *   for (int64_t i = 0; i < count; ++i)
 *     radam_coefficients_reduce_rows(&c[i], row_lengths[i], rows[i], sums + at[i] * RADAM_ROW_SUMS, row_decay + at[i],
 *                                    &projections[i], &r[i]);
 *   radam_cuda_copy(plan.device, device_row_decay, row_decay, all_rows * sizeof row_decay[0], stream);
 *   options.projections = projections;
 *   options.row_decay = device_row_decay;
 *   radam_cuda_set_coefficients(&plan, r, steps, &options, stream);
 *   radam_cuda_step(&plan, stream);
 *
 * Of tensors without rows radam_coefficients_reduce makes the coefficients, from sums of 0. They are stepped by these
 * alone, whatever their group projects.
 * Errors: RADAM_ERROR_NULL, RADAM_ERROR_ALGORITHM (of the plan: it has no sums of rows), RADAM_ERROR_COEFFICIENTS (as
 * above), RADAM_CUDA_ERROR_.... */
RADAM_API radam_status radam_cuda_row_sums(radam_cuda_plan *plan, double *sums, void *stream);

/* ----------------------------------------------------------------------------- statistics and prepared steps --- */

/* The number of elements of a piece of a gradient. Each piece is summed by itself. Pieces begin at multiples of this
 * in the whole tensor, so the first piece of a slice (see `first`) may be shorter, and the last piece of any tensor. */
#define RADAM_CUDA_STATISTICS_PIECE 8192

/* Queues the computation of the statistics of each gradient. `statistics` is a device pointer to one struct for each
 * tensor, in the order in which the plan was given them. The bits are those of radam_gradient_statistics for each piece
 * of RADAM_CUDA_STATISTICS_PIECE elements. The sums of pieces are added in the order in which radam_gradient_statistics
 * adds squares: piece i of the whole tensor to sum i mod 32, in order of i, then sums 16, 8, 4, 2 and 1 apart. A tensor
 * without a group has the statistics of a tensor without elements.
 * Errors: RADAM_ERROR_NULL, RADAM_CUDA_ERROR_ALIGNMENT, RADAM_CUDA_ERROR_POINTER, RADAM_CUDA_ERROR_.... */
RADAM_API radam_status radam_cuda_gradient_statistics(radam_cuda_plan *plan, radam_statistics *statistics,
                                                      void *stream);

/* The same for each piece, for callers that add the pieces of slices which several processes have. `statistics` is a
 * device pointer to one struct for each piece of all tensors, in the order in which the plan was given them. With P for
 * RADAM_CUDA_STATISTICS_PIECE, a tensor has (first % P + length + P - 1) / P pieces, and none without elements. Pieces
 * of a tensor without a group have the statistics of no elements. Where slices begin at multiples of P, their pieces are
 * those of the whole tensor, and have its bits once they are added as above.
 * Errors: RADAM_ERROR_NULL, RADAM_CUDA_ERROR_ALIGNMENT, RADAM_CUDA_ERROR_POINTER, RADAM_CUDA_ERROR_.... */
RADAM_API radam_status radam_cuda_piece_statistics(radam_cuda_plan *plan, radam_statistics *statistics, void *stream);

/* What a step that the device prepares takes of one group, and reports: a struct in device memory. The caller fills
 * it, and may change it between steps by copies or kernels. */
typedef struct radam_cuda_control {
  double learning_rate;  /* instead of that of the hyperparameters */
  double grad_scale;     /* gradients are multiplied by it and by that of the hyperparameters; such as 1 / loss scale.
                            The product of the two, times the factor of clipping by norm, must be in range */
  int64_t step;          /* the number of steps made, less than 2^63 - 1; each step that is not skipped adds 1 */
  int64_t skipped;       /* the number of steps skipped */
  int32_t status;        /* of the latest step: RADAM_OK, or why it was skipped for values out of range */
  int32_t was_skipped;   /* 1 if the latest step was skipped */
} radam_cuda_control;

/* Queues the preparation of a step on the device. From the statistics and the controls, the device decides whether the
 * step is made, and computes the coefficients of each group as radam_coefficients_at does. The step is skipped if
 * values are out of range, or if the options ask for it and a gradient is not finite. Then radam_cuda_step changes
 * nothing, except that it writes updates of 0 where RADAM_OUTPUT_UPDATE asks for them. The host need not know the
 * outcome.
 *
 *   hyperparameters  one struct for each group, all of the plan's algorithm; read before the call returns
 *   controls         device pointer, one for each group
 *   statistics       from radam_cuda_gradient_statistics; may be null if the options do not need it
 *   total            device pointer to a struct for the statistics of all gradients, scaled; may be null. Each
 *                    tensor's sum of squares is multiplied by its scale twice. The results are added in the order in
 *                    which those of pieces are, by the tensor's number. The norm is the root of the sum.
 * Errors: RADAM_ERROR_NULL, RADAM_ERROR_STRUCT_SIZE, those of radam_hyperparameters_check, RADAM_ERROR_ALGORITHM
 * (not the plan's), RADAM_ERROR_SUMS (a plan of a layer-wise one, which the device does not prepare), RADAM_ERROR_CLIP,
 * RADAM_ERROR_SETTING, RADAM_ERROR_OUTPUT (as in radam_cuda_set_coefficients), RADAM_CUDA_ERROR_.... */
RADAM_API radam_status radam_cuda_prepare(radam_cuda_plan *plan, const radam_hyperparameters *hyperparameters,
                                          radam_cuda_control *controls, const radam_statistics *statistics,
                                          const radam_cuda_step_options *options, radam_statistics *total,
                                          void *stream);

/* ---------------------------------------------------------------------------------- gradients of several ranks --- */

/* Queues the sum of the gradients of several ranks: widened to float32, and added in the order of the ranks, where each
 * sum is rounded to float32.
 *
 *   sum        device pointer to `length` floats; overlaps no gradient, and is none of them
 *   grad       device pointer to the gradient of rank `rank`, `length` elements
 *   messages   device pointer to those of the other ranks in order; may be null for one rank
 *   stride     the bytes from the beginning of a message to that of the next, at least those of its elements. For fewer
 *              than three ranks it is only not negative
 *   grad_type  RADAM_TYPE_..., but not SPLIT, of all gradients; all are aligned to their elements, by the stride too
 *   length     if it is 0, nothing is queued, and neither the device nor the pointers are looked at
 * Errors: RADAM_ERROR_TYPE, RADAM_ERROR_RANGE (not 0 <= rank < ranks, a length or stride that is negative, a stride
 * that is too short, or gradients or a sum that do not fit the address space), RADAM_ERROR_NULL, RADAM_ERROR_OVERLAP
 * (of the sum and a gradient), RADAM_CUDA_ERROR_ALIGNMENT, RADAM_CUDA_ERROR_POINTER, RADAM_CUDA_ERROR_.... */
RADAM_API radam_status radam_cuda_add_gradients(int32_t device, float *sum, const void *grad, const void *messages,
                                                int64_t stride, int32_t ranks, int32_t rank, int32_t grad_type,
                                                int64_t length, void *stream);

/* Queues a gradient in bfloat16, for a message to other ranks: rounded to nearest, ties to even. A NaN becomes 0x7FC0.
 *
 *   rounded    device pointer to `length` bfloat16 numbers; overlaps no part of the gradient, nor is it the gradient
 *   grad       device pointer to the gradient; both are aligned to their elements
 *   grad_type  as for radam_cuda_add_gradients
 *   length     likewise
 * Errors: RADAM_ERROR_TYPE, RADAM_ERROR_RANGE (a length that is negative, or does not fit the address space),
 * RADAM_ERROR_NULL, RADAM_ERROR_OVERLAP, RADAM_CUDA_ERROR_ALIGNMENT, RADAM_CUDA_ERROR_POINTER, RADAM_CUDA_ERROR_.... */
RADAM_API radam_status radam_cuda_round_gradient(int32_t device, void *rounded, const void *grad, int32_t grad_type,
                                                 int64_t length, void *stream);

#ifdef __cplusplus
}
#endif

#endif
