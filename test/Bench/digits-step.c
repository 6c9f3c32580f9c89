/* A number of training steps of the digits example, timed: what digits-step.py calls. */
#define _POSIX_C_SOURCE 199309L /* clock_gettime */
#include "digits.h"

#include <time.h>

static _Alignas(AGC_ALIGNMENT) unsigned char state[DIGITS_STATE_BYTES];
static _Alignas(AGC_ALIGNMENT) unsigned char work[DIGITS_TRAIN_STEP_WORKSPACE_BYTES + 64];

/* Seconds for `steps` steps on the same batch, from the initial state; negative on an error. */
double digits_steps(const float *x, const int64_t *y, int64_t steps) {
  agc_context ctx;
  struct timespec start, end;
  float loss;
  if (agc_context_init(&ctx) != AGC_OK || digits_init(&ctx, state) != AGC_OK)
    return -1;
  clock_gettime(CLOCK_MONOTONIC, &start);
  for (int64_t step = 0; step < steps; ++step)
    if (digits_train_step(&ctx, state, x, y, &loss, work) != AGC_OK)
      return -1;
  clock_gettime(CLOCK_MONOTONIC, &end);
  return (double)(end.tv_sec - start.tv_sec) + 1e-9 * (double)(end.tv_nsec - start.tv_nsec);
}
