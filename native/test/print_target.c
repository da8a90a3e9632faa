/* Prints what a fresh process finds for RADAM_TARGET: the status of the default choice, its name, whether AUTO can be
 * used, the status of a step with it, and its pattern. Then it changes the variable and asks again. */
#define _POSIX_C_SOURCE 200809L

#include <stdio.h>

#include <radam/radam.h>

#include "environment_variable.h"

static void print_choice(const char *name) {
  int32_t target = -1;
  const radam_status status = radam_select_target(name, &target);
  printf("%d %s\n", (int)status, status == RADAM_OK ? radam_target_name(target) : "none");
}

int main(int count, char **arguments) {
  float p = 1, g = 1, m = 0, v = 0;
  float *const state[] = {&m, &v, NULL};
  radam_hyperparameters h = {.struct_size = sizeof h};
  radam_coefficients c = {.struct_size = sizeof c};
  radam_hyperparameters_init(&h, RADAM_PRESET_ADAM_PYTORCH);
  radam_coefficients_at(&h, 1, &c);

  print_choice(NULL);
  print_choice("");
  printf("%d\n", (int)radam_target_available(RADAM_TARGET_AUTO));
  printf("%d\n", (int)radam_step_f32(RADAM_TARGET_AUTO, &c, 0, 1, &p, &g, state));
  const char *const pattern = radam_target_pattern(RADAM_TARGET_AUTO);
  printf("%s\n", pattern != NULL ? pattern : "none");
  print_choice("scalar"); /* a name that is given counts more than the variable */
  set_variable("RADAM_TARGET", count > 1 ? arguments[1] : "scalar");
  print_choice(NULL); /* the variable has been read */
  return 0;
}
