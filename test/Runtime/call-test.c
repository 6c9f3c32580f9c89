/* Both entries of a model: what they compute, and each thing that a caller can get wrong. */
#include "testing.h"
#include <line.h>

static agc_context ctx;
static _Alignas(64) unsigned char state[LINE_STATE_BYTES], work[64 * 4 + 64];
static float x[64 * 3 + 1], y[64], loss;

/* A valid call of train_step with 4 rows; each test breaks one thing. */
static agc_call make_train_call(agc_input inputs[2], agc_output outputs[1], int64_t extents[1]) {
  extents[0] = 4;
  inputs[0] = (agc_input){x, 4 * 3 * 4};
  inputs[1] = (agc_input){y, 4 * 4};
  outputs[0] = (agc_output){&loss, 4};
  return (agc_call){sizeof(agc_call), 2, 1, 1, inputs, outputs, extents, {state, sizeof(state)},
                    {work, 4 * 4}};
}

#define BROKEN_CALL(change, expected, message)                                                     \
  do {                                                                                             \
    agc_input inputs[2];                                                                           \
    agc_output outputs[1];                                                                         \
    int64_t extents[1];                                                                            \
    agc_call call = make_train_call(inputs, outputs, extents);                                     \
    CHECK_OK(&ctx, line_train_step_call(&ctx, &call));                                             \
    change;                                                                                        \
    CHECK_FAILS_WITH(&ctx, line_train_step_call(&ctx, &call), expected, message);                  \
    (void)inputs, (void)outputs, (void)extents;                                                    \
  } while (0)

static void both_entries_agree(void) {
  _Alignas(64) static unsigned char other[LINE_STATE_BYTES];
  CHECK_OK(&ctx, line_init(&ctx, other));
  CHECK_OK(&ctx, line_init(&ctx, state));
  agc_input inputs[2];
  agc_output outputs[1];
  int64_t extents[1];
  agc_call call = make_train_call(inputs, outputs, extents);
  float first = 0;
  for (int step = 0; step < 200; ++step) {
    float typed;
    CHECK_OK(&ctx, line_train_step_call(&ctx, &call));
    CHECK_OK(&ctx, line_train_step(&ctx, other, 4, x, y, &typed, work));
    CHECK(loss == typed);
    first = step == 0 ? loss : first;
  }
  CHECK(memcmp(state, other, sizeof(state)) == 0);
  CHECK(loss < 0.5f * first);
}

static void counts_are_checked(void) {
  BROKEN_CALL(call.size = 0, AGC_ERROR_VERSION, "line_train_step: the agc_call says 0 bytes");
  BROKEN_CALL(call.input_count = 1, AGC_ERROR_COUNT, "line_train_step: expected 2 inputs, got 1");
  BROKEN_CALL(call.output_count = 2, AGC_ERROR_COUNT, "line_train_step: expected 1 outputs, got 2");
  BROKEN_CALL(call.extent_count = 0, AGC_ERROR_COUNT, "line_train_step: expected 1 extents, got 0");
  BROKEN_CALL(call.inputs = NULL, AGC_ERROR_NULL, "line_train_step: the array of inputs is NULL");
  BROKEN_CALL(call.extents = NULL, AGC_ERROR_NULL, "line_train_step: the array of extents is NULL");
  agc_call call = {0};
  CHECK_FAILS(&ctx, agc_check_call(&ctx, NULL, &call), AGC_ERROR_NULL,
              "agc_check_call: the agc_function_info is NULL");
  CHECK_FAILS(&ctx, line_train_step_call(&ctx, NULL), AGC_ERROR_NULL,
              "line_train_step: the agc_call is NULL");
}

static void extents_are_checked(void) {
  BROKEN_CALL(extents[0] = 0, AGC_ERROR_EXTENT, "extent 'n' is 0, expected 1 to 1048576");
  BROKEN_CALL(extents[0] = -1, AGC_ERROR_EXTENT, "extent 'n' is -1, expected 1 to 1048576");
  BROKEN_CALL(extents[0] = INT64_MAX, AGC_ERROR_EXTENT, "expected 1 to 1048576");
}

static void null_is_an_error(void) {
  BROKEN_CALL(inputs[1].data = NULL, AGC_ERROR_NULL,
              "line_train_step: input 'y' is NULL, expected 16 bytes");
  BROKEN_CALL(outputs[0].data = NULL, AGC_ERROR_NULL, "output 'loss' is NULL, expected 4 bytes");
  BROKEN_CALL(call.state.data = NULL, AGC_ERROR_NULL, "the state is NULL, expected 384 bytes");
  BROKEN_CALL(call.workspace.data = NULL, AGC_ERROR_NULL, "the workspace is NULL");
  CHECK_FAILS(&ctx, line_train_step(&ctx, state, 4, NULL, y, &loss, work), AGC_ERROR_NULL,
              "line_train_step: input 'x' is NULL, expected 48 bytes");
  CHECK(line_train_step(&ctx, NULL, 4, x, y, &loss, work) == AGC_ERROR_NULL);
}

