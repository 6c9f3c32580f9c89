// Helpers that build linalg on tensors from what the ops of `ag` know.
#include "compiler/Lowering/Lowering.h"
#include "compiler/Lowering/Export.h"
#include "dialect/Shape.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace agc {

Value emptyTensor(OpBuilder &b, Location loc, ArrayRef<OpFoldResult> extents, Type element) {
  return tensor::EmptyOp::create(b, loc, extents, element);
}

Value filledTensor(OpBuilder &b, Location loc, Value value, ArrayRef<OpFoldResult> extents) {
  Value empty = emptyTensor(b, loc, extents, value.getType());
  return linalg::FillOp::create(b, loc, value, empty).getResult(0);
}

/// Whether an extent follows from others without a difference: those are not negative.
static bool isNeverNegative(Value size) {
  if (std::optional<int64_t> known = getConstantIntValue(size))
    return *known >= 0;
  Operation *op = size.getDefiningOp();
  if (isa_and_nonnull<tensor::DimOp>(op))
    return true;
  return isa_and_nonnull<arith::AddIOp, arith::MulIOp>(op) &&
         llvm::all_of(op->getOperands(), isNeverNegative);
}

Extents extentsFrom(OpBuilder &b, Location loc, RankedTensorType type, ValueRange sizes) {
  for (Value size : sizes) {
    if (isNeverNegative(size))
      continue;
    Value none = arith::ConstantIndexOp::create(b, loc, 0);
    Value holds = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::sle, none, size);
    buildCheck(b, loc, holds, AGC_ERROR_EXTENT, "an extent is negative",
               "an extent must be at least %lld, but is %lld");
  }
  return getMixedValues(type.getShape(), sizes, b);
}

Value indexValue(OpBuilder &b, Location loc, OpFoldResult extent) {
  return getValueOrCreateConstantIndexOp(b, loc, extent);
}

/// How an operand is read by loops of `rank` dims: aligned at the last one, an extent 1 repeats.
static AffineMap broadcastMap(OpBuilder &b, RankedTensorType operand,
                              ArrayRef<OpFoldResult> extents) {
  int64_t rank = extents.size(), offset = rank - operand.getRank();
  SmallVector<AffineExpr> exprs;
  for (int64_t i = 0; i < operand.getRank(); ++i) {
    bool repeats = operand.getDimSize(i) == 1 && !isConstantIntValue(extents[offset + i], 1);
    exprs.push_back(repeats ? b.getAffineConstantExpr(0) : b.getAffineDimExpr(offset + i));
  }
  return AffineMap::get(rank, 0, exprs, b.getContext());
}

Value buildMapped(OpBuilder &b, Location loc, ValueRange operands, ArrayRef<AffineMap> maps,
                  ArrayRef<OpFoldResult> extents, Type element, ElementBuilder body) {
  Value init = emptyTensor(b, loc, extents, element);
  SmallVector<AffineMap> all(maps);
  all.push_back(b.getMultiDimIdentityMap(extents.size()));
  SmallVector<utils::IteratorType> iterators(extents.size(), utils::IteratorType::parallel);
  auto build = [&](OpBuilder &nested, Location at, ValueRange args) {
    linalg::YieldOp::create(nested, at, body(nested, at, args.drop_back()));
  };
  return linalg::GenericOp::create(b, loc, init.getType(), operands, init, all, iterators, build)
      .getResult(0);
}

Value buildPointwise(OpBuilder &b, Location loc, ValueRange operands,
                     ArrayRef<OpFoldResult> extents, Type element, ElementBuilder body) {
  SmallVector<AffineMap> maps = llvm::map_to_vector(
      operands, [&](Value operand) { return broadcastMap(b, ag::tensorType(operand), extents); });
  return buildMapped(b, loc, operands, maps, extents, element, body);
}

SmallVector<Value>
buildLoops(OpBuilder &b, Location loc, ArrayRef<Value> ends, ValueRange carried,
           function_ref<SmallVector<Value>(OpBuilder &, Location, ValueRange, ValueRange)> body) {
  if (ends.empty()) // upstream's nest of no loops does not run its body
    return body(b, loc, {}, carried);
  Value zero = arith::ConstantIndexOp::create(b, loc, 0);
  Value one = arith::ConstantIndexOp::create(b, loc, 1);
  SmallVector<Value> starts(ends.size(), zero), steps(ends.size(), one);
  auto build = [&](OpBuilder &nested, Location at, ValueRange loops, ValueRange values) {
    SmallVector<Value> next = body(nested, at, loops, values);
    return scf::ValueVector(next.begin(), next.end());
  };
  return llvm::to_vector(scf::buildLoopNest(b, loc, starts, ends, steps, carried, build).results);
}

