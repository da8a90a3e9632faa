// Statuses in English.
#ifndef RADAM_SRC_STATUS_SENTENCE_H
#define RADAM_SRC_STATUS_SENTENCE_H

#include <radam/radam.h>

namespace radam {

// One sentence for a status of radam.h; a static string, never null.
const char* status_sentence(radam_status status);

}  // namespace radam

#endif
