/* Calls each function of combine.mlir with values whose results PyTorch gives too. */
#include "combine.h"
#include "check.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

static _Alignas(64) unsigned char work[1 << 14];

static void test_scans(void) {
  const float x[12] = {1, 2, 3, 4, 1e30f, 1e30f, 1e-30f, 1e-30f, -1, 0, INFINITY, 2};
  const float sums[12] = {1, 3, 6, 10, 1e30f, 2e30f, 2e30f, 2e30f, -1, -1, INFINITY, INFINITY};
  const float down[12] = {1e30f, 1e30f, INFINITY, 6, 1e30f, 1e30f, INFINITY, 2, -1, 0, INFINITY, 2};
  /* The second row leaves f32 and comes back. */
  const float products[8] = {1, 2, 6, 24, 1e30f, INFINITY, 1e30f, 1};
  float a[12], b[12], c[12];
  CHECK(combine_scans(&ctx, 4, x, a, b, c, work) == AGC_OK);
  CHECK(!memcmp(a, sums, sizeof a) && !memcmp(b, down, sizeof b));
  for (int i = 0; i < 8; ++i)
    CHECK(c[i] == products[i] || fabsf(c[i] - products[i]) <= 1e-6f * products[i]);
  CHECK(c[8] == -1 && c[9] == 0 && isnan(c[10]) && isnan(c[11]));
  CHECK(combine_scans(&ctx, 0, x, a, b, c, work) == AGC_OK);
}

static void test_gradients(void) {
  const double x[5] = {2, 3, 0, 4, 5}, s[5] = {1, 10, 100, 1000, 10000};
  const double of_sums[5] = {11111, 11110, 11100, 11000, 10000};
  const double of_products[5] = {31, 20, 1224600, 0, 0}, of_product[5] = {0, 0, 120, 0, 0};
  double a[5], b[5], c[5];
  CHECK(combine_gradients(&ctx, 5, x, s, a, b, c, work) == AGC_OK);
  CHECK(!memcmp(a, of_sums, sizeof a) && !memcmp(b, of_products, sizeof b));
  CHECK(!memcmp(c, of_product, sizeof c));
  CHECK(combine_gradients(&ctx, 0, x, s, a, b, c, work) == AGC_OK);
}

static void test_products(void) {
  const float x[6] = {2, 3, 5, 0, 4, 7}, of_all[6] = {0, 0, 0, 840, 0, 0};
  const float of_columns[6] = {0, 4, 7, 2, 3, 5};
  float a[6], b[6];
  CHECK(combine_products(&ctx, 2, 3, x, a, b, work) == AGC_OK);
  CHECK(!memcmp(a, of_all, sizeof a) && !memcmp(b, of_columns, sizeof b));
  CHECK(combine_products(&ctx, 0, 3, x, a, b, work) == AGC_OK);
}

static void test_positions(void) {
  const float x[10] = {1, 7, -2, 7, -2, 3, NAN, 9, NAN, 0};
  int64_t most[2], least[2], at[2];
  float value[2];
  uint8_t any, all[2];
  CHECK(combine_positions(&ctx, 5, x, most, least, value, at, (void *)&any, (void *)all, work) ==
        AGC_OK);
  CHECK(most[0] == 1 && least[0] == 2 && most[1] == 1 && least[1] == 1);
  CHECK(value[0] == 7 && at[0] == 1 && isnan(value[1]) && at[1] == 1);
  CHECK(any == 1 && all[0] == 1 && all[1] == 0);
  most[0] = 42;
  CHECK(combine_positions(&ctx, 0, x, most, least, value, at, (void *)&any, (void *)all, work) ==
        AGC_ERROR_EXTENT);
  CHECK(most[0] == 42 && strstr(agc_error(&ctx), "non-zero size"));
}

