/* The digits example beside PyTorch: the loss of each of the first steps, and no allocation.
 *
 *     digits-losses digits.csv losses.txt
 */
#include "digits.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { TRAIN_ROWS = 1438, PIXELS = 64, BATCH = 64, RECORDED = 100 };

static float x[TRAIN_ROWS][PIXELS];
static int64_t y[TRAIN_ROWS];
static double expected[RECORDED];
static _Alignas(AGC_ALIGNMENT) unsigned char state[DIGITS_STATE_BYTES];
static _Alignas(AGC_ALIGNMENT) unsigned char work[DIGITS_TRAIN_STEP_WORKSPACE_BYTES + 64];

static long allocations;

#ifdef HOOK_MALLOC
/* glibc's own allocator under our names: every allocation of the process is counted. */
extern void *__libc_malloc(size_t), *__libc_calloc(size_t, size_t), *__libc_realloc(void *, size_t),
    *__libc_memalign(size_t, size_t);
void *malloc(size_t n) { return ++allocations, __libc_malloc(n); }
void *calloc(size_t n, size_t m) { return ++allocations, __libc_calloc(n, m); }
void *realloc(void *p, size_t n) { return ++allocations, __libc_realloc(p, n); }
void *aligned_alloc(size_t a, size_t n) { return ++allocations, __libc_memalign(a, n); }
#endif

static int read_digits(const char *path) {
  FILE *file = fopen(path, "r");
  char line[512];
  int rows = 0, index = 0;
  while (file && rows < TRAIN_ROWS && fgets(line, sizeof line, file)) {
    if (line[0] == '#' || index++ % 5 == 4)
      continue;
    char *field = line;
    for (int i = 0; i < PIXELS; ++i, ++field)
      x[rows][i] = (float)strtol(field, &field, 10) / 16;
    y[rows++] = strtol(field, NULL, 10);
  }
  if (file)
    fclose(file);
  return rows == TRAIN_ROWS;
}

static int read_losses(const char *path) {
  FILE *file = fopen(path, "r");
  char line[128];
  int count = 0;
  while (file && count < RECORDED && fgets(line, sizeof line, file))
    if (line[0] != '#')
      expected[count++] = strtod(line, NULL);
  if (file)
    fclose(file);
  return count == RECORDED;
}

int main(int argc, char **argv) {
  if (argc != 3 || !read_digits(argv[1]) || !read_losses(argv[2]))
    return fprintf(stderr, "digits-losses: cannot read the data\n"), 1;
  agc_context ctx;
  float losses[RECORDED];
  long before = allocations;
  if (agc_context_init(&ctx) != AGC_OK || digits_init(&ctx, state) != AGC_OK)
    return fprintf(stderr, "digits-losses: %s\n", agc_error(&ctx)), 1;
  for (int step = 0; step < RECORDED; ++step) {
    int first = step % (TRAIN_ROWS / BATCH) * BATCH;
    if (digits_train_step(&ctx, state, x[first], &y[first], &losses[step], work) != AGC_OK)
      return fprintf(stderr, "digits-losses: %s\n", agc_error(&ctx)), 1;
  }
  long during = allocations - before;

  double worst = 0;
  for (int step = 0; step < RECORDED; ++step) {
    double error = fabs(losses[step] - expected[step]) / expected[step];
    if (!(error <= worst)) /* also when it is NaN */
      worst = error;
  }
  printf("largest relative difference of %d losses: %.2e; allocations: %ld\n", RECORDED, worst,
         during);
#ifdef HOOK_MALLOC
  if (before == 0)
    return fprintf(stderr, "digits-losses: the malloc hook sees nothing\n"), 1;
#endif
  return !(worst <= 1e-5) || during != 0;
}
