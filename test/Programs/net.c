/* Trains the network of net.mlir and compares every step with one written by hand in double. */
#include "net.h"
#include "check.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 16, IN = 64, HIDDEN = 32, OUT = 10 };

static _Alignas(64) unsigned char state[NET_STATE_BYTES], before[NET_STATE_BYTES];
static _Alignas(64) unsigned char work[NET_TRAIN_STEP_WORKSPACE_BYTES + 1];
static float x[ROWS * IN], probabilities[ROWS * OUT];
static int64_t y[ROWS];
static double w1[IN * HIDDEN], b1[HIDDEN], w2[HIDDEN * OUT];
static double hidden[ROWS * HIDDEN], logits[ROWS * OUT];

static float uniform(void) {
  static uint32_t seed = 1;
  seed = seed * 1664525u + 1013904223u;
  return (float)(seed >> 8) / 16777216.0f - 0.5f;
}

/* The part of the state of that name. */
static float *part(const char *name) {
  const agc_model_info *model = net_info(AGC_VERSION);
  for (uint32_t i = 0; i < model->state_count; ++i)
    if (!strcmp(model->states[i]->name, name))
      return (float *)(state + model->states[i]->offset);
  fprintf(stderr, "no state named %s\n", name);
  exit(1);
}

static void fill(const char *name, double *copy, int count) {
  float *values = part(name);
  for (int i = 0; i < count; ++i)
    copy[i] = values[i] = 0.5f * uniform();
}

static void forward(void) {
  for (int r = 0; r < ROWS; ++r) {
    for (int h = 0; h < HIDDEN; ++h) {
      double sum = b1[h];
      for (int i = 0; i < IN; ++i)
        sum += x[r * IN + i] * w1[i * HIDDEN + h];
      hidden[r * HIDDEN + h] = sum > 0 ? sum : 0;
    }
    for (int o = 0; o < OUT; ++o) {
      double sum = 0;
      for (int h = 0; h < HIDDEN; ++h)
        sum += hidden[r * HIDDEN + h] * w2[h * OUT + o];
      logits[r * OUT + o] = sum;
    }
  }
}

/* A softmax in place of each row's logits; gives the mean loss. */
static double normalise(void) {
  double loss = 0;
  for (int r = 0; r < ROWS; ++r) {
    double *row = logits + r * OUT, top = row[0], sum = 0;
    for (int o = 1; o < OUT; ++o)
      top = row[o] > top ? row[o] : top;
    for (int o = 0; o < OUT; ++o)
      sum += exp(row[o] - top);
    loss -= row[y[r]] - top - log(sum);
    for (int o = 0; o < OUT; ++o)
      row[o] = exp(row[o] - top) / sum;
  }
  return loss / ROWS;
}

/* One step of gradient descent; gives the loss before it. */
static double reference_step(void) {
  static double grad_hidden[HIDDEN], new_w2[HIDDEN * OUT];
  forward();
  double loss = normalise();
  memcpy(new_w2, w2, sizeof w2);
  for (int r = 0; r < ROWS; ++r) {
    double *row = logits + r * OUT;
    row[y[r]] -= 1;
    for (int h = 0; h < HIDDEN; ++h) {
      grad_hidden[h] = 0;
      for (int o = 0; o < OUT; ++o) {
        grad_hidden[h] += row[o] / ROWS * w2[h * OUT + o];
        new_w2[h * OUT + o] -= 0.1 * row[o] / ROWS * hidden[r * HIDDEN + h];
      }
      if (hidden[r * HIDDEN + h] <= 0)
        grad_hidden[h] = 0;
    }
    for (int h = 0; h < HIDDEN; ++h) {
      b1[h] -= 0.1 * grad_hidden[h];
      for (int i = 0; i < IN; ++i)
        w1[i * HIDDEN + h] -= 0.1 * grad_hidden[h] * x[r * IN + i];
    }
  }
  memcpy(w2, new_w2, sizeof w2);
  return loss;
}

static void check_part(const char *name, const double *expected, int count) {
  const float *values = part(name);
  for (int i = 0; i < count; ++i)
    if (!(fabs(values[i] - expected[i]) <= 1e-5 + 1e-4 * fabs(expected[i]))) {
      fprintf(stderr, "%s[%d] is %g, expected %g\n", name, i, values[i], expected[i]);
      ++failures;
      return;
    }
}

/* An index out of range fails the call by number, and nothing has been written. */
static void check_bad_index(void) {
  float loss = 42;
  y[3] = OUT;
  memcpy(before, state, sizeof state);
  CHECK(net_train_step(&ctx, state, x, y, &loss, work) == AGC_ERROR_INDEX);
  CHECK(strstr(agc_error(&ctx), "index"));
  CHECK(loss == 42 && !memcmp(before, state, sizeof state));
  y[3] = 3;
}

int main(void) {
  agc_context_init(&ctx);
  CHECK(net_init(&ctx, state) == AGC_OK);
  fill("fc1.weight", w1, IN * HIDDEN);
  fill("fc1.bias", b1, HIDDEN);
  fill("fc2.weight", w2, HIDDEN * OUT);
  for (int i = 0; i < ROWS * IN; ++i)
    x[i] = 2 * uniform();
  for (int r = 0; r < ROWS; ++r)
    y[r] = r % OUT;
  check_bad_index();

  float loss = 0, first = 0;
  for (int step = 0; step < 50; ++step) {
    double expected = reference_step();
    CHECK(net_train_step(&ctx, state, x, y, &loss, work) == AGC_OK);
    CHECK(fabs(loss - expected) <= 1e-5 * fabs(expected));
    first = step ? first : loss;
  }
  CHECK(loss < 0.5f * first);
  check_part("fc1.weight", w1, IN * HIDDEN);
  check_part("fc1.bias", b1, HIDDEN);
  check_part("fc2.weight", w2, HIDDEN * OUT);

  forward();
  normalise();
  for (int64_t n = 0; n <= ROWS; n += 5) {
    static _Alignas(64) unsigned char room[1 << 16];
    CHECK(net_predict_workspace_bytes(n) <= (int64_t)sizeof room);
    CHECK(net_predict(&ctx, state, n, x, probabilities, room) == AGC_OK);
    for (int64_t i = 0; i < n * OUT; ++i)
      CHECK(fabs(probabilities[i] - logits[i]) <= 1e-5);
  }
  printf("loss from %g to %g\n", first, loss);
  return failures != 0;
}
