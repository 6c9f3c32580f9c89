// Conversions between element types, as PyTorch's on x86; none of them is poison.
#include "compiler/Lowering/Scalar.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Complex/IR/Complex.h"

using namespace mlir;

namespace agc {
namespace {

/// Truncates a float to a signed integer of `width` bits; what does not fit, NaN included, becomes
/// the least integer.
Value floatToInt(OpBuilder &b, Location loc, Value x, unsigned width) {
  auto type = b.getIntegerType(width);
  auto bound = [&](double sign) {
    return arith::ConstantOp::create(
        b, loc, b.getFloatAttr(x.getType(), sign * std::ldexp(1.0, int(width) - 1)));
  };
  Value low = bound(-1);
  Value above = arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OGE, x, low);
  Value below = arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OLT, x, bound(1));
  Value fits = arith::AndIOp::create(b, loc, above, below);
  Value safe = arith::SelectOp::create(b, loc, fits, x, low);
  return arith::FPToSIOp::create(b, loc, type, safe);
}

Value floatToFloat(OpBuilder &b, Location loc, Value x, Type to) {
  unsigned from = x.getType().getIntOrFloatBitWidth(), width = to.getIntOrFloatBitWidth();
  if (from == width)
    return x;
  if (from < width)
    return arith::ExtFOp::create(b, loc, to, x);
  return arith::TruncFOp::create(b, loc, to, x);
}

Value intToInt(OpBuilder &b, Location loc, Value x, Type to, bool isUnsigned) {
  unsigned from = x.getType().getIntOrFloatBitWidth(), width = to.getIntOrFloatBitWidth();
  if (from == width)
    return x;
  if (from > width)
    return arith::TruncIOp::create(b, loc, to, x);
  if (isUnsigned)
    return arith::ExtUIOp::create(b, loc, to, x);
  return arith::ExtSIOp::create(b, loc, to, x);
}

/// Whether a scalar differs from zero; NaN does.
Value isNonZero(OpBuilder &b, Location loc, Value x) {
  Value zero = scalarConstant(b, loc, x.getType(), b.getF64FloatAttr(0));
  if (isa<ComplexType>(x.getType()))
    return complex::NotEqualOp::create(b, loc, x, zero);
  if (isa<FloatType>(x.getType()))
    return arith::CmpFOp::create(b, loc, arith::CmpFPredicate::UNE, x, zero);
  return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ne, x, zero);
}

} // namespace

Value castElement(OpBuilder &b, Location loc, Value value, Type from, Type to) {
  ag::ElementKind kind = ag::kindOf(from), target = ag::kindOf(to);
  Type computed = computeType(to);
  if (target == ag::ElementKind::Bool)
    return kind == ag::ElementKind::Bool ? value : isNonZero(b, loc, value);
  if (kind == ag::ElementKind::Complex) {
    auto complex = cast<ComplexType>(from);
    Value re = complex::ReOp::create(b, loc, value);
    if (target != ag::ElementKind::Complex)
      return castElement(b, loc, re, complex.getElementType(), to);
    Type part = cast<ComplexType>(to).getElementType();
    Value im = complex::ImOp::create(b, loc, value);
    return complex::CreateOp::create(b, loc, to, floatToFloat(b, loc, re, part),
                                     floatToFloat(b, loc, im, part));
  }
  if (target == ag::ElementKind::Complex) {
    Type part = cast<ComplexType>(to).getElementType();
    Value re = castElement(b, loc, value, from, part);
    return complex::CreateOp::create(b, loc, to, re,
                                     scalarConstant(b, loc, part, b.getF64FloatAttr(0)));
  }
  bool isUnsigned = kind == ag::ElementKind::Unsigned || kind == ag::ElementKind::Bool;
  if (target == ag::ElementKind::Float) {
    if (kind == ag::ElementKind::Float)
      return floatToFloat(b, loc, value, computed);
    if (isUnsigned)
      return arith::UIToFPOp::create(b, loc, computed, value);
    return arith::SIToFPOp::create(b, loc, computed, value);
  }
  if (kind != ag::ElementKind::Float)
    return intToInt(b, loc, value, computed, isUnsigned);
  // Narrow integers take the low bits of what a register conversion gives.
  bool wide = computed.isInteger(64) || target == ag::ElementKind::Unsigned;
  return intToInt(b, loc, floatToInt(b, loc, value, wide ? 64 : 32), computed, false);
}

} // namespace agc
