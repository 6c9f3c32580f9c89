// The error function and its complement.
#include "compiler/CodeGen/MathCoefficients.h"
#include "compiler/CodeGen/MathFunctions.h"

namespace agc {

static const Polynomial erfPolynomial = {coefficients::erfF32, coefficients::erfF64};
static const Polynomial erfTailPolynomial = {coefficients::erfTailF32, coefficients::erfTailF64};
static const Polynomial erfcPolynomial = {coefficients::erfcF32, coefficients::erfcF64};

Real expandErf(Real x) {
  MathBuilder &math = *x.math;
  Real a = abs(x);
  Real small = fma(a, evaluate(erfPolynomial, a * a), a);
  Real bounded = atMost(a, math.pick(4, 6)); // where erf has become 1
  Real w = fma(bounded, evaluate(erfTailPolynomial, bounded), bounded);
  auto [q, n] = reduceExp(-w);
  Real power = powerOfTwo(n);
  Real tail = fma(-q, power, 1.0 - power);
  return copysign(select(a < 0.921875, small, tail), x);
}

Real expandErfc(Real x) {
  MathBuilder &math = *x.math;
  Real a = atMost(abs(x), math.pick(10.2, 27.5)); // where erfc has become 0
  double k = math.pick(2, 4);
  Real p = evaluate(erfcPolynomial, (a - k) / (a + k)) / fma(a, 2.0, 1.0);
  Real square = a * a;
  auto [q, n] = reduceExp(-square, -fma(a, a, -square));
  Real far = scale(fma(p, q, p), n);
  far = select(x < 0.0, 2.0 - far, far);
  Real near = 1.0 - fma(x, evaluate(erfPolynomial, x * x), x);
  return select(abs(x) < 0.5, near, far);
}

} // namespace agc
