// How headers that are compiled for each target declare functions.
//
// Kernels for AVX-512 and kernels for plain x86-64 come from the same headers, compiled with different flags. If such a
// function had external linkage, the linker would keep one copy for all targets, perhaps that for AVX-512, and an older
// machine would crash in it. So everything in these headers is in an unnamed namespace or is forced inline. A test
// looks for weak symbols in the objects.
#ifndef RADAM_SRC_INLINE_H
#define RADAM_SRC_INLINE_H

// CUDA's compiler compiles them for GPUs too, and needs to know which functions.
#ifdef __CUDACC__
#define RADAM_DEVICE __host__ __device__
#else
#define RADAM_DEVICE
#endif

// Kernels need all in one function. Where speed does not matter, the compiler has less to do without.
#ifdef RADAM_NO_FORCED_INLINE
#define RADAM_FORCED_INLINE inline
#else
#define RADAM_FORCED_INLINE inline __attribute__((always_inline))
#endif

// For functions and static member functions; and for other member functions.
#define RADAM_INLINE RADAM_DEVICE static RADAM_FORCED_INLINE
#define RADAM_INLINE_MEMBER RADAM_DEVICE RADAM_FORCED_INLINE

// For a long function that is called in many places, where that call takes no time beside what it does. CUDA's compiler
// would put it into each of them, and take minutes.
#define RADAM_NOT_INLINE RADAM_DEVICE __attribute__((noinline))

// Before a loop that must be unrolled so that its arrays are in registers. Only CUDA's compiler needs it.
#ifdef __CUDA_ARCH__
#define RADAM_UNROLL _Pragma("unroll")
#else
#define RADAM_UNROLL
#endif

#endif
