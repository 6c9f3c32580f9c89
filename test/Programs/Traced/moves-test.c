/* Every function of moves.cpp beside PyTorch's: moves-test moves.txt */
#include "moves.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static _Alignas(AGC_ALIGNMENT) unsigned char work[1 << 16];
static _Alignas(AGC_ALIGNMENT) float x[24], out[3][512];
static int wrong, checked;

/* The values that stand at `*rest`, behind their count. */
static void compare(const char *name, const char *what, const float *got, int64_t count,
                    char **rest) {
  long expected_count = strtol(*rest, rest, 10);
  if (count != expected_count) {
    ++wrong;
    printf("%s: %lld of %s, PyTorch %ld\n", name, (long long)count, what, expected_count);
    count = 0;
  }
  for (long i = 0; i < expected_count; ++i) {
    double expected = strtod(*rest, rest);
    if (i >= count)
      continue;
    ++checked;
    if (fabs(got[i] - expected) <= 1e-5 + 1e-5 * fabs(expected))
      continue;
    ++wrong;
    printf("%s: %s %ld: %.9g, PyTorch %.9g\n", name, what, i, got[i], expected);
  }
}

/* The elements of an output that the call has filled. */
static int64_t filled(const agc_function_info *function, uint32_t i) {
  const agc_tensor_info *info = function->outputs[i];
  int64_t count = 1;
  for (uint32_t dim = 0; dim < info->rank; ++dim)
    count *= agc_tensor_extent(function, info, dim, NULL);
  if (info->count)
    memcpy(&count, out[info->count - 1], sizeof count);
  return count;
}

int main(int argc, char **argv) {
  FILE *file = fopen(argv[argc - 1], "r");
  const agc_model_info *model = moves_info(AGC_VERSION);
  agc_context ctx;
  if (!file || agc_context_init(&ctx) != AGC_OK)
    return fprintf(stderr, "moves-test: cannot start\n"), 1;
  for (int i = 0; i < 24; ++i)
    x[i] = (float)(i * 7 % 24) * 0.25f - 3;
  static char line[1 << 14];
  uint32_t functions = 0;
  while (fgets(line, sizeof line, file)) {
    if (line[0] == '#')
      continue;
    char *name = strtok(line, " "), *rest = name + strlen(name) + 1;
    const agc_function_info *function = agc_model_function(model, name);
    agc_input input = {x, sizeof x};
    agc_output outputs[3];
    for (int i = 0; i < 3; ++i)
      outputs[i] = (agc_output){out[i], sizeof out[i]};
    agc_call call = {.size = sizeof call,
                     .input_count = 1,
                     .inputs = &input,
                     .outputs = outputs,
                     .workspace = {work, sizeof work}};
    call.output_count = function ? function->output_count : 0;
    if (!function || function->call(&ctx, &call) != AGC_OK)
      return fprintf(stderr, "moves-test: %s: %s\n", name, agc_error(&ctx)), 1;
    compare(name, "value", out[0], filled(function, 0), &rest);
    int has_gradient = call.output_count > 1 && !strcmp(function->outputs[1]->name, "g");
    compare(name, "gradient", out[1], has_gradient ? filled(function, 1) : 0, &rest);
    ++functions;
  }
  fclose(file);
  uint32_t traced = 0; /* not those that agc made beside them */
  for (uint32_t i = 0; i < model->function_count; ++i)
    traced += !strstr(model->functions[i]->name, "_vjp");
  printf("%u functions, %d values, %d wrong\n", functions, checked, wrong);
  return wrong || functions != traced;
}
