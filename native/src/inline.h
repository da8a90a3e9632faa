// How the headers that every target compiles declare functions.
//
// Kernels for AVX-512 and kernels for plain x86-64 come from the same headers, compiled with different flags. If such a
// function had a name that the linker can see, the linker would keep one copy for all, perhaps the AVX-512 one, and an
// older machine would crash in code that looks innocent. So everything in these headers lives in an unnamed namespace
// or is forced inline; a test looks for weak symbols in the objects.
#ifndef RADAM_SRC_INLINE_H
#define RADAM_SRC_INLINE_H

// They are compiled for GPUs too, by a compiler that wants to be told of each.
#ifdef __CUDACC__
#define RADAM_DEVICE __host__ __device__
#else
#define RADAM_DEVICE
#endif

// Functions, and static ones of a class; and members of an object.
#define RADAM_INLINE RADAM_DEVICE static inline __attribute__((always_inline))
#define RADAM_INLINE_MEMBER RADAM_DEVICE inline __attribute__((always_inline))

// Before a loop whose variables must be in registers. Other compilers than CUDA's know by themselves.
#ifdef __CUDA_ARCH__
#define RADAM_UNROLL _Pragma("unroll")
#else
#define RADAM_UNROLL
#endif

#endif
