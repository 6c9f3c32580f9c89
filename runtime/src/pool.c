/* The default thread pool: dynamic chunks, a short spin, then sleep. See agc/pool.h.
 *
 * A job is open while `job` is not 0. A worker counts itself in (`inside`), then looks at `job`;
 * the owner closes the job, then waits until nobody is inside. Both sides use sequentially
 * consistent operations, so either the worker sees the job closed or the owner sees the worker: the
 * fields of a job are never read while the next one is written. Because the owner takes chunks too
 * and waits only for workers that are inside, a job completes even when no worker ever comes (after
 * a fork, say).
 */
#define _POSIX_C_SOURCE 200809L
#include "agc/pool.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

enum { SPINS = 2000, SPINS_BEFORE_YIELD = 200 };

typedef struct pool {
  agc_chunk_body body;
  void *argument;
  int64_t chunks;
  uint64_t jobs; /* numbers them; only the owner of `busy` writes it */
  atomic_flag busy;
  uint32_t worker_count;
  pthread_mutex_t mutex;
  pthread_cond_t wake;
  atomic_bool stop;
  atomic_uint sleepers;
  /* Written by every thread: each has a cache line to itself. */
  _Alignas(64) atomic_uint_fast64_t job; /* the number of the open job, or 0 */
  _Alignas(64) atomic_int_fast64_t next; /* the next chunk */
  _Alignas(64) atomic_uint inside;
  _Alignas(64) pthread_t workers[];
} pool;

static void pause_briefly(void) {
#if defined(__x86_64__)
  __asm__ volatile("pause");
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

static void take_chunks(pool *p) {
  int64_t chunks = p->chunks;
  for (int64_t chunk; (chunk = atomic_fetch_add(&p->next, 1)) < chunks;)
    p->body(p->argument, chunk);
}

/* Waits for a job other than `seen`, spinning first; 0 when the pool stops. */
static uint64_t wait_for_job(pool *p, uint64_t seen) {
  for (int spin = 0; spin < SPINS; ++spin) {
    uint64_t job = atomic_load_explicit(&p->job, memory_order_relaxed);
    if (job != 0 && job != seen)
      return job;
    if (atomic_load_explicit(&p->stop, memory_order_relaxed))
      return 0;
    pause_briefly();
  }
  uint64_t job;
  pthread_mutex_lock(&p->mutex);
  atomic_fetch_add(&p->sleepers, 1);
  while (((job = atomic_load(&p->job)) == 0 || job == seen) && !atomic_load(&p->stop))
    pthread_cond_wait(&p->wake, &p->mutex);
  atomic_fetch_sub(&p->sleepers, 1);
  pthread_mutex_unlock(&p->mutex);
  return atomic_load(&p->stop) ? 0 : job;
}

static void *work(void *argument) {
  pool *p = argument;
  for (uint64_t job = 0; (job = wait_for_job(p, job)) != 0;) {
    atomic_fetch_add(&p->inside, 1);
    uint64_t open = atomic_load(&p->job);
    if (open != 0) {
      job = open;
      take_chunks(p);
    }
    atomic_fetch_sub(&p->inside, 1);
  }
  return NULL;
}

static void wake_sleepers(pool *p) {
  if (atomic_load(&p->sleepers) == 0)
    return;
  pthread_mutex_lock(&p->mutex);
  pthread_cond_broadcast(&p->wake);
  pthread_mutex_unlock(&p->mutex);
}

static void pool_parallel_for(agc_context *context, agc_chunk_body body, void *argument,
                              int64_t chunks) {
  pool *p = context->pool;
  if (chunks < 2 || atomic_flag_test_and_set(&p->busy)) {
    /* Nested, or of a context that shares the pool: no waiting, hence no deadlock. */
    for (int64_t chunk = 0; chunk < chunks; ++chunk)
      body(argument, chunk);
    return;
  }
  p->body = body;
  p->argument = argument;
  p->chunks = chunks;
  atomic_store(&p->next, 0);
  atomic_store(&p->job, ++p->jobs);
  wake_sleepers(p);
  take_chunks(p);
  atomic_store(&p->job, 0);
  for (int spin = 0; atomic_load(&p->inside) != 0; ++spin) {
    if (spin < SPINS_BEFORE_YIELD)
      pause_briefly();
    else
      sched_yield(); /* a worker was descheduled in the middle of its chunk */
  }
  atomic_flag_clear(&p->busy);
}

static void stop_workers(pool *p) {
  pthread_mutex_lock(&p->mutex);
  atomic_store(&p->stop, true);
  pthread_cond_broadcast(&p->wake);
  pthread_mutex_unlock(&p->mutex);
  for (uint32_t i = 0; i < p->worker_count; ++i)
    pthread_join(p->workers[i], NULL);
  pthread_cond_destroy(&p->wake);
  pthread_mutex_destroy(&p->mutex);
  free(p);
}

static pool *make_pool(uint32_t workers) {
  size_t bytes = sizeof(pool) + workers * sizeof(pthread_t);
  pool *p = aligned_alloc(64, (bytes + 63) / 64 * 64);
  if (!p)
    return NULL;
  *p = (pool){.busy = ATOMIC_FLAG_INIT};
  if (pthread_mutex_init(&p->mutex, NULL) != 0) {
    free(p);
    return NULL;
  }
  if (pthread_cond_init(&p->wake, NULL) != 0) {
    pthread_mutex_destroy(&p->mutex);
    free(p);
    return NULL;
  }
  return p;
}

agc_status agc_pool_start(agc_context *context, uint32_t threads) {
  enum { MOST_THREADS = 4096 };
  if (threads == 0 || threads > MOST_THREADS)
    return agc_fail(context, AGC_ERROR_THREAD,
                    "cannot start a pool of %u threads, expected 1 to %d", threads, MOST_THREADS);
  if (agc_fail(context, AGC_OK, "%s", "") != AGC_OK)
    return AGC_ERROR_CONTEXT;
  if (context->parallel_for)
    return agc_fail(context, AGC_ERROR_THREAD,
                    "the context has a parallel_for already: stop it "
                    "first");
  pool *p = make_pool(threads - 1);
  if (!p)
    return agc_fail(context, AGC_ERROR_MEMORY, "cannot allocate a pool of %u threads", threads);
  for (; p->worker_count < threads - 1; ++p->worker_count)
    if (pthread_create(&p->workers[p->worker_count], NULL, work, p) != 0) {
      agc_fail(context, AGC_ERROR_THREAD, "cannot start thread %u of %u", p->worker_count + 2,
               threads);
      stop_workers(p);
      return AGC_ERROR_THREAD;
    }
  context->pool = p;
  context->parallel_for = pool_parallel_for;
  return AGC_OK;
}

void agc_pool_stop(agc_context *context) {
  if (!context || !context->pool || context->parallel_for != pool_parallel_for)
    return;
  stop_workers(context->pool);
  context->pool = NULL;
  context->parallel_for = NULL;
}
