/* A model's state: its header, its initial value, and loading it by name. */
#include "state.h"

#include "safetensors.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* What the first AGC_STATE_HEADER_BYTES of a state hold. */
typedef struct state_header {
  char magic[8];
  uint64_t abi_hash, state_bytes;
  unsigned char zero[AGC_STATE_HEADER_BYTES - 24];
} state_header;

AGC_STATIC_ASSERT(sizeof(state_header) == AGC_STATE_HEADER_BYTES, "states rely on it");

static const char magic[8] = {'a', 'g', 'c', 's', 't', 'a', 't', 'e'};

agc_status agc_check_state(agc_context *context, const agc_model_info *model, const void *state,
                           bool initialised) {
  if (!agc_context_usable(context))
    return AGC_ERROR_CONTEXT;
  if (!model)
    return agc_fail(context, AGC_ERROR_NULL,
                    "the model's description is NULL: it is newer than what asked for it");
  if (model->state_bytes == 0)
    return AGC_OK;
  if (!state)
    return agc_fail(context, AGC_ERROR_NULL, "%s: the state is NULL, expected %" PRIu64 " bytes",
                    model->name, model->state_bytes);
  if ((uintptr_t)state % AGC_ALIGNMENT != 0)
    return agc_fail(context, AGC_ERROR_ALIGNMENT,
                    "%s: the state is at %p, expected an address that is a multiple of %u",
                    model->name, state, AGC_ALIGNMENT);
  if (!initialised)
    return AGC_OK;
  const state_header *header = state;
  if (memcmp(header->magic, magic, sizeof(magic)) != 0)
    return agc_fail(context, AGC_ERROR_STATE,
                    "%s: the state is not initialised: call %s_init or load it first", model->name,
                    model->name);
  if (header->abi_hash != model->abi_hash || header->state_bytes != model->state_bytes)
    return agc_fail(context, AGC_ERROR_STATE,
                    "%s: the state belongs to another model or another version of it (%016" PRIx64
                    ", this one is %016" PRIx64 "): save it with the program that made it and "
                    "load it here",
                    model->name, header->abi_hash, model->abi_hash);
  return AGC_OK;
}

static void write_header(const agc_model_info *model, void *state) {
  state_header header = {.abi_hash = model->abi_hash, .state_bytes = model->state_bytes};
  memcpy(header.magic, magic, sizeof(magic));
  memcpy(state, &header, sizeof(header));
}

agc_status agc_state_init(agc_context *context, const agc_model_info *model, void *state,
                          uint64_t abi_hash) {
  agc_status status = agc_check_state(context, model, state, false);
  if (status != AGC_OK)
    return status;
  if (abi_hash != model->abi_hash)
    return agc_fail(context, AGC_ERROR_VERSION,
                    "%s: the header is of another version (%016" PRIx64
                    ") than the object (%016" PRIx64 "): compile against the header that was "
                    "written with this object",
                    model->name, abi_hash, model->abi_hash);
  if (model->state_bytes == 0)
    return AGC_OK;
  memset(state, 0, (size_t)model->state_bytes);
  for (uint32_t i = 0; i < model->state_count; ++i) {
    const agc_state_info *part = model->states[i];
    if (part->initial && part->bytes)
      memcpy((char *)state + part->offset, part->initial, (size_t)part->bytes);
  }
  write_header(model, state);
  return AGC_OK;
}

/* ---- Loading ---- */

/* A load under way. `path` names the file in messages. */
typedef struct load {
  agc_context *context;
  const agc_model_info *model;
  const char *path;
  st_reader start; /* the opened file */
} load;

/* A name from a file as a message may show it: short, and no control character. */
static const char *printable(const st_text *text, char out[65]) {
  size_t length = (size_t)(text->end - text->at);
  if (length > 64)
    length = 64;
  for (size_t i = 0; i < length; ++i)
    out[i] = text->at[i] >= 0x20 && text->at[i] < 0x7f ? text->at[i] : '?';
  out[length] = '\0';
  return out;
}

static agc_status fail_format(const load *l, const st_reader *reader) {
  return agc_fail(l->context, AGC_ERROR_FORMAT,
                  "%s is not a well-formed safetensors file: %s, at byte %" PRIu64, l->path,
                  reader->problem, reader->problem_at);
}

/* The model's part of that name; files are mostly in the model's order, so the search begins at
 * *hint. */
static const agc_state_info *find_part(const agc_model_info *model, const st_text *name,
                                       uint32_t *hint) {
  for (uint32_t i = 0; i < model->state_count; ++i) {
    uint32_t k = (*hint + i) % model->state_count;
    if (st_name_is(name, model->states[k]->name)) {
      *hint = k + 1;
      return model->states[k];
    }
  }
  return NULL;
}

