/*
 * What of CUDA's runtime a program needs around radam_cuda.h: devices, memory, streams and events. For programs that are
 * not compiled against CUDA, as those in Java. Programs that have CUDA need none of it: their own memory, streams and
 * events do as well, and may be mixed with these.
 *
 * The conventions are those of radam_cuda.h.
 */
#ifndef RADAM_RADAM_CUDA_RUNTIME_H
#define RADAM_RADAM_CUDA_RUNTIME_H

#include <radam/radam_cuda.h>

#ifdef __cplusplus
extern "C" {
#endif

/* --------------------------------------------------------------------------------------------------- devices --- */

/* The number of GPUs, in *count; 0 if there are none, or no driver, and the status says why.
 * Errors: RADAM_ERROR_NULL, RADAM_CUDA_ERROR_NO_DEVICE, RADAM_CUDA_ERROR_DRIVER, RADAM_CUDA_ERROR_CUDA. */
RADAM_API radam_status radam_cuda_device_count(int32_t *count);

/* What there is to know about a GPU. */
typedef struct radam_cuda_device {
  uint32_t struct_size;      /* sizeof(radam_cuda_device) */
  int32_t compute_capability;/* 10 * major + minor */
  int32_t multiprocessors;
  int32_t reserved;
  int64_t total_memory;      /* bytes */
  int64_t free_memory;       /* bytes, at the time of the call */
  char name[256];            /* ends with a zero byte */
} radam_cuda_device;

/* Fills *d for a device, counted from 0. d->struct_size must be set. RADAM_CUDA_ERROR_ARCHITECTURE says that this library
 * has no code for it; *d is filled then too.
 * Errors: RADAM_ERROR_NULL, RADAM_ERROR_STRUCT_SIZE, RADAM_CUDA_ERROR_.... */
RADAM_API radam_status radam_cuda_device_info(int32_t device, radam_cuda_device *d);

/* ---------------------------------------------------------------------------------------------------- memory --- */

/* Memory of a device, aligned to 256 bytes, in *memory. A size of 0 gives null. May wait for the device.
 * Errors: RADAM_ERROR_NULL, RADAM_ERROR_RANGE (negative), RADAM_CUDA_ERROR_.... */
RADAM_API radam_status radam_cuda_malloc(int32_t device, int64_t bytes, void **memory);

/* Frees memory of radam_cuda_malloc, once the device has done all that was queued; null is left alone. */
RADAM_API radam_status radam_cuda_free(int32_t device, void *memory);

/* Pinned host memory: copies from and to it do not wait, and devices can use it in place. Errors as radam_cuda_malloc. */
RADAM_API radam_status radam_cuda_host_malloc(int64_t bytes, void **memory);

/* Frees memory of radam_cuda_host_malloc; null is left alone. */
RADAM_API radam_status radam_cuda_host_free(void *memory);

/* Queues a copy between any two of host and device memory. With host memory that is not pinned it returns when that
 * memory may be used again.
 * Errors: RADAM_ERROR_NULL, RADAM_ERROR_RANGE (negative), RADAM_CUDA_ERROR_.... */
RADAM_API radam_status radam_cuda_copy(int32_t device, void *to, const void *from, int64_t bytes, void *stream);

/* Queues setting memory of the device to a byte. Errors as radam_cuda_copy. */
RADAM_API radam_status radam_cuda_fill(int32_t device, void *to, int32_t byte, int64_t bytes, void *stream);

/* Whether elements at an address are memory that a device can use: RADAM_OK or RADAM_CUDA_ERROR_POINTER. */
RADAM_API radam_status radam_cuda_check_pointer(int32_t device, const void *pointer);

/* ----------------------------------------------------------------------------------------- streams and events --- */

/* A stream of a device, in *stream, that does not wait for the default stream. */
RADAM_API radam_status radam_cuda_stream_create(int32_t device, void **stream);
/* Destroys a stream once its work is done; null is left alone. Does not wait. */
RADAM_API radam_status radam_cuda_stream_destroy(int32_t device, void *stream);
/* Waits until all work of a stream is done. */
RADAM_API radam_status radam_cuda_stream_synchronize(int32_t device, void *stream);
/* Makes work queued later in a stream wait for an event. */
RADAM_API radam_status radam_cuda_stream_wait(int32_t device, void *stream, void *event);
/* An event, in *event. */
RADAM_API radam_status radam_cuda_event_create(int32_t device, void **event);
/* Destroys an event; null is left alone. */
RADAM_API radam_status radam_cuda_event_destroy(int32_t device, void *event);
/* Lets an event happen when the work queued in the stream so far is done. */
RADAM_API radam_status radam_cuda_event_record(int32_t device, void *event, void *stream);
/* Waits for an event. */
RADAM_API radam_status radam_cuda_event_synchronize(int32_t device, void *event);
/* The time between two events that have happened, in *milliseconds. */
RADAM_API radam_status radam_cuda_event_elapsed(int32_t device, void *start, void *end, float *milliseconds);

#ifdef __cplusplus
}
#endif

#endif
