/* A test is a program that calls functions of these checks; the first that fails ends it. */
#ifndef AGC_TEST_RUNTIME_TESTING_H
#define AGC_TEST_RUNTIME_TESTING_H

#include "agc/agc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(condition)                                                                           \
  do {                                                                                             \
    if (!(condition)) {                                                                            \
      fprintf(stderr, "%s:%d: not true: %s\n", __FILE__, __LINE__, #condition);                    \
      exit(1);                                                                                     \
    }                                                                                              \
  } while (0)

/* The call succeeds; its message is printed when it does not. */
#define CHECK_OK(context, call)                                                                    \
  do {                                                                                             \
    agc_status status_ = (call);                                                                   \
    if (status_ != AGC_OK) {                                                                       \
      fprintf(stderr, "%s:%d: %s: %s\n", __FILE__, __LINE__, agc_status_name(status_),             \
              agc_error(context));                                                                 \
      exit(1);                                                                                     \
    }                                                                                              \
  } while (0)

/* The call fails with this status, which the context has too, and with exactly this message. */
#define CHECK_FAILS(context, call, expected, message)                                              \
  do {                                                                                             \
    agc_status status_ = (call);                                                                   \
    if (status_ != (expected) || (context)->status != (expected) ||                                \
        strcmp(agc_error(context), (message)) != 0) {                                              \
      fprintf(stderr, "%s:%d: got %s: %s\n  expected %s: %s\n", __FILE__, __LINE__,                \
              agc_status_name(status_), agc_error(context), agc_status_name(expected), (message)); \
      exit(1);                                                                                     \
    }                                                                                              \
  } while (0)

/* The same where the message holds an address or the system's words: it contains `part`. */
#define CHECK_FAILS_WITH(context, call, expected, part)                                            \
  do {                                                                                             \
    agc_status status_ = (call);                                                                   \
    if (status_ != (expected) || !strstr(agc_error(context), (part))) {                            \
      fprintf(stderr, "%s:%d: got %s: %s\n  expected %s: …%s…\n", __FILE__, __LINE__,              \
              agc_status_name(status_), agc_error(context), agc_status_name(expected), (part));    \
      exit(1);                                                                                     \
    }                                                                                              \
  } while (0)

#endif
