/* A model as agc emits it, by hand: what compiler/CodeGen/ModelInfo.cpp must produce, in C.
 *
 * `train_step` fits y = x . weight + bias by gradient descent on n rows; `pick` needs no state, has
 * a derived extent (2n) and reports an index out of range.
 */
#include "line.h"

/* ---- Bodies: line-body.c, in place of what the compiler's pipeline makes of the program ---- */

agc_status line_body_train_step(agc_context *ctx, void *state, int64_t n, const float *x,
                                const float *y, float *loss, void *workspace);
agc_status line_body_pick(agc_context *ctx, int64_t n, const float *table, const int64_t *index,
                          float *picked, float *twice, void *workspace);

enum { WEIGHT = 64, BIAS = 128, STEPS = 192, SEEN = 256, PHASE = 320 };

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

size_t line_train_step_workspace_bytes(int64_t n) { return (size_t)n * 4; }
static int64_t train_step_workspace(const int64_t *extents) {
  return (int64_t)line_train_step_workspace_bytes(extents[0]);
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
  return line_body_train_step(ctx, call->state.data, call->extents[0], call->inputs[0].data,
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
  return line_body_pick(ctx, call->extents[0], call->inputs[0].data, call->inputs[1].data,
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
