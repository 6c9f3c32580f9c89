/* Calls the two models and the derivatives of one. */
#include "half.h"
#include "spring.h"
#include <stdio.h>

static _Alignas(64) unsigned char work[SPRING_WORKSPACE_BYTES + HALF_WORKSPACE_BYTES + 64];
static _Alignas(64) unsigned char residual[SPRING_ENERGY_FWD_RESIDUAL_BYTES];

int main(void) {
  agc_context ctx;
  const double k = 3, x[4] = {1, 2, 0, -1}, one = 1;
  double energy, gk, gx[4], bk, bx[4];
  const float in[3] = {2, 4, 6};
  float out[3];
  agc_context_init(&ctx);
  if (spring_energy(&ctx, &k, x, &energy, work) != AGC_OK ||
      spring_energy_vjp(&ctx, &k, x, &one, &gk, gx, work) != AGC_OK ||
      spring_energy_fwd(&ctx, &k, x, &energy, residual, work) != AGC_OK ||
      spring_energy_bwd(&ctx, residual, &one, &bk, bx, work) != AGC_OK ||
      half_f(&ctx, in, out, work) != AGC_OK)
    return fprintf(stderr, "%s\n", agc_error(&ctx)), 1;
  printf("energy %g, its gradient %g and %g; %g\n", energy, gk, gx[1], out[2]);
  return !(energy == 9 && gk == 3 && gx[1] == 6 && bk == gk && bx[1] == gx[1] && out[2] == 3);
}
