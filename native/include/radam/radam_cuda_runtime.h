/*
 * The parts of CUDA's runtime that a program needs to use radam_cuda.h: devices, memory, streams and events. They are
 * for programs that are not compiled against CUDA, such as those in Java. Programs that have CUDA do not need them:
 * they can use CUDA's own memory, streams and events, and mix them with these.
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

/* A description of a GPU. */
typedef struct radam_cuda_device {
  uint32_t struct_size;      /* sizeof(radam_cuda_device) */
  int32_t compute_capability;/* 10 * major + minor */
  int32_t multiprocessors;
  int32_t reserved;
  int64_t total_memory;      /* bytes */
  int64_t free_memory;       /* bytes, at the time of the call */
  char name[256];            /* ends with a zero byte */
} radam_cuda_device;

/* Fills *d for a device, counted from 0. d->struct_size must be set. RADAM_CUDA_ERROR_ARCHITECTURE says that this
 * library has no code for it; *d is filled then too.
 * Errors: RADAM_ERROR_NULL, RADAM_ERROR_STRUCT_SIZE, RADAM_CUDA_ERROR_.... */
RADAM_API radam_status radam_cuda_device_info(int32_t device, radam_cuda_device *d);

/* ---------------------------------------------------------------------------------------------------- memory --- */

/* Allocates memory of a device, aligned to 256 bytes, in *memory. A size of 0 gives null. May wait for the device.
 * Errors: RADAM_ERROR_NULL, RADAM_ERROR_RANGE (negative), RADAM_CUDA_ERROR_.... */
RADAM_API radam_status radam_cuda_malloc(int32_t device, int64_t bytes, void **memory);

/* Frees memory of radam_cuda_malloc, once the device has done all work that was queued. Does nothing for null. */
RADAM_API radam_status radam_cuda_free(int32_t device, void *memory);

/* Allocates pinned host memory, in *memory. Copies from and to it do not wait, and devices can use it in place.
 * Errors as radam_cuda_malloc. */
RADAM_API radam_status radam_cuda_host_malloc(int64_t bytes, void **memory);

/* Frees memory of radam_cuda_host_malloc. Does nothing for null. */
RADAM_API radam_status radam_cuda_host_free(void *memory);

/* Queues a copy from host or device memory to host or device memory. Does nothing for 0 bytes. A copy with host memory
 * that is not pinned returns when that memory may be used again.
 * Errors: RADAM_ERROR_NULL, RADAM_ERROR_RANGE (negative), RADAM_CUDA_ERROR_.... */
RADAM_API radam_status radam_cuda_copy(int32_t device, void *to, const void *from, int64_t bytes, void *stream);

/* Queues a fill of memory of the device with a byte. Errors as radam_cuda_copy. */
RADAM_API radam_status radam_cuda_fill(int32_t device, void *to, int32_t byte, int64_t bytes, void *stream);

/* Whether a device can use the memory at an address: RADAM_OK or RADAM_CUDA_ERROR_POINTER. */
RADAM_API radam_status radam_cuda_check_pointer(int32_t device, const void *pointer);

/* ----------------------------------------------------------------------------------------- streams and events --- */

/* Creates a stream of a device, in *stream. Its work does not wait for that of the default stream. */
RADAM_API radam_status radam_cuda_stream_create(int32_t device, void **stream);
/* Destroys a stream once its work is done. Does nothing for null. Does not wait. */
RADAM_API radam_status radam_cuda_stream_destroy(int32_t device, void *stream);
/* Waits until all work of a stream is done. */
RADAM_API radam_status radam_cuda_stream_synchronize(int32_t device, void *stream);
/* Makes work queued later in a stream wait for an event. */
RADAM_API radam_status radam_cuda_stream_wait(int32_t device, void *stream, void *event);
/* Creates an event, in *event. */
RADAM_API radam_status radam_cuda_event_create(int32_t device, void **event);
/* Destroys an event. Does nothing for null. */
RADAM_API radam_status radam_cuda_event_destroy(int32_t device, void *event);
/* Records an event, which happens when the work that is queued in the stream so far is done. */
RADAM_API radam_status radam_cuda_event_record(int32_t device, void *event, void *stream);
/* Waits for an event. */
RADAM_API radam_status radam_cuda_event_synchronize(int32_t device, void *event);
/* Measures the time between two events that have happened, in *milliseconds. */
RADAM_API radam_status radam_cuda_event_elapsed(int32_t device, void *start, void *end, float *milliseconds);

#ifdef __cplusplus
}
#endif

#endif
