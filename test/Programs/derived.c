/* Checks each derivative of derived.mlir against central differences of the function itself. */
#include "derived.h"
#include "check.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { N = 5, X = N * 3, W = 12, H = N * 4 };
static _Alignas(64) unsigned char work[16 << 20], residual[1 << 12];

static int near(double a, double b) { return fabs(a - b) <= 1e-7 * (1 + fabs(b)); }
static double wave(int i) { return sin(1.0 + 1.7 * i); }

static const int64_t labels[N] = {0, 3, 1, -100, 2}; /* one that nll_loss leaves out */
static const double loss_seed = 0.75;
static double hidden_seed[H];

/* What the seeds weigh: their product with the results. */
static double weighed_layer(const double *x, const double *w) {
  double loss, hidden[H], sum;
  CHECK(derived_layer_workspace_bytes(N) <= sizeof work);
  CHECK(derived_layer(&ctx, N, x, w, labels, &loss, hidden, work) == AGC_OK);
  sum = loss_seed * loss;
  for (int i = 0; i < H; ++i)
    sum += hidden_seed[i] * hidden[i];
  return sum;
}

static void test_layer(void) {
  double x[X], w[W], gx[X], gw[W], bx[X], bw[W], loss, forward_loss, hidden[H], forward_hidden[H];
  for (int i = 0; i < H; ++i)
    hidden_seed[i] = wave(100 + i);
  for (int i = 0; i < X; ++i)
    x[i] = wave(i);
  for (int i = 0; i < W; ++i)
    w[i] = wave(50 + i);
  CHECK(derived_layer_vjp_workspace_bytes(N) <= sizeof work);
  CHECK(derived_layer_vjp(&ctx, N, x, w, labels, &loss_seed, hidden_seed, gx, gw, work) == AGC_OK);
  for (int i = 0; i < X + W; ++i) {
    double *at = i < X ? &x[i] : &w[i - X], old = *at, step = 1e-6;
    *at = old + step;
    double up = weighed_layer(x, w);
    *at = old - step;
    double down = weighed_layer(x, w);
    *at = old;
    CHECK(near(i < X ? gx[i] : gw[i - X], (up - down) / (2 * step)));
  }

  /* Forward and backward apart: the same numbers, though the inputs are gone by then. */
  CHECK(derived_layer(&ctx, N, x, w, labels, &loss, hidden, work) == AGC_OK);
  CHECK(derived_layer_fwd_residual_bytes(N) <= sizeof residual);
  CHECK(derived_layer_fwd(&ctx, N, x, w, labels, &forward_loss, forward_hidden, residual, work) ==
        AGC_OK);
  CHECK(loss == forward_loss && !memcmp(hidden, forward_hidden, sizeof hidden));
  memset(work, 0xff, sizeof work);
  CHECK(derived_layer_bwd_workspace_bytes(N) <= sizeof work);
  CHECK(derived_layer_bwd(&ctx, N, residual, &loss_seed, hidden_seed, bx, bw, work) == AGC_OK);
  CHECK(!memcmp(gx, bx, sizeof gx) && !memcmp(gw, bw, sizeof gw));

  /* Tangents: what the gradients weigh. */
  double tx[X], tw[W], loss_tangent, hidden_tangent[H], expected = 0, found;
  for (int i = 0; i < X; ++i)
    expected += gx[i] * (tx[i] = wave(200 + i));
  for (int i = 0; i < W; ++i)
    expected += gw[i] * (tw[i] = wave(300 + i));
  CHECK(derived_layer_jvp_workspace_bytes(N) <= sizeof work);
  CHECK(derived_layer_jvp(&ctx, N, x, w, labels, tx, tw, &loss, hidden, &loss_tangent,
                          hidden_tangent, work) == AGC_OK);
  found = loss_seed * loss_tangent;
  for (int i = 0; i < H; ++i)
    found += hidden_seed[i] * hidden_tangent[i];
  CHECK(near(found, expected) && loss == forward_loss);
  CHECK(!memcmp(hidden, forward_hidden, sizeof hidden));
}

