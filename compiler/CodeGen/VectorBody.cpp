// VectorBody: contiguous operands by vector loads, others lane by lane, the body by its ops' vector
// forms.
#include "compiler/CodeGen/VectorBody.h"
#include "mlir/Dialect/Affine/Utils.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;

namespace agc {

static Value constantIndex(ImplicitLocOpBuilder &builder, int64_t value) {
  return arith::ConstantIndexOp::create(builder, value);
}

static Value zeros(ImplicitLocOpBuilder &builder, VectorType type) {
  return arith::ConstantOp::create(builder, builder.getZeroAttr(type));
}

static SmallVector<Value> applyMap(ImplicitLocOpBuilder &builder, AffineMap map,
                                   ValueRange indices) {
  auto results = affine::expandAffineMap(builder, builder.getLoc(), map, indices);
  return SmallVector<Value>(results->begin(), results->end());
}

/// Masked loads and stores are instructions for these.
static bool hasMaskedForm(Type element) {
  return element.getIntOrFloatBitWidth() == 32 || element.getIntOrFloatBitWidth() == 64;
}

/// A buffer of i1 holds one byte an element, a vector of i1 is packed: such a buffer is met as
/// bytes.
static Value asBytes(ImplicitLocOpBuilder &builder, Value memref) {
  auto type = cast<MemRefType>(memref.getType());
  if (!type.getElementType().isInteger(1))
    return memref;
  Type bytes = MemRefType::get(type.getShape(), builder.getI8Type(), type.getLayout(),
                               type.getMemorySpace());
  return UnrealizedConversionCastOp::create(builder, bytes, memref).getResult(0);
}

/// Builds a vector by `element(builder, lane)`: all lanes in a row, or a loop over those that are
/// there.
static Value buildLanes(ImplicitLocOpBuilder &builder, Type element, const Strip &strip,
                        llvm::function_ref<Value(ImplicitLocOpBuilder &, Value)> make) {
  VectorType type = VectorType::get({strip.width}, element);
  if (!strip.mask) {
    SmallVector<Value> lanes;
    for (int64_t lane = 0; lane < strip.width; ++lane)
      lanes.push_back(make(builder, constantIndex(builder, lane)));
    return vector::FromElementsOp::create(builder, type, lanes);
  }
  auto loop = scf::ForOp::create(
      builder, constantIndex(builder, 0), strip.count, constantIndex(builder, 1),
      zeros(builder, type), [&](OpBuilder &inner, Location loc, Value lane, ValueRange done) {
        ImplicitLocOpBuilder at(loc, inner);
        Value next = vector::InsertOp::create(at, make(at, lane), done.front(), OpFoldResult(lane));
        scf::YieldOp::create(at, next);
      });
  return loop.getResult(0);
}

static SmallVector<Value> shifted(ImplicitLocOpBuilder &builder, ValueRange indices, unsigned dim,
                                  Value by) {
  SmallVector<Value> result(indices);
  result[dim] = arith::AddIOp::create(builder, indices[dim], by);
  return result;
}

Value VectorBody::load(ImplicitLocOpBuilder &builder, OpOperand &operand, ValueRange indices,
                       const Strip &strip) {
  Value memref = operand.get();
  auto type = dyn_cast<MemRefType>(memref.getType());
  if (!type)
    return memref;
  AffineMap map = op.getMatchingIndexingMap(&operand);
  Stride stride = vectorDim ? strideAlong(operand, map, *vectorDim) : Stride::none;
  if (strip.width == 1 || stride == Stride::none)
    return memref::LoadOp::create(builder, memref, applyMap(builder, map, indices));

  Type element = type.getElementType();
  if (stride == Stride::unit && (!strip.mask || hasMaskedForm(element))) {
    SmallVector<Value> at = applyMap(builder, map, indices);
    Value bytes = asBytes(builder, memref);
    VectorType loaded =
        VectorType::get({strip.width}, cast<MemRefType>(bytes.getType()).getElementType());
    if (strip.mask)
      return vector::MaskedLoadOp::create(builder, loaded, bytes, at, strip.mask,
                                          zeros(builder, loaded));
    Value vector = vector::LoadOp::create(builder, loaded, bytes, at);
    if (!element.isInteger(1))
      return vector;
    return arith::CmpIOp::create(builder, arith::CmpIPredicate::ne, vector, zeros(builder, loaded));
  }
  return buildLanes(builder, element, strip, [&](ImplicitLocOpBuilder &inner, Value lane) -> Value {
    SmallVector<Value> at = shifted(inner, indices, *vectorDim, lane);
    return memref::LoadOp::create(inner, memref, applyMap(inner, map, at));
  });
}

void VectorBody::store(ImplicitLocOpBuilder &builder, OpOperand &operand, Value value,
                       ValueRange indices, const Strip &strip) {
  Value memref = operand.get();
  AffineMap map = op.getMatchingIndexingMap(&operand);
  Stride stride = vectorDim ? strideAlong(operand, map, *vectorDim) : Stride::none;
  if (strip.width == 1 || stride == Stride::none) {
    memref::StoreOp::create(builder, value, memref, applyMap(builder, map, indices));
    return;
  }
  value = spread(builder, value, strip);
  Type element = cast<MemRefType>(memref.getType()).getElementType();
  if (stride == Stride::unit && (!strip.mask || hasMaskedForm(element))) {
    SmallVector<Value> at = applyMap(builder, map, indices);
    if (strip.mask) {
      vector::MaskedStoreOp::create(builder, memref, at, strip.mask, value);
      return;
    }
    Value bytes = asBytes(builder, memref);
    if (element.isInteger(1))
      value = arith::ExtUIOp::create(builder, VectorType::get({strip.width}, builder.getI8Type()),
                                     value);
    llvm::MaybeAlign alignment;
    if (strip.streamed)
      alignment = llvm::Align(strip.width * element.getIntOrFloatBitWidth() / 8);
    vector::StoreOp::create(builder, value, bytes, at, strip.streamed, alignment);
    return;
  }
  auto storeLane = [&](ImplicitLocOpBuilder &inner, Value lane) {
    Value scalar = vector::ExtractOp::create(inner, value, OpFoldResult(lane));
    SmallVector<Value> at = shifted(inner, indices, *vectorDim, lane);
    memref::StoreOp::create(inner, scalar, memref, applyMap(inner, map, at));
  };
  if (!strip.mask) {
    for (int64_t lane = 0; lane < strip.width; ++lane)
      storeLane(builder, constantIndex(builder, lane));
    return;
  }
  scf::ForOp::create(builder, constantIndex(builder, 0), strip.count, constantIndex(builder, 1),
                     ValueRange(), [&](OpBuilder &inner, Location loc, Value lane, ValueRange) {
                       ImplicitLocOpBuilder at(loc, inner);
                       storeLane(at, lane);
                       scf::YieldOp::create(at);
                     });
}

void VectorBody::prefetch(ImplicitLocOpBuilder &builder, OpOperand &operand, ValueRange indices,
                          bool write) {
  AffineMap map = op.getMatchingIndexingMap(&operand);
  memref::PrefetchOp::create(builder, operand.get(), applyMap(builder, map, indices), write,
                             /*localityHint=*/3, /*isDataCache=*/true);
}

Value VectorBody::spread(ImplicitLocOpBuilder &builder, Value value, const Strip &strip) {
  if (strip.width == 1 || isa<VectorType>(value.getType()))
    return value;
  return vector::BroadcastOp::create(builder, VectorType::get({strip.width}, value.getType()),
                                     value);
}

Value VectorBody::gather(ImplicitLocOpBuilder &builder, Operation &inner, const IRMapping &values,
                         const Strip &strip) {
  auto load = cast<memref::LoadOp>(inner);
  Value memref = values.lookupOrDefault(load.getMemRef());
  SmallVector<Value> at;
  for (Value index : load.getIndices())
    at.push_back(values.lookupOrDefault(index));
  // Lanes that are not there have no index: buildLanes leaves them out.
  return buildLanes(
      builder, load.getType(), strip, [&](ImplicitLocOpBuilder &inner, Value lane) -> Value {
        SmallVector<Value> scalars;
        for (Value index : at)
          scalars.push_back(
              isa<VectorType>(index.getType())
                  ? vector::ExtractOp::create(inner, index, OpFoldResult(lane)).getResult()
                  : index);
        return memref::LoadOp::create(inner, memref, scalars);
      });
}

/// The vector form of a body op, or its copy where all it works on is the same in every lane.
Value VectorBody::lift(ImplicitLocOpBuilder &builder, Operation &inner, const IRMapping &values,
                       ValueRange indices, const Strip &strip) {
  if (auto index = dyn_cast<linalg::IndexOp>(inner)) {
    Value scalar = indices[index.getDim()];
    if (strip.width == 1 || vectorDim != index.getDim())
      return scalar;
    VectorType type = VectorType::get({strip.width}, builder.getIndexType());
    Value steps = vector::StepOp::create(builder, type);
    return arith::AddIOp::create(builder, spread(builder, scalar, strip), steps);
  }
  SmallVector<Value> operands;
  bool varies = false;
  for (Value operand : inner.getOperands()) {
    operands.push_back(values.lookupOrDefault(operand));
    varies |= isa<VectorType>(operands.back().getType());
  }
  if (!varies) {
    IRMapping mapping(values);
    return builder.clone(inner, mapping)->getResult(0);
  }
  if (isa<memref::LoadOp>(inner))
    return gather(builder, inner, values, strip);
  for (Value &operand : operands)
    operand = spread(builder, operand, strip);
  Type type = VectorType::get({strip.width}, inner.getResult(0).getType());
  OperationState state(inner.getLoc(), inner.getName().getIdentifier(), operands, type,
                       inner.getDiscardableAttrDictionary().getValue());
  state.propertiesAttr = inner.getPropertiesAsAttribute();
  return builder.create(state)->getResult(0);
}

IRMapping VectorBody::emit(ImplicitLocOpBuilder &builder, ValueRange arguments, ValueRange indices,
                           const Strip &strip, ArrayRef<Operation *> skip) {
  IRMapping values;
  for (auto [from, to] : llvm::zip_equal(op.getBody()->getArguments(), arguments))
    if (to)
      values.map(from, to);
  for (Operation &inner : op.getBody()->without_terminator()) {
    if (llvm::is_contained(skip, &inner))
      continue;
    if (inner.getNumResults() == 1 && inner.getNumRegions() == 0) {
      values.map(inner.getResult(0), lift(builder, inner, values, indices, strip));
      continue;
    }
    // In scalar strips only, see hasVectorForm.
    Operation *copy = builder.clone(inner, values);
    copy->walk([&](linalg::IndexOp index) {
      index.replaceAllUsesWith(indices[index.getDim()]);
      index.erase();
    });
  }
  return values;
}

} // namespace agc
