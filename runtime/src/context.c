/* The context: its initialisation, error text, allocator and parallel_for. */
#include "internal.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

agc_status agc_context_init_sized(agc_context *context, size_t size, uint32_t version) {
  if (!context || !is_aligned(context, _Alignof(agc_context)) || size < sizeof(uint32_t) * 2)
    return AGC_ERROR_CONTEXT;
  if (version == 0 || version > AGC_VERSION || size < sizeof(agc_context)) {
    /* Left unusable, so that whatever is done with it next says so. */
    context->size = 0;
    context->version = 0;
    return AGC_ERROR_CONTEXT;
  }
  memset(context, 0, sizeof(*context));
  context->size = (uint32_t)size;
  context->version = version;
  return AGC_OK;
}

bool agc_context_usable(const agc_context *context) {
  return context && is_aligned(context, _Alignof(agc_context)) && context->version >= 1 &&
         context->version <= AGC_VERSION && context->size >= sizeof(agc_context);
}

const char *agc_error(const agc_context *context) {
  if (!context)
    return "the context is NULL: pass the address of an initialised agc_context";
  if (!is_aligned(context, _Alignof(agc_context)))
    return "the context is at an address that no agc_context has: pass that of an initialised one";
  if (!agc_context_usable(context))
    return "the context is not initialised, or its agc.h is newer than this runtime: call "
           "agc_context_init, and link the runtime that agc.h came with";
  return context->error;
}

const char *agc_status_name(agc_status status) {
#define AGC_NAME(name)                                                                             \
  case name:                                                                                       \
    return #name
  switch (status) {
    AGC_NAME(AGC_OK);
    AGC_NAME(AGC_ERROR_CONTEXT);
    AGC_NAME(AGC_ERROR_NULL);
    AGC_NAME(AGC_ERROR_ALIGNMENT);
    AGC_NAME(AGC_ERROR_SIZE);
    AGC_NAME(AGC_ERROR_OVERLAP);
    AGC_NAME(AGC_ERROR_EXTENT);
    AGC_NAME(AGC_ERROR_COUNT);
    AGC_NAME(AGC_ERROR_VERSION);
    AGC_NAME(AGC_ERROR_STATE);
    AGC_NAME(AGC_ERROR_INDEX);
    AGC_NAME(AGC_ERROR_DIVISION);
    AGC_NAME(AGC_ERROR_VALUE);
    AGC_NAME(AGC_ERROR_FILE);
    AGC_NAME(AGC_ERROR_FORMAT);
    AGC_NAME(AGC_ERROR_NAME);
    AGC_NAME(AGC_ERROR_TYPE);
    AGC_NAME(AGC_ERROR_MEMORY);
    AGC_NAME(AGC_ERROR_THREAD);
    AGC_NAME(AGC_ERROR_RESIDUAL);
  }
#undef AGC_NAME
  return "AGC_ERROR_?";
}

agc_status agc_fail(agc_context *context, agc_status status, const char *format, ...) {
  if (!agc_context_usable(context))
    return AGC_ERROR_CONTEXT;
  va_list arguments;
  va_start(arguments, format);
  context->status = status;
  if (vsnprintf(context->error, sizeof(context->error), format, arguments) < 0)
    context->error[0] = '\0';
  va_end(arguments);
  return status;
}

void agc_parallel_for(agc_context *context, agc_chunk_body body, void *argument, int64_t chunks) {
  if (chunks > 0 && !body) {
    agc_fail(context, AGC_ERROR_NULL, "agc_parallel_for: the body of its chunks is NULL");
    return;
  }
  if (chunks > 1 && context && context->parallel_for) {
    context->parallel_for(context, body, argument, chunks);
    return;
  }
  for (int64_t chunk = 0; chunk < chunks; ++chunk)
    body(argument, chunk);
}

void *agc_allocate(agc_context *context, uint64_t bytes, const char *purpose) {
  void *block = NULL;
  if (context->allocate)
    block = context->allocate(context, bytes, AGC_ALIGNMENT);
  else if (bytes <= SIZE_MAX - AGC_ALIGNMENT)
    /* aligned_alloc wants a multiple of the alignment */
    block = aligned_alloc(AGC_ALIGNMENT,
                          (size_t)((bytes + AGC_ALIGNMENT - 1) / AGC_ALIGNMENT * AGC_ALIGNMENT));
  if (!block)
    agc_fail(context, AGC_ERROR_MEMORY, "cannot allocate %llu bytes for %s",
             (unsigned long long)bytes, purpose);
  return block;
}

void agc_release(agc_context *context, void *block, uint64_t bytes) {
  if (!context->allocate)
    free(block);
  else if (context->release)
    context->release(context, block, bytes);
}
