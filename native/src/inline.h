// How the headers that every target compiles declare functions.
//
// Kernels for AVX-512 and kernels for plain x86-64 come from the same headers, compiled with different flags. If such a
// function had a name that the linker can see, the linker would keep one copy for all, perhaps the AVX-512 one, and an
// older machine would crash in code that looks innocent. So everything in these headers lives in an unnamed namespace
// or is forced inline; a test looks for weak symbols in the objects.
#ifndef RADAM_SRC_INLINE_H
#define RADAM_SRC_INLINE_H

#define RADAM_INLINE static inline __attribute__((always_inline))

#endif
