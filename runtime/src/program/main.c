/* The command line of an executable that agc writes: `agc model.py -o prog`.
 *
 *     prog                                     lists functions and state
 *     prog predict x=x.npy logits=y.npy        calls one
 */
#define _POSIX_C_SOURCE 200809L
#include "../new_file.h"
#include "agc/pool.h"
#include "print.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* The model's own NAME_info: the linker gives it this name. */
extern const agc_model_info *agc_program_info(uint32_t version);

static const char *program;
static const agc_model_info *model;
static const agc_function_info *function;
static agc_context context;
static new_file *files; /* of the outputs that go to files */
static uint32_t file_count;

_Noreturn static void fail(const char *format, ...) AGC_PRINTF(1, 2);
_Noreturn static void fail(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  fprintf(stderr, "%s: ", program);
  vfprintf(stderr, format, arguments);
  fprintf(stderr, "\n");
  while (file_count)
    agc_file_discard(&files[--file_count]);
  exit(1);
}

static void check(agc_status status) {
  if (status != AGC_OK)
    fail("%s [%s]", agc_error(&context), agc_status_name(status));
}

static void *allocate(uint64_t bytes) {
  uint64_t whole = (bytes / AGC_ALIGNMENT + 1) * AGC_ALIGNMENT;
  void *memory = whole > bytes ? aligned_alloc(AGC_ALIGNMENT, whole) : NULL;
  if (!memory)
    fail("out of memory: %llu bytes", (unsigned long long)bytes);
  return memory;
}

/* ---- what there is ---- */

static void print_tensors(const agc_function_info *owner, const agc_tensor_info *const *tensors,
                          uint32_t count) {
  for (uint32_t i = 0; i < count; ++i) {
    printf("%s%s: ", i ? ", " : "", tensors[i]->name);
    print_type(stdout, owner, tensors[i]->dtype, tensors[i]->rank, tensors[i]->extents);
  }
}

static int list(void) {
  printf("usage: %s FUNCTION INPUT=FILE.npy … [OUTPUT=FILE.npy …] [EXTENT=NUMBER …]\n"
         "       [--state=FILE] [--save=FILE] [--threads=N] [--repeat=N]\n"
         "An input of no extents may be a number. Outputs without a file are printed. States are\n"
         "safetensors files; without one the state is what it was when the model was compiled.\n\n",
         program);
  printf("model %s, by %s\n", model->name, model->producer);
  for (uint32_t i = 0; i < model->function_count; ++i) {
    const agc_function_info *each = model->functions[i];
    printf("  %s(", each->name);
    print_tensors(each, each->inputs, each->input_count);
    printf(") -> (");
    print_tensors(each, each->outputs, each->output_count);
    printf(")\n");
  }
  if (model->state_count)
    printf("state, %llu bytes\n", (unsigned long long)model->state_bytes);
  for (uint32_t i = 0; i < model->state_count; ++i) {
    const agc_state_info *state = model->states[i];
    printf("  %s: ", state->name);
    print_type(stdout, NULL, state->dtype, state->rank, state->extents);
    printf("\n");
  }
  return 0;
}

/* ---- the command line ---- */

typedef struct word {
  const char *name, *value; /* of NAME=VALUE */
  size_t length;            /* of the name */
  int used;
} word;

static word *words;
static int word_count;

/* The value given for a name, or NULL. */
static const char *given(const char *name) {
  for (int i = 0; i < word_count; ++i)
    if (strlen(name) == words[i].length && strncmp(words[i].name, name, words[i].length) == 0) {
      words[i].used = 1;
      return words[i].value;
    }
  return NULL;
}

static int64_t number_of(const char *name, const char *text, int64_t least, int64_t most) {
  char *end;
  errno = 0;
  long long number = strtoll(text, &end, 10);
  if (!*text || *end || errno || number < least || number > most)
    fail("%s=%s: expected a number from %lld to %lld", name, text, (long long)least,
         (long long)most);
  return number;
}

static void read_words(int argc, char **argv) {
  words = calloc((size_t)argc, sizeof *words);
  for (int i = 2; i < argc; ++i) {
    const char *sign = strchr(argv[i], '=');
    if (!sign || sign == argv[i])
      fail("'%s': expected NAME=VALUE", argv[i]);
    words[word_count++] = (word){argv[i], sign + 1, (size_t)(sign - argv[i]), 0};
  }
}

static void refuse_unused(void) {
  for (int i = 0; i < word_count; ++i)
    if (!words[i].used)
      fail("'%s' has no input, output, extent or option '%.*s'", function->name,
           (int)words[i].length, words[i].name);
}

/* ---- inputs ---- */

