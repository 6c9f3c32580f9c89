/* libFuzzer: any bytes as a state file. What loads, saves and loads again to the same state; what
 * does not, leaves the state as it was.
 */
#include <line.h>

#include <stdlib.h>
#include <string.h>

static _Alignas(64) unsigned char state[LINE_STATE_BYTES], before[LINE_STATE_BYTES],
    again[LINE_STATE_BYTES];

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static unsigned char saved[4096];
  agc_context ctx;
  agc_context_init(&ctx);
  const agc_model_info *model = line_info(AGC_VERSION);
  if (line_init(&ctx, state) != AGC_OK)
    abort();
  memcpy(before, state, sizeof(state));
  if (agc_state_load_memory(&ctx, model, state, data, size) != AGC_OK) {
    if (memcmp(before, state, sizeof(state)) != 0 || agc_error(&ctx)[0] == '\0')
      abort();
    return 0;
  }
  uint64_t bytes;
  if (agc_state_save_memory(&ctx, model, state, saved, sizeof(saved), &bytes) != AGC_OK ||
      agc_state_load_memory(&ctx, model, again, saved, bytes) != AGC_OK ||
      memcmp(state, again, sizeof(state)) != 0)
    abort();
  return 0;
}
