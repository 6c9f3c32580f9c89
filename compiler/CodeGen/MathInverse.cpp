// The inverse trigonometric functions: asin, acos, atan, atan2.
#include "compiler/CodeGen/MathCoefficients.h"
#include "compiler/CodeGen/MathFunctions.h"

namespace agc {

static const Polynomial atanPolynomial = {coefficients::atanF32, coefficients::atanF64};
static const Polynomial asinPolynomial = {coefficients::asinF32, coefficients::asinF64};

/// pi/2 * times - x, with pi to twice the precision; times is 1 or 2.
static Real fromQuarterTurns(int times, Real x) {
  MathBuilder &math = *x.math;
  double high = math.pick(0x1.921fb6p+0, 0x1.921fb54442d18p+0);
  double low = math.pick(-0x1.777a5cp-25, 0x1.1a62633145c07p-54);
  return times * high + (times * low - x);
}

/// atan(t) for 0 <= t <= 1.
static Real atanOfFraction(Real t) {
  Real z = t * t;
  return fma(t * z, evaluate(atanPolynomial, z), t);
}

Real expandAtan(Real x) {
  Real a = abs(x);
  Mask steep = a > 1.0;
  Real angle = atanOfFraction(select(steep, 1.0 / a, a));
  return copysign(select(steep, fromQuarterTurns(1, angle), angle), x);
}

Real expandAtan2(Real y, Real x) {
  MathBuilder &math = *x.math;
  Real rise = abs(y), run = abs(x);
  Mask steep = rise > run;
  Real smaller = select(steep, run, rise), larger = select(steep, rise, run);
  Real t = smaller / larger;
  t = select(rise + run == 0.0, 0.0, t);
  t = select(rise == math.infinity() && run == math.infinity(), 1.0, t);
  Real angle = atanOfFraction(t);
  angle = select(steep, fromQuarterTurns(1, angle), angle);
  Mask backwards = copysign(math.real(1), x) < 0.0; // -0 too
  return copysign(select(backwards, fromQuarterTurns(2, angle), angle), y);
}

namespace {
/// asin(|x|) is `angle` for |x| <= 0.5625, and pi/2 - 2 angle beyond: there 2 angle is below 1, so
/// that its error is less than the result's last place.
struct ArcSine {
  Mask beyond;
  Real angle;
};
} // namespace

static ArcSine arcSine(Real x) {
  Real a = abs(x);
  Mask beyond = a > 0.5625;
  Real half = fma(a, -0.5, 0.5);
  Real z = select(beyond, half, a * a);
  Real s = select(beyond, sqrt(half), a);
  return {beyond, fma(s * z, evaluate(asinPolynomial, z), s)};
}

Real expandAsin(Real x) {
  auto [beyond, angle] = arcSine(x);
  return copysign(select(beyond, fromQuarterTurns(1, angle * 2.0), angle), x);
}

Real expandAcos(Real x) {
  auto [beyond, angle] = arcSine(x);
  Real twice = angle * 2.0;
  Real far = select(x > 0.0, twice, fromQuarterTurns(2, twice));
  return select(beyond, far, fromQuarterTurns(1, copysign(angle, x)));
}

} // namespace agc
