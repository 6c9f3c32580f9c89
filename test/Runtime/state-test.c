/* Saving and loading a state by name: round trips, other writers' files, and every refusal. */
#include "testing.h"
#include <line.h>

static agc_context ctx;
static const agc_model_info *model;
static _Alignas(64) unsigned char state[LINE_STATE_BYTES], other[LINE_STATE_BYTES];
static const char *directory;

static const char *path_to(const char *name) {
  static char path[4096];
  snprintf(path, sizeof(path), "%s/%s", directory, name);
  return path;
}

/* A state in which no part is zero. */
static void make_state(void) {
  CHECK_OK(&ctx, line_init(&ctx, state));
  for (uint32_t i = 0; i < model->state_count; ++i) {
    const agc_state_info *part = model->states[i];
    for (uint64_t b = 0; b < part->bytes; ++b)
      state[part->offset + b] = part->dtype == AGC_BOOL ? 1 : (unsigned char)(17 * i + b + 1);
  }
}

/* ---- Files as text: SPACE stands for a header's length ---- */

static unsigned char file[4096];

/* A file of this header and `bytes` data bytes 1, 0, 1, 0 …; returns its size. */
static uint64_t make_file(const char *header, uint64_t bytes) {
  uint64_t length = strlen(header);
  for (int i = 0; i < 8; ++i)
    file[i] = (unsigned char)(length >> (8 * i));
  memcpy(file + 8, header, length);
  for (uint64_t i = 0; i < bytes; ++i)
    file[8 + length + i] = (i + 1) % 2;
  return 8 + length + bytes;
}

#define WEIGHT "\"layer.weight\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,12]}"
#define BIAS "\"layer.bias\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[12,16]}"
#define STEPS "\"steps\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[16,24]}"
#define SEEN                                                                                       \
  "\"se\\\"en\\\\\\n\\u00e9\":{\"dtype\":\"BOOL\",\"shape\":[2],\"data_offsets\":[24,26]}"
#define PHASE "\"phase\":{\"dtype\":\"F64\",\"shape\":[2,2],\"data_offsets\":[26,58]}"
#define ALL WEIGHT "," BIAS "," STEPS "," SEEN "," PHASE

/* Loading fails, and the state is as it was. */
#define REFUSED(header, bytes, expected, message)                                                  \
  do {                                                                                             \
    uint64_t size_ = make_file(header, bytes);                                                     \
    memcpy(other, state, sizeof(state));                                                           \
    CHECK_FAILS_WITH(&ctx, agc_state_load_memory(&ctx, model, state, file, size_), expected,       \
                     message);                                                                     \
    CHECK(memcmp(other, state, sizeof(state)) == 0);                                               \
  } while (0)

static void saved_is_loaded(void) {
  make_state();
  const char *path = path_to("round.safetensors");
  CHECK_OK(&ctx, agc_state_save(&ctx, model, state, path));
  /* A state need not be initialised to be loaded. */
  memset(other, 0, sizeof(other));
  CHECK_OK(&ctx, agc_state_load(&ctx, model, other, path));
  CHECK(memcmp(state, other, sizeof(state)) == 0);

  uint64_t size, again;
  CHECK_OK(&ctx, agc_state_save_memory(&ctx, model, state, file, sizeof(file), &size));
  CHECK(size % 8 == (12 + 4 + 8 + 2 + 32) % 8);
  CHECK_FAILS_WITH(&ctx, agc_state_save_memory(&ctx, model, state, file, size - 1, &again),
                   AGC_ERROR_SIZE, "line: saving takes ");
  CHECK(again == size);
  CHECK_OK(&ctx, agc_state_save_memory(&ctx, model, state, file, size, &again));
  memset(other, 0, sizeof(other));
  CHECK_OK(&ctx, agc_state_load_memory(&ctx, model, other, file, size));
  CHECK(memcmp(state, other, sizeof(state)) == 0);
}

