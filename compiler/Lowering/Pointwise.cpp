// Pointwise ops become linalg.generic with their record's scalar lowering as the body.
#include "compiler/Lowering/Lowering.h"
#include "dialect/AgDialect.h"
#include "dialect/Shape.h"

using namespace mlir;

namespace agc {
namespace {

/// The extents that operands broadcast to; where two of them are not known to agree, a check.
Extents broadcastExtents(OpBuilder &b, Location loc, ValueRange operands, RankedTensorType result) {
  Extents extents(result.getRank());
  for (Value operand : operands) {
    Extents own = ag::extentsOf(b, loc, operand);
    size_t offset = extents.size() - own.size();
    for (auto [i, extent] : llvm::enumerate(own)) {
      OpFoldResult &wide = extents[offset + i];
      if (isConstantIntValue(extent, 1) && result.getDimSize(offset + i) != 1)
        continue;
      if (wide)
        buildExtentCheck(b, loc, wide, extent);
      if (!wide || getConstantIntValue(extent))
        wide = extent;
    }
  }
  return extents;
}

/// Fails the call where the record says so of an element.
void checkFailure(OpBuilder &b, ag::MapOp op, const ag::FailureSpec &failure, ScalarScope scope,
                  ValueRange operands) {
  // Only what the condition reads is looked at.
  SmallVector<unsigned> positions;
  SmallVector<Value> read;
  ag::Shape shape;
  for (unsigned i = 0; i < operands.size(); ++i) {
    const ag::ArgSpec *spec = &scope.record.tensorArg(i);
    if (llvm::none_of(failure.lower.nodes, [&](const ag::ExprNode &node) {
          return node.kind == ag::ExprNode::Arg && &scope.record.args[node.index] == spec;
        }))
      continue;
    positions.push_back(i);
    read.push_back(operands[i]);
    shape = *ag::broadcastShapes(shape, ag::tensorType(operands[i]).getShape());
  }
  scope.operands.resize(scope.record.numTensors());
  auto condition = [&](OpBuilder &nested, Location at, ValueRange stored) {
    for (auto [position, value] : llvm::zip(positions, stored))
      scope.operands[position] =
          loadElement(nested, at, value, getElementTypeOrSelf(op.getOperand(position).getType()));
    return lowerExpr(nested, at, failure.lower, scope);
  };
  auto type = RankedTensorType::get(shape, b.getI1Type());
  buildElementCheck(b, op.getLoc(), read, broadcastExtents(b, op.getLoc(), read, type), condition,
                    failure.status, failure.message);
}

struct LowerMap : OpConversionPattern<ag::MapOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(ag::MapOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    const ag::Record &record = *ag::recordOf(op);
    SmallVector<Type> elements =
        llvm::map_to_vector(op.getOperandTypes(), [](Type t) { return getElementTypeOrSelf(t); });
    Type result = op.getType().getElementType();
    ScalarScope scope{
        record, recordElement(record, op.getOperandTypes()), {}, ag::paramsOf(op), {}};
    auto body = [&](OpBuilder &b, Location at, ValueRange stored) {
      for (auto [value, element] : llvm::zip(stored, elements))
        scope.operands.push_back(loadElement(b, at, value, element));
      scope.operands.resize(record.numTensors());
      return storeElement(b, at, lowerRecord(b, at, scope), result);
    };
    ValueRange operands = adaptor.getOperands();
    bool isEmpty = llvm::is_contained(op.getType().getShape(), 0);
    if (const auto *failure = record.failure(ag::kindOf(scope.element)); failure && !isEmpty)
      checkFailure(rewriter, op, *failure, scope, operands);
    Extents extents = broadcastExtents(rewriter, loc, operands, op.getType());
    rewriter.replaceOp(op,
                       buildPointwise(rewriter, loc, operands, extents, storageType(result), body));
    return success();
  }
};

struct LowerCast : OpConversionPattern<ag::CastOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(ag::CastOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    Type from = op.getSelf().getType().getElementType(), to = op.getType().getElementType();
    auto body = [&](OpBuilder &b, Location at, ValueRange stored) {
      Value value = loadElement(b, at, stored[0], from);
      return storeElement(b, at, castElement(b, at, value, from, to), to);
    };
    Extents extents = ag::extentsOf(rewriter, op.getLoc(), adaptor.getSelf());
    rewriter.replaceOp(op, buildPointwise(rewriter, op.getLoc(), adaptor.getSelf(), extents,
                                          storageType(to), body));
    return success();
  }
};

/// Marks for the differentiator are identities once gradients stand in the IR.
template <typename Op> struct LowerMark : OpConversionPattern<Op> {
  using OpConversionPattern<Op>::OpConversionPattern;

  LogicalResult matchAndRewrite(Op op, typename Op::Adaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    rewriter.replaceOp(op, adaptor.getOperands().back());
    return success();
  }
};

/// What may fail on the way to the values is code by now, and stays without them.
struct LowerCheck : OpConversionPattern<ag::CheckOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(ag::CheckOp op, OpAdaptor,
                                ConversionPatternRewriter &rewriter) const override {
    rewriter.eraseOp(op);
    return success();
  }
};

} // namespace

void populatePointwiseLowering(const TypeConverter &types, RewritePatternSet &patterns) {
  patterns.add<LowerMap, LowerCast, LowerMark<ag::LeafMarkOp>, LowerMark<ag::StopGradientOp>,
               LowerMark<ag::StraightThroughOp>, LowerCheck>(types, patterns.getContext());
}

} // namespace agc
