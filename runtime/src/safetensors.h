/* A strict reader of safetensors that trusts nothing and allocates nothing. */
#ifndef AGC_RUNTIME_SAFETENSORS_H
#define AGC_RUNTIME_SAFETENSORS_H

#include "internal.h"

/* Text of the header, not terminated. */
typedef struct st_text {
  const char *at, *end;
} st_text;

/* One tensor of a file; its data lies at [begin, end) of the reader's data. */
typedef struct st_tensor {
  st_text name; /* as written, escapes included: see st_name_is */
  st_text dtype;
  st_text shape; /* the numbers between the brackets: see st_shape_is */
  uint32_t rank;
  uint64_t begin, end;
} st_tensor;

typedef struct st_reader {
  const char *header, *end, *at; /* `at` is where the next tensor is read */
  const unsigned char *data;
  uint64_t data_bytes, covered; /* all data, and what the tensors read so far account for */
  uint64_t joints;              /* 0 in the end where each begins at 0 or where another one ends */
  const char *problem;          /* what is wrong with the file */
  uint64_t problem_at;          /* and at which byte of it */
} st_reader;

typedef enum st_result { ST_TENSOR, ST_END, ST_MALFORMED } st_result;

/* The longest header that is read, as in the format's own library. */
#define ST_MAX_HEADER_BYTES 100000000u

/* Opens a file that is in memory. ST_END: ready for st_next. */
AGC_INTERNAL st_result st_open(st_reader *reader, const void *file, uint64_t bytes);

/* The next tensor, ST_END after the last. What follows from an ST_TENSOR: its bytes lie in the data
 * and are as many as its dtype and shape say. From an ST_END: each byte of the data is one
 * tensor's.
 */
AGC_INTERNAL st_result st_next(st_reader *reader, st_tensor *tensor);

/* True when the decoded name is `name`. */
AGC_INTERNAL bool st_name_is(const st_text *text, const char *name);

/* True when the shape is `extents`, followed by `last` when that is not 0. */
AGC_INTERNAL bool st_shape_is(const st_tensor *tensor, const int64_t *extents, uint32_t rank,
                              int64_t last);

/* How agc writes a dtype: safetensors has no complex128, it goes as F64 with a last extent of 2. */
AGC_INTERNAL const char *st_dtype_name(agc_dtype dtype);

#endif
