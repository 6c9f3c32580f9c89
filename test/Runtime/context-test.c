/* The context: initialisation, versions, errors and their text, allocator, serial parallel_for. */
#include "testing.h"
#include <line.h>

static void uninitialised_context_is_an_error(void) {
  agc_context ctx;
  memset(&ctx, 0, sizeof(ctx));
  float out[2], twice[2];
  const float table[1] = {1};
  const int64_t index[2] = {0, 0};
  CHECK(line_pick(&ctx, 1, table, index, out, twice, NULL) == AGC_ERROR_CONTEXT);
  CHECK(strstr(agc_error(&ctx), "agc_context_init"));
  CHECK(line_pick(NULL, 1, table, index, out, twice, NULL) == AGC_ERROR_CONTEXT);
  CHECK(strstr(agc_error(NULL), "NULL"));
  CHECK(agc_fail(NULL, AGC_ERROR_VALUE, "lost") == AGC_ERROR_CONTEXT);
}

static void another_version_is_an_error(void) {
  agc_context ctx;
  CHECK(agc_context_init(NULL) == AGC_ERROR_CONTEXT);
  CHECK(agc_context_init_sized(&ctx, sizeof(ctx), 0) == AGC_ERROR_CONTEXT);
  CHECK(agc_context_init_sized(&ctx, sizeof(ctx), AGC_VERSION + 1) == AGC_ERROR_CONTEXT);
  CHECK(agc_fail(&ctx, AGC_ERROR_VALUE, "lost") == AGC_ERROR_CONTEXT);
  CHECK(agc_context_init_sized(&ctx, sizeof(ctx) - 1, AGC_VERSION) == AGC_ERROR_CONTEXT);
  CHECK(agc_fail(&ctx, AGC_ERROR_VALUE, "lost") == AGC_ERROR_CONTEXT);
  CHECK(line_info(0) == NULL);
  CHECK(line_info(AGC_VERSION + 1) == line_info(AGC_VERSION));
}

static void errors_have_numbers_names_and_text(void) {
  agc_context ctx;
  CHECK(agc_context_init(&ctx) == AGC_OK);
  CHECK(ctx.status == AGC_OK && agc_error(&ctx)[0] == '\0');
  CHECK_FAILS(&ctx, agc_fail(&ctx, AGC_ERROR_DIVISION, "%d / 0", 3), AGC_ERROR_DIVISION, "3 / 0");
  CHECK(strcmp(agc_status_name(AGC_OK), "AGC_OK") == 0);
  for (int status = AGC_ERROR_CONTEXT; status <= AGC_ERROR_RESIDUAL; ++status)
    CHECK(strcmp(agc_status_name((agc_status)status), "AGC_ERROR_?") != 0);
  CHECK(strcmp(agc_status_name((agc_status)(AGC_ERROR_RESIDUAL + 1)), "AGC_ERROR_?") == 0);
}

static void long_text_is_cut_and_terminated(void) {
  agc_context ctx;
  CHECK(agc_context_init(&ctx) == AGC_OK);
  char text[2 * AGC_ERROR_TEXT_BYTES];
  memset(text, 'x', sizeof(text) - 1);
  text[sizeof(text) - 1] = '\0';
  agc_fail(&ctx, AGC_ERROR_VALUE, "%s", text);
  CHECK(strlen(agc_error(&ctx)) == AGC_ERROR_TEXT_BYTES - 1);
}

static void add_chunk(void *argument, int64_t chunk) { *(int64_t *)argument += chunk; }

static void parallel_for_is_serial_without_a_pool(void) {
  agc_context ctx;
  CHECK(agc_context_init(&ctx) == AGC_OK);
  int64_t sum = 0;
  agc_parallel_for(&ctx, add_chunk, &sum, 10);
  CHECK(sum == 45);
  agc_parallel_for(&ctx, add_chunk, &sum, 0);
  CHECK(sum == 45);
  agc_parallel_for(NULL, add_chunk, &sum, 3);
  CHECK(sum == 48);
  agc_parallel_for(&ctx, NULL, NULL, 0);
  CHECK(ctx.status == AGC_OK);
  agc_parallel_for(&ctx, NULL, NULL, 3);
  CHECK(ctx.status == AGC_ERROR_NULL);
  agc_parallel_for(NULL, NULL, NULL, 3);
}

static void dtypes_have_bytes_and_names(void) {
  for (int dtype = AGC_BOOL; dtype <= AGC_C128; ++dtype) {
    CHECK(agc_dtype_bytes((agc_dtype)dtype) > 0);
    CHECK(strcmp(agc_dtype_name((agc_dtype)dtype), "?") != 0);
  }
  CHECK(agc_dtype_bytes(AGC_BF16) == 2 && strcmp(agc_dtype_name(AGC_BF16), "bf16") == 0);
  CHECK(agc_dtype_bytes(AGC_C128) == 16 && strcmp(agc_dtype_name(AGC_C128), "complex128") == 0);
  CHECK(agc_dtype_bytes((agc_dtype)0) == 0 && strcmp(agc_dtype_name((agc_dtype)16), "?") == 0);
}

int main(void) {
  uninitialised_context_is_an_error();
  another_version_is_an_error();
  errors_have_numbers_names_and_text();
  long_text_is_cut_and_terminated();
  parallel_for_is_serial_without_a_pool();
  dtypes_have_bytes_and_names();
  return 0;
}
