// Data movement becomes tensor ops, and linalg.generic where elements change places.
#include "compiler/Lowering/Lowering.h"
#include "dialect/AgDialect.h"
#include "dialect/Shape.h"
#include "mlir/Dialect/Utils/ReshapeOpsUtils.h"
#include "mlir/IR/DialectResourceBlobManager.h"

using namespace mlir;

namespace agc {
namespace {

Value firstElement(OpBuilder &, Location, ValueRange stored) { return stored[0]; }

/// Elements as they are stored (see storageType); null where the encoding cannot be changed.
ElementsAttr storedElements(ElementsAttr value, RankedTensorType type) {
  if (value.getShapedType() == type)
    return value;
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(value))
    return DenseResourceElementsAttr::get(type, resource.getRawHandle());
  auto dense = dyn_cast<DenseElementsAttr>(value);
  if (!dense)
    return {};
  if (dense.getElementType().isBF16())
    return dense.bitcast(type.getElementType());
  unsigned width = type.getElementTypeBitWidth();
  return cast<DenseIntElementsAttr>(dense).mapValues(
      type.getElementType(), [&](const APInt &bits) { return bits.zextOrTrunc(width); });
}

struct LowerConstant : OpConversionPattern<ag::ConstantOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(ag::ConstantOp op, OpAdaptor,
                                ConversionPatternRewriter &rewriter) const override {
    auto type = getTypeConverter()->convertType<RankedTensorType>(op.getType());
    ElementsAttr value = storedElements(op.getValue(), type);
    if (!value)
      return rewriter.notifyMatchFailure(op, "its elements have an encoding that does not lower");
    rewriter.replaceOpWithNewOp<arith::ConstantOp>(op, type, value);
    return success();
  }
};

struct LowerIota : OpConversionPattern<ag::IotaOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(ag::IotaOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    auto body = [&](OpBuilder &b, Location at, ValueRange) -> Value {
      Value index = linalg::IndexOp::create(b, at, op.getDim());
      return arith::IndexCastOp::create(b, at, b.getI64Type(), index);
    };
    Extents extents = extentsFrom(rewriter, loc, op.getType(), adaptor.getSizes());
    rewriter.replaceOp(
        op, buildPointwise(rewriter, loc, {}, extents, op.getType().getElementType(), body));
    return success();
  }
};

struct LowerReshape : OpConversionPattern<ag::ReshapeOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(ag::ReshapeOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    Value self = adaptor.getSelf();
    RankedTensorType from = ag::tensorType(self);
    auto to = getTypeConverter()->convertType<RankedTensorType>(op.getType());
    Extents extents = extentsFrom(rewriter, loc, to, adaptor.getSizes());
    if (!from.hasStaticShape() || !to.hasStaticShape())
      buildExtentCheck(rewriter, loc,
                       ag::countElements(rewriter, loc, ag::extentsOf(rewriter, loc, self)),
                       ag::countElements(rewriter, loc, extents));
    auto groups = from.hasStaticShape() && to.hasStaticShape()
                      ? getReassociationIndicesForReshape(from, to)
                      : std::nullopt;
    if (llvm::is_contained(to.getShape(), 0)) // a view of nothing has no form of its own
      rewriter.replaceOp(op, emptyTensor(rewriter, loc, extents, to.getElementType()));
    else if (from == to && to.hasStaticShape())
      rewriter.replaceOp(op, self);
    else if (groups && from.getRank() > to.getRank())
      rewriter.replaceOpWithNewOp<tensor::CollapseShapeOp>(op, to, self, *groups);
    else if (groups && from.getRank() < to.getRank())
      rewriter.replaceOpWithNewOp<tensor::ExpandShapeOp>(op, to, self, *groups, extents);
    else
      rewriter.replaceOp(op, unflatten(rewriter, loc, flatten(rewriter, loc, self), to, extents));
    return success();
  }
};

struct LowerPermute : OpConversionPattern<ag::PermuteOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(ag::PermuteOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    Extents own = ag::extentsOf(rewriter, op.getLoc(), adaptor.getSelf()), extents;
    SmallVector<unsigned> inverse(own.size());
    for (auto [i, dim] : llvm::enumerate(op.getDims())) {
      extents.push_back(own[dim]);
      inverse[dim] = i;
    }
    AffineMap map = AffineMap::getPermutationMap(inverse, rewriter.getContext());
    rewriter.replaceOp(op, buildMapped(rewriter, op.getLoc(), adaptor.getSelf(), map, extents,
                                       ag::tensorType(adaptor.getSelf()).getElementType(),
                                       firstElement));
    return success();
  }
};

