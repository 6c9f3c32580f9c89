/* What a user writes: state, workspace, a few steps on two threads, the state to a file. */
#include <agc/pool.h>
#include <line.h>

#include <stdio.h>
#include <stdlib.h>

enum { ROWS = 200 };

static _Alignas(64) unsigned char state[LINE_STATE_BYTES], work[ROWS * 4];

static int fail(const agc_context *ctx) {
  fprintf(stderr, "%s\n", agc_error(ctx));
  return 1;
}

int main(int argc, char **argv) {
  static float x[ROWS * 3], y[ROWS];
  for (int i = 0; i < ROWS; ++i) {
    for (int k = 0; k < 3; ++k)
      x[i * 3 + k] = (float)((i * (k + 2)) % 10) / 10;
    y[i] = x[i * 3] + 2 * x[i * 3 + 1] - x[i * 3 + 2];
  }
  agc_context ctx;
  agc_context_init(&ctx);
  if (argc != 2 || line_train_step_workspace_bytes(ROWS) > sizeof(work))
    return 1;
  if (agc_pool_start(&ctx, 2) != AGC_OK || line_init(&ctx, state) != AGC_OK)
    return fail(&ctx);
  float loss = 0;
  for (int step = 0; step < 2000; ++step)
    if (line_train_step(&ctx, state, ROWS, x, y, &loss, work) != AGC_OK)
      return fail(&ctx);
  if (agc_state_save(&ctx, line_info(AGC_VERSION), state, argv[1]) != AGC_OK)
    return fail(&ctx);
  agc_pool_stop(&ctx);
  printf("loss %g\n", loss);
  return loss < 1e-4f ? 0 : 1;
}