/* An address that no array, call or context has. */
static void *behind(void *address) { return (char *)address + 1; }

static void misalignment_is_an_error(void) {
  BROKEN_CALL(inputs[0].data = (char *)x + 2, AGC_ERROR_ALIGNMENT, "a multiple of 4");
  BROKEN_CALL(call.workspace.data = work + 32, AGC_ERROR_ALIGNMENT, "a multiple of 64");
  BROKEN_CALL(call.state.data = state + 4, AGC_ERROR_ALIGNMENT, "a multiple of 64");
  CHECK(line_train_step(&ctx, state, 4, x, y, &loss, work + 4) == AGC_ERROR_ALIGNMENT);
  BROKEN_CALL(call.inputs = behind(inputs), AGC_ERROR_ALIGNMENT, "the array of inputs is at 0x");
  BROKEN_CALL(call.outputs = behind(outputs), AGC_ERROR_ALIGNMENT, "the array of outputs is at 0x");
  BROKEN_CALL(call.extents = behind(extents), AGC_ERROR_ALIGNMENT, "the array of extents is at 0x");
  CHECK_FAILS_WITH(&ctx, line_train_step_call(&ctx, behind(&ctx)), AGC_ERROR_ALIGNMENT,
                   "line_train_step: the agc_call is at 0x");
  agc_context *no_context = behind(&ctx);
  CHECK(line_train_step(no_context, state, 4, x, y, &loss, work) == AGC_ERROR_CONTEXT);
  CHECK(agc_context_init(no_context) == AGC_ERROR_CONTEXT);
  CHECK(strstr(agc_error(no_context), "an address that no agc_context has"));
  /* Inputs need no more than their element's alignment. */
  CHECK_OK(&ctx, line_train_step(&ctx, state, 4, x + 1, y, &loss, work));
}

static void too_small_is_an_error(void) {
  BROKEN_CALL(inputs[0].bytes = 47, AGC_ERROR_SIZE, "input 'x' has 47 bytes, expected at least 48");
  BROKEN_CALL(outputs[0].bytes = 0, AGC_ERROR_SIZE, "output 'loss' has 0 bytes");
  BROKEN_CALL(call.workspace.bytes = 15, AGC_ERROR_SIZE,
              "line_train_step: the workspace has 15 bytes, expected at least 16");
  BROKEN_CALL(call.state.bytes = 383, AGC_ERROR_SIZE, "the state has 383 bytes");
  BROKEN_CALL(inputs[0].data = (void *)(UINTPTR_MAX - 3), AGC_ERROR_SIZE,
              "input 'x' at 0xfffffffffffffffc wraps around the address space");
}

static void what_is_written_may_not_overlap(void) {
  BROKEN_CALL(outputs[0].data = x + 11, AGC_ERROR_OVERLAP,
              "line_train_step: output 'loss' overlaps input 'x'");
  BROKEN_CALL(outputs[0].data = work + 12, AGC_ERROR_OVERLAP,
              "the workspace overlaps output 'loss'");
  BROKEN_CALL(outputs[0].data = state + 380, AGC_ERROR_OVERLAP, "the state overlaps output 'loss'");
  BROKEN_CALL(inputs[1].data = state + 64, AGC_ERROR_OVERLAP, "the state overlaps input 'y'");
  CHECK(line_train_step(&ctx, state, 4, x, y, y + 3, work) == AGC_ERROR_OVERLAP);
  /* Adjacent is not overlapping, and inputs may share memory. */
  CHECK_OK(&ctx, line_train_step(&ctx, state, 4, x, x, x + 12, work));
  float both[8];
  const int64_t index[2] = {0, 1};
  const float table[2] = {3, 4};
  CHECK(line_pick(&ctx, 2, table, index, both, both + 1, NULL) == AGC_ERROR_OVERLAP);
  CHECK_OK(&ctx, line_pick(&ctx, 2, table, index, both, both + 2, NULL));
}