struct LowerExpand : OpConversionPattern<ag::ExpandOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(ag::ExpandOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    Value self = adaptor.getSelf();
    Extents extents = extentsFrom(rewriter, loc, op.getType(), adaptor.getSizes());
    size_t offset = extents.size() - ag::tensorType(self).getRank();
    for (auto [i, extent] : llvm::enumerate(ag::extentsOf(rewriter, loc, self)))
      if (!isConstantIntValue(extent, 1))
        buildExtentCheck(rewriter, loc, extents[offset + i], extent);
    rewriter.replaceOp(op, buildPointwise(rewriter, loc, self, extents,
                                          ag::tensorType(self).getElementType(), firstElement));
    return success();
  }
};

/// Fails the call unless the box [start, start + (size - 1) * step] lies in the extent.
void checkBox(OpBuilder &b, Location loc, OpFoldResult start, OpFoldResult size, int64_t step,
              OpFoldResult extent) {
  if (getConstantIntValue(start) && getConstantIntValue(size) && getConstantIntValue(extent))
    return; // the op's verifier has
  Value first = indexValue(b, loc, start), count = indexValue(b, loc, size);
  Value zero = arith::ConstantIndexOp::create(b, loc, 0),
        one = arith::ConstantIndexOp::create(b, loc, 1);
  Value factor = arith::ConstantIndexOp::create(b, loc, step);
  Value last = arith::AddIOp::create(
      b, loc, first,
      arith::MulIOp::create(b, loc, arith::SubIOp::create(b, loc, count, one), factor));
  auto compare = [&](arith::CmpIPredicate predicate, Value x, Value y) -> Value {
    return arith::CmpIOp::create(b, loc, predicate, x, y);
  };
  Value inside =
      arith::AndIOp::create(b, loc, compare(arith::CmpIPredicate::sge, first, zero),
                            compare(arith::CmpIPredicate::slt, last, indexValue(b, loc, extent)));
  Value isEmpty = compare(arith::CmpIPredicate::eq, count, zero);
  buildCheck(b, loc, arith::OrIOp::create(b, loc, isEmpty, inside), AGC_ERROR_EXTENT,
             "a slice leaves its tensor");
}

/// Whether a tensor is known to have no element. Its box has no place: a slice op would not verify.
bool isKnownEmpty(Value tensor) { return llvm::is_contained(ag::tensorType(tensor).getShape(), 0); }

struct LowerSlice : OpConversionPattern<ag::SliceOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(ag::SliceOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    Extents starts = getMixedValues(op.getStaticStarts(), adaptor.getStarts(), rewriter);
    Extents sizes = extentsFrom(rewriter, loc, op.getType(), adaptor.getSizes());
    Extents whole = ag::extentsOf(rewriter, loc, adaptor.getSelf());
    for (size_t i = 0; i < whole.size(); ++i)
      checkBox(rewriter, loc, starts[i], sizes[i], op.getSteps()[i], whole[i]);
    if (isKnownEmpty(op.getResult())) {
      rewriter.replaceOp(op, emptyTensor(rewriter, loc, sizes,
                                         ag::tensorType(adaptor.getSelf()).getElementType()));
      return success();
    }
    Extents steps = getAsIndexOpFoldResult(rewriter.getContext(), op.getSteps());
    rewriter.replaceOpWithNewOp<tensor::ExtractSliceOp>(op, adaptor.getSelf(), starts, sizes,
                                                        steps);
    return success();
  }
};

struct LowerPad : OpConversionPattern<ag::PadOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(ag::PadOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    Extents starts = getMixedValues(op.getStaticStarts(), adaptor.getStarts(), rewriter);
    Extents whole = extentsFrom(rewriter, loc, op.getType(), adaptor.getSizes());
    Extents sizes = ag::extentsOf(rewriter, loc, adaptor.getSelf());
    for (size_t i = 0; i < whole.size(); ++i)
      checkBox(rewriter, loc, starts[i], sizes[i], op.getSteps()[i], whole[i]);
    Value value = tensor::ExtractOp::create(rewriter, loc, adaptor.getValue(), ValueRange());
    Value filled = filledTensor(rewriter, loc, value, whole);
    if (isKnownEmpty(adaptor.getSelf())) {
      rewriter.replaceOp(op, filled);
      return success();
    }
    Extents steps = getAsIndexOpFoldResult(rewriter.getContext(), op.getSteps());
    rewriter.replaceOpWithNewOp<tensor::InsertSliceOp>(op, adaptor.getSelf(), filled, starts, sizes,
                                                       steps);
    return success();
  }
};

