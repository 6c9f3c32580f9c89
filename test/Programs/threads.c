/* Calls each function of threads.mlir with 1, 2, 3 and 7 threads, and by hand: equal bits. */
#define _POSIX_C_SOURCE 200112L
#include "threads.h"
#include "check.h"
#include <agc/pool.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 600, COLUMNS = 512, OUT = 256, RESULTS = 8 };

static float x[ROWS * COLUMNS], w[COLUMNS * OUT];
static const size_t sizes[RESULTS] = {ROWS * COLUMNS, 1,       ROWS,     COLUMNS, ROWS *COLUMNS,
                                      ROWS *COLUMNS,  COLUMNS, ROWS *OUT};
static float *results[2][RESULTS];
static void *work;
static int64_t chunks_seen;

static void run(float **r) {
  CHECK(threads_chain(&ctx, ROWS, x, r[0], r[1], r[2], r[3], r[4], work) == AGC_OK);
  CHECK(threads_known(&ctx, x, r[5], r[6], work) == AGC_OK);
  CHECK(threads_layer(&ctx, ROWS, x, w, r[7], work) == AGC_OK);
}

/* Chunks in the opposite order: they must not depend on one another. */
static void backwards(agc_context *given, agc_chunk_body body, void *argument, int64_t chunks) {
  CHECK(given == &ctx);
  chunks_seen += chunks;
  for (int64_t chunk = chunks; chunk-- > 0;)
    body(argument, chunk);
}

static void compare(const char *how) {
  run(results[1]);
  for (int i = 0; i < RESULTS; ++i)
    if (memcmp(results[0][i], results[1][i], sizes[i] * sizeof(float))) {
      fprintf(stderr, "threads.c: result %d differs %s\n", i, how);
      ++failures;
    }
}

int main(void) {
  size_t bytes = threads_chain_workspace_bytes(ROWS), layer = THREADS_LAYER_WORKSPACE_BYTES;
  bytes = (layer > bytes ? layer : bytes) + THREADS_WORKSPACE_BYTES + 64;
  agc_context_init(&ctx);
  CHECK(posix_memalign(&work, 64, bytes) == 0);
  for (int k = 0; k < 2; ++k)
    for (int i = 0; i < RESULTS; ++i)
      CHECK((results[k][i] = calloc(sizes[i] + 1, sizeof(float))) != NULL);
  for (int i = 0; i < ROWS * COLUMNS; ++i)
    x[i] = (float)((i * 7919LL) % 2003) / 200 - 5;
  for (int i = 0; i < COLUMNS * OUT; ++i)
    w[i] = (float)((i * 104729LL) % 1009) / 500 - 1;
  run(results[0]);
  CHECK(fabsf(results[0][0][12345] - sinf(x[12345])) < 1e-6f);

  ctx.parallel_for = backwards;
  compare("with chunks in the opposite order");
  CHECK(chunks_seen > 40); /* every loop of the two large functions was split */
  ctx.parallel_for = NULL;
  const uint32_t counts[] = {1, 2, 3, 7};
  for (int i = 0; i < 4; ++i) {
    char how[32];
    snprintf(how, sizeof how, "with %u threads", counts[i]);
    CHECK(agc_pool_start(&ctx, counts[i]) == AGC_OK);
    for (int times = 0; times < 3; ++times)
      compare(how);
    agc_pool_stop(&ctx);
  }
  return failures != 0;
}
