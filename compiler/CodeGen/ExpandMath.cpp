// agc-expand-math. After it no op of the math dialect on floating-point scalars or vectors is left
// but those that are instructions: fma, sqrt, absf, copysign, floor, ceil, trunc, roundeven, round,
// and tests. libm is called for sin, cos and tan of f64 beyond 2^30, and for nothing else.
#include "compiler/CodeGen/MathFunctions.h"
#include "compiler/CodeGen/Passes.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace agc {
#define GEN_PASS_DEF_EXPANDMATH
#include "compiler/CodeGen/Passes.h.inc"

namespace {

using Expansion = llvm::function_ref<SmallVector<Real>(ArrayRef<Real>)>;

/// The format that an operation on `type` is computed in: f16 and bf16 go through f32.
Type computeType(Type type) {
  Type element = getElementTypeOrSelf(type);
  if (element.isF32() || element.isF64())
    return type;
  if (!element.isF16() && !element.isBF16())
    return {};
  Type f32 = Float32Type::get(type.getContext());
  auto shaped = dyn_cast<ShapedType>(type);
  return shaped ? shaped.clone(f32) : f32;
}

/// Writes the op's results anew, unless its type is not one of ours.
void expand(Operation *op, Expansion expansion) {
  Type type = op->getResult(0).getType();
  Type format = computeType(type);
  if (!format || (isa<ShapedType>(type) && !isa<VectorType>(type)))
    return;
  OpBuilder builder(op);
  MathBuilder math(builder, op->getLoc(), format);
  SmallVector<Real> operands;
  for (Value operand : op->getOperands()) {
    if (format != type)
      operand = arith::ExtFOp::create(math.builder, format, operand);
    operands.push_back(math.wrap(operand));
  }
  SmallVector<Value> results;
  for (Real result : expansion(operands)) {
    Value value = result.value;
    if (format != type)
      value = arith::TruncFOp::create(math.builder, type, value);
    results.push_back(value);
  }
  op->replaceAllUsesWith(results);
  op->erase();
}

/// Adds the case "an Op expands by this function" to a TypeSwitch.
template <typename Op, typename Switch> Switch &unary(Switch &&cases, Real (*function)(Real)) {
  return cases.template Case<Op>([function](Op op) {
    expand(op, [&](ArrayRef<Real> x) { return SmallVector<Real>{function(x[0])}; });
  });
}

template <typename Op, typename Switch>
Switch &binary(Switch &&cases, Real (*function)(Real, Real)) {
  return cases.template Case<Op>([function](Op op) {
    expand(op, [&](ArrayRef<Real> x) { return SmallVector<Real>{function(x[0], x[1])}; });
  });
}

/// An op that is an instruction in f32 alone: f16 and bf16, for which LLVM may call a helper that
/// no libc has, are widened here.
void widen(Operation *op) {
  Type type = op->getResult(0).getType();
  Type format = computeType(type);
  if (!format || format == type)
    return;
  expand(op, [&](ArrayRef<Real> x) {
    SmallVector<Value> operands =
        llvm::map_to_vector(x, [](Real operand) { return operand.value; });
    OperationState state(op->getLoc(), op->getName().getIdentifier(), operands, format);
    MathBuilder &math = *x[0].math;
    return SmallVector<Real>{math.wrap(math.builder.create(state)->getResult(0))};
  });
}

/// Whether an op is an integer's conversion to bf16, in one step or in two.
bool convertsIntegerToBF16(Operation *op) {
  if (!isa<arith::SIToFPOp, arith::UIToFPOp, arith::TruncFOp>(op) ||
      !getElementTypeOrSelf(op->getResult(0)).isBF16())
    return false;
  Operation *source = isa<arith::TruncFOp>(op) ? op->getOperand(0).getDefiningOp() : op;
  return isa_and_nonnull<arith::SIToFPOp, arith::UIToFPOp>(source);
}

/// Goes through f32 and rounds its bits, to nearest even. LLVM would call a helper that no libc
/// has, and an arith.truncf would fold into the conversion again.
void convertByBits(Operation *op) {
  OpBuilder builder(op);
  Location loc = op->getLoc();
  Type type = op->getResult(0).getType();
  Value x = op->getOperand(0);
  if (!isa<arith::TruncFOp>(op)) {
    OperationState state(loc, op->getName().getIdentifier(), x, computeType(type));
    x = builder.create(state)->getResult(0);
  }
  auto likeResult = [&](Type element) {
    auto shaped = dyn_cast<ShapedType>(type);
    return shaped ? Type(shaped.clone(element)) : element;
  };
  Type words = likeResult(builder.getI32Type());
  auto constant = [&](int64_t value) -> Value {
    TypedAttr attr = builder.getI32IntegerAttr(value);
    if (auto shaped = dyn_cast<ShapedType>(words))
      attr = DenseElementsAttr::get(shaped, Attribute(attr));
    return arith::ConstantOp::create(builder, loc, attr);
  };
  Value sixteen = constant(16), bits = arith::BitcastOp::create(builder, loc, words, x);
  Value kept = arith::ShRUIOp::create(builder, loc, bits, sixteen);
  Value odd = arith::AndIOp::create(builder, loc, kept, constant(1));
  Value bias = arith::AddIOp::create(builder, loc, odd, constant(0x7fff)); // it is no NaN
  Value sum = arith::AddIOp::create(builder, loc, bits, bias);
  Value rounded = arith::ShRUIOp::create(builder, loc, sum, sixteen);
  Value low = arith::TruncIOp::create(builder, loc, likeResult(builder.getI16Type()), rounded);
  op->replaceAllUsesWith(arith::BitcastOp::create(builder, loc, type, low));
  op->erase();
}

void expandOp(Operation *op) {
  if (convertsIntegerToBF16(op))
    return convertByBits(op);
  if (isa<math::FloorOp, math::CeilOp, math::TruncOp, math::RoundOp, math::RoundEvenOp,
          math::SqrtOp, math::FmaOp>(op))
    return widen(op);
  llvm::TypeSwitch<Operation *> cases(op);
  unary<math::ExpOp>(cases, expandExp);
  unary<math::Exp2Op>(cases, expandExp2);
  unary<math::ExpM1Op>(cases, expandExpM1);
  unary<math::SinhOp>(cases, expandSinh);
  unary<math::CoshOp>(cases, expandCosh);
  unary<math::TanhOp>(cases, expandTanh);
  unary<math::LogOp>(cases, expandLog);
  unary<math::Log2Op>(cases, expandLog2);
  unary<math::Log10Op>(cases, expandLog10);
  unary<math::Log1pOp>(cases, expandLog1p);
  unary<math::AsinhOp>(cases, expandAsinh);
  unary<math::AcoshOp>(cases, expandAcosh);
  unary<math::AtanhOp>(cases, expandAtanh);
  unary<math::SinOp>(cases, expandSin);
  unary<math::CosOp>(cases, expandCos);
  unary<math::TanOp>(cases, expandTan);
  unary<math::AsinOp>(cases, expandAsin);
  unary<math::AcosOp>(cases, expandAcos);
  unary<math::AtanOp>(cases, expandAtan);
  unary<math::ErfOp>(cases, expandErf);
  unary<math::ErfcOp>(cases, expandErfc);
  unary<math::CbrtOp>(cases, expandCbrt);
  unary<math::RsqrtOp>(cases, expandRsqrt);
  binary<math::Atan2Op>(cases, expandAtan2);
  binary<math::PowFOp>(cases, expandPow);
  cases.Case<math::SincosOp>([](math::SincosOp sincos) {
    expand(sincos,
           [](ArrayRef<Real> x) { return SmallVector<Real>{expandSin(x[0]), expandCos(x[0])}; });
  });
}

struct ExpandMath : impl::ExpandMathBase<ExpandMath> {
  void runOnOperation() override {
    if (auto module = dyn_cast<ModuleOp>(getOperation()))
      declareLibm(module);
    SmallVector<Operation *> candidates;
    getOperation()->walk([&](Operation *op) {
      if (isa_and_nonnull<math::MathDialect>(op->getDialect()) || convertsIntegerToBF16(op))
        candidates.push_back(op);
    });
    for (Operation *op : candidates)
      expandOp(op);
  }
};

} // namespace
} // namespace agc
