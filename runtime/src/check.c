/* agc_check_call: all that a call can get wrong, found before anything is read or written. */
#include "internal.h"

#include <inttypes.h>

/* A call under check; `at` is what messages begin with. */
typedef struct check {
  agc_context *context;
  const agc_function_info *function;
  const agc_call *call;
} check;

/* Messages begin with "MODEL_FUNCTION: ". */
#define FAIL(c, status, text, ...)                                                                 \
  agc_fail((c)->context, status, "%s_%s: " text, (c)->function->model->name, (c)->function->name,  \
           __VA_ARGS__)

static agc_status check_count(const check *c, const char *what, uint32_t expected, uint32_t got,
                              const void *array) {
  if (got != expected)
    return FAIL(c, AGC_ERROR_COUNT, "expected %" PRIu32 " %s, got %" PRIu32, expected, what, got);
  if (expected && !array)
    return FAIL(c, AGC_ERROR_NULL, "the array of %s is NULL", what);
  return AGC_OK;
}

static agc_status check_counts(const check *c) {
  const agc_function_info *f = c->function;
  const agc_call *call = c->call;
  agc_status status = check_count(c, "inputs", f->input_count, call->input_count, call->inputs);
  if (status == AGC_OK)
    status = check_count(c, "outputs", f->output_count, call->output_count, call->outputs);
  if (status == AGC_OK)
    status = check_count(c, "extents", f->extent_count, call->extent_count, call->extents);
  return status;
}

static agc_status check_extents(const check *c) {
  for (uint32_t i = 0; i < c->function->extent_count; ++i) {
    const agc_extent_info *extent = c->function->extents[i];
    int64_t value = c->call->extents[i];
    if (value < extent->min || value > extent->max)
      return FAIL(c, AGC_ERROR_EXTENT,
                  "extent '%s' is %" PRId64 ", expected %" PRId64 " to %" PRId64, extent->name,
                  value, extent->min, extent->max);
  }
  return AGC_OK;
}

/* `kind` and `name` make the buffer's name: "input 'x'", "the workspace". */
static agc_status check_buffer(const check *c, const char *kind, const char *name, const void *data,
                               uint64_t bytes, int64_t needed, uint32_t alignment) {
  const char *quote = *name ? "'" : "";
  if (needed < 0)
    return FAIL(c, AGC_ERROR_SIZE, "%s%s%s%s of these extents does not fit in memory", kind, quote,
                name, quote);
  if (needed == 0)
    return AGC_OK;
  if (!data)
    return FAIL(c, AGC_ERROR_NULL, "%s%s%s%s is NULL, expected %" PRId64 " bytes", kind, quote,
                name, quote, needed);
  if ((uintptr_t)data % alignment != 0)
    return FAIL(c, AGC_ERROR_ALIGNMENT,
                "%s%s%s%s is at %p, expected an address that is a multiple of %" PRIu32, kind,
                quote, name, quote, data, alignment);
  if (bytes < (uint64_t)needed)
    return FAIL(c, AGC_ERROR_SIZE, "%s%s%s%s has %" PRIu64 " bytes, expected at least %" PRId64,
                kind, quote, name, quote, bytes, needed);
  return AGC_OK;
}

static agc_status check_tensor(const check *c, const char *kind, const agc_tensor_info *tensor,
                               const void *data, uint64_t bytes) {
  int64_t needed = agc_tensor_bytes(c->function, tensor, c->call->extents);
  return check_buffer(c, kind, tensor->name, data, bytes, needed, tensor->alignment);
}

static agc_status check_buffers(const check *c) {
  const agc_function_info *f = c->function;
  const agc_call *call = c->call;
  agc_status status = AGC_OK;
  if (f->flags & AGC_FUNCTION_USES_STATE) {
    status = check_buffer(c, "the state", "", call->state.data, call->state.bytes,
                          (int64_t)f->model->state_bytes, AGC_ALIGNMENT);
    if (status == AGC_OK)
      status = agc_check_state(c->context, f->model, call->state.data, true);
  }
  if (status == AGC_OK)
    status = check_buffer(c, "the workspace", "", call->workspace.data, call->workspace.bytes,
                          agc_workspace_bytes(f, call->extents), AGC_ALIGNMENT);
  for (uint32_t i = 0; i < f->input_count && status == AGC_OK; ++i)
    status = check_tensor(c, "input ", f->inputs[i], call->inputs[i].data, call->inputs[i].bytes);
  for (uint32_t i = 0; i < f->output_count && status == AGC_OK; ++i)
    status =
        check_tensor(c, "output ", f->outputs[i], call->outputs[i].data, call->outputs[i].bytes);
  return status;
}

