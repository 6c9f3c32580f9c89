// What of a live function must be computed for some of its values, as a function of its own.
#ifndef AGC_COMPILER_SESSION_SEGMENT_H
#define AGC_COMPILER_SESSION_SEGMENT_H

#include "compiler/Session/LiveValues.h"
#include "compiler/Session/Sizes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/ADT/PriorityQueue.h"
#include "llvm/ADT/SetVector.h"

namespace agc::session {

/// The part of a live function that computes `wanted`, from what is ready. Where gradients are
/// taken in it, it holds the ops that they pass through; of these it computes again only what is
/// not ready.
class Segment {
public:
  Segment(LiveValues &live, llvm::ArrayRef<mlir::Value> wanted);

  /// The values that it takes, in the order of its arguments.
  llvm::ArrayRef<mlir::Value> getInputs() const { return inputs.getArrayRef(); }
  /// Whatever makes two segments the same code but for their sizes.
  const std::vector<uintptr_t> &getForm() const { return form; }
  const Sizes &getSizes() const { return sizes; }
  llvm::ArrayRef<mlir::Value> getWanted() const { return wanted; }
  /// Its ops, in program order.
  llvm::ArrayRef<mlir::Operation *> getOps() const { return ops; }
  /// Whether a gradient passes an op.
  bool isPassed(mlir::Operation *op) const { return needsOf(op) & Path; }
  /// A hash of what an op is but for its sizes and its operands.
  size_t kindOf(mlir::Operation *op) const;
  /// Where those of the sizes stand that are starts.
  llvm::SmallVector<Start> getStarts() const;
  /// The function, differentiated, in a module of its own; sizes that the pattern has symbols for
  /// are `?`, extents "s0", "s1", … of the function. Fails with diagnostics.
  mlir::FailureOr<mlir::OwningOpRef<mlir::ModuleOp>> build(const SizePattern *pattern = nullptr);

private:
  enum Need : uint8_t { Number = 1, Path = 2 };

  void need(mlir::Value value, Need how);
  void needOperands(mlir::Operation *op, uint8_t needs);
  void describe();
  uint8_t needsOf(mlir::Operation *op) const;
  mlir::Value useOf(mlir::OpBuilder &b, mlir::Value value, bool path);
  mlir::func::FuncOp declare(mlir::OpBuilder &b, mlir::Location loc);
  void clone(mlir::OpBuilder &b, mlir::Operation *op);
  mlir::Value symbolOf(size_t size) const;
  mlir::Type general(mlir::Type type);
  mlir::Operation *generalise(mlir::OpBuilder &b, mlir::Operation *op);
  mlir::LogicalResult differentiate(mlir::ModuleOp module);

  LiveValues &live;
  llvm::ArrayRef<mlir::Value> wanted;
  struct IsBefore {
    bool operator()(mlir::Operation *a, mlir::Operation *b) const { return a->isBeforeInBlock(b); }
  };

  llvm::DenseMap<mlir::Value, uint8_t> needs;
  llvm::PriorityQueue<mlir::Operation *, std::vector<mlir::Operation *>, IsBefore> needed;
  llvm::SetVector<mlir::Value> inputs;
  llvm::SmallVector<mlir::Operation *> ops;
  std::vector<uintptr_t> form;
  Sizes sizes;
  const SizePattern *pattern = nullptr; ///< of the function that is built
  mlir::ValueRange symbols;             ///< its extents
  size_t nextSize = 0;                  ///< of what is built next
  /// Of each value its clone, what numbers it has in the clone, and what carries its gradient.
  llvm::DenseMap<mlir::Value, mlir::Value> clones, numbers, through;
  llvm::DenseSet<mlir::Value> onPath; ///< clones that a gradient may pass
};

} // namespace agc::session

#endif // AGC_COMPILER_SESSION_SEGMENT_H
