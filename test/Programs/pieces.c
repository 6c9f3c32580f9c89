/* Calls each function of pieces.mlir with values whose results are known. */
#include "pieces.h"
#include "check.h"
#include <stdio.h>
#include <string.h>

static _Alignas(64) unsigned char state[PIECES_STATE_BYTES], work[1 << 14];

static void test_bytes(void) {
  const uint8_t x[5] = {101, 199, 60, 255, 1};
  uint8_t c[5] = {1, 0, 1, 0, 0}, large[5], chosen[5], most;
  CHECK(pieces_bytes(&ctx, x, (void *)c, (void *)large, chosen, &most, work) == AGC_OK);
  const uint8_t expected_large[5] = {1, 0, 1, 0, 1}, expected_chosen[5] = {101, 200, 60, 255, 0};
  CHECK(!memcmp(large, expected_large, 5) && !memcmp(chosen, expected_chosen, 5) && most == 255);
}

static void test_states(void) {
  const float x[3] = {1, 2, 3}, y[3] = {10, 20, 30}, zero[3] = {0, 0, 0};
  float old[3], now[3];
  CHECK(pieces_init(&ctx, state) == AGC_OK);
  CHECK(pieces_swap(&ctx, state, x, old, work) == AGC_OK); /* a = 0, b = x */
  CHECK(!memcmp(old, zero, sizeof old));
  CHECK(pieces_swap(&ctx, state, y, old, work) == AGC_OK); /* a = x, b = y */
  CHECK(!memcmp(old, zero, sizeof old));
  CHECK(pieces_swap(&ctx, state, y, old, work) == AGC_OK); /* a = y, b = x + y */
  CHECK(!memcmp(old, x, sizeof old));
  CHECK(pieces_reverse(&ctx, state, now, work) == AGC_OK);
  CHECK(now[0] == 40 && now[1] == 40 && now[2] == 40);
  CHECK(pieces_swap(&ctx, state, zero, old, work) == AGC_OK);
  CHECK(!memcmp(old, now, sizeof old));
}

static void test_twice(void) {
  const float x[6] = {1, 2, 3, 4, 5, 6}, expected[12] = {1, 2, 3, 4, 5, 6, 5, 6, 3, 4, 1, 2};
  float y[12];
  CHECK(pieces_twice(&ctx, 3, x, y, work) == AGC_OK);
  CHECK(!memcmp(y, expected, sizeof y));
}

/* Every small shape: element (i, j) is 10 i + j + 1. */
static void test_diagonals(void) {
  float x[36], below[6], above[6], written[36];
  for (int n = 0; n < 6; ++n)
    for (int m = 0; m < 6; ++m) {
      for (int i = 0; i < n; ++i)
        for (int j = 0; j < m; ++j)
          x[i * m + j] = (float)(10 * i + j + 1);
      memset(below, 0, sizeof below);
      memset(above, 0, sizeof above);
      CHECK(pieces_diagonals(&ctx, n, m, x, below, above, written, work) == AGC_OK);
      for (int i = 0; i < 6; ++i) {
        CHECK(below[i] == (i + 1 < n && i < m ? x[(i + 1) * m + i] : 0));
        CHECK(above[i] == (i < n && i + 2 < m ? x[i * m + i + 2] : 0));
      }
      for (int i = 0; i < n * m; ++i)
        CHECK(written[i] == x[i] * (float)(i % m == i / m + 2 ? 2 : 1));
      if (m != 3)
        continue;
      memset(below, 0, sizeof below);
      memset(above, 0, sizeof above);
      CHECK(pieces_diagonals_of_known(&ctx, n, x, below, above, written, work) == AGC_OK);
      for (int i = 0; i < 6; ++i) {
        CHECK(below[i] == (i < n && i + 1 < m ? x[i * m + i + 1] : 0));
        CHECK(above[i] == (i + 1 < n && i < m ? x[(i + 1) * m + i] : 0));
      }
      for (int i = 0; i < n * m; ++i)
        CHECK(written[i] == x[i] * (float)(i / m == i % m + 1 ? 2 : 1));
    }
}

static void test_rearranged(void) {
  const float x[8] = {0, 1, 2, 3, 4, 5, 6, 7}, expected[8] = {0, 1, 4, 5, 2, 3, 6, 7};
  float y[8];
  CHECK(pieces_rearranged(&ctx, 2, x, y, work) == AGC_OK && !memcmp(y, expected, sizeof y));
}

static void test_loop(void) {
  const float table[4] = {1, 10, 100, 1000};
  int64_t start = 1;
  uint8_t yes = 1, no = 0;
  float sum = 42;
  CHECK(pieces_loop(&ctx, table, &start, (void *)&yes, &sum, work) == AGC_OK && sum == 1110);
  CHECK(pieces_loop(&ctx, table, &start, (void *)&no, &sum, work) == AGC_OK && sum == -1110);
  start = 2; /* the third look-up is out of range */
  CHECK(pieces_loop(&ctx, table, &start, (void *)&yes, &sum, work) == AGC_ERROR_INDEX);
  CHECK(sum == -1110);
}

static void test_count(void) {
  const int64_t at[5] = {3, 0, 3, 3, 1};
  const float w[5] = {1, 2, 4, 8, 16};
  float sums[4];
  CHECK(pieces_count(&ctx, 5, at, w, sums, work) == AGC_OK);
  CHECK(sums[0] == 2 && sums[1] == 16 && sums[2] == 0 && sums[3] == 13);
  CHECK(pieces_count(&ctx, 0, at, w, sums, work) == AGC_OK && sums[3] == 0);
  const int64_t bad[1] = {-1};
  sums[3] = 7;
  CHECK(pieces_count(&ctx, 1, bad, w, sums, work) == AGC_ERROR_INDEX && sums[3] == 7);
}

static void test_kinds(void) {
  /* 1.0078125 is 1 + 2^-7, bf16's step: its double times itself is 2 + 2^-5 + 2^-13, rounded. */
  const uint16_t h[2] = {0x3f81, 0x4040}; /* 1.0078125, 3 */
  uint16_t rounded[2];
  const float z[8] = {0, 1, 1, 0, 2, 0, 0, -1};
  const float expected[8] = {1, 0, 0, 0, 0, 0, 1, 0};
  float square[8];
  CHECK(pieces_kinds(&ctx, (const void *)h, (const void *)z, (void *)rounded, (void *)square,
                     work) == AGC_OK);
  CHECK(rounded[0] == 0x4002 && rounded[1] == 0x4190); /* 2.03125, 18 */
  CHECK(!memcmp(square, expected, sizeof square));
}

int main(void) {
  agc_context_init(&ctx);
  test_bytes();
  test_states();
  test_twice();
  test_diagonals();
  test_rearranged();
  test_loop();
  test_count();
  test_kinds();
  return failures != 0;
}
