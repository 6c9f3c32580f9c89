// Strips: a vector of results at a time.
#include "compiler/CodeGen/LoopEmitter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace agc {

void LoopEmitter::emitStrips(ChunkRange range) {
  Value size = range.to; // the start is a multiple of a full step
  int64_t step = plan.width * plan.pieces;
  auto steps = [&](Value from, Value to, int64_t pieces, bool streamed) {
    loop(from, to, plan.width * pieces, {}, [&](Value start, Carried) {
      if (plan.prefetch && pieces > 1)
        prefetch(start, /*outputs=*/!streamed);
      emitStep(start, pieces, Strip{plan.width, {}, {}, streamed});
      return Carried();
    });
  };
  Value end = roundDown(size, step);
  auto whole = [&](bool streamed) { steps(range.from, end, plan.pieces, streamed); };
  if (Value streamed = streams()) {
    auto branch = scf::IfOp::create(at, streamed, /*withElseRegion=*/true);
    OpBuilder::InsertionGuard guard(at);
    at.setInsertionPointToStart(branch.thenBlock());
    whole(/*streamed=*/true);
    // Whoever is told that the work is done must see it; of rows, once they all are.
    if (!plan.row)
      LLVM::FenceOp::create(at, LLVM::AtomicOrdering::seq_cst, StringRef());
    at.setInsertionPointToStart(branch.elseBlock());
    whole(/*streamed=*/false);
  } else {
    whole(/*streamed=*/false);
  }
  if (step == 1)
    return;
  Value last = roundDown(size, plan.width);
  if (plan.pieces > 1)
    steps(end, last, 1, /*streamed=*/false);
  Value rest = arith::CmpIOp::create(at, arith::CmpIPredicate::ult, last, size);
  if (plan.width > 1)
    ifSo(rest, {}, [&] {
      emitStep(last, 1, masked(sub(size, last)));
      return Carried();
    });
}

/// Whether the results are so large that no cache holds them until they are read, and aligned: then
/// stores past the caches save reading what they overwrite. None where that is never so.
Value LoopEmitter::streams() {
  constexpr int64_t fewestBytes = 16;
  if ((plan.row && !plan.past) || !plan.outer.empty() || !plan.reductions.empty())
    return {};
  Value extent = sizes[*plan.vectorDim], all = plan.past;
  auto require = [&](arith::CmpIPredicate predicate, Value a, int64_t b) {
    Value holds = arith::CmpIOp::create(at, predicate, a, constant(b));
    all = all ? arith::AndIOp::create(at, all, holds).getResult() : holds;
  };
  for (OpOperand &operand : op.getDpsInitsMutable()) {
    auto type = cast<MemRefType>(operand.get().getType());
    int64_t bytes = type.getElementTypeBitWidth() / 8;
    bool alone = op.getMatchingBlockArgument(&operand).use_empty() &&
                 llvm::count(op->getOperands(), operand.get()) == 1;
    bool flat = (plan.row ? type.isLastDimUnitStride() : type.getLayout().isIdentity()) &&
                op.getMatchingIndexingMap(&operand).isIdentity();
    std::optional<int64_t> known = getConstantIntValue(extent);
    bool small = !plan.row && known && *known * bytes < LoopPlan::kLeastPast;
    if (!alone || !flat || small || bytes * plan.width < fewestBytes)
      return {};
    if (!plan.row)
      require(arith::CmpIPredicate::uge, extent, LoopPlan::kLeastPast / bytes);
    require(arith::CmpIPredicate::eq,
            arith::RemUIOp::create(at, addressOf(operand.get()), constant(bytes * plan.width)), 0);
  }
  return all;
}

/// Of the first element.
Value LoopEmitter::addressOf(Value memref) {
  auto type = cast<MemRefType>(memref.getType());
  Value base = memref::ExtractAlignedPointerAsIndexOp::create(at, memref);
  if (type.getLayout().isIdentity())
    return base;
  auto layout = memref::ExtractStridedMetadataOp::create(at, memref);
  Value bytes = constant(type.getElementTypeBitWidth() / 8);
  return add(base, arith::MulIOp::create(at, layout.getOffset(), bytes));
}

