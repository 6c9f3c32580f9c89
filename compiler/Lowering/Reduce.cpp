// Reductions become a fill with the monoid's neutral element and a linalg.generic that combines;
// positions one with two results.
#include "compiler/Lowering/Export.h"
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

/// The loops of a reduction over some dims of a tensor.
struct ReductionLoops {
  Extents kept; ///< the extents of the other dims
  SmallVector<utils::IteratorType> iterators;
  AffineMap input, output;

  ReductionLoops(OpBuilder &b, Location loc, Value self, ArrayRef<int64_t> dims) {
    SmallVector<AffineExpr> result;
    for (auto [i, extent] : llvm::enumerate(ag::extentsOf(b, loc, self))) {
      bool reduced = llvm::is_contained(dims, int64_t(i));
      iterators.push_back(reduced ? utils::IteratorType::reduction : utils::IteratorType::parallel);
      if (reduced)
        continue;
      kept.push_back(extent);
      result.push_back(b.getAffineDimExpr(i));
    }
    input = b.getMultiDimIdentityMap(iterators.size());
    output = AffineMap::get(iterators.size(), 0, result, b.getContext());
  }
};

/// An element as a reduction combines it.
Value loadCombined(OpBuilder &b, Location loc, Value stored, Type element) {
  return element.isInteger(1) ? stored : loadElement(b, loc, stored, element);
}

/// Fails the call where a dim of unknown extent turns out to have no element, and needs one.
void checkNotEmpty(OpBuilder &b, Location loc, const ag::Record &record, Value self,
                   ArrayRef<int64_t> dims) {
  if (!record.needsElement)
    return;
  Value zero = arith::ConstantIndexOp::create(b, loc, 0);
  for (int64_t dim : dims) {
    OpFoldResult extent = ag::extentsOf(b, loc, self)[dim];
    if (getConstantIntValue(extent))
      continue;
    Value some = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ne, cast<Value>(extent), zero);
    buildCheck(
        b, loc, some, AGC_ERROR_EXTENT,
        (record.name + "(): Expected reduction dim " + Twine(dim) + " to have non-zero size.")
            .str());
  }
}

struct LowerReduce : OpConversionPattern<ag::ReduceOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(ag::ReduceOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    const ag::Record &record = *ag::recordOf(op);
    Type element = op.getSelf().getType().getElementType();
    Type computed = accumulatorType(element);
    checkNotEmpty(rewriter, loc, record, adaptor.getSelf(), op.getDim());
    ReductionLoops loops(rewriter, loc, adaptor.getSelf(), op.getDim());
    Value identity = scalarConstant(rewriter, loc, computed, identityOf(rewriter, record, element));
    Value init = filledTensor(rewriter, loc, identity, loops.kept);
    ArrayRef<int64_t> shape = op.getSelf().getType().getShape();
    bool inOrder = !shape.empty() &&
                   (shape.back() == 1 || loops.iterators.back() == utils::IteratorType::parallel);
    auto body = [&](OpBuilder &b, Location at, ValueRange args) {
      Value self = loadCombined(b, at, args[0], element);
      ScalarScope scope{record, element, {self}, ag::paramsOf(op), args[1]};
      Value combined = lowerRecord(b, at, scope);
      if (Operation *combiner = combined.getDefiningOp(); inOrder && combiner)
        combiner->setAttr(attr::kInOrder, b.getUnitAttr());
      linalg::YieldOp::create(b, at, combined);
    };
    Value reduced =
        linalg::GenericOp::create(rewriter, loc, init.getType(), adaptor.getSelf(), init,
                                  ArrayRef({loops.input, loops.output}), loops.iterators, body)
            .getResult(0);
    if (computed != storageType(element))
      reduced = buildPointwise(rewriter, loc, reduced, loops.kept, storageType(element),
                               [&](OpBuilder &b, Location at, ValueRange args) {
                                 return storeElement(b, at, args[0], element);
                               });
    if (op.getKeepdim() && !op.getDim().empty())
      reduced = keepDims(rewriter, loc, reduced, op.getDim(), loops.iterators.size());
    rewriter.replaceOp(op, reduced);
    return success();
  }
};

/// The best element so far and its position, side by side.
struct LowerReduceIndex : OpConversionPattern<ag::ReduceIndexOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(ag::ReduceIndexOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    const ag::Record &record = *ag::recordOf(op);
    RankedTensorType type = op.getSelf().getType();
    Type element = type.getElementType(), computed = accumulatorType(element);
    int64_t dim = op.getDim();
    if (type.getRank() == 0) {
      Value zero = arith::ConstantOp::create(rewriter, loc, rewriter.getI64IntegerAttr(0));
      rewriter.replaceOp(op, filledTensor(rewriter, loc, zero, {}));
      return success();
    }
    checkNotEmpty(rewriter, loc, record, adaptor.getSelf(), dim);
    ReductionLoops loops(rewriter, loc, adaptor.getSelf(), dim);
    Value worst = scalarConstant(rewriter, loc, computed, identityOf(rewriter, record, element));
    Value first = arith::ConstantOp::create(rewriter, loc, rewriter.getI64IntegerAttr(0));
    Value inits[] = {filledTensor(rewriter, loc, worst, loops.kept),
                     filledTensor(rewriter, loc, first, loops.kept)};
    auto body = [&](OpBuilder &b, Location at, ValueRange args) {
      Value self = loadCombined(b, at, args[0], element);
      ScalarScope scope{record, element, {self}, ag::paramsOf(op), args[1]};
      Value better = lowerRecord(b, at, scope);
      Value here =
          arith::IndexCastOp::create(b, at, b.getI64Type(), linalg::IndexOp::create(b, at, dim));
      linalg::YieldOp::create(b, at,
                              ValueRange{arith::SelectOp::create(b, at, better, self, args[1]),
                                         arith::SelectOp::create(b, at, better, here, args[2])});
    };
    Value position = linalg::GenericOp::create(
                         rewriter, loc, ValueRange(inits).getTypes(), adaptor.getSelf(), inits,
                         ArrayRef({loops.input, loops.output, loops.output}), loops.iterators, body)
                         .getResult(1);
    if (op.getKeepdim())
      position = keepDims(rewriter, loc, position, dim, type.getRank());
    rewriter.replaceOp(op, position);
    return success();
  }
};

} // namespace

void populateReduceLowering(const TypeConverter &types, RewritePatternSet &patterns) {
  patterns.add<LowerReduce, LowerReduceIndex>(types, patterns.getContext());
}

} // namespace agc
