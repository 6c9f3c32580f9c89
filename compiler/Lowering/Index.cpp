// Reading at computed positions becomes tensor.extract, writing a loop of tensor.insert in
// row-major order; both check their positions first.
#include "compiler/Lowering/Lowering.h"
#include "dialect/AgDialect.h"
#include "dialect/Shape.h"

using namespace mlir;

namespace agc {
namespace {

/// The condition, which also holds where there is no element.
Value orIsEmpty(OpBuilder &b, Location loc, OpFoldResult count, Value condition) {
  if (getConstantIntValue(count))
    return condition;
  Value none = arith::ConstantIndexOp::create(b, loc, 0);
  Value isEmpty =
      arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, indexValue(b, loc, count), none);
  return arith::OrIOp::create(b, loc, isEmpty, condition);
}

/// Fails the call where an element of `index` (i64) lies outside [0, extent): where the greatest
/// does, of which a negative one is greater than any extent.
void checkIndices(OpBuilder &b, Location loc, Value index, Value extent, int64_t dim) {
  Extents extents = ag::extentsOf(b, loc, index);
  OpFoldResult count = ag::countElements(b, loc, extents);
  if (isConstantIntValue(count, 0))
    return;
  auto greater = [](OpBuilder &nested, Location at, Value acc, ValueRange element) -> Value {
    return arith::MaxUIOp::create(nested, at, acc, element[0]);
  };
  Value zero = arith::ConstantOp::create(b, loc, b.getI64IntegerAttr(0));
  Value greatest = reduceElements(b, loc, index, extents, zero, greater);
  Value limit = arith::IndexCastOp::create(b, loc, b.getI64Type(), extent);
  Value inside = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult, greatest, limit);
  Value holds = orIsEmpty(b, loc, count, inside);
  std::string place = "out of range for dim " + std::to_string(dim);
  buildCheck(b, loc, holds, AGC_ERROR_INDEX, "an index is " + place,
             "index %lld is " + place + " of size %lld");
}

/// A position as an index; 0 where it is out of range, so that nothing is read or written outside
/// before the check fails the call.
Value safePosition(OpBuilder &b, Location loc, Value index, Value extent) {
  Value position = arith::IndexCastOp::create(b, loc, b.getIndexType(), index);
  Value zero = arith::ConstantIndexOp::create(b, loc, 0);
  Value inside = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult, position, extent);
  return arith::SelectOp::create(b, loc, inside, position, zero);
}

/// An index tensor without what ag.expand repeats, where it has extent 1: it is read where it
/// stands, and each of its elements is checked once.
Value narrowIndex(Value index, Value converted, ConversionPatternRewriter &rewriter) {
  auto wide = index.getDefiningOp<ag::ExpandOp>();
  if (!wide || wide.getSelf().getType().getRank() != wide.getType().getRank())
    return converted;
  return rewriter.getRemappedValue(wide.getSelf());
}

/// Fails the call where an index tensor of unknown extents is larger than the tensor beside it.
void checkNoLarger(OpBuilder &b, Location loc, Value index, Value other, int64_t except) {
  Extents inner = ag::extentsOf(b, loc, index), outer = ag::extentsOf(b, loc, other);
  for (auto [i, small] : llvm::enumerate(inner)) {
    if (int64_t(i) == except || isEqualConstantIntOrValue(small, outer[i]) ||
        (getConstantIntValue(small) && getConstantIntValue(outer[i])))
      continue;
    Value fits = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::sle, indexValue(b, loc, small),
                                       indexValue(b, loc, outer[i]));
    OpFoldResult count = ag::countElements(b, loc, inner);
    buildCheck(b, loc, orIsEmpty(b, loc, count, fits), AGC_ERROR_EXTENT,
               "dim " + Twine(i) + " of an index tensor is larger than its operand's",
               "dim " + Twine(i) + " of an index tensor is %lld, more than its operand's %lld");
  }
}

