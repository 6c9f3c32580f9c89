/* F.cross_entropy in each of its forms beside PyTorch's: losses-test losses.txt */
#include "losses.h"

#include <math.h>
#include <stdio.h>

enum { OUTPUTS = 48, VALUES = 12 };

static _Alignas(AGC_ALIGNMENT) unsigned char work[LOSSES_WORKSPACE_BYTES + 64];

/* Reads `count` numbers of a line; how many there are not. */
static int read_numbers(FILE *file, double *numbers, int count) {
  int i = 0;
  while (i < count && fscanf(file, "%lf", &numbers[i]) == 1)
    ++i;
  return count - i;
}

int main(int argc, char **argv) {
  double numbers[2 * VALUES + 4], expected[VALUES];
  float x[VALUES], p[VALUES], results[OUTPUTS][VALUES];
  int64_t y[4];
  FILE *file = fopen(argv[argc - 1], "r");
  agc_context ctx;
  if (!file || agc_context_init(&ctx) != AGC_OK || fscanf(file, "#%*[^\n]") != 0 ||
      read_numbers(file, numbers, 2 * VALUES + 4))
    return fprintf(stderr, "losses-test: cannot read the inputs\n"), 1;
  for (int i = 0; i < VALUES; ++i) {
    x[i] = (float)numbers[i];
    p[i] = (float)numbers[VALUES + i];
  }
  for (int i = 0; i < 4; ++i)
    y[i] = (int64_t)numbers[2 * VALUES + i];

  const agc_input inputs[] = {{x, sizeof x}, {y, sizeof y}, {p, sizeof p}};
  agc_output outputs[OUTPUTS];
  for (int i = 0; i < OUTPUTS; ++i)
    outputs[i] = (agc_output){results[i], i % 2 ? sizeof results[i] : sizeof(float)};
  const agc_call call = {sizeof call,        3, OUTPUTS, 0, inputs, outputs, NULL, {NULL, 0},
                         {work, sizeof work}};
  if (losses_info(AGC_VERSION)->functions[0]->call(&ctx, &call) != AGC_OK)
    return fprintf(stderr, "losses-test: %s\n", agc_error(&ctx)), 1;

  int wrong = 0;
  for (int i = 0; i < OUTPUTS; ++i) {
    int count = i % 2 ? VALUES : 1;
    if (read_numbers(file, expected, count))
      return fprintf(stderr, "losses-test: the file ends before output %d\n", i), 1;
    for (int k = 0; k < count; ++k) {
      if (fabs(results[i][k] - expected[k]) <= 1e-6 + 1e-5 * fabs(expected[k]))
        continue;
      ++wrong;
      printf("%s %d value %d: %.9g, PyTorch %.9g\n", i % 2 ? "gradient" : "loss", i / 2, k,
             results[i][k], expected[k]);
    }
  }
  fclose(file);
  printf("%d losses with gradients, %d values wrong\n", OUTPUTS / 2, wrong);
  return wrong != 0;
}