static void names_are_escaped_in_files(void) {
  uint64_t size;
  CHECK_OK(&ctx, agc_state_save_memory(&ctx, model, state, file, sizeof(file), &size));
  file[size - 1] = '\0';
  CHECK(strstr((char *)file + 8,
               "{\"__metadata__\":{\"model\":\"line\"},\"phase\":{\"dtype\":\"F64\","
               "\"shape\":[2,2],\"data_offsets\":[0,32]},\"steps\""));
  CHECK(strstr((char *)file + 8, "\"se\\\"en\\\\\\u000a\xc3\xa9\":{\"dtype\":\"BOOL\""));
}

static void any_order_and_spacing_is_read(void) {
  uint64_t size = make_file("{" ALL "}", 58);
  CHECK_OK(&ctx, agc_state_load_memory(&ctx, model, state, file, size));
  CHECK(state[64] == 1 && state[65] == 0 && state[256] == 1 && state[257] == 0);
  size = make_file("{ \"__metadata__\" : { \"a\" : \"b\" , \"c\":\"\\ud83d\\ude00\" } ,\n" PHASE
                   "\t," SEEN "," STEPS
                   ", \"layer\\u002ebias\":{ \"shape\" : [ ] , \"data_offsets\" : [ 12 , 16 ]"
                   ", \"dtype\" : \"F32\" }," WEIGHT "}    ",
                   58);
  CHECK_OK(&ctx, agc_state_load_memory(&ctx, model, other, file, size));
  CHECK(memcmp(state, other, sizeof(state)) == 0);
}

static void names_must_match(void) {
  REFUSED("{" WEIGHT "," BIAS "," STEPS "," SEEN "}", 26, AGC_ERROR_NAME,
          "the data has no 'phase', which line needs");
  REFUSED("{" ALL ",\"momen\ttum\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}}", 58,
          AGC_ERROR_FORMAT, "control character in a string");
  REFUSED("{" ALL ",\"momen\x7ftum\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}}", 58,
          AGC_ERROR_NAME, "the data has 'momen?tum', which line has not");
  REFUSED("{" ALL ",\"layer.bias\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[58,62]}}", 62,
          AGC_ERROR_NAME, "has a tensor more than once: 6 tensors, expected 5");
}

/* Also where a hole elsewhere makes up for what two tensors share. */
static void data_is_one_tensors(void) {
  REFUSED("{" WEIGHT "," STEPS "," SEEN "," PHASE
          ",\"layer.bias\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[8,12]}}",
          58, AGC_ERROR_FORMAT, "tensors share data");
}

static void types_must_match(void) {
  REFUSED("{\"layer.weight\":{\"dtype\":\"I32\",\"shape\":[3],\"data_offsets\":[0,12]}}", 12,
          AGC_ERROR_TYPE, "'layer.weight' has dtype I32, expected F32");
  REFUSED("{\"layer.weight\":{\"dtype\":\"F32\",\"shape\":[3,1],\"data_offsets\":[0,12]}}", 12,
          AGC_ERROR_TYPE, "'layer.weight' has shape [3,1], expected [3]");
  REFUSED("{\"layer.weight\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16]}}", 16,
          AGC_ERROR_TYPE, "'layer.weight' has shape [4], expected [3]");
  REFUSED("{\"phase\":{\"dtype\":\"F64\",\"shape\":[4],\"data_offsets\":[0,32]}}", 32,
          AGC_ERROR_TYPE, "'phase' has shape [4], expected [2]");
}

static void bools_must_be_0_or_1(void) {
  uint64_t size = make_file("{" ALL "}", 58);
  file[size - 58 + 25] = 2;
  CHECK_FAILS(&ctx, agc_state_load_memory(&ctx, model, state, file, size), AGC_ERROR_VALUE,
              "the data: 'se\"en\\\n\xc3\xa9' has a bool that is 2, expected 0 or 1");
}

