// The presets: whose rules a set of hyperparameters follows.
#ifndef RADAM_SRC_PRESETS_H
#define RADAM_SRC_PRESETS_H

#include <cstdint>

#include <radam/radam.h>

namespace radam {

// Fills all fields but struct_size. False, and nothing changed, if there is no such preset.
bool fill_preset(radam_hyperparameters& h, std::int32_t preset);

}  // namespace radam

#endif
