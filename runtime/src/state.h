/* What loading a state (state.c) and its files (state_file.c) share. */
#ifndef AGC_RUNTIME_STATE_H
#define AGC_RUNTIME_STATE_H

#include "internal.h"

/* agc_state_load_memory with the name that messages give the data. */
AGC_INTERNAL agc_status agc_load_bytes(agc_context *context, const agc_model_info *model,
                                       void *state, const void *data, uint64_t bytes,
                                       const char *path);

/* Writes "2, 3" for a part of that shape, cut short where it does not fit. */
AGC_INTERNAL void agc_print_shape(const agc_state_info *part, char *out, uint64_t capacity);

#endif
