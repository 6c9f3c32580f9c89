// The exponential and what is made of it: exp, exp2, expm1, sinh, cosh, tanh.
#include "compiler/CodeGen/MathCoefficients.h"
#include "compiler/CodeGen/MathFunctions.h"

namespace agc {

static const Polynomial expPolynomial = {coefficients::expF32, coefficients::expF64};
static const Polynomial sinhPolynomial = {coefficients::sinhF32, coefficients::sinhF64};

/// Added to a small number, rounds it to an integer in the low bits of the sum.
static double roundingMagic(MathBuilder &math) { return math.pick(0x1.8p23, 0x1.8p52); }

static Real expm1Near0(Real r) { return fma(r * r, evaluate(expPolynomial, r), r); }

/// The nearest integer to x / ln(2), and what is left of x.
static std::pair<Real, Real> cutAtLn2(Real x) {
  MathBuilder &math = *x.math;
  double magic = roundingMagic(math);
  Real t = fma(x, 0x1.71547652b82fep0, magic);
  Real n = t - magic;
  Real r = fma(n, -math.pick(0x1.62e43p-1, 0x1.62e42fefa39efp-1), x);
  r = fma(n, -math.pick(-0x1.05c61p-29, 0x1.abc9e3b39803fp-56), r);
  return {t, r};
}

static Bits integerOf(Real t) {
  MathBuilder &math = *t.math;
  return toBits(t) - math.pattern(roundingMagic(math));
}

ExpReduced reduceExp(Real x) {
  auto [t, r] = cutAtLn2(x);
  return {expm1Near0(r), integerOf(t)};
}

ExpReduced reduceExp(Real x, Real tail) {
  auto [t, r] = cutAtLn2(x);
  return {expm1Near0(r + tail), integerOf(t)};
}

Real powerOfTwo(Bits n) {
  MathBuilder &math = *n.math;
  return fromBits(shiftLeft(n + math.bias(), math.mantissa()));
}

Real scale(Real p, Bits n) {
  MathBuilder &math = *p.math;
  // Half of the exponent at a time: both factors are normal, the first product is exact. With a
  // bias for each, the sum is positive, as a logical shift wants it.
  Bits biased = n + 2 * math.bias();
  Bits half = shiftRight(biased, 1);
  auto power = [&](Bits exponent) { return fromBits(shiftLeft(exponent, math.mantissa())); };
  return p * power(half) * power(biased - half);
}

Real expandExp(Real x) {
  MathBuilder &math = *x.math;
  Real clamped = atLeast(atMost(x, math.pick(89, 710)), math.pick(-104, -746));
  auto [q, n] = reduceExp(clamped);
  return scale(1.0 + q, n);
}

Real expandExp2(Real x) {
  MathBuilder &math = *x.math;
  Real clamped = atLeast(atMost(x, math.pick(129, 1025)), math.pick(-151, -1076));
  double magic = roundingMagic(math);
  Real t = clamped + magic;
  Real f = clamped - (t - magic);
  return scale(1.0 + expm1Near0(f * 0x1.62e42fefa39efp-1), integerOf(t));
}

Real expandExpM1(Real x) {
  MathBuilder &math = *x.math;
  // Below the lower bound the result rounds to -1.
  Real clamped = atLeast(atMost(x, math.pick(89, 710)), math.pick(-18, -38));
  auto [q, n] = reduceExp(clamped);
  Real half = powerOfTwo(n - 1); // 2^n itself would overflow before the result does
  Real result = fma(q, half, half - 0.5) * 2.0;
  // Half of a number near the least is no number.
  Real magnitude = abs(x);
  return copysign(select(magnitude < math.pick(0x1p-30, 0x1p-60), x, result), x);
}

/// e^a / 2 for a >= 0, where e^a may overflow.
static Real halfExp(Real a) {
  Real clamped = atMost(a, a.math->pick(91, 712));
  auto [q, n] = reduceExp(clamped);
  return scale(1.0 + q, n - 1);
}

Real expandSinh(Real x) {
  Real a = abs(x);
  Real half = halfExp(a);
  Real z = a * a;
  Real small = fma(a * z, evaluate(sinhPolynomial, z), a);
  return copysign(select(a < 1.0, small, half - 0.25 / half), x);
}

Real expandCosh(Real x) {
  Real half = halfExp(abs(x));
  return half + 0.25 / half;
}

Real expandTanh(Real x) {
  MathBuilder &math = *x.math;
  // t / (t + 2) with t = e^(2 a) - 1, which rounds to 1 from the bound on.
  auto [q, n] = reduceExp(atMost(abs(x), math.pick(10, 20)) * 2.0);
  Real power = powerOfTwo(n);
  Real t = fma(q, power, power - 1.0);
  return copysign(t / (t + 2.0), x);
}

} // namespace agc
