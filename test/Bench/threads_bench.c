/* Times a product of matrices on one thread and on two, interleaved, by the clock: it needs two
 * cores that nobody else uses. */
#define _POSIX_C_SOURCE 199309L /* clock_gettime */
#include "product.h"
#include <agc/pool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { N = 512, ROUNDS = 31, CALLS = 10 };

static float a[N * N], b[N * N], c[N * N];
static _Alignas(AGC_ALIGNMENT) unsigned char work[PRODUCT_PRODUCT_WORKSPACE_BYTES + 64];

static double seconds(agc_context *ctx) {
  struct timespec start, end;
  clock_gettime(CLOCK_MONOTONIC, &start);
  for (int i = 0; i < CALLS; ++i)
    if (product_product(ctx, a, b, c, work) != AGC_OK)
      exit(1);
  clock_gettime(CLOCK_MONOTONIC, &end);
  return ((double)(end.tv_sec - start.tv_sec) + 1e-9 * (double)(end.tv_nsec - start.tv_nsec)) /
         CALLS;
}

static int ascending(const void *x, const void *y) {
  double d = *(const double *)x - *(const double *)y;
  return (d > 0) - (d < 0);
}

int main(void) {
  agc_context one, two;
  double times[2][ROUNDS];
  if (agc_context_init(&one) != AGC_OK || agc_context_init(&two) != AGC_OK ||
      agc_pool_start(&two, 2) != AGC_OK)
    return 1;
  for (int i = 0; i < N * N; ++i)
    a[i] = (float)(i % 17) - 8, b[i] = (float)(i % 13) - 6;
  for (int round = 0; round < ROUNDS; ++round)
    times[0][round] = seconds(&one), times[1][round] = seconds(&two);
  agc_pool_stop(&two);
  for (int k = 0; k < 2; ++k)
    qsort(times[k], ROUNDS, sizeof(double), ascending);
  printf("product of %d: one thread %.0f us (median %.0f), two %.0f us (%.0f): %.2f times (%.2f)\n",
         N, 1e6 * times[0][0], 1e6 * times[0][ROUNDS / 2], 1e6 * times[1][0],
         1e6 * times[1][ROUNDS / 2], times[0][0] / times[1][0],
         times[0][ROUNDS / 2] / times[1][ROUNDS / 2]);
  return 0;
}