/* A whole number as an element that holds it. */
static void store_whole(const agc_tensor_info *input, const char *text, npy_array *array) {
  const char *dtype = agc_dtype_name(input->dtype);
  unsigned is_signed = dtype[0] == 'i', is_negative = *text == '-';
  uint64_t bits = input->dtype == AGC_BOOL ? 1 : 8 * array->bytes;
  uint64_t most = is_negative && !is_signed ? 0 : UINT64_MAX >> (64 - bits + is_signed);
  char *end;
  errno = 0;
  uint64_t size = strtoull(text + is_negative, &end, 10);
  if (!strchr("0123456789", text[is_negative]) || *end || errno ||
      size > most + (is_negative & is_signed))
    fail("%s=%s: expected a .npy file or a whole number that %s can hold", input->name, text,
         dtype);
  uint64_t number = is_negative ? 0 - size : size;
  memcpy(array->data, &number, array->bytes); /* little-endian */
}

/* A number as an element; half precision and complex numbers come from files only. */
static void store(const agc_tensor_info *input, const char *text, npy_array *array) {
  char *end;
  double real = strtod(text, &end);
  array->dtype = input->dtype;
  array->rank = 0;
  array->bytes = agc_dtype_bytes(input->dtype);
  array->data = allocate(array->bytes);
  if (!*text || *end)
    fail("%s=%s: expected a .npy file or a number", input->name, text);
  if (input->dtype == AGC_F32)
    *(float *)array->data = (float)real;
  else if (input->dtype == AGC_F64)
    *(double *)array->data = real;
  else if (input->dtype <= AGC_I64)
    store_whole(input, text, array);
  else
    fail("%s=%s: give %s in a .npy file", input->name, text, agc_dtype_name(input->dtype));
}

static void read_input(const agc_tensor_info *input, npy_array *array, int64_t *extents) {
  const char *value = given(input->name);
  if (!value) {
    fprintf(stderr, "%s: input '%s' is missing: give %s=FILE.npy, ", program, input->name,
            input->name);
    print_type(stderr, function, input->dtype, input->rank, input->extents);
    fprintf(stderr, "\n");
    exit(1);
  }
  size_t length = strlen(value);
  if (input->rank == 0 && (length < 4 || strcmp(value + length - 4, ".npy") != 0)) {
    store(input, value, array);
    return;
  }
  const char *problem = npy_read(value, array);
  if (problem)
    fail("cannot read '%s': %s", value, problem);
  int fits = array->dtype == input->dtype && array->rank == input->rank;
  for (uint32_t i = 0; fits && i < input->rank; ++i) {
    uint64_t k = (uint64_t)(-1 - input->extents[i]);
    if (input->extents[i] < 0 && k < function->extent_count && extents[k] < 0)
      extents[k] = array->extents[i];
    fits = agc_tensor_extent(function, input, i, extents) == array->extents[i];
  }
  if (fits)
    return;
  fprintf(stderr, "%s: input '%s' is ", program, input->name);
  print_type(stderr, NULL, array->dtype, array->rank, array->extents);
  fprintf(stderr, " in '%s', expected ", value);
  print_type(stderr, function, input->dtype, input->rank, input->extents);
  fprintf(stderr, "\n");
  exit(1);
}

/* ---- outputs ---- */

/* An output as a call has left it: of one that is counted, what has been filled. */
static npy_array filled(const agc_tensor_info *output, const agc_output *memory,
                        const agc_output *all, const int64_t *extents) {
  npy_array array = {.dtype = output->dtype, .rank = output->rank, .bytes = memory->bytes};
  array.data = memory->data;
  for (uint32_t i = 0; i < output->rank; ++i)
    array.extents[i] = agc_tensor_extent(function, output, i, extents);
  if (output->count && array.extents[0]) {
    int64_t filled = *(const int64_t *)all[output->count - 1].data;
    array.bytes = array.bytes / (uint64_t)array.extents[0] * (uint64_t)filled;
    array.extents[0] = filled;
  }
  return array;
}

/* Each file that is asked for is one output's, or the state's. */
static void refuse_shared_places(const char *save_path) {
  const char **paths = calloc(function->output_count + 1, sizeof *paths);
  uint32_t count = 0;
  for (uint32_t i = 0; i <= function->output_count; ++i) {
    const char *path = i < function->output_count ? given(function->outputs[i]->name) : save_path;
    if (!path || agc_file_is_through(path))
      continue;
    for (uint32_t k = 0; k < count; ++k)
      if (agc_file_is_same(paths[k], path))
        fail("cannot write '%s': it is asked for twice", path);
    paths[count++] = path;
  }
  free(paths);
}

/* Files take their places when all have been written, and the state's. */
static void write_outputs(const agc_output *outputs, const int64_t *extents, const void *state,
                          const char *save_path) {
  files = calloc(function->output_count + 1, sizeof *files);
  for (uint32_t i = 0; i < function->output_count; ++i) {
    const char *path = given(function->outputs[i]->name);
    if (!path)
      continue;
    npy_array array = filled(function->outputs[i], &outputs[i], outputs, extents);
    new_file *file = &files[file_count];
    if (!agc_file_open(file, path) || !agc_file_close(file, npy_write(file->stream, &array)))
      fail("cannot write '%s': %s", path, strerror(errno));
    ++file_count;
  }
  if (save_path)
    check(agc_state_save(&context, model, state, save_path));
  while (file_count) {
    new_file *file = &files[--file_count];
    if (!agc_file_keep(file))
      fail("cannot write '%s': %s", file->path, strerror(errno));
  }
}

