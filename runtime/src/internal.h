/* What the runtime's own files share and callers do not see. */
#ifndef AGC_RUNTIME_INTERNAL_H
#define AGC_RUNTIME_INTERNAL_H

#include "agc/agc.h"

#include <stdbool.h>

/* Names of the runtime's own stay out of the application's dynamic symbols. */
#define AGC_INTERNAL __attribute__((visibility("hidden")))

static inline bool is_aligned(const void *pointer, size_t alignment) {
  return ((uintptr_t)pointer & (alignment - 1)) == 0;
}

/* True when the context can be written to: not NULL, aligned, initialised, of a version known here.
 */
AGC_INTERNAL bool agc_context_usable(const agc_context *context);

/* Memory through the context, or malloc; NULL, with the error recorded, when there is none. */
AGC_INTERNAL void *agc_allocate(agc_context *context, uint64_t bytes, const char *purpose);
AGC_INTERNAL void agc_release(agc_context *context, void *block, uint64_t bytes);

/* Checks a state's pointer, and its header when it must have been initialised. */
AGC_INTERNAL agc_status agc_check_state(agc_context *context, const agc_model_info *model,
                                        const void *state, bool initialised);

#endif