/* More buffers than the check compares at once: the pair lies in different blocks. */
static void overlap_is_found_among_many(void) {
  enum { MANY = 100 };
  static const agc_model_info model = {.name = "many"};
  static const int64_t shape[] = {2};
  static const agc_tensor_info tensor = {"t", shape, AGC_F32, 1, 4, 0};
  static const agc_tensor_info *tensors[MANY];
  static float memory[4 * MANY];
  agc_input inputs[MANY];
  agc_output outputs[MANY];
  for (int i = 0; i < MANY; ++i) {
    tensors[i] = &tensor;
    inputs[i] = (agc_input){memory + 2 * i, 8};
    outputs[i] = (agc_output){memory + 2 * (MANY + i), 8};
  }
  const agc_function_info function = {.name = "f",
                                      .model = &model,
                                      .input_count = MANY,
                                      .output_count = MANY,
                                      .inputs = tensors,
                                      .outputs = tensors};
  agc_call call = {sizeof(call), MANY, MANY, 0, inputs, outputs, NULL, {NULL, 0}, {NULL, 0}};
  CHECK_OK(&ctx, agc_check_call(&ctx, &function, &call));
  for (int i = 0; i < MANY; ++i) {
    outputs[i].data = memory + 2 * (MANY - 1 - i);
    CHECK(agc_check_call(&ctx, &function, &call) == AGC_ERROR_OVERLAP);
    outputs[i].data = memory + 2 * (MANY + (i + 50) % MANY);
    CHECK(agc_check_call(&ctx, &function, &call) == AGC_ERROR_OVERLAP);
    outputs[i].data = memory + 2 * (MANY + i);
  }
}

static void state_must_be_initialised_by_its_model(void) {
  _Alignas(64) static unsigned char fresh[LINE_STATE_BYTES];
  CHECK_FAILS(&ctx, line_train_step(&ctx, fresh, 4, x, y, &loss, work), AGC_ERROR_STATE,
              "line: the state is not initialised: call line_init or load it first");
  CHECK_OK(&ctx, line_init(&ctx, fresh));
  fresh[8] ^= 1; /* the hash of another version */
  CHECK_FAILS_WITH(&ctx, line_train_step(&ctx, fresh, 4, x, y, &loss, work), AGC_ERROR_STATE,
                   "another version");
  CHECK_FAILS_WITH(&ctx, line_init_checked(&ctx, fresh, LINE_ABI_HASH + 1), AGC_ERROR_VERSION,
                   "line: the header is of another version (");
  CHECK(line_init(&ctx, NULL) == AGC_ERROR_NULL);
  CHECK(line_init(&ctx, fresh + 8) == AGC_ERROR_ALIGNMENT);
}

static void an_index_out_of_range_writes_nothing(void) {
  const float table[3] = {1, 2, 3};
  int64_t index[2] = {2, 0};
  float picked[2] = {7, 7}, twice[6];
  CHECK_OK(&ctx, line_pick(&ctx, 3, table, index, picked, twice, NULL));
  CHECK(picked[0] == 3 && picked[1] == 1 && twice[5] == 3);
  index[1] = 3;
  CHECK_FAILS(&ctx, line_pick(&ctx, 3, table, index, picked, twice, NULL), AGC_ERROR_INDEX,
              "line.py:11: index 3 is out of range for dim 0 of size 3");
  CHECK(picked[0] == 3 && picked[1] == 1);
}

static void descriptions_answer_questions(void) {
  const agc_model_info *model = line_info(AGC_VERSION);
  const agc_function_info *train = agc_model_function(model, "train_step");
  const agc_function_info *pick = agc_model_function(model, "pick");
  CHECK(train && pick && !agc_model_function(model, "line_pick"));
  const int64_t n[] = {5}, most[] = {INT64_MAX / 2}, none[] = {0};
  CHECK(line_train_step_workspace_bytes(5) == 20);
  CHECK(agc_workspace_bytes(train, n) == 20 && agc_workspace_bytes(pick, n) == 0);
  CHECK(agc_tensor_bytes(train, train->inputs[0], n) == 60);
  CHECK(agc_tensor_bytes(train, train->inputs[0], none) == 0);
  CHECK(agc_tensor_bytes(train, train->inputs[0], most) == -1);
  CHECK(agc_tensor_extent(pick, pick->outputs[1], 0, n) == 10);
  CHECK(agc_tensor_extent(pick, pick->outputs[1], 1, n) == -1);
  CHECK(agc_tensor_bytes(NULL, train->inputs[0], n) == -1);
  CHECK(agc_tensor_bytes(train, NULL, n) == -1);
  CHECK(agc_tensor_bytes(train, train->inputs[0], NULL) == -1);
  CHECK(agc_workspace_bytes(NULL, n) == -1 && agc_workspace_bytes(train, NULL) == -1);
}

int main(void) {
  CHECK_OK(&ctx, agc_context_init(&ctx));
  for (int i = 0; i < 64; ++i) {
    y[i] = (float)(i % 7);
    for (int k = 0; k < 3; ++k)
      x[i * 3 + k] = (float)((i * 5 + k * 3) % 11) / 11;
  }
  both_entries_agree();
  counts_are_checked();
  extents_are_checked();
  null_is_an_error();
  misalignment_is_an_error();
  too_small_is_an_error();
  what_is_written_may_not_overlap();
  overlap_is_found_among_many();
  state_must_be_initialised_by_its_model();
  an_index_out_of_range_writes_nothing();
  descriptions_answer_questions();
  return 0;
}