static void test_scale(void) {
  double x[5], seed[5], k = 0.7, y[5], t[5], gx[5], gk, bx[5], bk, zero[5] = {0}, one = 1, sum = 0;
  for (int i = 0; i < 5; ++i)
    x[i] = wave(i), seed[i] = wave(10 + i);
  CHECK(derived_scale_vjp(&ctx, x, &k, seed, gx, &gk, work) == AGC_OK);
  for (int i = 0; i < 5; ++i)
    sum += seed[i] * x[i] * cos(x[i] * k);
  CHECK(near(gk, sum) && near(gx[2], seed[2] * k * cos(x[2] * k)));
  CHECK(DERIVED_SCALE_FWD_RESIDUAL_BYTES <= sizeof residual);
  CHECK(derived_scale_fwd(&ctx, x, &k, y, residual, work) == AGC_OK && near(y[1], sin(x[1] * k)));
  CHECK(derived_scale_bwd(&ctx, residual, seed, bx, &bk, work) == AGC_OK);
  CHECK(!memcmp(gx, bx, sizeof gx) && gk == bk);
  CHECK(derived_scale_jvp(&ctx, x, &k, zero, &one, y, t, work) == AGC_OK);
  CHECK(near(t[3], x[3] * cos(x[3] * k)));

  /* The residual is a buffer like others: aligned, sized, apart. */
  CHECK(derived_scale_bwd(&ctx, residual + 8, seed, bx, &bk, work) == AGC_ERROR_ALIGNMENT);
  CHECK(derived_scale_fwd(&ctx, x, &k, (double *)(void *)residual, residual, work) ==
        AGC_ERROR_OVERLAP);
  agc_input inputs[] = {{residual, DERIVED_SCALE_FWD_RESIDUAL_BYTES - 1}, {seed, sizeof seed}};
  agc_output outputs[] = {{bx, sizeof bx}, {&bk, sizeof bk}};
  agc_call call = {sizeof call, 2, 2, 0, inputs, outputs, NULL, {NULL, 0}, {work, sizeof work}};
  CHECK(derived_scale_bwd_call(&ctx, &call) == AGC_ERROR_SIZE);
  inputs[0].bytes = DERIVED_SCALE_FWD_RESIDUAL_BYTES;
  CHECK(derived_scale_bwd_call(&ctx, &call) == AGC_OK);
}

/* y is x and its mirror image, squared. */
static void test_mirror(void) {
  const double x[3] = {1, 2, 3}, seed[6] = {1, 10, 100, 1000, 10000, 100000};
  const double expected[3] = {2 * 1 * 100001., 2 * 2 * 10010., 2 * 3 * 1100.};
  double y[6], g[3] = {7, 7, 7};
  CHECK(derived_mirror_vjp(&ctx, 3, 6, x, seed, g, work) == AGC_OK);
  CHECK(!memcmp(g, expected, sizeof g));
  memset(g, 0, sizeof g);
  CHECK(derived_mirror_fwd(&ctx, 3, x, y, residual, work) == AGC_OK);
  CHECK(derived_mirror_bwd(&ctx, 3, 6, residual, seed, g, work) == AGC_OK);
  CHECK(!memcmp(g, expected, sizeof g));
  g[0] = 7;
  CHECK(derived_mirror_vjp(&ctx, 3, 5, x, seed, g, work) == AGC_ERROR_EXTENT && g[0] == 7);
  CHECK(derived_mirror_bwd(&ctx, 3, 5, residual, seed, g, work) == AGC_ERROR_EXTENT && g[0] == 7);
}

