/* Uses both libraries. Fails if loading libradam has changed how this thread computes. */
#include <stdio.h>

#include <radam/radam.h>

#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

int parent_answer(void);

int main(void) {
#if defined(__x86_64__)
  /* MXCSR as the operating system sets it: all exceptions masked, subnormals kept, round to nearest. */
  if (_mm_getcsr() != 0x1F80) {
    fprintf(stderr, "MXCSR is 0x%X at the start of main, in place of 0x1F80\n", _mm_getcsr());
    return 1;
  }
#endif
  if (parent_answer() != 42 || radam_abi_version() != RADAM_ABI_VERSION) {
    fprintf(stderr, "header and library do not belong together\n");
    return 1;
  }
  printf("radam %s in a parent\n", radam_version());
  return 0;
}