/* ---- Overlap ---- */

/* The bytes a call uses of one buffer. */
typedef struct span {
  uintptr_t begin, end;
  const char *kind, *name;
} span;

static span make_span(const void *data, int64_t bytes, const char *kind, const char *name) {
  uintptr_t begin = (uintptr_t)data, size = data ? (uintptr_t)bytes : 0;
  return (span){begin, size > UINTPTR_MAX - begin ? UINTPTR_MAX : begin + size, kind, name};
}

/* Buffer i of a call: what is written comes first (state, workspace, outputs), then the inputs. */
static span span_at(const check *c, uint64_t i) {
  const agc_function_info *f = c->function;
  const agc_call *call = c->call;
  if (i == 0) {
    bool used = f->flags & AGC_FUNCTION_USES_STATE;
    return make_span(used ? call->state.data : NULL, (int64_t)f->model->state_bytes, "the state",
                     "");
  }
  if (i == 1)
    return make_span(call->workspace.data, agc_workspace_bytes(f, call->extents), "the workspace",
                     "");
  bool output = i - 2 < f->output_count;
  uint64_t k = output ? i - 2 : i - 2 - f->output_count;
  const agc_tensor_info *tensor = output ? f->outputs[k] : f->inputs[k];
  return make_span(output ? call->outputs[k].data : call->inputs[k].data,
                   agc_tensor_bytes(f, tensor, call->extents), output ? "output " : "input ",
                   tensor->name);
}

static agc_status fail_overlap(const check *c, const span *a, const span *b) {
  const char *qa = *a->name ? "'" : "", *qb = *b->name ? "'" : "";
  return FAIL(c, AGC_ERROR_OVERLAP,
              "%s%s%s%s overlaps %s%s%s%s: what a call writes needs memory of its own", a->kind, qa,
              a->name, qa, b->kind, qb, b->name, qb);
}

enum { BLOCK = 32 };

static uint64_t fill_block(const check *c, uint64_t from, uint64_t to, span *block) {
  uint64_t size = to - from < BLOCK ? to - from : BLOCK;
  for (uint64_t i = 0; i < size; ++i)
    block[i] = span_at(c, from + i);
  return size;
}

/* Compares each written buffer with all that follow it, in blocks that fit the stack: a call may
 * have any number of buffers, and nothing is allocated. */
static agc_status check_overlap(const check *c) {
  uint64_t written = 2 + (uint64_t)c->function->output_count;
  uint64_t all = written + c->function->input_count;
  span left[BLOCK], right[BLOCK];
  for (uint64_t from = 0; from < written; from += BLOCK) {
    uint64_t lefts = fill_block(c, from, written, left);
    for (uint64_t to = from; to < all; to += BLOCK) {
      uint64_t rights = fill_block(c, to, all, right);
      for (uint64_t i = 0; i < lefts; ++i)
        for (uint64_t j = to == from ? i + 1 : 0; j < rights; ++j)
          if (left[i].begin < right[j].end && right[j].begin < left[i].end &&
              left[i].begin < left[i].end && right[j].begin < right[j].end)
            return fail_overlap(c, &left[i], &right[j]);
    }
  }
  return AGC_OK;
}

agc_status agc_check_call(agc_context *context, const agc_function_info *function,
                          const agc_call *call) {
  if (!agc_context_usable(context))
    return AGC_ERROR_CONTEXT;
  check c = {context, function, call};
  if (!call)
    return FAIL(&c, AGC_ERROR_NULL, "%s", "the agc_call is NULL");
  if (call->size < sizeof(agc_call))
    return FAIL(&c, AGC_ERROR_VERSION, "the agc_call says %" PRIu32 " bytes: set its size to %zu",
                call->size, sizeof(agc_call));
  agc_status status = check_counts(&c);
  if (status == AGC_OK)
    status = check_extents(&c);
  if (status == AGC_OK)
    status = check_buffers(&c);
  if (status == AGC_OK)
    status = check_overlap(&c);
  return status;
}