static void test_extremes(void) {
  const float x[6] = {1, -3, 4, NAN, 2, 5}, y[3] = {1, -3, 4};
  float greatest[2], least, norm = 42, softmax[6], logsumexp[2], rows[3];
  CHECK(combine_extremes(&ctx, 3, x, greatest, &least, work) == AGC_OK);
  CHECK(greatest[0] == 4 && isnan(greatest[1]) && isnan(least));
  greatest[0] = 42;
  CHECK(combine_extremes(&ctx, 0, x, greatest, &least, work) == AGC_ERROR_EXTENT);
  CHECK(strstr(agc_error(&ctx), "amax(): Expected reduction dim 0 to have non-zero size."));
  CHECK(greatest[0] == 42 && isnan(least));

  CHECK(combine_norm(&ctx, 0, x, &norm, work) == AGC_ERROR_EXTENT && norm == 42);
  CHECK(combine_norm(&ctx, 3, y, &norm, work) == AGC_OK && fabsf(norm - 12.0f / 19) < 1e-6f);

  CHECK(combine_of_nothing(&ctx, 0, x, softmax, logsumexp, rows, work) == AGC_OK);
  CHECK(logsumexp[0] == -INFINITY && logsumexp[1] == -INFINITY);
}

static void test_entropy(void) {
  const float x[3] = {0, 0.5f, 1}, t[3] = {0, 1, 1}, large[3] = {0, 1.5f, 1}, none[3] = {0, NAN, 1};
  float loss = 42;
  CHECK(combine_entropy(&ctx, large, t, &loss, work) == AGC_ERROR_VALUE && loss == 42);
  CHECK(strstr(agc_error(&ctx), "all elements of input should be between 0 and 1"));
  CHECK(combine_entropy(&ctx, none, t, &loss, work) == AGC_ERROR_VALUE && loss == 42);
  CHECK(combine_entropy(&ctx, x, large, &loss, work) == AGC_ERROR_VALUE && loss == 42);
  CHECK(strstr(agc_error(&ctx), "all elements of target should be between 0 and 1"));
  CHECK(combine_entropy(&ctx, x, t, &loss, work) == AGC_OK && fabsf(loss - logf(2)) < 1e-6f);
}

static void test_divisions(void) {
  enum { COUNT = 6 };
  const int32_t x[COUNT] = {-7, 7, -7, 7, INT32_MIN, INT32_MIN}, y[COUNT] = {2, -2, -2, 2, -1, 1};
  const int32_t floored[COUNT] = {-4, -4, 3, 3, INT32_MIN, INT32_MIN};
  const int32_t truncated[COUNT] = {-3, -3, 3, 3, INT32_MIN, INT32_MIN};
  const int32_t rest[COUNT] = {-1, 1, -1, 1, 0, 0}, modulo[COUNT] = {1, -1, -1, 1, 0, 0};
  int32_t a[COUNT], b[COUNT], c[COUNT], d[COUNT];
  CHECK(combine_divisions(&ctx, COUNT, x, y, a, b, c, d, work) == AGC_OK);
  CHECK(!memcmp(a, floored, sizeof a) && !memcmp(b, truncated, sizeof b));
  CHECK(!memcmp(c, rest, sizeof c) && !memcmp(d, modulo, sizeof d));
  const int32_t bad[COUNT] = {1, 1, 1, 1, 0, 1};
  CHECK(combine_divisions(&ctx, COUNT, x, bad, a, b, c, d, work) == AGC_ERROR_DIVISION);
  CHECK(!memcmp(a, floored, sizeof a) && strstr(agc_error(&ctx), "ZeroDivisionError"));
  CHECK(combine_divisions(&ctx, 0, x, bad, a, b, c, d, work) == AGC_OK);
}

static void test_bytes(void) {
  const uint8_t x[4] = {0, 7, 200, 255};
  uint8_t y = 100, a[4], b[4];
  CHECK(combine_bytes(&ctx, x, &y, a, b, work) == AGC_OK);
  CHECK(a[1] == 0 && a[2] == 2 && a[3] == 2 && b[1] == 7 && b[2] == 0 && b[3] == 55);
  y = 0;
  CHECK(combine_bytes(&ctx, x, &y, a, b, work) == AGC_ERROR_DIVISION && b[3] == 55);
}

int main(void) {
  agc_context_init(&ctx);
  test_scans();
  test_gradients();
  test_products();
  test_positions();
  test_extremes();
  test_entropy();
  test_divisions();
  test_bytes();
  return failures != 0;
}