static void malformed_headers_are_refused(void) {
#define ONE(fields) "{\"layer.weight\":{" fields "}}"
#define D "\"dtype\":\"F32\""
#define S ",\"shape\":[3]"
#define O ",\"data_offsets\":[0,12]"
  static const struct {
    const char *header, *problem;
  } cases[] = {
      {"", "expected '{' at the start of the header"},
      {" {}", "expected '{' at the start of the header"},
      {"{", "expected a string"},
      {"{}x", "text after the end of the header"},
      {"{}\n", "text after the end of the header"},
      {"{}", "data that belongs to no tensor"},
      {"{,}", "expected a string"},
      {"{\"a", "unterminated string"},
      {"{\"a\"", "expected ':' after a name"},
      {"{\"a\":1}", "expected '{' before a tensor"},
      {"{\"a\":{}}", "expected a string"},
      {"{\"\\x\":{}}", "unknown escape"},
      {"{\"\\", "unknown escape"},
      {"{\"\\u12", "unknown escape"},
      {"{\"\\ud800\":{}}", "unknown escape"},
      {"{\"\\ud800\\u0041\":{}}", "unknown escape"},
      {"{\"\\udc00\":{}}", "unknown escape"},
      {"{\"__metadata__\":{\"a\":1}}", "expected a string"},
      {"{\"__metadata__\":{\"a\":\"b\",}}", "expected a string"},
      {ONE(D S), "tensor lacks dtype, shape or data_offsets"},
      {ONE(D S O "," D), "repeated key of a tensor"},
      {ONE(D S O ",\"x\":1"), "unknown key of a tensor"},
      {ONE(D S O ","), "expected a string"},
      {"{\"layer.weight\":{" D S O "},}", "expected a string"},
      {"{\"layer.weight\":{" D S O "}", "expected ',' or '}' after a tensor"},
      {ONE("\"dtype\":\"F33\"" S O), "unknown dtype"},
      {ONE("\"dtype\":3" S O), "expected a string"},
      {ONE(D ",\"shape\":[3,]" O), "expected a whole number"},
      {ONE(D ",\"shape\":[-3]" O), "expected a whole number"},
      {ONE(D ",\"shape\":[3.0]" O), "expected ']' after the shape"},
      {ONE(D ",\"shape\":[03]" O), "number with a leading zero"},
      {ONE(D ",\"shape\":3" O), "expected '[' before the shape"},
      {ONE(D ",\"shape\":[9223372036854775808]" O), "number is too large"},
      {ONE(D ",\"shape\":[99999999999999999999999999]" O), "number is too large"},
      {ONE(D ",\"shape\":[4611686018427387904,4]" O), "data_offsets disagree with dtype and shape"},
      {ONE(D ",\"shape\":[4294967296,4294967296]" O), "data_offsets disagree with dtype and shape"},
      {ONE(D ",\"shape\":[0,4611686018427387904,4]" O), "data_offsets disagree"},
      {ONE(D S ",\"data_offsets\":[0,13]"), "data_offsets lie outside the file"},
      {ONE(D S ",\"data_offsets\":[12,0]"), "data_offsets lie outside the file"},
      {ONE(D S ",\"data_offsets\":[0,8]"), "data_offsets disagree with dtype and shape"},
      {ONE(D S ",\"data_offsets\":[0,9223372036854775807]"), "data_offsets lie outside the file"},
      {ONE(D S ",\"data_offsets\":[0]"), "expected two data_offsets"},
      {ONE(D S ",\"data_offsets\":[0,12,12]"), "expected ']' after two data_offsets"},
      {ONE("\"dtype\":\"F4\",\"shape\":[3],\"data_offsets\":[0,1]"), "data_offsets disagree"},
      {"{\"layer.weight\":{" D S O "},\"layer.weight\":{" D S O "}}", "tensors share data"},
  };
  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); ++i)
    REFUSED(cases[i].header, 12, AGC_ERROR_FORMAT, cases[i].problem);
  CHECK_FAILS(&ctx, agc_state_load_memory(&ctx, model, state, file, make_file("{\"a\":1}", 0)),
              AGC_ERROR_FORMAT,
              "the data is not a well-formed safetensors file: expected '{' before a tensor, at "
              "byte 13");
}

