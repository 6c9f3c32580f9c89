// MathBuilder: each operator is one op, save those that say otherwise in the header.
#include "compiler/CodeGen/MathBuilder.h"
#include <limits>

using namespace mlir;

namespace agc {

Value MathBuilder::constant(Type type, TypedAttr element) {
  if (auto shaped = dyn_cast<ShapedType>(type))
    return arith::ConstantOp::create(builder, DenseElementsAttr::get(shaped, element));
  return arith::ConstantOp::create(builder, element);
}

Real MathBuilder::real(double value) {
  return {this, constant(type, builder.getFloatAttr(getElementTypeOrSelf(type), value))};
}

Type MathBuilder::bitsType() const {
  Type element = IntegerType::get(type.getContext(), isDouble ? 64 : 32);
  if (auto shaped = dyn_cast<ShapedType>(type))
    return shaped.clone(element);
  return element;
}

Bits MathBuilder::bits(int64_t value) {
  Type integer = bitsType();
  unsigned width = isDouble ? 64 : 32;
  APInt truncated = APInt(64, value, /*isSigned=*/true).trunc(width);
  return {this,
          constant(integer, builder.getIntegerAttr(getElementTypeOrSelf(integer), truncated))};
}

int64_t MathBuilder::pattern(double value) const {
  if (isDouble)
    return APFloat(value).bitcastToAPInt().getSExtValue();
  return APFloat(static_cast<float>(value)).bitcastToAPInt().getSExtValue();
}

Real MathBuilder::infinity() { return real(std::numeric_limits<double>::infinity()); }
Real MathBuilder::nan() { return real(std::numeric_limits<double>::quiet_NaN()); }

template <typename Op, typename T> static T binary(T a, T b) {
  return {a.math, Op::create(a.math->builder, a.value, b.value)};
}

Real operator+(Real a, Real b) { return binary<arith::AddFOp>(a, b); }
Real operator-(Real a, Real b) { return binary<arith::SubFOp>(a, b); }
Real operator*(Real a, Real b) { return binary<arith::MulFOp>(a, b); }
Real operator/(Real a, Real b) { return binary<arith::DivFOp>(a, b); }
Real operator-(Real a) { return {a.math, arith::NegFOp::create(a.math->builder, a.value)}; }

Real fma(Real a, Real b, Real c) {
  return {a.math, math::FmaOp::create(a.math->builder, a.value, b.value, c.value)};
}

Real evaluate(Polynomial polynomial, Real x) {
  ArrayRef<double> coefficients = x.math->isDouble ? polynomial.f64 : polynomial.f32;
  Real sum = x.math->real(coefficients.back());
  for (double coefficient : llvm::reverse(coefficients.drop_back()))
    sum = fma(sum, x, coefficient);
  return sum;
}

Real abs(Real a) { return {a.math, math::AbsFOp::create(a.math->builder, a.value)}; }
Real sqrt(Real a) { return {a.math, math::SqrtOp::create(a.math->builder, a.value)}; }
Real floor(Real a) { return {a.math, math::FloorOp::create(a.math->builder, a.value)}; }
Real copysign(Real a, Real b) { return binary<math::CopySignOp>(a, b); }

// A comparison and a select, which is x86's minps and maxps; minnum and minimum would cost more.
Real atMost(Real a, double bound) { return select(a > bound, bound, a); }
Real atLeast(Real a, double bound) { return select(a < bound, bound, a); }

static Mask compare(arith::CmpFPredicate predicate, Real a, Real b) {
  return {a.math, arith::CmpFOp::create(a.math->builder, predicate, a.value, b.value)};
}

Mask operator<(Real a, Real b) { return compare(arith::CmpFPredicate::OLT, a, b); }
Mask operator>(Real a, Real b) { return compare(arith::CmpFPredicate::OGT, a, b); }
Mask operator>=(Real a, Real b) { return compare(arith::CmpFPredicate::OGE, a, b); }
Mask operator==(Real a, Real b) { return compare(arith::CmpFPredicate::OEQ, a, b); }
Mask operator&&(Mask a, Mask b) { return binary<arith::AndIOp>(a, b); }
Mask operator||(Mask a, Mask b) { return binary<arith::OrIOp>(a, b); }
Mask operator^(Mask a, Mask b) { return binary<arith::XOrIOp>(a, b); }

Mask operator!(Mask a) {
  OpBuilder &builder = a.math->builder;
  TypedAttr one = builder.getIntegerAttr(builder.getI1Type(), 1);
  if (auto shaped = dyn_cast<ShapedType>(a.value.getType()))
    one = DenseElementsAttr::get(shaped, true);
  Value ones = arith::ConstantOp::create(a.math->builder, one);
  return {a.math, arith::XOrIOp::create(a.math->builder, a.value, ones)};
}

Real select(Mask mask, Real a, Real b) {
  return {a.math, arith::SelectOp::create(a.math->builder, mask.value, a.value, b.value)};
}

Bits select(Mask mask, Bits a, Bits b) {
  return {a.math, arith::SelectOp::create(a.math->builder, mask.value, a.value, b.value)};
}

Bits toBits(Real a) {
  return {a.math, arith::BitcastOp::create(a.math->builder, a.math->bitsType(), a.value)};
}

Real fromBits(Bits a) {
  return {a.math, arith::BitcastOp::create(a.math->builder, a.math->type, a.value)};
}

Bits operator+(Bits a, Bits b) { return binary<arith::AddIOp>(a, b); }
Bits operator-(Bits a, Bits b) { return binary<arith::SubIOp>(a, b); }
Bits operator&(Bits a, Bits b) { return binary<arith::AndIOp>(a, b); }
Bits operator|(Bits a, Bits b) { return binary<arith::OrIOp>(a, b); }
Bits operator^(Bits a, Bits b) { return binary<arith::XOrIOp>(a, b); }
Bits operator*(Bits a, Bits b) { return binary<arith::MulIOp>(a, b); }
Bits shiftLeft(Bits a, Bits by) { return binary<arith::ShLIOp>(a, by); }
Bits shiftRight(Bits a, Bits by) { return binary<arith::ShRUIOp>(a, by); }

Mask operator==(Bits a, int64_t b) {
  return {a.math, arith::CmpIOp::create(a.math->builder, arith::CmpIPredicate::eq, a.value,
                                        a.math->bits(b).value)};
}

Mask isOdd(Bits a) { return (a & 1) == 1; }

} // namespace agc
