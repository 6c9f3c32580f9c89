// The pass agc-expand-half: f16 by the bits of f32, for machines without instructions for it.
// Afterwards no conversion to or from f16 is left, each of which LLVM would make a call of a helper
// that no libc has.
#include "compiler/CodeGen/MathBuilder.h"
#include "compiler/CodeGen/Passes.h"

using namespace mlir;

namespace agc {
#define GEN_PASS_DEF_EXPANDHALF
#include "compiler/CodeGen/Passes.h.inc"

namespace {

Type withElement(Type type, Type element) {
  auto shaped = dyn_cast<ShapedType>(type);
  return shaped ? Type(shaped.clone(element)) : element;
}

/// The integer of f32's width in each lane whose bits are an f16's.
Bits bitsOfHalf(MathBuilder &math, Value half) {
  OpBuilder &b = math.builder;
  Location loc = math.builder.getLoc();
  Type words = withElement(half.getType(), b.getI16Type());
  Value bits = arith::BitcastOp::create(b, loc, words, half);
  return {&math, arith::ExtUIOp::create(b, loc, math.bitsType(), bits)};
}

Value halfOfBits(MathBuilder &math, Bits bits, Type type) {
  OpBuilder &b = math.builder;
  Location loc = math.builder.getLoc();
  Value low = arith::TruncIOp::create(b, loc, withElement(type, b.getI16Type()), bits.value);
  return arith::BitcastOp::create(b, loc, type, low);
}

Mask isAtLeast(Bits a, int64_t bound) {
  MathBuilder &math = *a.math;
  return {&math, arith::CmpIOp::create(math.builder, arith::CmpIPredicate::uge, a.value,
                                       math.bits(bound).value)};
}

/// The exponent's field moves to f32's, and a multiplication moves its value: exact, also where the
/// f16 is subnormal. A NaN becomes a quiet one.
Value extend(MathBuilder &math, Value half) {
  Bits bits = bitsOfHalf(math, half);
  Bits magnitude = shiftLeft(bits & 0x7fff, 13);
  Bits finite = toBits(fromBits(magnitude) * 0x1p112);
  Bits wide = select(isAtLeast(magnitude, 0x7c00 << 13), magnitude | 0x7f800000, finite);
  wide = select(isAtLeast(magnitude, 0x7c01 << 13), wide | 0x00400000, wide);
  return fromBits(wide | shiftLeft(bits & 0x8000, 16)).value;
}

/// Rounds to nearest even: a normal number by adding to the bits that go, a subnormal one by an
/// addition of which it is the last bits.
Value truncate(MathBuilder &math, Value x, Type type) {
  Bits bits = toBits(math.wrap(x)), magnitude = bits & 0x7fffffff;
  Bits odd = shiftRight(magnitude, 13) & 1;
  Bits normal = shiftRight(magnitude + odd - ((112 << 23) - 0xfff), 13);
  Bits small = toBits(fromBits(magnitude) + 0.5) - 0x3f000000;
  Bits nan = (shiftRight(magnitude, 13) & 0x3ff) | 0x7e00;
  Bits half = select(isAtLeast(magnitude, 0x38800000), normal, small);
  half = select(isAtLeast(magnitude, 0x477ff000), math.bits(0x7c00), half);
  half = select(isAtLeast(magnitude, 0x7f800001), nan, half);
  return halfOfBits(math, half | (shiftRight(bits, 16) & 0x8000), type);
}

/// A conversion in steps of which one is between f16 and f32.
void expand(Operation *op) {
  OpBuilder b(op);
  Location loc = op->getLoc();
  Type type = op->getResult(0).getType();
  Value x = op->getOperand(0);
  bool widens = getElementTypeOrSelf(x).isF16();
  Type format = withElement(type, b.getF32Type());
  MathBuilder math(b, loc, format);
  auto convert = [&](Type to, Value from) -> Value {
    if (from.getType() == to)
      return from;
    OperationState state(loc, op->getName().getIdentifier(), from, to);
    return b.create(state)->getResult(0);
  };
  Value result = widens ? convert(type, extend(math, x)) : truncate(math, convert(format, x), type);
  op->replaceAllUsesWith(ValueRange(result));
  op->erase();
}

bool convertsHalf(Operation *op) {
  return isa<arith::ExtFOp, arith::TruncFOp, arith::SIToFPOp, arith::UIToFPOp, arith::FPToSIOp,
             arith::FPToUIOp>(op) &&
         (getElementTypeOrSelf(op->getOperand(0)).isF16() ||
          getElementTypeOrSelf(op->getResult(0)).isF16());
}

struct ExpandHalf : impl::ExpandHalfBase<ExpandHalf> {
  void runOnOperation() override {
    SmallVector<Operation *> found;
    getOperation()->walk([&](Operation *op) {
      if (convertsHalf(op))
        found.push_back(op);
    });
    llvm::for_each(found, expand);
  }
};

} // namespace
} // namespace agc
