// Writes the loops of one planned linalg op: LoopEmitter.cpp has what both forms share,
// LoopBlocks.cpp how their sums stay accurate, LoopStrips.cpp and LoopLanes.cpp the two.
#pragma once
#include "compiler/CodeGen/Chunks.h"
#include "compiler/CodeGen/LoopPlan.h"
#include "compiler/CodeGen/VectorBody.h"

namespace agc {

/// Emits the op's loops before it; the op itself stays for the caller to erase.
void emitLoops(mlir::linalg::GenericOp op, const LoopPlan &plan);

using Carried = llvm::SmallVector<mlir::Value>;

class LoopEmitter {
public:
  LoopEmitter(mlir::linalg::GenericOp op, const LoopPlan &plan)
      : op(op), plan(plan), body(op, plan.vectorDim), at(op.getLoc(), op),
        yield(mlir::cast<mlir::linalg::YieldOp>(op.getBody()->getTerminator())) {}

  void emit();

private:
  mlir::Value constant(int64_t value) { return mlir::arith::ConstantIndexOp::create(at, value); }
  mlir::Value add(mlir::Value a, mlir::Value b) { return mlir::arith::AddIOp::create(at, a, b); }
  mlir::Value sub(mlir::Value a, mlir::Value b) { return mlir::arith::SubIOp::create(at, a, b); }
  mlir::Value mul(mlir::Value a, mlir::Value b) { return mlir::arith::MulIOp::create(at, a, b); }
  /// The largest multiple of `step` that is not above n.
  mlir::Value roundDown(mlir::Value n, int64_t step);

  Carried loop(mlir::Value from, mlir::Value to, int64_t step, Carried initial,
               llvm::function_ref<Carried(mlir::Value, Carried)> make);
  Carried ifSo(mlir::Value condition, Carried otherwise, llvm::function_ref<Carried()> make);
  Carried reductionLoops(llvm::ArrayRef<unsigned> dims, Carried initial,
                         llvm::function_ref<Carried(Carried)> make);
  Strip masked(mlir::Value count);

  void hoistUniform();
  mlir::Value input(unsigned number, const Strip &strip);
  Carried bodyArguments(mlir::ValueRange outputs, const Strip &strip);

  Carried withTotals(Carried initial, mlir::Value steps, llvm::function_ref<Carried(Carried)> make);
  Carried addToTotals(Carried carried, size_t chains);
  mlir::Value stepsOf(llvm::ArrayRef<unsigned> outer, mlir::Value steps);
  mlir::Value stepsBefore(llvm::ArrayRef<unsigned> outer, mlir::Value steps);
  Carried blocks(mlir::Value before, mlir::Value end, int64_t step, Carried carried, size_t chains,
                 llvm::function_ref<Carried(mlir::Value, mlir::Value, Carried)> chain);

  void emitRange(ChunkRange range);
  void emitStrips(ChunkRange range);
  mlir::Value streams();
  mlir::Value addressOf(mlir::Value memref);
  void prefetch(mlir::Value start, bool outputs);
  void emitStep(mlir::Value start, int64_t pieces, const Strip &strip);
  void emitPiece(const Strip &strip);
  void emitReducedPieces(mlir::Value start, int64_t pieces, const Strip &strip);
  Carried reduceInOrder(Carried initial, llvm::function_ref<Carried(Carried)> make);

  void emitLanes();
  Carried innermost(Carried sums, size_t chains);
  Carried rowsOfLanes(Carried sums, mlir::Value steps, size_t chains);
  void addPiece(llvm::MutableArrayRef<mlir::Value> sums, const Strip &strip);
  mlir::Value combine(unsigned output, mlir::Value a, mlir::Value b);
  mlir::Value neutral(unsigned output, mlir::Type type);
  mlir::Value tree(unsigned output, llvm::SmallVector<mlir::Value> pieces);

  mlir::linalg::GenericOp op;
  const LoopPlan &plan;
  VectorBody body;
  mlir::ImplicitLocOpBuilder at;
  mlir::linalg::YieldOp yield;
  llvm::SmallVector<mlir::Value> sizes, indices;
  /// Inputs that do not change in the innermost loops, by operand number.
  llvm::DenseMap<unsigned, mlir::Value> hoisted;
};

} // namespace agc
