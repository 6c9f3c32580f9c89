/* What agc writes as the header of line.c, by hand. */
#ifndef LINE_H
#define LINE_H

#include <agc/agc.h>

#ifdef __cplusplus
extern "C" {
#endif

#define LINE_ABI_HASH UINT64_C(0x11e5e1a2b3c4d5e6)

/* State: align to 64 bytes, initialise with line_init, or with agc_state_load of line_info. */
#define LINE_STATE_BYTES 384

const agc_model_info *line_info(uint32_t version);
agc_status line_init_checked(agc_context *ctx, void *state, uint64_t abi_hash);
static inline agc_status line_init(agc_context *ctx, void *state) {
  return line_init_checked(ctx, state, LINE_ABI_HASH);
}

/* line.py:3 */
size_t line_train_step_workspace_bytes(int64_t n);
agc_status line_train_step(agc_context *ctx, void *state, int64_t n, /* 1 to 1048576 */
                           const float *x,                           /* f32[n, 3] */
                           const float *y,                           /* f32[n] */
                           float *loss,                              /* f32[] */
                           void *workspace);
agc_status line_train_step_call(agc_context *ctx, const agc_call *call);

/* line.py:9 */
#define LINE_PICK_WORKSPACE_BYTES 0
agc_status line_pick(agc_context *ctx, int64_t n, const float *table, /* f32[n] */
                     const int64_t *index,                            /* i64[2] */
                     float *picked,                                   /* f32[2] */
                     float *twice,                                    /* f32[2n] */
                     void *workspace);
agc_status line_pick_call(agc_context *ctx, const agc_call *call);

#ifdef __cplusplus
}
#endif

#endif
