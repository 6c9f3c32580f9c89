// Powers and roots: pow, cbrt, rsqrt.
#include "compiler/CodeGen/MathCoefficients.h"
#include "compiler/CodeGen/MathFunctions.h"
#include <cmath>

namespace agc {

static const Polynomial logSeries = {coefficients::logSeriesF32, coefficients::logSeriesF64};
static const Polynomial cbrtGuess = {coefficients::cbrtF32, coefficients::cbrtF64};

namespace {
/// An unevaluated sum, about twice as precise as one number.
struct Pair {
  Real high, low;
};
} // namespace

/// a + (b + rest), where |a| >= |b| or a is zero.
static Pair fastSum(Real a, Real b, Real rest) {
  Real high = a + b;
  return {high, (a - high) + b + rest};
}

/// a * (high + low).
static Pair product(Real a, Pair b) {
  Real high = a * b.high;
  return {high, fma(a, b.low, fma(a, b.high, -high))};
}

/// log(x) to about 2^-36 (f32) or 2^-65 (f64) for x positive and finite.
static Pair preciseLog(Real x) {
  MathBuilder &math = *x.math;
  auto [k, f] = reduceLog(x);
  // s = f / (2 + f)
  Real denominator = f + 2.0;
  Real lost = f - (denominator - 2.0);
  Real inverse = 1.0 / denominator;
  Real s = f * inverse;
  Real sLow = fma(-s, lost, fma(-s, denominator, f)) * inverse;
  // u = z/3 + z^2 P(z), z = s^2
  Real z = s * s;
  Real zLow = fma(s, s, -z) + s * sLow * 2.0;
  Real third = math.real(math.pick(0x1.555556p-2, 0x1.5555555555555p-2));
  double thirdLow = math.pick(-0x1.555556p-27, 0x1.5555555555555p-56);
  Pair first = product(third, {z, zLow});
  Pair u = fastSum(first.high, z * z * evaluate(logSeries, z), fma(z, thirdLow, first.low));
  // 2 s (1 + u) + k ln(2)
  Real twice = s * 2.0;
  Pair bent = product(twice, u);
  Pair log = fastSum(twice, bent.high, fma(sLow, 2.0, fma(sLow * 2.0, u.high, bent.low)));
  Real whole = k * math.pick(0x1.62e4p-1, 0x1.62e42fefa4p-1); // exact: the constant ends in zeros
  Real wholeLow = k * math.pick(0x1.7f7d1cp-20, -0x1.8432a1b0e2634p-43);
  return fastSum(whole, log.high, log.low + wholeLow);
}

/// |x|^y for y other than NaN.
static Real powOfMagnitude(Real a, Real y) {
  MathBuilder &math = *a.math;
  Pair log = preciseLog(a);
  // At the poles the logarithm is infinite, and a single number; that of NaN is NaN.
  Mask finite = a > 0.0 && a < math.infinity();
  log.high = select(a == 0.0, -math.infinity(), select(finite, log.high, a));
  Pair exponent = product(y, log);
  double most = math.pick(110, 760);
  Real high = atLeast(atMost(exponent.high, most), -most);
  Real low = select(abs(exponent.high) < most && finite, exponent.low, 0.0);
  auto [q, n] = reduceExp(high, low);
  Real power = scale(1.0 + q, n);
  return select(a == 1.0 && y == y, 1.0, power);
}

Real expandPow(Real x, Real y) {
  MathBuilder &math = *x.math;
  Real magnitude = powOfMagnitude(abs(x), y);
  Mask integer = floor(y) == y;
  Real half = y * 0.5;
  Mask odd = integer && !(floor(half) == half);
  Mask negative = copysign(math.real(1), x) < 0.0;
  Real signedPower = select(negative && odd, -magnitude, magnitude);
  Mask undefined = x < 0.0 && !integer && abs(x) < math.infinity() && y == y;
  signedPower = select(undefined, math.nan(), signedPower);
  return select(x == 1.0 || y == 0.0, 1.0, signedPower);
}

Real expandCbrt(Real x) {
  MathBuilder &math = *x.math;
  Real a = abs(x);
  Mask subnormal = a < math.pick(0x1p-126, 0x1p-1022);
  int up = math.isDouble ? 54 : 24; // a multiple of three
  Bits pattern = toBits(select(subnormal, a * std::ldexp(1.0, up), a));
  double unit = math.pick(0x1p23, 0x1p52);
  Real exponent =
      fromBits(shiftRight(pattern, math.mantissa()) | math.pattern(unit)) - (unit + math.bias());
  Real m = fromBits((pattern & ((int64_t(1) << math.mantissa()) - 1)) | math.pattern(1));

  Real third = floor((exponent + 0.5) * (1.0 / 3)); // the half keeps rounding away from integers
  Real rest = exponent - third * 3.0;
  Mask one = rest == 1.0, two = rest == 2.0;
  Real v = m * select(two, math.real(4), select(one, 2.0, 1.0));
  Real y = evaluate(cbrtGuess, m) *
           select(two, math.real(0x1.965fea53d6e3dp0), select(one, 0x1.428a2f98d728bp0, 1.0));
  for (int step = 0; step < (math.isDouble ? 2 : 1); ++step) {
    // Halley's step: an error e becomes about e^3.
    Real square = y * y;
    Real miss = fma(square, y, -v);
    y = fma(-y, miss / fma(square * y, 2.0, v), y);
  }
  double magic = math.pick(0x1.8p23, 0x1.8p52);
  Bits n = toBits(third - select(subnormal, up / 3.0, 0.0) + magic) - math.pattern(magic);
  Real root = copysign(y * powerOfTwo(n), x);
  return select(a > 0.0 && a < math.infinity(), root, x);
}

Real expandRsqrt(Real x) { return 1.0 / sqrt(x); }

} // namespace agc
