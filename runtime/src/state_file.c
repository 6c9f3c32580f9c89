/* Saving a state as safetensors, and the files it is saved to and loaded from. */
#include "new_file.h"
#include "safetensors.h"
#include "state.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <string.h>

/* Where the bytes of a save go: into a file, or into memory as far as it reaches. */
typedef struct sink {
  FILE *file;
  char *buffer;
  uint64_t capacity, used;
  bool failed;
} sink;

static void put(sink *out, const void *bytes, uint64_t size) {
  if (out->file)
    out->failed |= fwrite(bytes, 1, (size_t)size, out->file) != size;
  else if (out->used <= out->capacity && size && size <= out->capacity - out->used)
    memcpy(out->buffer + out->used, bytes, (size_t)size);
  out->used += size;
}

static void put_text(sink *out, const char *text) { put(out, text, strlen(text)); }

static void put_number(sink *out, uint64_t number) {
  char text[24];
  snprintf(text, sizeof(text), "%" PRIu64, number);
  put_text(out, text);
}

static void put_string(sink *out, const char *text) {
  put_text(out, "\"");
  for (; *text; ++text) {
    unsigned char c = (unsigned char)*text;
    char escape[8] = {(char)c, 0};
    if (c == '"' || c == '\\')
      snprintf(escape, sizeof(escape), "\\%c", c);
    else if (c < 0x20)
      snprintf(escape, sizeof(escape), "\\u%04x", c);
    put_text(out, escape);
  }
  put_text(out, "\"");
}

void agc_print_shape(const agc_state_info *part, char *out, uint64_t capacity) {
  sink text = {.buffer = out, .capacity = capacity - 1};
  for (uint32_t dim = 0; dim < part->rank; ++dim) {
    put_text(&text, dim ? ", " : "");
    put_number(&text, (uint64_t)part->extents[dim]);
  }
  out[text.used < capacity ? text.used : capacity - 1] = '\0';
}

/* A model's parts in the file's order: wide elements first, so that each is aligned in the file. */
typedef struct order {
  const agc_model_info *model;
  uint64_t width;
  uint32_t next;
} order;

static const agc_state_info *next_part(order *o) {
  for (; o->width; o->width /= 2, o->next = 0)
    while (o->next < o->model->state_count) {
      const agc_state_info *part = o->model->states[o->next++];
      if (agc_dtype_bytes(part->dtype) == o->width)
        return part;
    }
  return NULL;
}

static void put_header(sink *out, const agc_model_info *model) {
  put_text(out, "{\"__metadata__\":{\"model\":");
  put_string(out, model->name);
  put_text(out, "}");
  order o = {model, 16, 0};
  uint64_t offset = 0;
  for (const agc_state_info *part; (part = next_part(&o));) {
    put_text(out, ",");
    put_string(out, part->name);
    put_text(out, ":{\"dtype\":");
    put_string(out, st_dtype_name(part->dtype));
    put_text(out, ",\"shape\":[");
    for (uint32_t dim = 0; dim < part->rank; ++dim) {
      put_text(out, dim ? "," : "");
      put_number(out, (uint64_t)part->extents[dim]);
    }
    put_text(out, part->dtype != AGC_C128 ? "" : part->rank ? ",2" : "2");
    put_text(out, "],\"data_offsets\":[");
    put_number(out, offset);
    put_text(out, ",");
    put_number(out, offset += part->bytes);
    put_text(out, "]}");
  }
  put_text(out, "}");
}

static void put_state(sink *out, const agc_model_info *model, const void *state) {
  sink measure = {0};
  put_header(&measure, model);
  uint64_t length = (measure.used + 7) / 8 * 8;
  for (int i = 0; i < 8; ++i)
    put(out, &(unsigned char){(unsigned char)(length >> (8 * i))}, 1);
  put_header(out, model);
  put(out, "       ", length - measure.used);
  order o = {model, 16, 0};
  for (const agc_state_info *part; (part = next_part(&o));)
    put(out, (const char *)state + part->offset, part->bytes);
}