static void truncated_files_are_refused(void) {
  make_state();
  uint64_t size;
  static unsigned char copy[sizeof(file)];
  CHECK_OK(&ctx, agc_state_save_memory(&ctx, model, state, file, sizeof(file), &size));
  memcpy(other, state, sizeof(state));
  for (uint64_t cut = 0; cut < size; ++cut) {
    /* At the end of a block of its own, so that a sanitizer sees a read past it. */
    unsigned char *end = copy + sizeof(copy) - cut;
    memcpy(end, file, cut);
    CHECK(agc_state_load_memory(&ctx, model, state, end, cut) == AGC_ERROR_FORMAT);
  }
  CHECK(memcmp(other, state, sizeof(state)) == 0);
  memset(file, 0xff, 8);
  CHECK_FAILS_WITH(&ctx, agc_state_load_memory(&ctx, model, state, file, size), AGC_ERROR_FORMAT,
                   "header is longer than the file");
}

/* Each single byte of a file changed: refused or loaded, never more than that. */
static void damaged_files_are_survived(void) {
  uint64_t size;
  static unsigned char good[sizeof(file)];
  CHECK_OK(&ctx, agc_state_save_memory(&ctx, model, state, good, sizeof(good), &size));
  for (uint64_t at = 0; at < size; ++at)
    for (int value = 0; value < 256; value += 5) {
      memcpy(file, good, size);
      file[at] = (unsigned char)value;
      agc_state_load_memory(&ctx, model, other, file, size);
    }
}

static void *refuse(agc_context *context, uint64_t bytes, uint64_t alignment) {
  (void)context, (void)bytes, (void)alignment;
  return NULL;
}

static int live;
static void *count_allocate(agc_context *context, uint64_t bytes, uint64_t alignment) {
  CHECK(alignment == AGC_ALIGNMENT);
  (void)context;
  ++live;
  return malloc(bytes);
}
static void count_release(agc_context *context, void *block, uint64_t bytes) {
  (void)context, (void)bytes;
  --live;
  free(block);
}

static void memory_comes_from_the_context(void) {
  CHECK_OK(&ctx, agc_state_save(&ctx, model, state, path_to("memory.safetensors")));
  ctx.allocate = refuse;
  CHECK_FAILS_WITH(&ctx, agc_state_load(&ctx, model, state, path_to("memory.safetensors")),
                   AGC_ERROR_MEMORY, "cannot allocate ");
  ctx.allocate = count_allocate;
  ctx.release = count_release;
  CHECK_OK(&ctx, agc_state_load(&ctx, model, state, path_to("memory.safetensors")));
  CHECK(live == 0);
  ctx.allocate = NULL;
  ctx.release = NULL;
}

