/* Trains the network of digits.cpp, or of digits.py, on handwritten digits and tells how well it
 * does.
 *
 *     digits-app [digits.csv [losses]]
 *
 * With a number it prints that many losses, one for each step, as digits.py does.
 *
 * It needs the emitted digits.o and digits.h, agc's runtime, libc and libm; no memory is allocated.
 */
#define _POSIX_C_SOURCE 199309L /* clock_gettime */
#include "digits.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { ROWS = 1797, PIXELS = 64, CLASSES = 10, BATCH = 64, EPOCHS = 30, WORK_BYTES = 1 << 21 };

/* Every fifth row is test data. */
static float train_x[ROWS][PIXELS], test_x[ROWS][PIXELS], logits[ROWS][CLASSES];
static int64_t train_y[ROWS], test_y[ROWS];
static int train_rows, test_rows;

static _Alignas(AGC_ALIGNMENT) unsigned char state[DIGITS_STATE_BYTES], work[WORK_BYTES];

/* The text segment, from the linker. */
extern char __executable_start[], etext[];

static int read_digits(const char *path) {
  FILE *file = fopen(path, "r");
  if (!file)
    return 0;
  char line[512];
  for (int row = 0; row < ROWS && fgets(line, sizeof line, file);) {
    if (line[0] == '#')
      continue;
    int test = row++ % 5 == 4;
    float *pixels = test ? test_x[test_rows] : train_x[train_rows];
    char *field = line;
    for (int i = 0; i < PIXELS; ++i, ++field)
      pixels[i] = (float)strtol(field, &field, 10) / 16;
    *(test ? &test_y[test_rows++] : &train_y[train_rows++]) = strtol(field, NULL, 10);
  }
  fclose(file);
  return train_rows >= BATCH && test_rows > 0;
}

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static int fail(agc_context *ctx) {
  fprintf(stderr, "digits: %s\n", agc_error(ctx));
  return 1;
}

/* The step's rows follow each other, and begin again after the last whole batch. */
static int train_step(agc_context *ctx, int step, float *loss) {
  int first = step % (train_rows / BATCH) * BATCH;
  return digits_train_step(ctx, state, train_x[first], &train_y[first], loss, work) == AGC_OK;
}

static int print_losses(agc_context *ctx, int count) {
  float loss;
  for (int step = 0; step < count; ++step) {
    if (!train_step(ctx, step, &loss))
      return fail(ctx);
    printf("%.9g\n", loss);
  }
  return 0;
}

int main(int argc, char **argv) {
  const char *path = argc > 1 ? argv[1] : "digits.csv";
  if (!read_digits(path)) {
    fprintf(stderr, "digits: cannot read '%s'\n", path);
    return 1;
  }
  if (DIGITS_TRAIN_STEP_WORKSPACE_BYTES > sizeof work ||
      digits_predict_workspace_bytes(test_rows) > sizeof work) {
    fprintf(stderr, "digits: the workspace is too small\n");
    return 1;
  }

  agc_context ctx;
  if (agc_context_init(&ctx) != AGC_OK || digits_init(&ctx, state) != AGC_OK)
    return fail(&ctx);
  if (argc > 2)
    return print_losses(&ctx, atoi(argv[2]));

  int steps = train_rows / BATCH; /* an epoch's last rows fill no batch */
  double training = 0;
  for (int epoch = 1; epoch <= EPOCHS; ++epoch) {
    double sum = 0, start = seconds();
    for (int step = 0; step < steps; ++step) {
      float loss;
      if (!train_step(&ctx, step, &loss))
        return fail(&ctx);
      sum += loss;
    }
    training += seconds() - start;
    fprintf(stderr, "\rtraining: epoch %d of %d", epoch, EPOCHS);
    printf("epoch %2d  loss %.6f\n", epoch, sum / steps);
  }
  fprintf(stderr, "\r                          \r");

  if (digits_predict(&ctx, state, test_rows, test_x[0], logits[0], work) != AGC_OK)
    return fail(&ctx);
  int right = 0;
  for (int row = 0; row < test_rows; ++row) {
    int best = 0;
    for (int class = 1; class < CLASSES; ++class)
      best = logits[row][class] > logits[row][best] ? class : best;
    right += best == test_y[row];
  }
  printf("test accuracy   %.2f %% of %d rows\n", 100.0 * right / test_rows, test_rows);
  printf("time per step   %.2f us\n", 1e6 * training / (EPOCHS * steps));
  printf("state           %d bytes\n", DIGITS_STATE_BYTES);
  printf("workspace       %d bytes to train, %zu to predict %d rows\n",
         DIGITS_TRAIN_STEP_WORKSPACE_BYTES, digits_predict_workspace_bytes(test_rows), test_rows);
  printf("code            %zu bytes, the whole program's\n", (size_t)(etext - __executable_start));
  return 0;
}