static agc_status check_part(const load *l, const st_reader *reader, const st_tensor *tensor,
                             const agc_state_info *part) {
  const char *dtype = st_dtype_name(part->dtype);
  size_t length = (size_t)(tensor->dtype.end - tensor->dtype.at);
  char got[65];
  if (length != strlen(dtype) || memcmp(tensor->dtype.at, dtype, length) != 0)
    return agc_fail(l->context, AGC_ERROR_TYPE, "%s: '%s' has dtype %s, expected %s", l->path,
                    part->name, printable(&tensor->dtype, got), dtype);
  if (!st_shape_is(tensor, part->extents, part->rank, part->dtype == AGC_C128 ? 2 : 0)) {
    char expected[128];
    agc_print_shape(part, expected, sizeof(expected));
    return agc_fail(l->context, AGC_ERROR_TYPE, "%s: '%s' has shape [%s], expected [%s]", l->path,
                    part->name, printable(&tensor->shape, got), expected);
  }
  for (uint64_t i = tensor->begin; part->dtype == AGC_BOOL && i < tensor->end; ++i)
    if (reader->data[i] > 1)
      return agc_fail(l->context, AGC_ERROR_VALUE,
                      "%s: '%s' has a bool that is %d, expected 0 or 1", l->path, part->name,
                      reader->data[i]);
  return AGC_OK;
}

/* Every tensor of the file is well-formed and one of the model's; *count is how many there are. */
static agc_status check_tensors(const load *l, uint64_t *count) {
  st_reader reader = l->start;
  st_tensor tensor;
  st_result result;
  uint32_t hint = 0;
  for (*count = 0; (result = st_next(&reader, &tensor)) == ST_TENSOR; ++*count) {
    const agc_state_info *part = find_part(l->model, &tensor.name, &hint);
    char name[65];
    if (!part)
      return agc_fail(l->context, AGC_ERROR_NAME, "%s has '%s', which %s has not", l->path,
                      printable(&tensor.name, name), l->model->name);
    agc_status status = check_part(l, &reader, &tensor, part);
    if (status != AGC_OK)
      return status;
  }
  return result == ST_END ? AGC_OK : fail_format(l, &reader);
}

/* Whether the file has that name, looking from the cursor on and then once more from the start. */
static bool find_tensor(const load *l, st_reader *cursor, const char *name) {
  st_tensor tensor;
  for (int round = 0; round < 2; ++round) {
    while (st_next(cursor, &tensor) == ST_TENSOR)
      if (st_name_is(&tensor.name, name))
        return true;
    *cursor = l->start;
  }
  return false;
}

/* Every part of the model is in the file, once. */
static agc_status check_complete(const load *l, uint64_t count) {
  st_reader cursor = l->start;
  for (uint32_t i = 0; i < l->model->state_count; ++i)
    if (!find_tensor(l, &cursor, l->model->states[i]->name))
      return agc_fail(l->context, AGC_ERROR_NAME, "%s has no '%s', which %s needs", l->path,
                      l->model->states[i]->name, l->model->name);
  if (count != l->model->state_count)
    return agc_fail(l->context, AGC_ERROR_NAME,
                    "%s has a tensor more than once: %" PRIu64 " tensors, expected %" PRIu32,
                    l->path, count, l->model->state_count);
  return AGC_OK;
}

agc_status agc_load_bytes(agc_context *context, const agc_model_info *model, void *state,
                          const void *data, uint64_t bytes, const char *path) {
  agc_status status = agc_check_state(context, model, state, false);
  if (status != AGC_OK)
    return status;
  load l = {.context = context, .model = model, .path = path};
  if (!data)
    return agc_fail(context, AGC_ERROR_NULL, "%s: the data to load is NULL", model->name);
  if (st_open(&l.start, data, bytes) == ST_MALFORMED)
    return fail_format(&l, &l.start);
  uint64_t count;
  status = check_tensors(&l, &count);
  if (status == AGC_OK)
    status = check_complete(&l, count);
  if (status != AGC_OK || model->state_bytes == 0)
    return status;

  /* From here on nothing can fail. */
  st_reader reader = l.start;
  st_tensor tensor;
  uint32_t hint = 0;
  while (st_next(&reader, &tensor) == ST_TENSOR) {
    const agc_state_info *part = find_part(model, &tensor.name, &hint);
    if (part->bytes)
      memcpy((char *)state + part->offset, reader.data + tensor.begin, (size_t)part->bytes);
  }
  write_header(model, state);
  return AGC_OK;
}

agc_status agc_state_load_memory(agc_context *context, const agc_model_info *model, void *state,
                                 const void *data, uint64_t bytes) {
  return agc_load_bytes(context, model, state, data, bytes, "the data");
}
