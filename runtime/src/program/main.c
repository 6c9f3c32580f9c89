/* The command line of an executable that agc writes: `agc model.py -o prog`.
 *
 *     prog                                     lists functions and state
 *     prog predict x=x.npy logits=y.npy        calls one
 */
#define _POSIX_C_SOURCE 200809L
#include "agc/pool.h"
#include "npy.h"

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

_Noreturn static void fail(const char *format, ...) AGC_PRINTF(1, 2);
_Noreturn static void fail(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  fprintf(stderr, "%s: ", program);
  vfprintf(stderr, format, arguments);
  fprintf(stderr, "\n");
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

static void print_type(FILE *out, const agc_function_info *owner, agc_dtype dtype, uint32_t rank,
                       const int64_t *extents) {
  fprintf(out, "%s[", agc_dtype_name(dtype));
  for (uint32_t i = 0; i < rank; ++i) {
    uint64_t k = (uint64_t)(-1 - extents[i]);
    if (extents[i] >= 0)
      fprintf(out, "%s%lld", i ? ", " : "", (long long)extents[i]);
    else
      fprintf(out, "%s%s", i ? ", " : "", k < owner->extent_count ? owner->extents[k]->name : "?");
  }
  fprintf(out, "]");
}

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

static int64_t number_of(const char *name, const char *text) {
  char *end;
  long long number = strtoll(text, &end, 10);
  if (!*text || *end || number < 0)
    fail("%s=%s: expected a number", name, text);
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

/* A number as an element; half precision and complex numbers come from files only. */
static void store(const agc_tensor_info *input, const char *text, npy_array *array) {
  char *end;
  double real = strtod(text, &end);
  long long whole = strtoll(text, NULL, 10);
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
    memcpy(array->data, &whole, array->bytes);
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

static double half(uint16_t bits, int mantissa) {
  int exponent = (bits & 0x7fff) >> mantissa, top = 0x7fff >> mantissa, bias = top / 2;
  double fraction = (double)(bits & ((1 << mantissa) - 1)) / (1 << mantissa), value;
  if (exponent == top)
    value = fraction ? strtod("nan", NULL) : strtod("inf", NULL);
  else {
    value = exponent ? 1 + fraction : 2 * fraction;
    for (int i = bias; i < exponent; ++i)
      value *= 2;
    for (int i = exponent; i < bias; ++i)
      value /= 2;
  }
  return bits >> 15 ? -value : value;
}

static void print_element(agc_dtype dtype, const char *at) {
  int64_t whole = 0;
  uint64_t bytes = agc_dtype_bytes(dtype);
  switch (dtype) {
  case AGC_F16:
  case AGC_BF16:
    printf(" %.5g", half(*(const uint16_t *)(const void *)at, dtype == AGC_F16 ? 10 : 7));
    return;
  case AGC_F32:
    printf(" %.9g", (double)*(const float *)(const void *)at);
    return;
  case AGC_F64:
    printf(" %.17g", *(const double *)(const void *)at);
    return;
  case AGC_C64:
    printf(" %.9g%+.9gj", (double)*(const float *)(const void *)at,
           (double)((const float *)(const void *)at)[1]);
    return;
  case AGC_C128:
    printf(" %.17g%+.17gj", *(const double *)(const void *)at,
           ((const double *)(const void *)at)[1]);
    return;
  default:
    memcpy(&whole, at, bytes);
    if (dtype == AGC_I8 || dtype == AGC_I16 || dtype == AGC_I32)
      whole = (int64_t)((uint64_t)whole << (64 - 8 * bytes)) >> (64 - 8 * bytes);
    printf(dtype == AGC_U64 ? " %llu" : " %lld", (long long)whole);
  }
}

static void give(const agc_tensor_info *output, const agc_output *memory, const agc_output *all,
                 const int64_t *extents) {
  npy_array array = {.dtype = output->dtype, .rank = output->rank, .bytes = memory->bytes};
  array.data = memory->data;
  for (uint32_t i = 0; i < output->rank; ++i)
    array.extents[i] = agc_tensor_extent(function, output, i, extents);
  if (output->count && array.extents[0]) {
    int64_t filled = *(const int64_t *)all[output->count - 1].data;
    array.bytes = array.bytes / (uint64_t)array.extents[0] * (uint64_t)filled;
    array.extents[0] = filled;
  }
  const char *path = given(output->name);
  if (path) {
    const char *problem = npy_write(path, &array);
    if (problem)
      fail("cannot write '%s': %s", path, problem);
    return;
  }
  uint64_t each = agc_dtype_bytes(array.dtype), count = array.bytes / each;
  printf("%s: ", output->name);
  print_type(stdout, NULL, array.dtype, array.rank, array.extents);
  printf(" =");
  for (uint64_t i = 0; i < count && i < 8; ++i)
    print_element(array.dtype, (const char *)array.data + i * each);
  printf(count > 8 ? " …\n" : "\n");
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
    extents[i] = value ? number_of(function->extents[i]->name, value) : -1;
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
    check(agc_pool_start(&context, (uint32_t)number_of("--threads", threads)));
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
  run(&call, repeat ? number_of("--repeat", repeat) : 1);
  for (uint32_t i = 0; i < function->output_count; ++i)
    give(function->outputs[i], &outputs[i], outputs, extents);
  if (save_path)
    check(agc_state_save(&context, model, state, save_path));
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
