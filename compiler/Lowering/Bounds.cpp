// Bounds follow the arithmetic of extents, all of which grows with its operands.
#include "compiler/Lowering/Bounds.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;

namespace agc {

uint64_t elementBytes(Type type) {
  if (auto complex = dyn_cast<ComplexType>(type))
    return 2 * elementBytes(complex.getElementType());
  return type.isIndex() ? 8 : llvm::divideCeil(type.getIntOrFloatBitWidth(), 8);
}

static bool isIndexArgument(Value value) {
  auto argument = dyn_cast<BlockArgument>(value);
  return argument && value.getType().isIndex() &&
         isa<func::FuncOp>(argument.getOwner()->getParentOp());
}

bool isExtentOfArguments(Value value) {
  Operation *op = value.getDefiningOp();
  if (!op)
    return isIndexArgument(value);
  return isa<arith::ArithDialect>(op->getDialect()) &&
         llvm::all_of(op->getOperands(), isExtentOfArguments);
}

Value buildBound(OpBuilder &b, Value value, function_ref<Value(BlockArgument)> argument) {
  Operation *op = value.getDefiningOp();
  if (!op)
    return isIndexArgument(value) ? argument(cast<BlockArgument>(value)) : Value();
  SmallVector<Value> bounds = llvm::map_to_vector(
      op->getOperands(), [&](Value operand) { return buildBound(b, operand, argument); });
  auto rebuilt = [&]() -> Value {
    if (!llvm::all_of(bounds, [](Value bound) { return bool(bound); }))
      return {};
    IRMapping mapping;
    mapping.map(op->getOperands(), bounds);
    Operation *copy = b.clone(*op, mapping);
    SmallVector<Value> folded;
    if (failed(b.tryFold(copy, folded)))
      return copy->getResult(0);
    copy->erase();
    return folded.front();
  };
  if (isExtentOfArguments(value))
    return rebuilt();
  if (isa<arith::MinUIOp, arith::MinSIOp>(op))
    return bounds[0] && bounds[1] ? rebuilt() : bounds[0] ? bounds[0] : bounds[1];
  if (isa<arith::AddIOp, arith::MulIOp, arith::MaxUIOp, arith::MaxSIOp, arith::IndexCastOp,
          arith::IndexCastUIOp>(op))
    return rebuilt();
  bool shrinks = isa<arith::DivUIOp, arith::DivSIOp, arith::CeilDivUIOp, arith::CeilDivSIOp,
                     arith::FloorDivSIOp, arith::ShRUIOp, arith::SubIOp>(op);
  if (shrinks && isExtentOfArguments(op->getOperand(1)))
    return rebuilt();
  return shrinks ? bounds[0] : Value();
}

} // namespace agc
