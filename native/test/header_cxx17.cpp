// The header as C++17, and the comparison with what C makes of it.
#include <radam/radam.h>

#include "header.h"

int main() {
  const header_view header_of_cxx17 = {
      sizeof(radam_hyperparameters),
      sizeof(radam_coefficients),
      sizeof(radam_tensor),
      sizeof(radam_state_buffer),
      sizeof(radam_statistics),
      sizeof(radam_sums),
      radam_abi_version,
      radam_version,
      radam_status_string,
      radam_select_target,
      radam_best_target,
      radam_target_available,
      radam_target_name,
      radam_target_pattern,
      radam_set_target_pattern,
      radam_hyperparameters_init,
      radam_hyperparameters_check,
      radam_coefficients_at,
      radam_algorithm_name,
      radam_state_count,
      radam_state_describe,
      radam_step_f32,
      radam_step,
      radam_gradient_statistics,
      radam_gradient_means,
      radam_tensor_sums,
      radam_coefficients_reduce,
      radam_row_sums,
      radam_coefficients_reduce_rows,
  };
  const header_view& a = header_of_c99;
  const header_view& b = header_of_cxx17;
  const bool same_sizes = a.hyperparameters == b.hyperparameters && a.coefficients == b.coefficients &&
                          a.tensor == b.tensor && a.state_buffer == b.state_buffer && a.statistics == b.statistics &&
                          a.sums == b.sums;
#ifdef _WIN32
  // In C, a constant pointer to a function of a library is one to a jump in the program.
  const bool same_functions = true;
#else
  const bool same_functions =
      a.abi_version == b.abi_version && a.version == b.version && a.status_string == b.status_string &&
      a.select_target == b.select_target && a.best_target == b.best_target &&
      a.target_available == b.target_available && a.target_name == b.target_name &&
      a.target_pattern == b.target_pattern && a.set_target_pattern == b.set_target_pattern && a.init == b.init &&
      a.check == b.check && a.coefficients_at == b.coefficients_at && a.algorithm_name == b.algorithm_name &&
      a.state_count == b.state_count && a.state_describe == b.state_describe && a.step_f32 == b.step_f32 &&
      a.step == b.step && a.gradient_statistics == b.gradient_statistics && a.tensor_sums == b.tensor_sums &&
      a.coefficients_reduce == b.coefficients_reduce && a.gradient_means == b.gradient_means &&
      a.row_sums == b.row_sums && a.coefficients_reduce_rows == b.coefficients_reduce_rows;
#endif
  return same_sizes && same_functions && a.abi_version() == RADAM_ABI_VERSION ? 0 : 1;
}
