/* Questions that a description answers: bytes, extents, a function by its name. */
#include "internal.h"

#include <string.h>

uint64_t agc_dtype_bytes(agc_dtype dtype) {
  switch (dtype) {
  case AGC_BOOL:
  case AGC_U8:
  case AGC_I8:
    return 1;
  case AGC_U16:
  case AGC_I16:
  case AGC_F16:
  case AGC_BF16:
    return 2;
  case AGC_U32:
  case AGC_I32:
  case AGC_F32:
    return 4;
  case AGC_U64:
  case AGC_I64:
  case AGC_F64:
  case AGC_C64:
    return 8;
  case AGC_C128:
    return 16;
  }
  return 0;
}

const char *agc_dtype_name(agc_dtype dtype) {
  static const char *const names[] = {"?",   "bool", "u8",        "i8",        "u16", "i16",
                                      "u32", "i32",  "u64",       "i64",       "f16", "bf16",
                                      "f32", "f64",  "complex64", "complex128"};
  return dtype >= AGC_BOOL && dtype <= AGC_C128 ? names[dtype] : names[0];
}

const agc_function_info *agc_model_function(const agc_model_info *model, const char *name) {
  for (uint32_t i = 0; model && name && i < model->function_count; ++i)
    if (strcmp(model->functions[i]->name, name) == 0)
      return model->functions[i];
  return NULL;
}

int64_t agc_tensor_extent(const agc_function_info *function, const agc_tensor_info *tensor,
                          uint32_t dim, const int64_t *extents) {
  if (!function || !tensor || dim >= tensor->rank)
    return -1;
  int64_t extent = tensor->extents[dim];
  if (extent >= 0)
    return extent;
  if (!extents)
    return -1;
  uint64_t k = (uint64_t)(-1 - extent);
  if (k < function->extent_count)
    return extents[k];
  k -= function->extent_count;
  return k < function->derived_count ? function->derived[k](extents) : -1;
}

int64_t agc_tensor_bytes(const agc_function_info *function, const agc_tensor_info *tensor,
                         const int64_t *extents) {
  if (!function || !tensor)
    return -1;
  int64_t bytes = (int64_t)agc_dtype_bytes(tensor->dtype);
  bool empty = false, fits = bytes > 0;
  for (uint32_t dim = 0; dim < tensor->rank; ++dim) {
    int64_t extent = agc_tensor_extent(function, tensor, dim, extents);
    bool follows = tensor->extents[dim] < -(int64_t)function->extent_count;
    if (extent < 0 && !(follows && extent == -2))
      return -1;
    empty |= extent <= 0;
    /* An extent of 0 may come after a product that does not fit. */
    fits &= empty || !__builtin_mul_overflow(bytes, extent, &bytes);
  }
  if (empty)
    return 0;
  return fits ? bytes : -1;
}

int64_t agc_workspace_bytes(const agc_function_info *function, const int64_t *extents) {
  if (!function || (function->workspace && !extents))
    return -1;
  if (function->workspace) {
    int64_t bytes = function->workspace(extents);
    return bytes < 0 ? -1 : bytes;
  }
  return function->workspace_bytes <= INT64_MAX ? (int64_t)function->workspace_bytes : -1;
}
