// The C header and a model's header as C++17: they compile, link and run.
#include "agc/pool.h"
#include "testing.h"
#include <line.h>

int main() {
  agc_context ctx;
  CHECK_OK(&ctx, agc_context_init(&ctx));
  alignas(64) static unsigned char state[LINE_STATE_BYTES], work[64];
  CHECK_OK(&ctx, line_init(&ctx, state));
  const float x[6] = {1, 2, 3, 4, 5, 6}, y[2] = {1, 2};
  float loss = -1;
  CHECK_OK(&ctx, line_train_step(&ctx, state, 2, x, y, &loss, work));
  CHECK(loss > 0);
}
