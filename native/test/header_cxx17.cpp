// The header as C++17, and the comparison with what C makes of it.
#include <radam/radam.h>

#include "header.h"

int main() {
  const header_view header_of_cxx17 = HEADER_VIEW;
  const header_view& a = header_of_c99;
  const header_view& b = header_of_cxx17;
  const bool same_structs = a.hyperparameters == b.hyperparameters && a.coefficients == b.coefficients &&
                            a.tensor == b.tensor && a.state_buffer == b.state_buffer && a.statistics == b.statistics;
  const bool same_functions =
      a.abi_version == b.abi_version && a.version == b.version && a.status_string == b.status_string &&
      a.select_target == b.select_target && a.target_available == b.target_available && a.target_name == b.target_name &&
      a.algorithm_name == b.algorithm_name && a.init == b.init && a.check == b.check && a.state_count == b.state_count &&
      a.state_describe == b.state_describe && a.coefficients_at == b.coefficients_at && a.step_f32 == b.step_f32 &&
      a.step == b.step && a.gradient_statistics == b.gradient_statistics;
  return same_structs && same_functions && a.abi_version() == RADAM_ABI_VERSION ? 0 : 1;
}