static void print_outputs(const agc_output *outputs, const int64_t *extents) {
  for (uint32_t i = 0; i < function->output_count; ++i) {
    const agc_tensor_info *output = function->outputs[i];
    npy_array array = filled(output, &outputs[i], outputs, extents);
    if (!given(output->name))
      print_array(output->name, &array);
  }
}

/* ---- the call ---- */

static void *make_state(const char *path) {
  void *state = allocate(model->state_bytes);
  if (model->state_bytes)
    check(path ? agc_state_load(&context, model, state, path)
               : agc_state_init(&context, model, state, model->abi_hash));
  return state;
}

static void run(const agc_call *call, int64_t repeat) {
  struct timespec start, end;
  clock_gettime(CLOCK_MONOTONIC, &start);
  for (int64_t i = 0; i < repeat; ++i)
    check(function->call(&context, call));
  clock_gettime(CLOCK_MONOTONIC, &end);
  double seconds =
      (double)(end.tv_sec - start.tv_sec) + 1e-9 * (double)(end.tv_nsec - start.tv_nsec);
  if (repeat > 1)
    fprintf(stderr, "%.2f us a call, %lld calls\n", 1e6 * seconds / (double)repeat,
            (long long)repeat);
}

static int call_function(void) {
  const char *state_path = given("--state"), *save_path = given("--save");
  const char *threads = given("--threads"), *repeat = given("--repeat");
  int64_t *extents = calloc(function->extent_count + 1, sizeof *extents);
  for (uint32_t i = 0; i < function->extent_count; ++i) {
    const char *value = given(function->extents[i]->name);
    extents[i] = value ? number_of(function->extents[i]->name, value, 0, INT64_MAX) : -1;
  }
  agc_input *inputs = calloc(function->input_count + 1, sizeof *inputs);
  for (uint32_t i = 0; i < function->input_count; ++i) {
    npy_array array;
    read_input(function->inputs[i], &array, extents);
    inputs[i] = (agc_input){array.data, array.bytes};
  }
  for (uint32_t i = 0; i < function->output_count; ++i)
    given(function->outputs[i]->name);
  refuse_unused();
  refuse_shared_places(save_path);
  for (uint32_t i = 0; i < function->extent_count; ++i)
    if (extents[i] < function->extents[i]->min || extents[i] > function->extents[i]->max)
      fail("the extent '%s' is %lld, expected %lld to %lld", function->extents[i]->name,
           (long long)extents[i], (long long)function->extents[i]->min,
           (long long)function->extents[i]->max);
  agc_output *outputs = calloc(function->output_count + 1, sizeof *outputs);
  for (uint32_t i = 0; i < function->output_count; ++i) {
    int64_t bytes = agc_tensor_bytes(function, function->outputs[i], extents);
    if (bytes < 0)
      fail("output '%s' does not fit in memory", function->outputs[i]->name);
    outputs[i] = (agc_output){allocate((uint64_t)bytes), (uint64_t)bytes};
  }
  int64_t work = agc_workspace_bytes(function, extents);
  if (work < 0)
    fail("the workspace does not fit in memory");
  if (threads)
    check(agc_pool_start(&context, (uint32_t)number_of("--threads", threads, 1, 4096)));
  void *state = make_state(state_path);
  agc_call call = {.size = sizeof call,
                   .input_count = function->input_count,
                   .output_count = function->output_count,
                   .extent_count = function->extent_count,
                   .inputs = inputs,
                   .outputs = outputs,
                   .extents = extents,
                   .state = {state, model->state_bytes},
                   .workspace = {allocate((uint64_t)work), (uint64_t)work}};
  run(&call, repeat ? number_of("--repeat", repeat, 1, INT64_MAX) : 1);
  write_outputs(outputs, extents, state, save_path);
  print_outputs(outputs, extents);
  agc_pool_stop(&context);
  return fflush(stdout) ? (fail("cannot write what was computed"), 1) : 0;
}

int main(int argc, char **argv) {
  program = argc ? argv[0] : "prog";
  model = agc_program_info(AGC_VERSION);
  if (!model)
    fail("the model was compiled by a newer agc than this program");
  check(agc_context_init(&context));
  if (argc < 2 || strcmp(argv[1], "--info") == 0 || strcmp(argv[1], "--help") == 0)
    return list();
  function = agc_model_function(model, argv[1]);
  if (!function)
    fail("there is no function '%s'; without arguments the program lists what there is", argv[1]);
  read_words(argc, argv);
  return call_function();
}
