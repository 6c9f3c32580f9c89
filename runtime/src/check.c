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

/* Of pointers and 64-bit numbers, which the arrays of a call consist of. */
#define ARRAY_ALIGNMENT _Alignof(int64_t)

static agc_status check_count(const check *c, const char *what, uint32_t expected, uint32_t got,
                              const void *array) {
  if (got != expected)
    return FAIL(c, AGC_ERROR_COUNT, "expected %" PRIu32 " %s, got %" PRIu32, expected, what, got);
  if (expected && !array)
    return FAIL(c, AGC_ERROR_NULL, "the array of %s is NULL", what);
  if (expected && !is_aligned(array, ARRAY_ALIGNMENT))
    return FAIL(c, AGC_ERROR_ALIGNMENT,
                "the array of %s is at %p, expected an address that is a multiple of %zu", what,
                array, ARRAY_ALIGNMENT);
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

/* ---- Buffers ---- */

/* One buffer of a call: what the caller gave, and what the function uses of it. `kind` and `name`
 * make its name in messages: "input 'x'", "the workspace". */
typedef struct buffer {
  const char *kind, *name;
  const void *data;
  uint64_t bytes;
  int64_t needed;
  uint32_t alignment; /* a power of two */
} buffer;

static buffer tensor_buffer(const check *c, const char *kind, const agc_tensor_info *tensor,
                            const void *data, uint64_t bytes) {
  int64_t needed = agc_tensor_bytes(c->function, tensor, c->call->extents);
  return (buffer){kind, tensor->name, data, bytes, needed, tensor->alignment};
}

/* Buffer i of a call: what is written comes first (state, workspace, outputs), then the inputs. */
static buffer buffer_at(const check *c, uint64_t i) {
  const agc_function_info *f = c->function;
  const agc_call *call = c->call;
  if (i == 0 && !(f->flags & AGC_FUNCTION_USES_STATE))
    return (buffer){"the state", "", NULL, 0, 0, 1};
  if (i == 0)
    return (buffer){
        "the state",  "", call->state.data, call->state.bytes, (int64_t)f->model->state_bytes,
        AGC_ALIGNMENT};
  if (i == 1)
    return (buffer){"the workspace",
                    "",
                    call->workspace.data,
                    call->workspace.bytes,
                    agc_workspace_bytes(f, call->extents),
                    AGC_ALIGNMENT};
  uint64_t k = i - 2;
  if (k < f->output_count)
    return tensor_buffer(c, "output ", f->outputs[k], call->outputs[k].data,
                         call->outputs[k].bytes);
  k -= f->output_count;
  return tensor_buffer(c, "input ", f->inputs[k], call->inputs[k].data, call->inputs[k].bytes);
}

static agc_status check_buffer(const check *c, const buffer *b) {
  const char *quote = *b->name ? "'" : "";
  if (b->needed < 0)
    return FAIL(c, AGC_ERROR_SIZE, "%s%s%s%s of these extents does not fit in memory", b->kind,
                quote, b->name, quote);
  if (b->needed == 0)
    return AGC_OK;
  if (!b->data)
    return FAIL(c, AGC_ERROR_NULL, "%s%s%s%s is NULL, expected %" PRId64 " bytes", b->kind, quote,
                b->name, quote, b->needed);
  if (!is_aligned(b->data, b->alignment))
    return FAIL(c, AGC_ERROR_ALIGNMENT,
                "%s%s%s%s is at %p, expected an address that is a multiple of %" PRIu32, b->kind,
                quote, b->name, quote, b->data, b->alignment);
  if ((uintptr_t)b->needed > UINTPTR_MAX - (uintptr_t)b->data)
    return FAIL(c, AGC_ERROR_SIZE,
                "%s%s%s%s at %p wraps around the address space, expected %" PRId64
                " bytes from there on",
                b->kind, quote, b->name, quote, b->data, b->needed);
  if (b->bytes < (uint64_t)b->needed)
    return FAIL(c, AGC_ERROR_SIZE, "%s%s%s%s has %" PRIu64 " bytes, expected at least %" PRId64,
                b->kind, quote, b->name, quote, b->bytes, b->needed);
  return AGC_OK;
}

static bool overlap(const buffer *a, const buffer *b) {
  uintptr_t x = (uintptr_t)a->data, y = (uintptr_t)b->data;
  return a->needed > 0 && b->needed > 0 && x < y + (uintptr_t)b->needed &&
         y < x + (uintptr_t)a->needed;
}

static agc_status fail_overlap(const check *c, const buffer *a, const buffer *b) {
  const char *qa = *a->name ? "'" : "", *qb = *b->name ? "'" : "";
  return FAIL(c, AGC_ERROR_OVERLAP,
              "%s%s%s%s overlaps %s%s%s%s: what a call writes needs memory of its own", a->kind, qa,
              a->name, qa, b->kind, qb, b->name, qb);
}

/* A call may have any number of buffers, and nothing is allocated: they are looked at in blocks
 * that fit the stack. Most calls fit one. */
enum { BLOCK = 32 };

typedef struct block {
  uint64_t from, size;
  buffer buffers[BLOCK];
} block;

static void fill_block(const check *c, uint64_t from, uint64_t all, block *out) {
  out->from = from;
  out->size = all - from < BLOCK ? all - from : BLOCK;
  for (uint64_t i = 0; i < out->size; ++i)
    out->buffers[i] = buffer_at(c, from + i);
}

static agc_status check_block(const check *c, const block *b) {
  for (uint64_t i = 0; i < b->size; ++i) {
    agc_status status = check_buffer(c, &b->buffers[i]);
    if (status != AGC_OK)
      return status;
  }
  return AGC_OK;
}

/* Compares each of the first `written` buffers in `a` with those in `b` that come after it. */
static agc_status check_overlap(const check *c, const block *a, const block *b, uint64_t written) {
  for (uint64_t i = 0; i < a->size && a->from + i < written; ++i)
    for (uint64_t j = a == b ? i + 1 : 0; j < b->size; ++j)
      if (overlap(&a->buffers[i], &b->buffers[j]))
        return fail_overlap(c, &a->buffers[i], &b->buffers[j]);
  return AGC_OK;
}

static agc_status check_buffers(const check *c) {
  uint64_t written = 2 + (uint64_t)c->function->output_count;
  uint64_t all = written + c->function->input_count;
  block left, right;
  agc_status status = AGC_OK;
  for (uint64_t from = 0; from < all && status == AGC_OK; from += BLOCK) {
    fill_block(c, from, all, &left);
    status = check_block(c, &left);
    if (status == AGC_OK)
      status = check_overlap(c, &left, &left, written);
    /* What comes later was not checked yet, but is compared as far as it says that it reaches. */
    for (uint64_t to = from + BLOCK; from < written && to < all && status == AGC_OK; to += BLOCK) {
      fill_block(c, to, all, &right);
      status = check_overlap(c, &left, &right, written);
    }
  }
  return status;
}

agc_status agc_check_call(agc_context *context, const agc_function_info *function,
                          const agc_call *call) {
  if (!agc_context_usable(context))
    return AGC_ERROR_CONTEXT;
  if (!function)
    return agc_fail(context, AGC_ERROR_NULL, "agc_check_call: the agc_function_info is NULL");
  check c = {context, function, call};
  if (!call)
    return FAIL(&c, AGC_ERROR_NULL, "%s", "the agc_call is NULL");
  if (!is_aligned(call, _Alignof(agc_call)))
    return FAIL(&c, AGC_ERROR_ALIGNMENT,
                "the agc_call is at %p, expected an address that is a multiple of %zu",
                (const void *)call, _Alignof(agc_call));
  if (call->size < sizeof(agc_call))
    return FAIL(&c, AGC_ERROR_VERSION, "the agc_call says %" PRIu32 " bytes: set its size to %zu",
                call->size, sizeof(agc_call));
  agc_status status = check_counts(&c);
  if (status == AGC_OK)
    status = check_extents(&c);
  if (status == AGC_OK)
    status = check_buffers(&c);
  if (status == AGC_OK && (function->flags & AGC_FUNCTION_USES_STATE))
    status = agc_check_state(context, function->model, call->state.data, true);
  return status;
}
