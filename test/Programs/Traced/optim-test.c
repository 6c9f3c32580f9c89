/* Every optimizer's steps beside PyTorch's: optim-test optim.txt */
#include "optim.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef agc_status (*step_function)(agc_context *, void *, const float *, float *, float *, void *);

static const struct {
  const char *name;
  step_function step;
} optimizers[] = {{"sgd", optim_step_sgd},           {"momentum", optim_step_momentum},
                  {"dampened", optim_step_dampened}, {"nesterov", optim_step_nesterov},
                  {"adam", optim_step_adam},         {"adamw", optim_step_adamw}};
enum { OPTIMIZERS = 6, STEPS = 10, VALUES = 13 };

static _Alignas(AGC_ALIGNMENT) unsigned char state[OPTIM_STATE_BYTES];
static _Alignas(AGC_ALIGNMENT) unsigned char work[OPTIM_WORKSPACE_BYTES + 64];

static step_function find(const char *name) {
  for (int i = 0; i < OPTIMIZERS; ++i)
    if (!strcmp(name, optimizers[i].name))
      return optimizers[i].step;
  return NULL;
}

int main(int argc, char **argv) {
  static const float x[4] = {0.5f, -1.0f, 0.25f, 2.0f};
  FILE *file = fopen(argv[argc - 1], "r");
  agc_context ctx;
  if (!file || agc_context_init(&ctx) != AGC_OK || optim_init(&ctx, state) != AGC_OK)
    return fprintf(stderr, "optim-test: cannot start\n"), 1;
  char line[512];
  int checked = 0, wrong = 0;
  while (fgets(line, sizeof line, file)) {
    if (line[0] == '#')
      continue;
    char *name = strtok(line, " "), *rest = name + strlen(name) + 1;
    float got[VALUES];
    step_function step = find(name);
    if (!step || step(&ctx, state, x, got, got + 1, work) != AGC_OK)
      return fprintf(stderr, "optim-test: %s: %s\n", name, agc_error(&ctx)), 1;
    long number = strtol(rest, &rest, 10);
    for (int i = 0; i < VALUES; ++i) {
      double expected = strtod(rest, &rest), error = fabs(got[i] - expected);
      ++checked;
      if (error <= 1e-6 + 1e-5 * fabs(expected))
        continue;
      ++wrong;
      printf("%s step %ld value %d: %.9g, PyTorch %.9g\n", name, number, i, got[i], expected);
    }
  }
  fclose(file);
  printf("%d values, %d wrong\n", checked, wrong);
  return wrong || checked != OPTIMIZERS * STEPS * VALUES;
}
