// Turns the events of tensor objects into values, one at a time: what drives the pass, and a
// program that runs while it is traced.
#ifndef AGC_COMPILER_TRANSFORMS_FUNCTIONALIZER_H
#define AGC_COMPILER_TRANSFORMS_FUNCTIONALIZER_H

#include "compiler/Analysis/Replay.h"
#include "compiler/Transforms/ObjectValues.h"
#include "llvm/ADT/MapVector.h"

namespace agc {

/// Plays `agt` ops and emits, before each, the `ag` ops that stand for it. The `agt` ops stay; what
/// reads of them give is known here until they are replaced.
class Functionalizer {
public:
  Functionalizer(AutogradState &state, mlir::OpBuilder &b)
      : b(b), autograd(state), replay(state), values(state, b) {}

  /// Plays one op, which comes after all that were played. Fails with diagnostics.
  mlir::LogicalResult visit(mlir::Operation *op);

  Replay &getReplay() { return replay; }
  ObjectValues &getValues() { return values; }
  /// What each read gives.
  llvm::MapVector<mlir::Value, mlir::Value> &getReads() { return reads; }

private:
  using Values = llvm::SmallVector<mlir::Value>;

  mlir::LogicalResult play(mlir::Operation *op);
  mlir::LogicalResult read(agt::ReadOp op);
  mlir::LogicalResult write(agt::WriteOp op);
  mlir::LogicalResult view(agt::ViewOp op);
  mlir::LogicalResult become(agt::BecomeOp op);
  template <typename Op> mlir::FailureOr<std::pair<Values, Values>> seeds(Op op);
  mlir::LogicalResult backward(agt::BackwardOp op);
  mlir::LogicalResult grad(agt::GradOp op);
  mlir::LogicalResult addAccumulated(mlir::Location loc, llvm::SmallVectorImpl<mlir::Value> &wrt);
  mlir::LogicalResult accumulate(mlir::Location loc, llvm::ArrayRef<mlir::Value> gradients);
  mlir::LogicalResult refuseStale(mlir::Operation *op);
  mlir::Value presentOf(mlir::Location loc, const Node *node, const Saved &saved, bool createGraph);
  template <typename Op>
  mlir::FailureOr<Values> takeGradients(Op op, const std::pair<Values, Values> &operands,
                                        llvm::ArrayRef<mlir::Value> wrt);
  mlir::LogicalResult state(agt::StateRefOp op);

  Object *objectOf(mlir::Value ref) { return replay.objectOf(ref); }
  /// A value that an op of the program computed; of a read, what it gives.
  mlir::Value valueOf(mlir::Value value) const {
    auto it = reads.find(value);
    return it == reads.end() ? value : it->second;
  }
  /// The same for an object with a history: what was read is another object's value, and a gradient
  /// by it would count the uses of that one.
  mlir::Value ownValueOf(mlir::Location loc, mlir::Value value);

  mlir::OpBuilder &b;
  const AutogradState &autograd;
  Replay replay;
  ObjectValues values;
  /// Reads keep their place until all is played: they say what an op's inputs are.
  llvm::MapVector<mlir::Value, mlir::Value> reads;
};

} // namespace agc

#endif // AGC_COMPILER_TRANSFORMS_FUNCTIONALIZER_H
