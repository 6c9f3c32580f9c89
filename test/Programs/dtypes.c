/* Calls each function of dtypes.mlir and compares with PyTorch (dtypes-expected.inc). */
#include "dtypes.h"
#include "check.h"
#include "dtypes-expected.inc"
#include <math.h>
#include <stdio.h>

static _Alignas(64) unsigned char work[DTYPES_WORKSPACE_BYTES + 64];

static void compare(const char *what, int i, double got, double expected, double tolerance) {
  if (fabs(got - expected) <= tolerance * (1 + fabs(expected)))
    return;
  fprintf(stderr, "dtypes.c: %s %d: %.9g, PyTorch %.9g\n", what, i, got, expected);
  ++failures;
}

typedef agc_status (*half_function)(agc_context *, const float *, const float *, const float *,
                                    const int64_t *, float *, float *, float *, void *);

static void test_half(const char *name, half_function call, const double *expected,
                      double tolerance) {
  float x[20], w[15], b[3], results[19];
  const int64_t y[4] = {0, 2, 1, 2};
  for (int i = 0; i < 20; ++i)
    x[i] = (float)i * 0.125f - 1;
  for (int i = 0; i < 15; ++i)
    w[i] = (float)(i * 7 % 11) * 0.25f - 1;
  for (int i = 0; i < 3; ++i)
    b[i] = (float)i * 0.5f;
  CHECK(call(&ctx, x, w, b, y, results, results + 1, results + 16, work) == AGC_OK);
  for (int i = 0; i < 19; ++i)
    compare(name, i, results[i], expected[i], tolerance);
}

static void test_complex(void) {
  float z[12], w[12], results[26];
  double zz[12], ww[12], more[26];
  for (int i = 0; i < 6; ++i) {
    zz[2 * i] = i * 0.25 - 0.5, zz[2 * i + 1] = i * -0.125 + 0.75;
    ww[2 * i] = i * -0.25 + 1, ww[2 * i + 1] = i * 0.5 - 1;
  }
  for (int i = 0; i < 12; ++i)
    z[i] = (float)zz[i], w[i] = (float)ww[i];
  CHECK(dtypes_c64(&ctx, z, w, results, results + 2, results + 14, work) == AGC_OK);
  CHECK(dtypes_c128(&ctx, zz, ww, more, more + 2, more + 14, work) == AGC_OK);
  for (int i = 0; i < 26; ++i) {
    compare("c64", i, results[i], expected_c64[i], 2e-5);
    compare("c128", i, more[i], expected_c128[i], 1e-12);
  }
}

int main(void) {
  agc_context_init(&ctx);
  test_half("f16", dtypes_f16, expected_f16, 4e-3);
  test_half("bf16", dtypes_bf16, expected_bf16, 3e-2);
  test_complex();
  printf("%d failures\n", failures);
  return failures != 0;
}
