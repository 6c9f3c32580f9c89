/* What the programs of this folder check with: a failure is printed beside the context's last error
 * and counted, the rest still runs. */
#ifndef AGC_TEST_PROGRAMS_CHECK_H
#define AGC_TEST_PROGRAMS_CHECK_H

#include <agc/agc.h>
#include <stdio.h>

static agc_context ctx;
static int failures;

#define CHECK(condition)                                                                           \
  do {                                                                                             \
    if (!(condition)) {                                                                            \
      fprintf(stderr, "%s:%d: %s %s\n", __FILE__, __LINE__, #condition, agc_error(&ctx));          \
      ++failures;                                                                                  \
    }                                                                                              \
  } while (0)

#endif
