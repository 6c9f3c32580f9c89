/* Calls each function of found.mlir: how much of an output is filled stands beside it. */
#include "found.h"
#include "check.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

static _Alignas(64) unsigned char work[1 << 14];

static void test_nonzero(void) {
  const float x[6] = {0, 2, NAN, -0.0f, 0, 5};
  const int64_t expected[6] = {0, 1, 0, 2, 1, 2};
  int64_t at[14], count = -1;
  memset(at, -1, sizeof at);
  CHECK(found_nonzero_workspace_bytes(2) <= sizeof work);
  CHECK(found_nonzero(&ctx, 2, x, at, &count, work) == AGC_OK && count == 3);
  CHECK(!memcmp(at, expected, sizeof expected));
  CHECK(at[6] == -1 && at[13] == -1); /* what is not filled is left alone */
  const float none[3] = {0, 0, 0};
  CHECK(found_nonzero(&ctx, 1, none, at, &count, work) == AGC_OK && count == 0);
  CHECK(found_nonzero(&ctx, 0, none, at, &count, work) == AGC_OK && count == 0);
}

static void test_unique(void) {
  const float x[9] = {3, NAN, -0.0f, 3, INFINITY, 0, NAN, -1, 3};
  const float expected[6] = {-1, -0.0f, 3, INFINITY, NAN, NAN};
  const int64_t places[9] = {2, 4, 1, 2, 3, 1, 5, 0, 2}, often[6] = {1, 2, 3, 1, 1, 1};
  float values[9];
  int64_t inverse[9], times[9], count = -1;
  CHECK(found_unique(&ctx, 9, x, values, inverse, times, &count, work) == AGC_OK && count == 6);
  CHECK(!memcmp(values, expected, 4 * sizeof(float)) && isnan(values[4]) && isnan(values[5]));
  CHECK(!memcmp(inverse, places, sizeof places) && !memcmp(times, often, sizeof often));
  CHECK(found_unique(&ctx, 1, x, values, inverse, times, &count, work) == AGC_OK && count == 1);
  CHECK(values[0] == 3 && inverse[0] == 0 && times[0] == 1);
  CHECK(found_unique(&ctx, 0, x, values, inverse, times, &count, work) == AGC_OK && count == 0);
}

/* Every length has its own tree of merges: compare with a sort that is slow and plain. */
static void test_lengths(void) {
  enum { N = 70 };
  float x[N], values[N];
  int64_t inverse[N], times[N], count, total;
  for (int n = 0; n <= N; ++n) {
    for (int i = 0; i < n; ++i)
      x[i] = (float)((i * 37 + n) % 23);
    CHECK(found_unique(&ctx, n, x, values, inverse, times, &count, work) == AGC_OK);
    total = 0;
    for (int k = 0; k < count; ++k) {
      CHECK(k == 0 || values[k - 1] < values[k]);
      total += times[k];
    }
    CHECK(total == n);
    for (int i = 0; i < n; ++i)
      CHECK(inverse[i] >= 0 && inverse[i] < count && values[inverse[i]] == x[i]);
  }
}

static void test_rows(void) {
  const float x[14] = {2, 1, NAN, 0, 1, 7, 2, -1, 1, 7, NAN, 0, -0.0f, 1};
  const float expected[8] = {0, 1, 1, 7, 2, -1, 2, 1};
  const int64_t places[7] = {3, 4, 1, 2, 1, 5, 0}, often[6] = {1, 2, 1, 1, 1, 1};
  float values[14];
  int64_t inverse[7], times[7], count = -1;
  CHECK(found_rows(&ctx, 7, 2, x, values, inverse, times, &count, work) == AGC_OK && count == 6);
  for (int i = 0; i < 8; ++i)
    CHECK(values[i] == expected[i]);
  CHECK(isnan(values[8]) && values[9] == 0 && isnan(values[10]) && values[11] == 0);
  CHECK(!memcmp(inverse, places, sizeof places) && !memcmp(times, often, sizeof often));
  CHECK(found_rows(&ctx, 0, 2, x, values, inverse, times, &count, work) == AGC_OK && count == 0);
  CHECK(found_rows(&ctx, 1, 5, x, values, inverse, times, &count, work) == AGC_OK && count == 1);
  CHECK(values[4] == 1 && times[0] == 1);
}

static void test_chosen(void) {
  const float x[6] = {1, 5, 2, 7, -3, 4}, k = 2.5f, expected[6] = {5, 7, 4, 5, 7, 4};
  float sum, twice[12];
  int64_t count;
  CHECK(found_chosen(&ctx, x, &k, &sum, twice, &count, work) == AGC_OK && count == 6);
  CHECK(fabsf(sum - 16) < 1e-4f && !memcmp(twice, expected, sizeof expected));
  const float high = 9, low = -9;
  CHECK(found_chosen(&ctx, x, &high, &sum, twice, &count, work) == AGC_OK && count == 0 &&
        sum == 0);
  CHECK(found_chosen(&ctx, x, &low, &sum, twice, &count, work) == AGC_OK && count == 12);
  CHECK(fabsf(sum - 16) < 1e-4f && twice[11] == 4);
}

static void test_grad(void) {
  const double x[5] = {0, 3, 0, -2, 1}, expected[5] = {0, 6, 0, -4, 2};
  double gradient[5];
  CHECK(found_grad(&ctx, x, gradient, work) == AGC_OK);
  CHECK(!memcmp(gradient, expected, sizeof expected));
}

static void test_moved(void) {
  const float x[6] = {1, 2, 3, 4, 5, 6}, rolled[6] = {5, 6, 4, 2, 3, 1},
              flat[6] = {3, 4, 5, 6, 1, 2};
  const float twice[12] = {1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6}, lower[6] = {0, 0, 0, 4};
  float out[4][24];
  CHECK(found_moved(&ctx, 2, x, out[0], out[1], out[2], out[3], work) == AGC_OK);
  CHECK(!memcmp(out[0], rolled, sizeof rolled) && !memcmp(out[1], flat, sizeof flat));
  CHECK(!memcmp(out[2], twice, sizeof twice) && !memcmp(out[2] + 12, twice, sizeof twice));
  CHECK(!memcmp(out[3], lower, sizeof lower));
  CHECK(found_moved(&ctx, 0, x, out[0], out[1], out[2], out[3], work) == AGC_OK);
}

static void test_description(void) {
  const agc_function_info *nonzero = agc_model_function(found_info(AGC_VERSION), "nonzero");
  int64_t n = 5;
  CHECK(nonzero->output_count == 2 && nonzero->outputs[0]->count == 2);
  CHECK(agc_tensor_extent(nonzero, nonzero->outputs[0], 0, &n) == 15);
  CHECK(nonzero->outputs[1]->rank == 0 && nonzero->outputs[1]->dtype == AGC_I64);
  CHECK(!strcmp(nonzero->outputs[1]->name, "at_count") && nonzero->outputs[1]->count == 0);
}

int main(void) {
  agc_context_init(&ctx);
  test_nonzero();
  test_unique();
  test_lengths();
  test_rows();
  test_chosen();
  test_grad();
  test_moved();
  test_description();
  printf("%d failures\n", failures);
  return failures != 0;
}
