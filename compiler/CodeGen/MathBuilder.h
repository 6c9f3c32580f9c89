// A small expression language for writing math functions that are emitted as arith and math.fma
// ops, for a scalar or a vector of f32 or f64, with the same operations and so the same bits.
#pragma once
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace agc {

class MathBuilder;

/// A floating-point value (scalar or vector) with the operators of arithmetic; never reassociated.
struct Real {
  MathBuilder *math;
  mlir::Value value;
};

/// The integer of the same width as a Real, lane by lane: bit patterns and exponents.
struct Bits {
  MathBuilder *math;
  mlir::Value value;
};

/// One bit for each lane.
struct Mask {
  MathBuilder *math;
  mlir::Value value;
};

/// A polynomial's coefficients for each format, lowest power first.
struct Polynomial {
  llvm::ArrayRef<double> f32, f64;
};

/// Emits ops of one format and shape at one place.
class MathBuilder {
public:
  MathBuilder(mlir::OpBuilder &builder, mlir::Location loc, mlir::Type type)
      : builder(loc, builder), type(type), isDouble(mlir::getElementTypeOrSelf(type).isF64()) {}

  /// The constant in every lane, rounded to the format.
  Real real(double value);
  /// The integer constant in every lane.
  Bits bits(int64_t value);
  /// The value that belongs to the format.
  double pick(double f32, double f64) const { return isDouble ? f64 : f32; }

  /// Bits of the mantissa: 23 or 52.
  int mantissa() const { return isDouble ? 52 : 23; }
  /// The exponent's bias: 127 or 1023.
  int bias() const { return isDouble ? 1023 : 127; }
  /// The bit pattern of a constant of the format.
  int64_t pattern(double value) const;

  Real wrap(mlir::Value value) { return {this, value}; }
  Real infinity();
  Real nan();

  mlir::ImplicitLocOpBuilder builder;
  const mlir::Type type;
  const bool isDouble;

  /// The type of a Bits of this shape.
  mlir::Type bitsType() const;

private:
  mlir::Value constant(mlir::Type type, mlir::TypedAttr element);
};

Real operator+(Real a, Real b);
Real operator-(Real a, Real b);
Real operator*(Real a, Real b);
Real operator/(Real a, Real b);
Real operator-(Real a);
inline Real operator+(Real a, double b) { return a + a.math->real(b); }
inline Real operator-(Real a, double b) { return a - a.math->real(b); }
inline Real operator*(Real a, double b) { return a * a.math->real(b); }
inline Real operator+(double a, Real b) { return b.math->real(a) + b; }
inline Real operator-(double a, Real b) { return b.math->real(a) - b; }
inline Real operator*(double a, Real b) { return b.math->real(a) * b; }
inline Real operator/(double a, Real b) { return b.math->real(a) / b; }

/// a * b + c, rounded once.
Real fma(Real a, Real b, Real c);
inline Real fma(Real a, double b, Real c) { return fma(a, a.math->real(b), c); }
inline Real fma(Real a, double b, double c) { return fma(a, a.math->real(b), a.math->real(c)); }
inline Real fma(Real a, Real b, double c) { return fma(a, b, a.math->real(c)); }
/// The polynomial at x by Horner's rule, one fma a coefficient.
Real evaluate(Polynomial polynomial, Real x);

Real abs(Real a);
Real sqrt(Real a);
Real floor(Real a);
/// The magnitude of `a` with the sign of `b`.
Real copysign(Real a, Real b);
/// The smaller of `a` and the constant; NaN stays NaN.
Real atMost(Real a, double bound);
/// The larger of `a` and the constant; NaN stays NaN.
Real atLeast(Real a, double bound);

/// Ordered comparisons: false where an operand is NaN.
Mask operator<(Real a, Real b);
Mask operator>(Real a, Real b);
Mask operator>=(Real a, Real b);
Mask operator==(Real a, Real b);
inline Mask operator<(Real a, double b) { return a < a.math->real(b); }
inline Mask operator>(Real a, double b) { return a > a.math->real(b); }
inline Mask operator>=(Real a, double b) { return a >= a.math->real(b); }
inline Mask operator==(Real a, double b) { return a == a.math->real(b); }
Mask operator&&(Mask a, Mask b);
Mask operator||(Mask a, Mask b);
Mask operator^(Mask a, Mask b);
Mask operator!(Mask a);

Real select(Mask mask, Real a, Real b);
inline Real select(Mask mask, double a, Real b) { return select(mask, mask.math->real(a), b); }
inline Real select(Mask mask, Real a, double b) { return select(mask, a, mask.math->real(b)); }
inline Real select(Mask mask, double a, double b) {
  return select(mask, mask.math->real(a), mask.math->real(b));
}
Bits select(Mask mask, Bits a, Bits b);

/// The bit pattern of `a`, and back.
Bits toBits(Real a);
Real fromBits(Bits a);

Bits operator+(Bits a, Bits b);
Bits operator-(Bits a, Bits b);
Bits operator&(Bits a, Bits b);
Bits operator|(Bits a, Bits b);
Bits operator^(Bits a, Bits b);
Bits operator*(Bits a, Bits b);
Mask operator==(Bits a, int64_t b);
inline Bits operator+(Bits a, int64_t b) { return a + a.math->bits(b); }
inline Bits operator-(Bits a, int64_t b) { return a - a.math->bits(b); }
inline Bits operator&(Bits a, int64_t b) { return a & a.math->bits(b); }
inline Bits operator|(Bits a, int64_t b) { return a | a.math->bits(b); }
inline Bits operator-(int64_t a, Bits b) { return b.math->bits(a) - b; }
Bits shiftLeft(Bits a, Bits by);
inline Bits shiftLeft(Bits a, int by) { return shiftLeft(a, a.math->bits(by)); }
/// A logical shift: AVX2 has no arithmetic one for 64 bits.
Bits shiftRight(Bits a, Bits by);
inline Bits shiftRight(Bits a, int by) { return shiftRight(a, a.math->bits(by)); }
/// Whether bit 0 is set.
Mask isOdd(Bits a);

} // namespace agc
