/* A program of an older header, linked to the library of today. What lies behind its smaller struct must not matter. */
#include "radam_abi2.h"

#include <stdio.h>
#include <string.h>

static radam_coefficients coefficients(void) {
  radam_coefficients c;
  memset(&c, 0, sizeof c);
  c.struct_size = sizeof c;
  c.grad_scale = 1;
  c.of.adam.step_size = 0.5f;
  c.of.adam.beta1 = 0.5f;
  c.of.adam.one_minus_beta1 = 0.5f;
  c.of.adam.beta2 = 0.75f;
  c.of.adam.one_minus_beta2 = 0.25f;
  return c;
}

int main(void) {
  struct {
    radam_tensor tensor;
    unsigned char behind[64];
  } memory;
  float param[3] = {1, 1, 1}, grad[3] = {2, 2, 2}, exp_avg[3] = {0}, exp_avg_sq[3] = {0};
  const radam_coefficients c = coefficients();
  int i;

  memset(&memory, 0x5C, sizeof memory);
  memset(&memory.tensor, 0, sizeof memory.tensor);
  memory.tensor.struct_size = sizeof memory.tensor;
  memory.tensor.length = 3;
  memory.tensor.step = 1;
  memory.tensor.zero_grad = 1; /* so that it is not the way of plain float32 */
  memory.tensor.state[0] = exp_avg;
  memory.tensor.state[1] = exp_avg_sq;
  if (radam_step(0, &c, &memory.tensor, 0, 3, param, grad, NULL, NULL) != 0) {
    fprintf(stderr, "an older struct was refused\n");
    return 1;
  }
  for (i = 0; i < 3; ++i) {
    /* m = 1, v = 1, p = 1 - 0.5 * 1 / 1 */
    if (param[i] != 0.5f || exp_avg[i] != 1 || exp_avg_sq[i] != 1 || grad[i] != 0) {
      fprintf(stderr, "element %d: p %g, m %g, v %g, g %g\n", i, (double)param[i], (double)exp_avg[i],
              (double)exp_avg_sq[i], (double)grad[i]);
      return 1;
    }
  }
  return 0;
}
