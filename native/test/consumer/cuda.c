/* Uses radam_cuda by itself. */
#include <stdio.h>

#include <radam/radam_cuda.h>

int main(void) {
  if (radam_cuda_abi_version() != RADAM_CUDA_ABI_VERSION) {
    fprintf(stderr, "header and library do not belong together\n");
    return 1;
  }
  printf("radam_cuda, ABI version %d\n", (int)radam_cuda_abi_version());
  return 0;
}
