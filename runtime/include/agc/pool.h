/* A small thread pool for a context's parallel_for. It is a library of its own (agc_pool, which
 * needs pthreads); a program that brings its own threads, or none, leaves it out.
 */
#ifndef AGC_POOL_H
#define AGC_POOL_H

#include "agc/agc.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Starts `threads - 1` threads that help the calling one, and makes them the context's
 * parallel_for. Idle threads spin for some microseconds, then sleep. Other contexts may share the
 * pool by copying the fields `parallel_for` and `pool`: a call that finds it busy runs on its own
 * thread. */
agc_status agc_pool_start(agc_context *context, uint32_t threads);

/* Ends the threads and clears both fields. No call may be running on the pool. */
void agc_pool_stop(agc_context *context);

#ifdef __cplusplus
}
#endif

#endif
