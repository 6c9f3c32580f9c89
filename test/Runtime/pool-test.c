/* The thread pool: every chunk once, equal results with any number of threads, nesting, sharing. */
#define _POSIX_C_SOURCE 200809L
#include "agc/pool.h"
#include "testing.h"
#include <line.h>

#include <pthread.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { CHUNKS = 1000 };

static void count_chunk(void *argument, int64_t chunk) {
  atomic_fetch_add(&((atomic_int *)argument)[chunk], 1);
}

static void every_chunk_runs_once(void) {
  static atomic_int counts[CHUNKS];
  for (uint32_t threads = 1; threads <= 4; ++threads) {
    agc_context ctx;
    CHECK_OK(&ctx, agc_context_init(&ctx));
    CHECK_OK(&ctx, agc_pool_start(&ctx, threads));
    for (int round = 0; round < 200; ++round) {
      int chunks = round * 7 % CHUNKS;
      memset(counts, 0, sizeof(counts));
      agc_parallel_for(&ctx, count_chunk, counts, chunks);
      for (int i = 0; i < CHUNKS; ++i)
        CHECK(atomic_load(&counts[i]) == (i < chunks));
    }
    agc_pool_stop(NULL);
    agc_pool_stop(&ctx);
    CHECK(!ctx.pool && !ctx.parallel_for);
  }
}

static void sleeping_threads_wake(void) {
  static atomic_int counts[CHUNKS];
  agc_context ctx;
  CHECK_OK(&ctx, agc_context_init(&ctx));
  CHECK_OK(&ctx, agc_pool_start(&ctx, 3));
  for (int round = 1; round <= 20; ++round) {
    nanosleep(&(struct timespec){0, 2000000}, NULL);
    agc_parallel_for(&ctx, count_chunk, counts, CHUNKS);
    CHECK(atomic_load(&counts[CHUNKS - 1]) == round);
  }
  agc_pool_stop(&ctx);
}

typedef struct nested {
  agc_context *ctx;
  atomic_int count;
} nested;

static void add_one(void *argument, int64_t chunk) {
  (void)chunk;
  atomic_fetch_add(&((nested *)argument)->count, 1);
}

static void run_nested(void *argument, int64_t chunk) {
  (void)chunk;
  agc_parallel_for(((nested *)argument)->ctx, add_one, argument, 10);
}

static void nested_calls_run_on_their_own_thread(void) {
  agc_context ctx;
  CHECK_OK(&ctx, agc_context_init(&ctx));
  CHECK_OK(&ctx, agc_pool_start(&ctx, 3));
  nested work = {&ctx, 0};
  agc_parallel_for(&ctx, run_nested, &work, 50);
  CHECK(atomic_load(&work.count) == 500);
  agc_pool_stop(&ctx);
}

static void *share(void *argument) {
  agc_context ctx, *owner = argument;
  CHECK_OK(&ctx, agc_context_init(&ctx));
  ctx.parallel_for = owner->parallel_for;
  ctx.pool = owner->pool;
  nested work = {&ctx, 0};
  for (int round = 0; round < 500; ++round)
    agc_parallel_for(&ctx, add_one, &work, 16);
  CHECK(atomic_load(&work.count) == 500 * 16);
  return NULL;
}

static void contexts_share_a_pool(void) {
  agc_context ctx;
  CHECK_OK(&ctx, agc_context_init(&ctx));
  CHECK_OK(&ctx, agc_pool_start(&ctx, 2));
  pthread_t threads[3];
  for (int i = 0; i < 3; ++i)
    CHECK(pthread_create(&threads[i], NULL, share, &ctx) == 0);
  for (int i = 0; i < 3; ++i)
    CHECK(pthread_join(threads[i], NULL) == 0);
  agc_pool_stop(&ctx);
}

static void a_model_gives_equal_bits(void) {
  enum { N = 5000 };
  static _Alignas(64) unsigned char one[LINE_STATE_BYTES], many[LINE_STATE_BYTES], work[N * 4 + 64];
  static float x[N * 3], y[N];
  for (int i = 0; i < N * 3; ++i)
    x[i] = (float)(i * 7 % 101) / 101;
  for (int i = 0; i < N; ++i)
    y[i] = (float)(i % 13);
  agc_context serial, parallel;
  CHECK_OK(&serial, agc_context_init(&serial));
  CHECK_OK(&parallel, agc_context_init(&parallel));
  CHECK_OK(&parallel, agc_pool_start(&parallel, 4));
  CHECK_OK(&serial, line_init(&serial, one));
  CHECK_OK(&parallel, line_init(&parallel, many));
  for (int step = 0; step < 20; ++step) {
    float a, b;
    CHECK_OK(&serial, line_train_step(&serial, one, N, x, y, &a, work));
    CHECK_OK(&parallel, line_train_step(&parallel, many, N, x, y, &b, work));
    CHECK(memcmp(&a, &b, 4) == 0);
  }
  CHECK(memcmp(one, many, sizeof(one)) == 0);
  agc_pool_stop(&parallel);
}

/* A child process has none of the threads; its calls still complete. */
static void a_child_process_goes_on_alone(void) {
  agc_context ctx;
  CHECK_OK(&ctx, agc_context_init(&ctx));
  CHECK_OK(&ctx, agc_pool_start(&ctx, 3));
  pid_t child = fork();
  CHECK(child >= 0);
  if (child == 0) {
    nested work = {&ctx, 0};
    agc_parallel_for(&ctx, add_one, &work, 100);
    _exit(atomic_load(&work.count) == 100 ? 0 : 1);
  }
  int status;
  CHECK(waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  agc_pool_stop(&ctx);
}

static void misuse_is_an_error(void) {
  agc_context ctx;
  memset(&ctx, 0, sizeof(ctx));
  CHECK(agc_pool_start(&ctx, 2) == AGC_ERROR_CONTEXT);
  CHECK_OK(&ctx, agc_context_init(&ctx));
  CHECK_FAILS(&ctx, agc_pool_start(&ctx, 0), AGC_ERROR_THREAD,
              "cannot start a pool of 0 threads, expected 1 to 4096");
  CHECK(agc_pool_start(&ctx, 5000) == AGC_ERROR_THREAD);
  CHECK_OK(&ctx, agc_pool_start(&ctx, 2));
  CHECK_FAILS(&ctx, agc_pool_start(&ctx, 2), AGC_ERROR_THREAD,
              "the context has a parallel_for already: stop it first");
  agc_pool_stop(&ctx);
  agc_pool_stop(&ctx); /* a second time: nothing */
}

int main(void) {
  every_chunk_runs_once();
  sleeping_threads_wake();
  nested_calls_run_on_their_own_thread();
  contexts_share_a_pool();
  a_model_gives_equal_bits();
  a_child_process_goes_on_alone();
  misuse_is_an_error();
  return 0;
}
