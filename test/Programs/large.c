/* Clips arrays around the size from which results go past the caches: aligned and not, with a rest
 * behind the last vector, on one thread and on several. */
#define _POSIX_C_SOURCE 200112L
#include "large.h"
#include "check.h"
#include <agc/pool.h>
#include <stdio.h>
#include <stdlib.h>

enum { LEAST = (16 << 20) / sizeof(float), MOST = LEAST + 1000, GUARD = 16 };

static float *x, *y;

static float value(int64_t i) { return (float)(i % 1021) - 510; }

/* Clips n elements to where `shift` elements follow an aligned address. */
static void run(int64_t n, int64_t shift) {
  float *out = y + GUARD + shift;
  for (int64_t i = -GUARD; i < n + GUARD; ++i)
    out[i] = -1;
  CHECK(large_clip(&ctx, n, x, out, NULL) == AGC_OK);
  int64_t wrong = 0;
  for (int64_t i = 0; i < n; ++i)
    wrong += out[i] != (value(i) > 0 ? value(i) : 0);
  for (int64_t i = 0; i < GUARD; ++i)
    wrong += (out[-1 - i] != -1) + (out[n + i] != -1);
  if (wrong)
    fprintf(stderr, "large.c: %lld elements of %lld, shifted by %lld\n", (long long)wrong,
            (long long)n, (long long)shift);
  CHECK(wrong == 0);
}

static void run_all(void) {
  const int64_t sizes[] = {LEAST - 1, LEAST, LEAST + 1, LEAST + 67, LEAST + 999};
  for (int i = 0; i < 5; ++i) {
    run(sizes[i], 0);
    run(sizes[i], 1);
  }
}

int main(void) {
  void *blocks[2];
  for (int i = 0; i < 2; ++i)
    CHECK(posix_memalign(&blocks[i], 64, (MOST + 4 * GUARD) * sizeof(float)) == 0);
  x = blocks[0], y = blocks[1];
  for (int64_t i = 0; i < MOST; ++i)
    x[i] = value(i);
  agc_context_init(&ctx);
  run_all();
  CHECK(agc_pool_start(&ctx, 3) == AGC_OK);
  run_all();
  agc_pool_stop(&ctx);
  return failures != 0;
}