/// Asks for the cache lines that the step 2 KiB ahead of `start` will meet, or of a row, those of
/// the next one (if rows follow each other). Addresses may be past the end: a prefetch never
/// faults, and they are not inbounds.
void LoopEmitter::prefetch(Value start, bool outputs) {
  constexpr int64_t least = 2048, most = 32768, line = 64;
  unsigned dim = *plan.vectorDim;
  SmallPtrSet<Value, 4> seen;
  auto ask = [&](OpOperand &operand, bool write) {
    AffineMap map = op.getMatchingIndexingMap(&operand);
    if (strideAlong(operand, map, dim) != Stride::unit || !seen.insert(operand.get()).second ||
        operand.get().getDefiningOp<memref::AllocaOp>())
      return;
    int64_t bits = cast<MemRefType>(operand.get().getType()).getElementTypeBitWidth();
    int64_t bytes = std::max<int64_t>(bits / 8, 1);
    Value ahead = constant(least / bytes);
    if (plan.row) {
      ahead = arith::MaxUIOp::create(at, sizes[dim], ahead);
      ahead = arith::MinUIOp::create(at, ahead, constant(most / bytes));
    }
    Value there = add(start, ahead);
    for (int64_t offset = 0; offset < plan.width * plan.pieces * bytes; offset += line) {
      indices[dim] = add(there, constant(offset / bytes));
      body.prefetch(at, operand, indices, write);
    }
  };
  for (OpOperand &operand : op.getDpsInitsMutable())
    if (outputs)
      ask(operand, /*write=*/true);
  for (OpOperand *operand : op.getDpsInputOperands())
    ask(*operand, /*write=*/false);
}

void LoopEmitter::emitStep(Value start, int64_t pieces, const Strip &strip) {
  if (!plan.reductions.empty())
    return emitReducedPieces(start, pieces, strip);
  for (int64_t piece = 0; piece < pieces; ++piece) {
    if (start)
      indices[*plan.vectorDim] = add(start, constant(piece * plan.width));
    emitPiece(strip);
  }
}

void LoopEmitter::emitPiece(const Strip &strip) {
  Carried outputs;
  for (OpOperand &operand : op.getDpsInitsMutable())
    outputs.push_back(op.getMatchingBlockArgument(&operand).use_empty()
                          ? Value()
                          : body.load(at, operand, indices, strip));
  IRMapping values = body.emit(at, bodyArguments(outputs, strip), indices, strip);
  for (OpOperand &operand : op.getDpsInitsMutable()) {
    Value result = yield.getOperand(operand.getOperandNumber() - op.getNumDpsInputs());
    body.store(at, operand, values.lookupOrDefault(result), indices, strip);
  }
}

/// The loops of all reductions around `make`.
Carried LoopEmitter::reduceInOrder(Carried initial, llvm::function_ref<Carried(Carried)> make) {
  if (!plan.blocks)
    return reductionLoops(plan.reductions, initial, make);
  size_t chains = initial.size();
  unsigned dim = plan.reductions.back();
  ArrayRef<unsigned> outer = ArrayRef(plan.reductions).drop_back();
  auto chain = [&](Value from, Value to, Carried carried) {
    return loop(from, to, 1, carried, [&](Value index, Carried next) {
      indices[dim] = index;
      return make(next);
    });
  };
  return withTotals(initial, stepsOf(outer, sizes[dim]), [&](Carried sums) {
    return reductionLoops(outer, sums, [&](Carried carried) {
      return blocks(stepsBefore(outer, sizes[dim]), sizes[dim], 1, carried, chains, chain);
    });
  });
}

/// A strip of reduced outputs: each element is reduced in order, in registers.
void LoopEmitter::emitReducedPieces(Value start, int64_t pieces, const Strip &strip) {
  auto select = [&](int64_t piece) {
    if (start)
      indices[*plan.vectorDim] = add(start, constant(piece * plan.width));
  };
  Carried initial;
  for (int64_t piece = 0; piece < pieces; ++piece) {
    select(piece);
    for (OpOperand &operand : op.getDpsInitsMutable())
      initial.push_back(VectorBody::spread(at, body.load(at, operand, indices, strip), strip));
  }
  size_t outputs = op.getNumDpsInits();
  Carried sums = reduceInOrder(initial, [&](Carried carried) {
    Carried next;
    for (int64_t piece = 0; piece < pieces; ++piece) {
      select(piece);
      ValueRange before = ValueRange(carried).slice(piece * outputs, outputs);
      IRMapping values = body.emit(at, bodyArguments(before, strip), indices, strip);
      for (Value result : yield.getOperands())
        next.push_back(VectorBody::spread(at, values.lookupOrDefault(result), strip));
    }
    return next;
  });
  for (int64_t piece = 0; piece < pieces; ++piece) {
    select(piece);
    for (auto [output, operand] : llvm::enumerate(op.getDpsInitsMutable()))
      body.store(at, operand, sums[piece * outputs + output], indices, strip);
  }
}

} // namespace agc