struct LowerFlip : OpConversionPattern<ag::FlipOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(ag::FlipOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    Value self = adaptor.getSelf();
    Extents extents = ag::extentsOf(rewriter, loc, self);
    SmallVector<Value> last(extents.size());
    Value one = arith::ConstantIndexOp::create(rewriter, loc, 1);
    for (int64_t dim : op.getDims())
      last[dim] =
          arith::SubIOp::create(rewriter, loc, indexValue(rewriter, loc, extents[dim]), one);
    auto body = [&](OpBuilder &b, Location at, ValueRange) -> Value {
      SmallVector<Value> indices;
      for (auto [i, end] : llvm::enumerate(last)) {
        Value index = linalg::IndexOp::create(b, at, i);
        indices.push_back(end ? Value(arith::SubIOp::create(b, at, end, index)) : index);
      }
      return tensor::ExtractOp::create(b, at, self, indices);
    };
    rewriter.replaceOp(op, buildPointwise(rewriter, loc, {}, extents,
                                          ag::tensorType(self).getElementType(), body));
    return success();
  }
};

/// Of one value: the time to bufferize it grows with more than the cube of its parts.
constexpr size_t kPartsOfCat = 16;

/// Tensors one after the other along `dim`, all others of whose extents are `extents`; many by
/// groups.
Value joinParts(OpBuilder &builder, Location loc, SmallVector<Value> parts, Extents extents,
                int64_t dim) {
  if (parts.size() > kPartsOfCat) {
    size_t each = llvm::divideCeil(parts.size(), kPartsOfCat);
    SmallVector<Value> groups;
    for (ArrayRef<Value> rest = parts; !rest.empty();
         rest = rest.drop_front(std::min(each, rest.size())))
      groups.push_back(
          joinParts(builder, loc, SmallVector<Value>(rest.take_front(each)), extents, dim));
    parts = std::move(groups);
  }
  Extents origin(extents.size(), builder.getIndexAttr(0)),
      ones(extents.size(), builder.getIndexAttr(1));
  SmallVector<OpFoldResult> starts;
  Value end = arith::ConstantIndexOp::create(builder, loc, 0);
  for (Value part : parts) {
    starts.push_back(getAsOpFoldResult(end));
    Value extent = indexValue(builder, loc, ag::extentsOf(builder, loc, part)[dim]);
    end = builder.createOrFold<arith::AddIOp>(loc, end, extent);
  }
  extents[dim] = getAsOpFoldResult(end);
  Value result = emptyTensor(builder, loc, extents, ag::tensorType(parts[0]).getElementType());
  for (auto [part, start] : llvm::zip(parts, starts)) {
    if (isKnownEmpty(part))
      continue;
    origin[dim] = start;
    result = tensor::InsertSliceOp::create(builder, loc, part, result, origin,
                                           ag::extentsOf(builder, loc, part), ones);
  }
  return result;
}

struct LowerCat : OpConversionPattern<ag::CatOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(ag::CatOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    int64_t dim = op.getDim();
    Extents extents = ag::extentsOf(rewriter, loc, adaptor.getTensors().front());
    for (Value tensor : adaptor.getTensors())
      for (auto [i, extent] : llvm::enumerate(ag::extentsOf(rewriter, loc, tensor)))
        if (int64_t(i) != dim)
          buildExtentCheck(rewriter, loc, extents[i], extent);
    Value result = joinParts(rewriter, loc, llvm::to_vector(adaptor.getTensors()), extents, dim);
    if (result.getType() != getTypeConverter()->convertType(op.getType()))
      result = tensor::CastOp::create(rewriter, loc, getTypeConverter()->convertType(op.getType()),
                                      result);
    rewriter.replaceOp(op, result);
    return success();
  }
};

} // namespace

void populateMoveLowering(const TypeConverter &types, RewritePatternSet &patterns) {
  patterns.add<LowerConstant, LowerIota, LowerReshape, LowerPermute, LowerExpand, LowerSlice,
               LowerPad, LowerFlip, LowerCat>(types, patterns.getContext());
}

} // namespace agc