struct LowerGather : OpConversionPattern<ag::GatherOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(ag::GatherOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    Value self = adaptor.getSelf(), wide = adaptor.getIndex();
    Value index = narrowIndex(op.getIndex(), wide, rewriter);
    int64_t dim = op.getDim();
    Value extent = indexValue(rewriter, loc, ag::extentsOf(rewriter, loc, self)[dim]);
    checkNoLarger(rewriter, loc, wide, self, dim);
    checkIndices(rewriter, loc, index, extent, dim);
    auto body = [&](OpBuilder &b, Location at, ValueRange stored) -> Value {
      SmallVector<Value> position;
      for (int64_t i = 0, rank = ag::tensorType(self).getRank(); i < rank; ++i)
        position.push_back(i == dim ? safePosition(b, at, stored[0], extent)
                                    : Value(linalg::IndexOp::create(b, at, i)));
      return tensor::ExtractOp::create(b, at, self, position);
    };
    rewriter.replaceOp(op, buildPointwise(rewriter, loc, index, ag::extentsOf(rewriter, loc, wide),
                                          ag::tensorType(self).getElementType(), body));
    return success();
  }
};

struct LowerScatter : OpConversionPattern<ag::ScatterOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(ag::ScatterOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    Value self = adaptor.getSelf(), wide = adaptor.getIndex(), src = adaptor.getSrc();
    Value index = narrowIndex(op.getIndex(), wide, rewriter);
    int64_t dim = op.getDim(), rank = ag::tensorType(self).getRank();
    Value extent = indexValue(rewriter, loc, ag::extentsOf(rewriter, loc, self)[dim]);
    checkNoLarger(rewriter, loc, wide, self, dim);
    checkNoLarger(rewriter, loc, wide, src, -1);
    checkIndices(rewriter, loc, index, extent, dim);

    Value zero = arith::ConstantIndexOp::create(rewriter, loc, 0);
    SmallVector<Value> ends;
    for (OpFoldResult size : ag::extentsOf(rewriter, loc, wide))
      ends.push_back(indexValue(rewriter, loc, size));
    // The index is read once for all elements that it is the same for.
    size_t depth = rank;
    while (depth && ag::tensorType(index).getDimSize(depth - 1) == 1)
      --depth;
    auto outer = [&](OpBuilder &b, Location at, ValueRange loops, ValueRange into) {
      SmallVector<Value> own(loops);
      for (auto [i, extent] : llvm::enumerate(ag::tensorType(index).getShape().take_front(depth)))
        own[i] = extent == 1 ? zero : own[i];
      own.resize(rank, zero);
      Value found = tensor::ExtractOp::create(b, at, index, own);
      Value place = safePosition(b, at, found, extent);
      auto inner = [&](OpBuilder &b, Location at, ValueRange rest, ValueRange into) {
        SmallVector<Value> from(loops);
        llvm::append_range(from, rest);
        SmallVector<Value> position(from);
        position[dim] = place;
        Value value = tensor::ExtractOp::create(b, at, src, from);
        if (op.getAdd())
          value = addTo(b, at, op.getType().getElementType(),
                        tensor::ExtractOp::create(b, at, into[0], position), value);
        return SmallVector<Value>{tensor::InsertOp::create(b, at, value, into[0], position)};
      };
      return buildLoops(b, at, ArrayRef(ends).drop_front(depth), into, inner);
    };
    rewriter.replaceOp(op,
                       buildLoops(rewriter, loc, ArrayRef(ends).take_front(depth), self, outer));
    return success();
  }

private:
  /// The sum of two stored elements; of bools, whether one of them holds.
  static Value addTo(OpBuilder &b, Location loc, Type element, Value acc, Value value) {
    Value sum =
        callRecord(b, loc, "add", element,
                   {loadElement(b, loc, acc, element), loadElement(b, loc, value, element)});
    return storeElement(b, loc, sum, element);
  }
};

} // namespace

void populateIndexLowering(const TypeConverter &types, RewritePatternSet &patterns) {
  patterns.add<LowerGather, LowerScatter>(types, patterns.getContext());
}

} // namespace agc
