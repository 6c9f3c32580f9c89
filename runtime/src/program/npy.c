/* The header is a Python dict as text: descr, fortran_order and shape, in any order. */
#include "npy.h"

#include <stdlib.h>
#include <string.h>

static const struct {
  agc_dtype dtype;
  const char *descr; /* without the byte order */
} dtypes[] = {{AGC_BOOL, "b1"}, {AGC_U8, "u1"},  {AGC_I8, "i1"},   {AGC_U16, "u2"},
              {AGC_I16, "i2"},  {AGC_U32, "u4"}, {AGC_I32, "i4"},  {AGC_U64, "u8"},
              {AGC_I64, "i8"},  {AGC_F16, "f2"}, {AGC_BF16, "V2"}, {AGC_F32, "f4"},
              {AGC_F64, "f8"},  {AGC_C64, "c8"}, {AGC_C128, "c16"}};
enum { DTYPES = sizeof dtypes / sizeof *dtypes };

/* The value of a key, or NULL. */
static const char *value_of(const char *header, const char *key) {
  const char *at = strstr(header, key);
  if (!at)
    return NULL;
  at += strlen(key);
  return at + strspn(at, " :");
}

static const char *read_dtype(const char *value, agc_dtype *dtype) {
  if (!value || *value++ != '\'' || !strchr("<|=", *value++))
    return "its elements are none that agc has, or not little-endian";
  for (int i = 0; i < DTYPES; ++i) {
    size_t length = strlen(dtypes[i].descr);
    if (strncmp(value, dtypes[i].descr, length) == 0 && value[length] == '\'') {
      *dtype = dtypes[i].dtype;
      return NULL;
    }
  }
  return "its elements are none that agc has";
}

static const char *read_shape(const char *value, npy_array *array) {
  array->rank = 0;
  array->bytes = agc_dtype_bytes(array->dtype);
  if (!value || *value++ != '(')
    return "its header has no shape";
  for (;;) {
    char *end;
    value += strspn(value, " ,");
    if (*value == ')')
      return NULL;
    int64_t extent = strtoll(value, &end, 10);
    if (end == value || extent < 0 || array->rank == NPY_MAX_RANK)
      return "its shape is none that agc has";
    if (__builtin_mul_overflow(array->bytes, (uint64_t)extent, &array->bytes))
      return "it does not fit in memory";
    array->extents[array->rank++] = extent;
    value = end;
  }
}

static const char *read_header(FILE *file, npy_array *array) {
  unsigned char start[12];
  char header[4096];
  if (fread(start, 1, 10, file) != 10 || memcmp(start, "\x93NUMPY", 6) != 0)
    return "it is no .npy file";
  size_t length = start[8] | (size_t)start[9] << 8;
  if (start[6] > 1) {
    if (fread(start + 10, 1, 2, file) != 2)
      return "it is cut off";
    length |= (size_t)start[10] << 16 | (size_t)start[11] << 24;
  }
  if (length >= sizeof header)
    return "its header is too long";
  if (fread(header, 1, length, file) != length)
    return "it is cut off";
  header[length] = 0;
  const char *order = value_of(header, "'fortran_order'");
  if (!order || strncmp(order, "False", 5) != 0)
    return "it is not in row-major order";
  const char *problem = read_dtype(value_of(header, "'descr'"), &array->dtype);
  return problem ? problem : read_shape(value_of(header, "'shape'"), array);
}

const char *npy_read(const char *path, npy_array *array) {
  FILE *file = fopen(path, "rb");
  array->data = NULL;
  if (!file)
    return "it cannot be opened";
  const char *problem = read_header(file, array);
  if (!problem && !(array->data = malloc(array->bytes ? array->bytes : 1)))
    problem = "it does not fit in memory";
  if (!problem && fread(array->data, 1, array->bytes, file) != array->bytes)
    problem = "it is cut off";
  fclose(file);
  if (problem) {
    free(array->data);
    array->data = NULL;
  }
  return problem;
}

int npy_write(FILE *file, const npy_array *array) {
  char header[1024];
  const char *descr = "";
  for (int i = 0; i < DTYPES; ++i)
    if (dtypes[i].dtype == array->dtype)
      descr = dtypes[i].descr;
  int length =
      snprintf(header, sizeof header, "{'descr': '%c%s', 'fortran_order': False, 'shape': (",
               agc_dtype_bytes(array->dtype) == 1 ? '|' : '<', descr);
  for (uint32_t i = 0; i < array->rank; ++i)
    length += snprintf(header + length, sizeof header - (size_t)length, "%lld,",
                       (long long)array->extents[i]);
  length += snprintf(header + length, sizeof header - (size_t)length, "), }");
  while ((10 + length + 1) % 64)
    header[length++] = ' ';
  header[length++] = '\n';
  unsigned char start[10] = {0x93, 'N', 'U', 'M',          'P',
                             'Y',  1,   0,   length & 255, (length >> 8) & 255};
  return fwrite(start, 1, 10, file) == 10 &&
         fwrite(header, 1, (size_t)length, file) == (size_t)length &&
         fwrite(array->data, 1, array->bytes, file) == array->bytes;
}
