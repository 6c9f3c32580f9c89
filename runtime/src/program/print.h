/* What the command line prints of tensors. */
#ifndef AGC_PROGRAM_PRINT_H
#define AGC_PROGRAM_PRINT_H

#include "npy.h"

/* A dtype and shape, "f32[n, 3]"; names of extents are the owner's. */
void print_type(FILE *out, const agc_function_info *owner, agc_dtype dtype, uint32_t rank,
                const int64_t *extents);

/* A line with an array's type and first elements. */
void print_array(const char *name, const npy_array *array);

#endif
