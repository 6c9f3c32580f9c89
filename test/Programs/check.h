/* What the programs of this folder check with: a failure is printed and counted, the rest still
 * runs. */
#ifndef AGC_TEST_PROGRAMS_CHECK_H
#define AGC_TEST_PROGRAMS_CHECK_H

#include <stdio.h>

static int failures;
#define CHECK(condition)                                                                           \
  do {                                                                                             \
    if (!(condition)) {                                                                            \
      fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);                              \
      ++failures;                                                                                  \
    }                                                                                              \
  } while (0)

#endif
