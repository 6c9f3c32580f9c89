/* A number of calls of an op of pointwise-ops.mlir, timed: what pointwise-torch.py calls. */
#define _POSIX_C_SOURCE 200112L /* clock_gettime, posix_memalign */
#include "pointwise-ops.h"

#include <stdlib.h>
#include <time.h>

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

/* Seconds of one call, averaged over `times`; negative on an error. */
double run_times(const char *name, int64_t rows, const void *x, const void *y, void *out,
                 int64_t times) {
  const agc_function_info *function = agc_model_function(pointwise_ops_info(AGC_VERSION), name);
  agc_context ctx;
  if (!function || agc_context_init(&ctx) != AGC_OK)
    return -1;
  int64_t bytes = agc_tensor_bytes(function, function->outputs[0], &rows);
  int64_t workspace = agc_workspace_bytes(function, &rows);
  agc_input inputs[2] = {{x, (uint64_t)bytes}, {y, (uint64_t)bytes}};
  agc_output output = {out, (uint64_t)bytes};
  agc_call call = {.size = sizeof(call),
                   .input_count = function->input_count,
                   .output_count = 1,
                   .extent_count = 1,
                   .inputs = inputs,
                   .outputs = &output,
                   .extents = &rows};
  void *memory = NULL;
  if (bytes < 0 || workspace < 0 ||
      posix_memalign(&memory, AGC_ALIGNMENT, (size_t)workspace + 1) != 0)
    return -1;
  call.workspace = (agc_output){memory, (uint64_t)workspace};
  agc_status status = AGC_OK;
  double start = now();
  for (int64_t i = 0; i < times && status == AGC_OK; ++i)
    status = function->call(&ctx, &call);
  double end = now();
  free(memory);
  return status == AGC_OK ? (end - start) / (double)times : -1;
}