static void unusable_files_are_errors(void) {
  CHECK_FAILS_WITH(&ctx, agc_state_load(&ctx, model, state, path_to("none")), AGC_ERROR_FILE,
                   "none: No such file or directory");
  CHECK_FAILS_WITH(&ctx, agc_state_load(&ctx, model, state, directory), AGC_ERROR_FILE, "cannot ");
  CHECK_FAILS_WITH(&ctx, agc_state_save(&ctx, model, state, path_to("none/x")), AGC_ERROR_FILE,
                   "cannot write ");
  /* A directory cannot be replaced; nothing is left beside it. */
  CHECK_FAILS_WITH(&ctx, agc_state_save(&ctx, model, state, directory), AGC_ERROR_FILE,
                   "cannot write ");
  char partial[4096];
  snprintf(partial, sizeof(partial), "%s.partial0", directory);
  CHECK(fopen(partial, "rb") == NULL);
  /* A full disk; the device stays one. */
  CHECK_FAILS_WITH(&ctx, agc_state_save(&ctx, model, state, "/dev/full"), AGC_ERROR_FILE,
                   "cannot write /dev/full: No space left on device");
  CHECK(fopen("/dev/full.partial0", "rb") == NULL);
  CHECK(agc_state_save(&ctx, model, state, "/dev/null") == AGC_OK);
  CHECK_FAILS_WITH(&ctx, agc_state_save(&ctx, model, state, path_to("round.safetensors/x")),
                   AGC_ERROR_FILE, "Not a directory");
  static char long_path[8192];
  memset(long_path, 'a', sizeof(long_path) - 1);
  CHECK_FAILS_WITH(&ctx, agc_state_save(&ctx, model, state, long_path), AGC_ERROR_FILE,
                   "the path is too long");
  CHECK(agc_state_save(&ctx, NULL, state, path_to("x")) == AGC_ERROR_NULL);
  CHECK(strstr(agc_error(&ctx), "the model's description is NULL"));
  CHECK(agc_state_load(&ctx, NULL, state, path_to("x")) == AGC_ERROR_NULL);
  CHECK(agc_state_init(&ctx, NULL, state, 0) == AGC_ERROR_NULL);
  CHECK(agc_model_function(NULL, "f") == NULL && agc_model_function(model, NULL) == NULL);
  CHECK(agc_state_save(&ctx, model, state, NULL) == AGC_ERROR_NULL);
  CHECK(agc_state_load(&ctx, model, state, NULL) == AGC_ERROR_NULL);
  CHECK(agc_state_load_memory(&ctx, model, state, NULL, 10) == AGC_ERROR_NULL);
  CHECK(agc_state_save_memory(&ctx, model, state, file, 10, NULL) == AGC_ERROR_NULL);
  CHECK(agc_state_load(&ctx, model, state + 1, path_to("round.safetensors")) ==
        AGC_ERROR_ALIGNMENT);
}

/* What it is written to first is a new file, whatever lies there. */
static void another_file_beside_it_is_kept(void) {
  char path[4096], beside[4096];
  snprintf(path, sizeof(path), "%s", path_to("beside"));
  snprintf(beside, sizeof(beside), "%s.partial0", path);
  FILE *kept = fopen(beside, "wb");
  CHECK(kept && fputs("kept", kept) >= 0 && fclose(kept) == 0);
  CHECK_OK(&ctx, agc_state_save(&ctx, model, state, path));
  char text[8] = {0};
  kept = fopen(beside, "rb");
  CHECK(kept && fread(text, 1, 8, kept) == 4 && strcmp(text, "kept") == 0);
  fclose(kept);
  CHECK_OK(&ctx, agc_state_load(&ctx, model, state, path));
  CHECK(remove(beside) == 0 && remove(path) == 0);
}

static void an_uninitialised_state_is_not_saved(void) {
  memset(other, 0, sizeof(other));
  CHECK(agc_state_save(&ctx, model, other, path_to("never.safetensors")) == AGC_ERROR_STATE);
  CHECK(fopen(path_to("never.safetensors"), "rb") == NULL);
}

int main(int argc, char **argv) {
  CHECK(argc == 2);
  directory = argv[1];
  CHECK_OK(&ctx, agc_context_init(&ctx));
  model = line_info(AGC_VERSION);
  saved_is_loaded();
  names_are_escaped_in_files();
  any_order_and_spacing_is_read();
  names_must_match();
  data_is_one_tensors();
  types_must_match();
  bools_must_be_0_or_1();
  malformed_headers_are_refused();
  truncated_files_are_refused();
  damaged_files_are_survived();
  memory_comes_from_the_context();
  unusable_files_are_errors();
  another_file_beside_it_is_kept();
  an_uninitialised_state_is_not_saved();
  return 0;
}
