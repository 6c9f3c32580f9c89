// The evaluation functions of op classes, by family; records name them as Cpp<"evalX">.
#ifndef AGC_INTERPRETER_EVAL_H
#define AGC_INTERPRETER_EVAL_H

#include "compiler/Interpreter/Interpreter.h"
#include "dialect/Record.h"

namespace agc::interp {

/// A pointwise record's `eval`, element by element.
Results evalMap(mlir::Operation *op, const Frame &frame);
/// A reduction's monoid, in row-major order.
Results evalReduce(mlir::Operation *op, const Frame &frame);
/// The position of the element that a record prefers, of equals the first.
Results evalReduceIndex(mlir::Operation *op, const Frame &frame);
/// A running reduction; the accumulator is not rounded.
Results evalScan(mlir::Operation *op, const Frame &frame);
/// arith and tensor ops on extents and 0-dim values.
Results evalHost(mlir::Operation *op, const Frame &frame);
/// ag.grad and ag.jvp.
Results evalGrad(mlir::Operation *op, const Frame &frame, Tape &tape);
Results evalJvp(mlir::Operation *op, const Frame &frame, Tape &tape);

// The functions that records name; a missing one does not link.
#define AGC_RULE(record, function) Results function(mlir::Operation *op, const Frame &frame);
#include "dialect/EvalRules.inc"
#undef AGC_RULE

/// One result.
inline Results one(Tensor tensor) {
  std::vector<Tensor> results;
  results.push_back(std::move(tensor));
  return results;
}

/// An op's only result type.
inline mlir::RankedTensorType typeOf(mlir::Operation *op) {
  return llvm::cast<mlir::RankedTensorType>(op->getResult(0).getType());
}

} // namespace agc::interp

#endif // AGC_INTERPRETER_EVAL_H