/* A residual is its forward's, and of the extents that this was called with. */
static void test_residual(void) {
  const double x[3] = {1, 2, 3}, seed[6] = {1, 10, 100, 1000, 10000, 100000}, k = 2;
  double y[6], g[6] = {7}, gk;
  memset(residual, 0, sizeof residual);
  CHECK(derived_mirror_bwd(&ctx, 3, 6, residual, seed, g, work) == AGC_ERROR_RESIDUAL);
  CHECK(!strcmp(strstr(agc_error(&ctx), ": ") + 2,
                "the residual was not left by 'mirror_fwd' of this model: call it first, with this "
                "residual"));
  CHECK(derived_scale_fwd(&ctx, seed, &k, y, residual, work) == AGC_OK);
  CHECK(derived_mirror_bwd(&ctx, 3, 6, residual, seed, g, work) == AGC_ERROR_RESIDUAL);
  CHECK(derived_mirror_fwd(&ctx, 3, x, y, residual, work) == AGC_OK);
  CHECK(derived_scale_bwd(&ctx, residual, seed, g, &gk, work) == AGC_ERROR_RESIDUAL);
  for (int64_t n = 0; n <= 4; ++n)
    CHECK(derived_mirror_bwd(&ctx, n, 2 * n, residual, seed, g, work) ==
          (n == 3 ? AGC_OK : AGC_ERROR_RESIDUAL));
  CHECK(strstr(agc_error(&ctx), "the residual was left by a call with extent 'n' = 3, got 4"));
  /* Of two extents, either. */
  const float table[6] = {1, 2, 3, 4, 5, 6}, ones[6] = {1, 1, 1, 1, 1, 1};
  const int64_t at[2] = {2, 0};
  float picked[6], gt[6];
  CHECK(derived_rows_fwd(&ctx, 3, 2, table, at, picked, residual, work) == AGC_OK);
  CHECK(derived_rows_bwd(&ctx, 2, 2, residual, ones, gt, work) == AGC_ERROR_RESIDUAL);
  CHECK(derived_rows_bwd(&ctx, 3, 1, residual, ones, gt, work) == AGC_ERROR_RESIDUAL);
  CHECK(derived_rows_bwd(&ctx, 3, 2, residual, ones, gt, work) == AGC_OK);
}

static void test_pick(void) {
  const int64_t at[4] = {2, 2, 0, 1};
  const float table[6] = {1, 2, 3, 4, 5, 6}, seed[4] = {1, 10, 100, 1000};
  const float expected[6] = {0, 0, 11, 100, 1000, 0};
  float g[6];
  CHECK(derived_pick_vjp(&ctx, 2, 3, 2, table, at, seed, g, work) == AGC_OK);
  CHECK(!memcmp(g, expected, sizeof g));
}

static void test_refused(void) {
  const double x[6] = {1, 2, 3, 4, 5, 6}, seed[6] = {1, 1, 1, 1, 1, 1};
  const int64_t at[4] = {0, 2, 1, 0};
  double z[6], gx[9] = {7}, gy[9], loss, one = 1;
  CHECK(DERIVED_WORKSPACE_BYTES <= sizeof work);
  CHECK(derived_product(&ctx, 2, 3, 3, 2, x, x, z, work) == AGC_OK && z[0] == 22);
  CHECK(derived_product_vjp(&ctx, 2, 3, 3, 2, x, x, seed, gx, gy, work) == AGC_OK && gx[0] == 3);
  CHECK(derived_product(&ctx, 2, 3, 2, 3, x, x, z, work) == AGC_ERROR_EXTENT);
  CHECK(derived_product_vjp(&ctx, 2, 3, 2, 3, x, x, seed, gx, gy, work) == AGC_ERROR_EXTENT);
  CHECK(derived_product_fwd(&ctx, 2, 3, 2, 3, x, x, z, residual, work) == AGC_ERROR_EXTENT);
  for (int64_t m = 1; m <= 4; ++m) {
    agc_status expected = m == 2 ? AGC_OK : AGC_ERROR_EXTENT;
    CHECK(derived_losses(&ctx, 2, m, x, at, &loss, work) == expected);
    CHECK(derived_losses_vjp(&ctx, 2, m, x, at, &one, gx, work) == expected);
  }
}

