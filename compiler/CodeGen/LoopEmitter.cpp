// What both forms of a plan share: loops, chunks, operands that do not change.
#include "compiler/CodeGen/LoopEmitter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace agc {

Value LoopEmitter::roundDown(Value n, int64_t step) {
  return sub(n, arith::RemUIOp::create(at, n, constant(step)));
}

Carried LoopEmitter::loop(Value from, Value to, int64_t step, Carried initial,
                          llvm::function_ref<Carried(Value, Carried)> make) {
  auto loop = scf::ForOp::create(at, from, to, constant(step), initial);
  OpBuilder::InsertionGuard guard(at);
  if (initial.empty())
    at.setInsertionPoint(loop.getBody()->getTerminator());
  else
    at.setInsertionPointToStart(loop.getBody());
  Carried next = make(loop.getInductionVar(), llvm::to_vector_of<Value>(loop.getRegionIterArgs()));
  if (!initial.empty())
    scf::YieldOp::create(at, next);
  return llvm::to_vector_of<Value>(loop.getResults());
}

Carried LoopEmitter::ifSo(Value condition, Carried otherwise, llvm::function_ref<Carried()> make) {
  bool hasElse = !otherwise.empty();
  auto branch = scf::IfOp::create(at, ValueRange(otherwise).getTypes(), condition, hasElse);
  OpBuilder::InsertionGuard guard(at);
  at.setInsertionPointToStart(branch.thenBlock());
  Carried then = make();
  if (hasElse) {
    scf::YieldOp::create(at, then);
    at.setInsertionPointToStart(branch.elseBlock());
    scf::YieldOp::create(at, otherwise);
  }
  return llvm::to_vector_of<Value>(branch.getResults());
}

/// Loops over these dimensions, the first outermost, around `make`.
Carried LoopEmitter::reductionLoops(ArrayRef<unsigned> dims, Carried initial,
                                    llvm::function_ref<Carried(Carried)> make) {
  if (dims.empty())
    return make(initial);
  return loop(constant(0), sizes[dims.front()], 1, initial, [&](Value index, Carried carried) {
    indices[dims.front()] = index;
    return reductionLoops(dims.drop_front(), carried, make);
  });
}

Strip LoopEmitter::masked(Value count) {
  VectorType type = VectorType::get({plan.width}, at.getI1Type());
  return {plan.width, vector::CreateMaskOp::create(at, type, count), count};
}

void LoopEmitter::emit() {
  for (Range range : cast<linalg::LinalgOp>(op.getOperation()).createLoopRanges(at, op.getLoc()))
    sizes.push_back(getValueOrCreateConstantIndexOp(at, op.getLoc(), range.size));
  indices.resize(sizes.size());
  std::optional<unsigned> split; // the dimension that chunks divide
  if (!plan.outer.empty())
    split = plan.outer.front();
  else if (plan.vectorDim && !plan.lanes)
    split = plan.vectorDim;
  if (!split)
    return emitRange({constant(0), {}});
  int64_t step = split == plan.vectorDim ? plan.width * plan.pieces : 1;
  splitIntoChunks(at, sizes[*split], step, sizes, plan.chunkElements,
                  [&](ChunkRange range) { emitRange(range); });
}

/// The loops over a part of the dimension that chunks divide.
void LoopEmitter::emitRange(ChunkRange range) {
  OpBuilder::InsertionGuard guard(at);
  for (unsigned dim : plan.outer) {
    bool first = dim == plan.outer.front();
    auto loop = scf::ForOp::create(at, first ? range.from : constant(0),
                                   first ? range.to : sizes[dim], constant(1));
    indices[dim] = loop.getInductionVar();
    at.setInsertionPoint(loop.getBody()->getTerminator());
  }
  hoistUniform();
  if (plan.lanes)
    emitLanes();
  else if (plan.vectorDim)
    emitStrips(plan.outer.empty() ? range : ChunkRange{constant(0), sizes[*plan.vectorDim]});
  else
    emitStep(nullptr, 1, Strip());
}

/// Loads what is the same for all of the loops to come once: LLVM could not, not knowing that the
/// stores go elsewhere.
void LoopEmitter::hoistUniform() {
  for (OpOperand *operand : op.getDpsInputOperands()) {
    AffineMap map = op.getMatchingIndexingMap(operand);
    bool moves = plan.vectorDim && map.isFunctionOfDim(*plan.vectorDim);
    for (unsigned dim : plan.reductions)
      moves |= map.isFunctionOfDim(dim);
    bool used = !op.getMatchingBlockArgument(operand).use_empty();
    if (!moves && used)
      hoisted[operand->getOperandNumber()] = body.load(at, *operand, indices, Strip());
  }
}

Value LoopEmitter::input(unsigned number, const Strip &strip) {
  if (Value value = hoisted.lookup(number))
    return value;
  OpOperand &operand = op->getOpOperand(number);
  if (op.getMatchingBlockArgument(&operand).use_empty())
    return {};
  return body.load(at, operand, indices, strip);
}

Carried LoopEmitter::bodyArguments(ValueRange outputs, const Strip &strip) {
  Carried arguments;
  for (OpOperand *operand : op.getDpsInputOperands())
    arguments.push_back(input(operand->getOperandNumber(), strip));
  llvm::append_range(arguments, outputs);
  return arguments;
}

void emitLoops(linalg::GenericOp op, const LoopPlan &plan) { LoopEmitter(op, plan).emit(); }

} // namespace agc