static ReassociationIndices allDims(int64_t rank) {
  return llvm::to_vector<2>(llvm::seq<int64_t>(0, rank));
}

Value flatten(OpBuilder &b, Location loc, Value self) {
  RankedTensorType type = ag::tensorType(self);
  if (type.getRank() == 1)
    return self;
  if (type.getRank() == 0)
    return tensor::ExpandShapeOp::create(b, loc, type.clone({1}), self,
                                         ArrayRef<ReassociationIndices>(),
                                         ArrayRef<OpFoldResult>(b.getIndexAttr(1)));
  return tensor::CollapseShapeOp::create(
      b, loc, self, SmallVector<ReassociationIndices>{allDims(type.getRank())});
}

Value unflatten(OpBuilder &b, Location loc, Value flat, RankedTensorType type,
                ArrayRef<OpFoldResult> extents) {
  if (type.getRank() == 1)
    return tensor::CastOp::create(b, loc, type, flat);
  if (type.getRank() == 0) {
    Value one = tensor::CastOp::create(b, loc, type.clone({1}), flat);
    return tensor::CollapseShapeOp::create(b, loc, type, one, ArrayRef<ReassociationIndices>());
  }
  int64_t count = type.hasStaticShape() ? type.getNumElements() : ShapedType::kDynamic;
  Value known = tensor::CastOp::create(b, loc, type.clone({count}), flat);
  return tensor::ExpandShapeOp::create(
      b, loc, type, known, SmallVector<ReassociationIndices>{allDims(type.getRank())}, extents);
}

void buildCheck(OpBuilder &b, Location loc, Value condition, int status, const Twine &message,
                const Twine &format) {
  auto check = cf::AssertOp::create(b, loc, condition, message.str());
  check->setAttr(attr::kStatus, b.getI32IntegerAttr(status));
  if (!format.isTriviallyEmpty())
    check->setAttr(attr::kFormat, b.getStringAttr(format));
}

Value reduceElements(OpBuilder &b, Location loc, ValueRange operands,
                     ArrayRef<OpFoldResult> extents, Value init,
                     function_ref<Value(OpBuilder &, Location, Value, ValueRange)> combine) {
  int64_t rank = extents.size();
  Value start = filledTensor(b, loc, init, {});
  SmallVector<utils::IteratorType> iterators(rank, utils::IteratorType::reduction);
  SmallVector<AffineMap> maps = llvm::map_to_vector(
      operands, [&](Value operand) { return broadcastMap(b, ag::tensorType(operand), extents); });
  maps.push_back(AffineMap::get(rank, 0, b.getContext()));
  auto body = [&](OpBuilder &nested, Location at, ValueRange args) {
    linalg::YieldOp::create(nested, at, combine(nested, at, args.back(), args.drop_back()));
  };
  Value combined =
      linalg::GenericOp::create(b, loc, start.getType(), operands, start, maps, iterators, body)
          .getResult(0);
  return tensor::ExtractOp::create(b, loc, combined, ValueRange());
}

void buildElementCheck(OpBuilder &b, Location loc, ValueRange operands,
                       ArrayRef<OpFoldResult> extents, ElementBuilder condition, int status,
                       StringRef message) {
  Value none = arith::ConstantOp::create(b, loc, b.getI8IntegerAttr(0));
  auto combine = [&](OpBuilder &nested, Location at, Value acc, ValueRange elements) -> Value {
    Value failed = condition(nested, at, elements);
    Value flag = arith::ExtUIOp::create(nested, at, nested.getI8Type(), failed);
    return arith::OrIOp::create(nested, at, acc, flag);
  };
  Value found = reduceElements(b, loc, operands, extents, none, combine);
  Value holds = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, found, none);
  buildCheck(b, loc, holds, status, message);
}

void buildExtentCheck(OpBuilder &b, Location loc, OpFoldResult extent, OpFoldResult other) {
  if (isEqualConstantIntOrValue(extent, other))
    return;
  Value equal = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, indexValue(b, loc, extent),
                                      indexValue(b, loc, other));
  buildCheck(b, loc, equal, AGC_ERROR_EXTENT, "extents that must agree differ",
             "extents that must agree are %lld and %lld");
}

} // namespace agc
