/* Minimises f(x) = sum of a_i (x_i - b_i)^2 / 2 with RAdam. The curvatures a_i differ by a factor of 512. It uses
 * nothing of libm, so that whether the package brings what the library needs of it shows. */
#include <stdio.h>

#include <radam/radam.h>

#define N 10
#define STEPS 3000

static int failed(const char *what, radam_status status) {
  if (status != RADAM_OK) fprintf(stderr, "%s: %s\n", what, radam_status_string(status));
  return status != RADAM_OK;
}

int main(void) {
  float x[N], gradient[N], exp_avg[N] = {0}, exp_avg_sq[N] = {0}, a[N], b[N];
  float *const state[] = {exp_avg, exp_avg_sq, NULL};
  radam_hyperparameters h = {.struct_size = sizeof h};
  int64_t t;
  int i;

  if (radam_abi_version() != RADAM_ABI_VERSION) {
    fprintf(stderr, "header and library do not belong together\n");
    return 1;
  }
  for (i = 0; i < N; ++i) {
    x[i] = 0;
    a[i] = (float)(1 << i);
    b[i] = (float)i - 4.5f;
  }
  if (failed("init", radam_hyperparameters_init(&h, RADAM_PRESET_RADAM_AUTHORS))) return 1;

  for (t = 1; t <= STEPS; ++t) {
    radam_coefficients c = {.struct_size = sizeof c};
    h.learning_rate = 0.05 * (1 - (double)t / (STEPS + 1));
    for (i = 0; i < N; ++i) gradient[i] = a[i] * (x[i] - b[i]);
    if (failed("coefficients", radam_coefficients_at(&h, t, &c))) return 1;
    if (failed("step", radam_step_f32(RADAM_TARGET_AUTO, &c, 0, N, x, gradient, state))) return 1;
  }

  for (i = 0; i < N; ++i) {
    const float error = x[i] - b[i];
    if (!(error < 1e-3f && error > -1e-3f)) {
      fprintf(stderr, "x[%d] is %g, and not %g\n", i, (double)x[i], (double)b[i]);
      return 1;
    }
  }
  printf("radam %s: converged\n", radam_version());
  return 0;
}
