// From hyperparameters and a step number to coefficients: all that makes Adam, AdamW, RAdam and their dialects differ.
#ifndef RADAM_SRC_SCHEDULE_H
#define RADAM_SRC_SCHEDULE_H

#include <cstdint>

#include <radam/radam.h>

namespace radam {

// The status that names the first hyperparameter at fault, or RADAM_OK.
radam_status check(const radam_hyperparameters& h);

// Fills c for checked hyperparameters and step >= 1.
void coefficients_at(const radam_hyperparameters& h, std::int64_t step, radam_coefficients& c);

}  // namespace radam

#endif
