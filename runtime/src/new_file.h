/* A file that takes its place when it is whole, so that a failure leaves what was there. */
#ifndef AGC_RUNTIME_NEW_FILE_H
#define AGC_RUNTIME_NEW_FILE_H

#include "internal.h"

#include <stdio.h>

enum { NEW_FILE_MAX_PATH = 4000 };

/* It is written beside its place; a device or a pipe is written to as it is. */
typedef struct new_file {
  FILE *stream;
  const char *path;
  bool through;
  char partial[NEW_FILE_MAX_PATH + sizeof(".partial999")];
} new_file;

/* Whether what lies at a path would be written to and not replaced. */
AGC_INTERNAL bool agc_file_is_through(const char *path);

/* Whether two paths are one place's, however they are spelled. */
AGC_INTERNAL bool agc_file_is_same(const char *left, const char *right);

/* These say whether they succeed. Where they do not there is errno, and of the file nothing is
 * left. After open come close, which is told whether all has been written, and keep or discard. */
AGC_INTERNAL bool agc_file_open(new_file *file, const char *path);
AGC_INTERNAL bool agc_file_close(new_file *file, bool whole);
AGC_INTERNAL bool agc_file_keep(new_file *file);
AGC_INTERNAL void agc_file_discard(new_file *file);

#endif
