/* Arrays in numpy's files, version 1 to 3, row-major and little-endian. */
#ifndef AGC_PROGRAM_NPY_H
#define AGC_PROGRAM_NPY_H

#include "agc/agc.h"

#include <stdio.h>

enum { NPY_MAX_RANK = 32 };

typedef struct npy_array {
  agc_dtype dtype;
  uint32_t rank;
  int64_t extents[NPY_MAX_RANK];
  uint64_t bytes;
  void *data; /* malloc's */
} npy_array;

/* What is wrong, or NULL; then the array's data is the caller's to free. */
const char *npy_read(const char *path, npy_array *array);

/* Whether all has been written. */
int npy_write(FILE *file, const npy_array *array);

#endif
