// Rewrites of pointwise ops and casts that keep every bit.
#include "compiler/Transforms/Simplify.h"
#include "dialect/AgDialect.h"
#include "dialect/RuleBuilder.h"
#include "dialect/Shape.h"
#include <cmath>

using namespace mlir;

namespace agc {

std::optional<double> splatOf(Value value) {
  while (Operation *op = value.getDefiningOp()) {
    if (!isa<ag::ExpandOp, ag::ReshapeOp, ag::PermuteOp>(op))
      break;
    value = op->getOperand(0);
  }
  auto constant = value.getDefiningOp<ag::ConstantOp>();
  auto elements = constant ? dyn_cast<DenseElementsAttr>(constant.getValue()) : nullptr;
  if (!elements || !elements.isSplat())
    return {};
  Type type = elements.getElementType();
  if (isa<FloatType>(type)) {
    APFloat number = elements.getSplatValue<APFloat>();
    bool loses;
    number.convert(APFloat::IEEEdouble(), APFloat::rmNearestTiesToEven, &loses);
    return number.convertToDouble();
  }
  if (auto integer = dyn_cast<IntegerType>(type)) {
    APInt number = elements.getSplatValue<APInt>();
    bool isSigned = !integer.isUnsigned() && integer.getWidth() > 1;
    return isSigned ? double(number.getSExtValue()) : double(number.getZExtValue());
  }
  return {};
}

namespace {

/// The operand of `neg(x)`, or null.
Value negated(Value value) {
  auto map = value.getDefiningOp<ag::MapOp>();
  return map && map.getFn() == "neg" ? map.getOperands()[0] : Value();
}

bool isZero(Value value, bool negative) {
  std::optional<double> number = splatOf(value);
  return number && *number == 0 && std::signbit(*number) == negative;
}

bool isOne(Value value) { return splatOf(value) == 1.0; }

/// x * 1, x / 1, x - 0, x + -0, where(c, x, x), -(-x), conj(conj(x)): x. (x + 0 is not x at -0.)
struct DropIdentity : OpRewritePattern<ag::MapOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(ag::MapOp op, PatternRewriter &rewriter) const override {
    Value same = identity(op);
    if (!same || same.getType() != op.getType())
      return rewriter.notifyMatchFailure(op, "not an identity");
    rewriter.replaceOp(op, same);
    return success();
  }

private:
  static Value identity(ag::MapOp op) {
    StringRef fn = op.getFn();
    ValueRange x = op.getOperands();
    if (!op.getParams().empty())
      return {};
    if (fn == "mul")
      return isOne(x[1]) ? x[0] : isOne(x[0]) ? x[1] : Value();
    if (fn == "div")
      return isOne(x[1]) ? x[0] : Value();
    if (fn == "sub")
      return isZero(x[1], /*negative=*/false) ? x[0] : Value();
    if (fn == "add")
      return isZero(x[1], true) ? x[0] : isZero(x[0], true) ? x[1] : Value();
    if (fn == "where")
      return x[1] == x[2] ? x[1] : Value();
    auto inner = x[0].getDefiningOp<ag::MapOp>();
    if ((fn == "neg" || fn == "conj") && inner && inner.getFn() == fn)
      return inner.getOperands()[0];
    return {};
  }
};

/// x + (-y): x - y. x - (-y): x + y. (-x) + y: y - x. The same IEEE operation.
struct FoldNegation : OpRewritePattern<ag::MapOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(ag::MapOp op, PatternRewriter &rewriter) const override {
    StringRef fn = op.getFn();
    if ((fn != "add" && fn != "sub") || !op.getParams().empty())
      return rewriter.notifyMatchFailure(op, "no sum");
    Value left = op.getOperands()[0], right = op.getOperands()[1];
    StringRef other = fn == "add" ? "sub" : "add";
    if (Value y = negated(right))
      return replace(op, rewriter, other, {left, y});
    if (Value x = fn == "add" ? negated(left) : Value())
      return replace(op, rewriter, other, {right, x});
    return rewriter.notifyMatchFailure(op, "no negated operand");
  }

private:
  static LogicalResult replace(ag::MapOp op, PatternRewriter &rewriter, StringRef fn,
                               ArrayRef<Value> operands) {
    rewriter.modifyOpInPlace(op, [&] {
      op.setFn(fn);
      op->setOperands(operands);
    });
    return success();
  }
};

/// Whether every value of one element type is a value of another.
bool isExact(Type from, Type to) {
  auto fromFloat = dyn_cast<FloatType>(from), toFloat = dyn_cast<FloatType>(to);
  if (fromFloat && toFloat)
    return toFloat.isF64() || from == to || (toFloat.isF32() && fromFloat.getWidth() == 16);
  auto fromInt = dyn_cast<IntegerType>(from);
  if (!fromInt)
    return false;
  bool isUnsigned = fromInt.isUnsigned() || fromInt.getWidth() == 1;
  if (toFloat)
    return fromInt.getWidth() <= toFloat.getFPMantissaWidth();
  auto toInt = dyn_cast<IntegerType>(to);
  if (!toInt || toInt.getWidth() == 1 || (toInt.isUnsigned() && !isUnsigned))
    return from == to;
  return fromInt.getWidth() < toInt.getWidth() || from == to;
}

/// A cast through a type that holds every value of the first: one cast.
struct FoldCastPair : OpRewritePattern<ag::CastOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(ag::CastOp op, PatternRewriter &rewriter) const override {
    auto inner = op.getSelf().getDefiningOp<ag::CastOp>();
    if (!inner || !isExact(getElementTypeOrSelf(inner.getSelf()), getElementTypeOrSelf(inner)))
      return rewriter.notifyMatchFailure(op, "the first cast may round");
    if (inner.getSelf().getType() == op.getType())
      rewriter.replaceOp(op, inner.getSelf());
    else
      rewriter.replaceOpWithNewOp<ag::CastOp>(op, op.getType(), inner.getSelf());
    return success();
  }
};

} // namespace

void populateMapSimplifications(RewritePatternSet &patterns) {
  patterns.add<DropIdentity, FoldNegation, FoldCastPair>(patterns.getContext());
}

} // namespace agc
