// Reductions become a fill with the monoid's neutral element and a linalg.generic that combines.
#include "compiler/Lowering/Lowering.h"
#include "dialect/AgDialect.h"
#include "dialect/Shape.h"

using namespace mlir;

namespace agc {
namespace {

/// The type that a reduction accumulates in. Bools stay bytes: their monoids agree on 0 and 1.
Type accumulatorType(Type element) {
  return element.isInteger(1) ? storageType(element) : computeType(element);
}

/// A monoid's neutral element as a number.
Attribute identityOf(OpBuilder &b, const ag::Record &record, Type element) {
  double value = 0;
  if (!record.identity.getAsDouble(value))
    return b.getF64FloatAttr(value);
  bool lowest = record.identity == "lowest";
  if (isa<FloatType>(element))
    return b.getF64FloatAttr(lowest ? -INFINITY : INFINITY);
  unsigned width = element.getIntOrFloatBitWidth();
  bool isUnsigned = element.isUnsignedInteger() || width == 1;
  APInt bound = isUnsigned
                    ? (lowest ? APInt::getMinValue(width) : APInt::getMaxValue(width))
                    : (lowest ? APInt::getSignedMinValue(width) : APInt::getSignedMaxValue(width));
  return b.getI64IntegerAttr(isUnsigned ? int64_t(bound.getZExtValue()) : bound.getSExtValue());
}

/// Puts the reduced dims back as extent 1.
Value keepDims(OpBuilder &b, Location loc, Value reduced, ArrayRef<int64_t> dims, int64_t rank) {
  SmallVector<OpFoldResult> extents = ag::extentsOf(b, loc, reduced);
  for (int64_t dim : dims)
    extents.insert(extents.begin() + dim, b.getIndexAttr(1));
  auto [shape, sizes] = ag::splitExtents(extents);
  auto type = RankedTensorType::get(shape, ag::tensorType(reduced).getElementType());
  // Each kept dim of the reduced tensor takes the reduced dims after it; leading ones go to the
  // first.
  SmallVector<ReassociationIndices> groups;
  for (int64_t i = 0; i < rank; ++i) {
    bool isKept = !llvm::is_contained(dims, i);
    if (isKept && (groups.empty() || llvm::any_of(groups.back(), [&](int64_t j) {
                     return !llvm::is_contained(dims, j);
                   })))
      groups.push_back({});
    if (groups.empty())
      groups.push_back({});
    groups.back().push_back(i);
  }
  if (ag::tensorType(reduced).getRank() == 0)
    groups.clear();
  return tensor::ExpandShapeOp::create(b, loc, type, reduced, groups, extents);
}

struct LowerReduce : OpConversionPattern<ag::ReduceOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(ag::ReduceOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    const ag::Record &record = *ag::recordOf(op);
    Type element = op.getSelf().getType().getElementType();
    Type computed = accumulatorType(element);
    int64_t rank = op.getSelf().getType().getRank();

    Extents kept;
    SmallVector<AffineExpr> result;
    SmallVector<utils::IteratorType> iterators;
    for (auto [i, extent] : llvm::enumerate(ag::extentsOf(rewriter, loc, adaptor.getSelf()))) {
      bool reduced = llvm::is_contained(op.getDim(), int64_t(i));
      iterators.push_back(reduced ? utils::IteratorType::reduction : utils::IteratorType::parallel);
      if (reduced)
        continue;
      kept.push_back(extent);
      result.push_back(rewriter.getAffineDimExpr(i));
    }
    Value identity = scalarConstant(rewriter, loc, computed, identityOf(rewriter, record, element));
    Value init = filledTensor(rewriter, loc, identity, kept);
    auto body = [&](OpBuilder &b, Location at, ValueRange args) {
      Value self = element.isInteger(1) ? args[0] : loadElement(b, at, args[0], element);
      ScalarScope scope{record, element, {self}, ag::paramsOf(op), args[1]};
      linalg::YieldOp::create(b, at, lowerRecord(b, at, scope));
    };
    AffineMap maps[] = {rewriter.getMultiDimIdentityMap(rank),
                        AffineMap::get(rank, 0, result, rewriter.getContext())};
    Value reduced = linalg::GenericOp::create(rewriter, loc, init.getType(), adaptor.getSelf(),
                                              init, maps, iterators, body)
                        .getResult(0);
    if (computed != storageType(element))
      reduced = buildPointwise(rewriter, loc, reduced, kept, element,
                               [&](OpBuilder &b, Location at, ValueRange args) {
                                 return storeElement(b, at, args[0], element);
                               });
    if (op.getKeepdim() && !op.getDim().empty())
      reduced = keepDims(rewriter, loc, reduced, op.getDim(), rank);
    rewriter.replaceOp(op, reduced);
    return success();
  }
};

} // namespace

void populateReduceLowering(const TypeConverter &types, RewritePatternSet &patterns) {
  patterns.add<LowerReduce>(types, patterns.getContext());
}

} // namespace agc
