/* Sets a variable of this process, or with NULL takes it away. */
#ifndef RADAM_TEST_ENVIRONMENT_VARIABLE_H
#define RADAM_TEST_ENVIRONMENT_VARIABLE_H

#include <stdlib.h>

static inline void set_variable(const char *name, const char *value) {
#ifdef _WIN32
  _putenv_s(name, value != NULL ? value : ""); /* there an empty one is none */
#else
  if (value != NULL) {
    setenv(name, value, 1);
  } else {
    unsetenv(name);
  }
#endif
}

#endif