static void test_sizes(void) {
  const int64_t many = INT64_C(1) << 31, most = INT64_C(1) << 62;
  CHECK(derived_chain_workspace_bytes(many, many) == SIZE_MAX);
  CHECK(derived_chain_workspace_bytes(most, 4) == SIZE_MAX);
  CHECK(derived_chain_workspace_bytes(1 << 20, 1 << 20) >= (size_t)8 << 40);
  CHECK(derived_chain_workspace_bytes(8, 8) <= sizeof work);
  CHECK(derived_chain_workspace_bytes(-1, 8) == SIZE_MAX);
  CHECK(derived_layer_vjp_workspace_bytes(INT64_MIN) == SIZE_MAX);
  CHECK(derived_mirror_fwd_residual_bytes(-1) == SIZE_MAX);
  /* y has two extents of x. */
  const agc_function_info *mirror = agc_model_function(derived_info(AGC_VERSION), "mirror");
  CHECK(agc_tensor_extent(mirror, mirror->outputs[0], 0, &many) == 2 * many);
  CHECK(agc_tensor_extent(mirror, mirror->outputs[0], 0, &most) == -1);
  double y = 0;
  CHECK(derived_mirror(&ctx, most, &y, &y + 1, work) == AGC_ERROR_EXTENT);
}

/* Nothing is written, also where the negative extent is the result's. */
static void test_negative_extents(void) {
  const double x[8] = {1, 2, 3, 4, 5, 6, 7, 8};
  const agc_function_info *shorter = agc_model_function(derived_info(AGC_VERSION), "shorter");
  double memory[24];
  for (int64_t n = 0; n < 8; ++n) {
    agc_status expected = n < 3 ? AGC_ERROR_EXTENT : AGC_OK;
    for (int i = 0; i < 24; ++i)
      memory[i] = -1;
    CHECK(derived_shorter(&ctx, n, x, memory + 8, work) == expected);
    CHECK(n > 2 || strstr(agc_error(&ctx), "derived.mlir:"));
    for (int i = 0; i < 24; ++i)
      CHECK(memory[i] == (i >= 8 && i < 8 + n - 3 ? x[i - 8] : -1));

    agc_input input = {x, (uint64_t)n * sizeof *x};
    agc_output output = {memory + 8, 8 * sizeof *x};
    agc_call call = {.size = sizeof call, .input_count = 1, .output_count = 1, .extent_count = 1};
    call.inputs = &input;
    call.outputs = &output;
    call.extents = &n;
    call.workspace = (agc_output){work, sizeof work};
    CHECK(shorter->call(&ctx, &call) == expected);
    CHECK(agc_tensor_extent(shorter, shorter->outputs[0], 0, &n) == (n < 3 ? -2 : n - 3));
    CHECK(agc_tensor_bytes(shorter, shorter->outputs[0], &n) == (n < 3 ? 0 : (n - 3) * 8));

    CHECK(derived_sum_of_shorter_workspace_bytes(n) <= sizeof work);
    CHECK(derived_sum_of_shorter_fwd_residual_bytes(n) <= sizeof residual);
    CHECK(derived_sum_of_shorter(&ctx, n, x, memory, work) == expected);
    CHECK(derived_sum_of_shorter_fwd(&ctx, n, x, memory, residual, work) == expected);
  }
}

static void test_which(void) {
  const agc_model_info *model = derived_info(AGC_VERSION);
  const double x[2] = {3, -4}, seed[2] = {1, 10};
  double g[2];
  CHECK(derived_square_vjp(&ctx, x, seed, g, work) == AGC_OK && g[0] == 6 && g[1] == -80);
  CHECK(agc_model_function(model, "square_vjp") && !agc_model_function(model, "square_jvp"));
  CHECK(agc_model_function(model, "branch") && !agc_model_function(model, "branch_vjp"));
  CHECK(agc_model_function(model, "plain") && !agc_model_function(model, "plain_vjp"));
}

int main(void) {
  agc_context_init(&ctx);
  test_layer();
  test_scale();
  test_mirror();
  test_residual();
  test_pick();
  test_refused();
  test_sizes();
  test_negative_extents();
  test_which();
  return failures != 0;
}
