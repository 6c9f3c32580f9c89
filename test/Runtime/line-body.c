/* The arithmetic of the model `line`: what a body may do, and how it reports an error. */
#include <agc/agc.h>

agc_status line_body_train_step(agc_context *ctx, void *state, int64_t n, const float *x,
                                const float *y, float *loss, void *workspace);
agc_status line_body_pick(agc_context *ctx, int64_t n, const float *table, const int64_t *index,
                          float *picked, float *twice, void *workspace);

/* Where the state's parts lie. */
enum { WEIGHT = 64, BIAS = 128, STEPS = 192 };

typedef struct residual_arguments {
  const float *x, *y, *weight, *bias;
  float *residual;
  int64_t n;
} residual_arguments;

/* A fixed number of rows a chunk, whatever runs it. */
enum { ROWS = 64 };

static void residual_chunk(void *argument, int64_t chunk) {
  const residual_arguments *a = argument;
  for (int64_t i = chunk * ROWS; i < a->n && i < (chunk + 1) * ROWS; ++i) {
    float sum = *a->bias;
    for (int k = 0; k < 3; ++k)
      sum += a->x[i * 3 + k] * a->weight[k];
    a->residual[i] = sum - a->y[i];
  }
}

agc_status line_body_train_step(agc_context *ctx, void *state, int64_t n, const float *x,
                                const float *y, float *loss, void *workspace) {
  float *weight = (float *)((char *)state + WEIGHT), *bias = (float *)((char *)state + BIAS);
  residual_arguments arguments = {x, y, weight, bias, workspace, n};
  agc_parallel_for(ctx, residual_chunk, &arguments, (n + ROWS - 1) / ROWS);
  float sum = 0, bias_grad = 0, weight_grad[3] = {0, 0, 0};
  for (int64_t i = 0; i < n; ++i) {
    float r = arguments.residual[i];
    sum += r * r;
    bias_grad += r;
    for (int k = 0; k < 3; ++k)
      weight_grad[k] += r * x[i * 3 + k];
  }
  for (int k = 0; k < 3; ++k)
    weight[k] -= 0.1f * weight_grad[k] / (float)n;
  *bias -= 0.1f * bias_grad / (float)n;
  ++*(int64_t *)((char *)state + STEPS);
  *loss = sum / (float)n;
  return AGC_OK;
}

agc_status line_body_pick(agc_context *ctx, int64_t n, const float *table, const int64_t *index,
                          float *picked, float *twice, void *workspace) {
  (void)workspace;
  /* Before the first write. */
  for (int i = 0; i < 2; ++i)
    if (index[i] < 0 || index[i] >= n)
      return agc_fail(ctx, AGC_ERROR_INDEX,
                      "line.py:11: index %lld is out of range for dim 0 of size %lld",
                      (long long)index[i], (long long)n);
  for (int i = 0; i < 2; ++i)
    picked[i] = table[index[i]];
  for (int64_t i = 0; i < 2 * n; ++i)
    twice[i] = table[i / 2];
  return AGC_OK;
}
