/* A model as agc emits it, by hand: what compiler/CodeGen/ModelInfo.cpp must produce, in C.
 *
 * `train_step` fits y = x . weight + bias by gradient descent on n rows; `pick` needs no state, has
 * a derived extent (2n) and reports an index out of range.
 */
#include "line.h"

/* ---- Bodies: what the compiler's pipeline makes of the program ---- */

enum { WEIGHT = 64, BIAS = 128, STEPS = 192, SEEN = 256, PHASE = 320 };

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

static agc_status train_step_body(agc_context *ctx, void *state, int64_t n, const float *x,
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

static agc_status pick_body(agc_context *ctx, int64_t n, const float *table, const int64_t *index,
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

/* ---- Description ---- */

static const agc_model_info line_model;

static const agc_extent_info extent_n = {"n", 1, 1048576};
static const agc_extent_info *const extents_n[] = {&extent_n};

static const int64_t shape_n3[] = {-1, 3}, shape_n[] = {-1}, shape_2[] = {2}, shape_2n[] = {-2},
                     shape_3[] = {3};

static const agc_tensor_info x_info = {"x", shape_n3, AGC_F32, 2, 4, 0};
static const agc_tensor_info y_info = {"y", shape_n, AGC_F32, 1, 4, 0};
static const agc_tensor_info loss_info = {"loss", NULL, AGC_F32, 0, 4, 0};
static const agc_tensor_info *const train_step_inputs[] = {&x_info, &y_info};
static const agc_tensor_info *const train_step_outputs[] = {&loss_info};

static const agc_tensor_info table_info = {"table", shape_n, AGC_F32, 1, 4, 0};
static const agc_tensor_info index_info = {"index", shape_2, AGC_I64, 1, 8, 0};
static const agc_tensor_info picked_info = {"picked", shape_2, AGC_F32, 1, 4, 0};
static const agc_tensor_info twice_info = {"twice", shape_2n, AGC_F32, 1, 4, 0};
static const agc_tensor_info *const pick_inputs[] = {&table_info, &index_info};
static const agc_tensor_info *const pick_outputs[] = {&picked_info, &twice_info};

int64_t line_train_step_workspace_bytes(int64_t n) { return n * 4; }
static int64_t train_step_workspace(const int64_t *extents) {
  return line_train_step_workspace_bytes(extents[0]);
}

static int64_t twice_n(const int64_t *extents) { return 2 * extents[0]; }
static const agc_extent_function pick_derived[] = {twice_n};

static const agc_function_info train_step_info = {
    .size = sizeof(agc_function_info),
    .flags = AGC_FUNCTION_USES_STATE,
    .name = "train_step",
    .location = "line.py:3",
    .model = &line_model,
    .input_count = 2,
    .output_count = 1,
    .extent_count = 1,
    .inputs = train_step_inputs,
    .outputs = train_step_outputs,
    .extents = extents_n,
    .workspace = train_step_workspace,
    .call = line_train_step_call,
};

static const agc_function_info pick_info = {
    .size = sizeof(agc_function_info),
    .name = "pick",
    .location = "line.py:9",
    .model = &line_model,
    .input_count = 2,
    .output_count = 2,
    .extent_count = 1,
    .derived_count = 1,
    .inputs = pick_inputs,
    .outputs = pick_outputs,
    .extents = extents_n,
    .derived = pick_derived,
    .call = line_pick_call,
};

static const float weight_initial[] = {0.5f, -1.0f, 2.0f};

static const agc_state_info weight_part = {"layer.weight", shape_3, AGC_F32,       1,
                                           WEIGHT,         12,      weight_initial};
static const agc_state_info bias_part = {"layer.bias", NULL, AGC_F32, 0, BIAS, 4, NULL};
static const agc_state_info steps_part = {"steps", NULL, AGC_I64, 0, STEPS, 8, NULL};
static const agc_state_info seen_part = {"se\"en\\\n\xc3\xa9", shape_2, AGC_BOOL, 1, SEEN, 2, NULL};
static const agc_state_info phase_part = {"phase", shape_2, AGC_C128, 1, PHASE, 32, NULL};
static const agc_state_info *const line_states[] = {&weight_part, &bias_part, &steps_part,
                                                    &seen_part, &phase_part};
static const agc_function_info *const line_functions[] = {&train_step_info, &pick_info};

static const agc_model_info line_model = {
    .size = sizeof(agc_model_info),
    .version = 1,
    .name = "line",
    .producer = "hand",
    .abi_hash = LINE_ABI_HASH,
    .state_bytes = LINE_STATE_BYTES,
    .state_count = 5,
    .function_count = 2,
    .states = line_states,
    .functions = line_functions,
};

const agc_model_info *line_info(uint32_t version) { return version >= 1 ? &line_model : NULL; }

agc_status line_init_checked(agc_context *ctx, void *state, uint64_t abi_hash) {
  return agc_state_init(ctx, &line_model, state, abi_hash);
}

/* ---- Entries: the uniform one checks, the typed one vouches for its buffers' sizes ---- */

agc_status line_train_step_call(agc_context *ctx, const agc_call *call) {
  agc_status status = agc_check_call(ctx, &train_step_info, call);
  if (status != AGC_OK)
    return status;
  return train_step_body(ctx, call->state.data, call->extents[0], call->inputs[0].data,
                         call->inputs[1].data, call->outputs[0].data, call->workspace.data);
}

agc_status line_train_step(agc_context *ctx, void *state, int64_t n, const float *x, const float *y,
                           float *loss, void *workspace) {
  const int64_t extents[] = {n};
  const agc_input inputs[] = {{x, AGC_UNSIZED}, {y, AGC_UNSIZED}};
  const agc_output outputs[] = {{loss, AGC_UNSIZED}};
  const agc_call call = {
      sizeof(agc_call),        2, 1, 1, inputs, outputs, extents, {state, AGC_UNSIZED},
      {workspace, AGC_UNSIZED}};
  return line_train_step_call(ctx, &call);
}

agc_status line_pick_call(agc_context *ctx, const agc_call *call) {
  agc_status status = agc_check_call(ctx, &pick_info, call);
  if (status != AGC_OK)
    return status;
  return pick_body(ctx, call->extents[0], call->inputs[0].data, call->inputs[1].data,
                   call->outputs[0].data, call->outputs[1].data, call->workspace.data);
}

agc_status line_pick(agc_context *ctx, int64_t n, const float *table, const int64_t *index,
                     float *picked, float *twice, void *workspace) {
  const int64_t extents[] = {n};
  const agc_input inputs[] = {{table, AGC_UNSIZED}, {index, AGC_UNSIZED}};
  const agc_output outputs[] = {{picked, AGC_UNSIZED}, {twice, AGC_UNSIZED}};
  const agc_call call = {
      sizeof(agc_call),        2, 2, 1, inputs, outputs, extents, {NULL, AGC_UNSIZED},
      {workspace, AGC_UNSIZED}};
  return line_pick_call(ctx, &call);
}
