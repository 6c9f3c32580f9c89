// The logarithm and what is made of it: log, log2, log10, log1p, asinh, acosh, atanh.
#include "compiler/CodeGen/MathCoefficients.h"
#include "compiler/CodeGen/MathFunctions.h"

namespace agc {

static const Polynomial logPolynomial = {coefficients::logF32, {}};
static const Polynomial logQuotientPolynomial = {{}, coefficients::logQuotientF64};

/// log(1 + f) - f for sqrt(1/2) <= 1 + f < sqrt(2).
static Real logTail(Real f) {
  Real square = f * f;
  if (!f.math->isDouble)
    return square * fma(f, evaluate(logPolynomial, f), -0.5);
  // In f the series would need 20 terms; in s = f / (2 + f), as fdlibm has it, 7 and a division.
  Real s = f / (f + 2.0);
  Real z = s * s;
  Real half = square * 0.5;
  return s * fma(z, evaluate(logQuotientPolynomial, z), half) - half;
}

/// The exponent of a number whose bits are `shifted`, where 1 stands at the bias, as a Real.
static Real exponentOf(Bits shifted) {
  MathBuilder &math = *shifted.math;
  // Placed in the mantissa of 2^23 or 2^52 the integer needs no conversion, which AVX2 lacks for
  // f64.
  double unit = math.pick(0x1p23, 0x1p52);
  return fromBits(shifted | math.pattern(unit)) - (unit + math.bias());
}

/// Moves the bit pattern so that its exponent field counts from sqrt(1/2) on.
static Bits fromSqrtHalf(Bits pattern) {
  MathBuilder &math = *pattern.math;
  return pattern + (math.pattern(1) - math.pattern(0x1.6a09e667f3bcdp-1));
}

LogReduced reduceLog(Real x) {
  MathBuilder &math = *x.math;
  double up = math.pick(0x1p23, 0x1p52);
  Mask subnormal = x < math.pick(0x1p-126, 0x1p-1022);
  Bits shifted = fromSqrtHalf(toBits(select(subnormal, x * up, x)));
  Real k = exponentOf(shiftRight(shifted, math.mantissa()));
  k = k - select(subnormal, math.mantissa(), 0.0);
  Bits fraction = shifted & ((int64_t(1) << math.mantissa()) - 1);
  Real m = fromBits(fraction + math.pattern(0x1.6a09e667f3bcdp-1));
  return {k, m - 1.0};
}

/// `log` where it is defined, the values of a logarithm at 0, infinity and beyond elsewhere.
static Real withPoles(Real x, Real log) {
  MathBuilder &math = *x.math;
  Real outside = select(x == 0.0, -math.infinity(), math.nan());
  Real inside = select(x == math.infinity(), x, log);
  return select(x > 0.0, inside, outside);
}

Real expandLog(Real x) {
  auto [k, f] = reduceLog(x);
  return withPoles(x, fma(k, 0x1.62e42fefa39efp-1, f + logTail(f)));
}

/// log(1 + f) * (high + low) + rest, where rest is small.
static Real scaledLog1p(Real f, double high, double low, Real rest) {
  return fma(f, high, fma(logTail(f), high, fma(f, low, rest)));
}

Real expandLog2(Real x) {
  MathBuilder &math = *x.math;
  auto [k, f] = reduceLog(x);
  Real fraction = scaledLog1p(f, math.pick(0x1.715476p+0, 0x1.71547652b82fep+0),
                              math.pick(0x1.4ae0cp-26, 0x1.777d0ffda0d24p-56), math.real(0));
  return withPoles(x, k + fraction);
}

Real expandLog10(Real x) {
  MathBuilder &math = *x.math;
  auto [k, f] = reduceLog(x);
  Real rest = k * math.pick(-0x1.ec10cp-27, -0x1.9dc1da994fd21p-59);
  Real fraction = scaledLog1p(f, math.pick(0x1.bcb7b2p-2, 0x1.bcb7b1526e50ep-2),
                              math.pick(-0x1.5b235ep-27, 0x1.95355baaafad3p-57), rest);
  return withPoles(x, fma(k, 0x1.34413509f79ffp-2, fraction));
}

Real expandLog1p(Real x) {
  MathBuilder &math = *x.math;
  // The exponent comes from 1 + x, the mantissa from x itself: 1 + f = (1 + x) / 2^k unrounded.
  Real u = x + 1.0;
  Bits exponent = shiftRight(fromSqrtHalf(toBits(u)), math.mantissa());
  Bits inverse = int64_t(uint64_t(math.pattern(4)) + (uint64_t(math.bias()) << math.mantissa())) -
                 shiftLeft(exponent, math.mantissa());
  Real fourth = fromBits(inverse); // 4 / 2^k, normal for every k
  Real f = fma(x * fourth, 0.25, fma(fourth, 0.25, -1.0));
  Real log = fma(exponentOf(exponent), 0x1.62e42fefa39efp-1, f + logTail(f));
  return withPoles(u, copysign(log, x));
}

/// log1p(a + rest), or where a is so large that this is log(2 a), that; rest may overflow there.
static Real logOfSum(Real a, Real rest) {
  MathBuilder &math = *a.math;
  Mask large = a > math.pick(0x1p28, 0x1p56);
  Real log = expandLog1p(select(large, a, a + rest));
  return log + select(large, 0x1.62e42fefa39efp-1, 0.0);
}

Real expandAsinh(Real x) {
  Real a = abs(x);
  Real square = a * a;
  return copysign(logOfSum(a, square / (1.0 + sqrt(square + 1.0))), x);
}

Real expandAcosh(Real x) {
  Real t = x - 1.0;
  Real result = logOfSum(t, sqrt(fma(t, t, t * 2.0)));
  return select(x >= 1.0, result, x.math->nan());
}

Real expandAtanh(Real x) {
  // log((1 + a) / (1 - a)) / 2, where 2 a, the larger part of what log1p gets, is exact.
  Real a = abs(x);
  Real twice = a * 2.0;
  Real half = expandLog1p(fma(twice, a / (1.0 - a), twice)) * 0.5;
  return copysign(select(a > 1.0, x.math->nan(), half), x);
}

} // namespace agc