agc_status agc_state_save_memory(agc_context *context, const agc_model_info *model,
                                 const void *state, void *buffer, uint64_t capacity,
                                 uint64_t *saved) {
  agc_status status = agc_check_state(context, model, state, true);
  if (status != AGC_OK)
    return status;
  if (!saved || (!buffer && capacity))
    return agc_fail(context, AGC_ERROR_NULL, "%s: the %s of agc_state_save_memory is NULL",
                    model->name, saved ? "buffer" : "size");
  sink out = {.buffer = buffer, .capacity = capacity};
  put_state(&out, model, state);
  *saved = out.used;
  if (out.used > capacity)
    return agc_fail(context, AGC_ERROR_SIZE,
                    "%s: saving takes %" PRIu64 " bytes, the buffer has %" PRIu64, model->name,
                    out.used, capacity);
  return AGC_OK;
}

static agc_status fail_file(agc_context *context, const char *what, const char *path) {
  return agc_fail(context, AGC_ERROR_FILE, "cannot %s %s: %s", what, path,
                  errno ? strerror(errno) : "the file ends early");
}

agc_status agc_state_save(agc_context *context, const agc_model_info *model, const void *state,
                          const char *path) {
  agc_status status = agc_check_state(context, model, state, true);
  if (status != AGC_OK)
    return status;
  if (!path)
    return agc_fail(context, AGC_ERROR_NULL, "%s: the path to save to is NULL", model->name);
  if (strlen(path) > NEW_FILE_MAX_PATH)
    return agc_fail(context, AGC_ERROR_FILE, "cannot write %.64s…: the path is too long", path);
  new_file file;
  if (!agc_file_open(&file, path))
    return fail_file(context, "write", path);
  sink out = {.file = file.stream};
  put_state(&out, model, state);
  if (!agc_file_close(&file, !out.failed) || !agc_file_keep(&file))
    return fail_file(context, "write", path);
  return AGC_OK;
}

/* The size of a file, with its position back at the start; negative when it has none. */
static int64_t file_size(FILE *file) {
  if (fseek(file, 0, SEEK_END) != 0)
    return -1;
  long size = ftell(file);
  if (size == LONG_MAX) { /* a directory: reading it says so */
    fgetc(file);
    return -1;
  }
  return fseek(file, 0, SEEK_SET) == 0 ? size : -1;
}

static agc_status load_open_file(agc_context *context, const agc_model_info *model, void *state,
                                 FILE *file, const char *path) {
  int64_t size = file_size(file);
  /* What tells no size may still fail to be read. */
  bool unreadable = size == 0 && fgetc(file) == EOF && ferror(file);
  if (size < 0 || unreadable)
    return fail_file(context, "read", path);
  if ((uint64_t)size > model->state_bytes + ST_MAX_HEADER_BYTES + 8)
    return agc_fail(context, AGC_ERROR_FORMAT,
                    "%s has %" PRId64 " bytes, more than a state of %s can take", path, size,
                    model->name);
  void *bytes = agc_allocate(context, size ? (uint64_t)size : 1, path);
  if (!bytes)
    return AGC_ERROR_MEMORY;
  agc_status status = AGC_OK;
  errno = 0;
  if (fread(bytes, 1, (size_t)size, file) != (size_t)size)
    status = fail_file(context, "read", path);
  else
    status = agc_load_bytes(context, model, state, bytes, (uint64_t)size, path);
  agc_release(context, bytes, size ? (uint64_t)size : 1);
  return status;
}

agc_status agc_state_load(agc_context *context, const agc_model_info *model, void *state,
                          const char *path) {
  agc_status status = agc_check_state(context, model, state, false);
  if (status != AGC_OK)
    return status;
  if (!path)
    return agc_fail(context, AGC_ERROR_NULL, "%s: the path to load from is NULL", model->name);
  errno = 0;
  FILE *file = fopen(path, "rb");
  if (!file)
    return fail_file(context, "open", path);
  status = load_open_file(context, model, state, file, path);
  fclose(file);
  return status;
}
