/* Types and the first elements of arrays. */
#include "print.h"

#include <stdlib.h>
#include <string.h>

void print_type(FILE *out, const agc_function_info *owner, agc_dtype dtype, uint32_t rank,
                const int64_t *extents) {
  fprintf(out, "%s[", agc_dtype_name(dtype));
  for (uint32_t i = 0; i < rank; ++i) {
    uint64_t k = (uint64_t)(-1 - extents[i]);
    if (extents[i] >= 0)
      fprintf(out, "%s%lld", i ? ", " : "", (long long)extents[i]);
    else
      fprintf(out, "%s%s", i ? ", " : "", k < owner->extent_count ? owner->extents[k]->name : "?");
  }
  fprintf(out, "]");
}

static double half(uint16_t bits, int mantissa) {
  int exponent = (bits & 0x7fff) >> mantissa, top = 0x7fff >> mantissa, bias = top / 2;
  double fraction = (double)(bits & ((1 << mantissa) - 1)) / (1 << mantissa), value;
  if (exponent == top)
    value = fraction ? strtod("nan", NULL) : strtod("inf", NULL);
  else {
    value = exponent ? 1 + fraction : 2 * fraction;
    for (int i = bias; i < exponent; ++i)
      value *= 2;
    for (int i = exponent; i < bias; ++i)
      value /= 2;
  }
  return bits >> 15 ? -value : value;
}

static void print_element(agc_dtype dtype, const char *at) {
  int64_t whole = 0;
  uint64_t bytes = agc_dtype_bytes(dtype);
  switch (dtype) {
  case AGC_F16:
  case AGC_BF16:
    printf(" %.5g", half(*(const uint16_t *)(const void *)at, dtype == AGC_F16 ? 10 : 7));
    return;
  case AGC_F32:
    printf(" %.9g", (double)*(const float *)(const void *)at);
    return;
  case AGC_F64:
    printf(" %.17g", *(const double *)(const void *)at);
    return;
  case AGC_C64:
    printf(" %.9g%+.9gj", (double)*(const float *)(const void *)at,
           (double)((const float *)(const void *)at)[1]);
    return;
  case AGC_C128:
    printf(" %.17g%+.17gj", *(const double *)(const void *)at,
           ((const double *)(const void *)at)[1]);
    return;
  default:
    memcpy(&whole, at, bytes);
    if (dtype == AGC_I8 || dtype == AGC_I16 || dtype == AGC_I32)
      whole = (int64_t)((uint64_t)whole << (64 - 8 * bytes)) >> (64 - 8 * bytes);
    printf(dtype == AGC_U64 ? " %llu" : " %lld", (long long)whole);
  }
}

void print_array(const char *name, const npy_array *array) {
  uint64_t each = agc_dtype_bytes(array->dtype), count = array->bytes / each;
  printf("%s: ", name);
  print_type(stdout, NULL, array->dtype, array->rank, array->extents);
  printf(" =");
  for (uint64_t i = 0; i < count && i < 8; ++i)
    print_element(array->dtype, (const char *)array->data + i * each);
  printf(count > 8 ? " …\n" : "\n");
}
