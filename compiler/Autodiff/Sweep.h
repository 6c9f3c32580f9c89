// Differentiates a list of ops: cotangents from the last to the first, tangents from the first on.
#ifndef AGC_COMPILER_AUTODIFF_SWEEP_H
#define AGC_COMPILER_AUTODIFF_SWEEP_H

#include "mlir/IR/Builders.h"

namespace agc {

/// The ops between two points of a block, while a builder inserts there.
class EmittedOps {
public:
  explicit EmittedOps(mlir::OpBuilder &b);
  /// What has been inserted since, in program order.
  llvm::SmallVector<mlir::Operation *> take() const;

private:
  mlir::OpBuilder &b;
  mlir::Operation *before;
};

/// The ops that outputs are computed by, in program order, up to ops that let no gradient through.
/// Of the ops around `at` only those of its block and of the blocks it lies in can be among them.
llvm::SmallVector<mlir::Operation *> opsBehind(mlir::ValueRange outputs);

/// What a gradient passes otherwise than its ops say, and what it is for.
struct Detours {
  mlir::ValueRange cut = {};           ///< to these only seeds come
  mlir::ValueRange stale = {};         ///< results of ops whose backward reads, in the place
  mlir::ValueRange present = {};       ///< of a value, this one
  llvm::ArrayRef<int64_t> places = {}; ///< (see ag.grad)
  bool createGraph = false;            ///< whether the gradients are differentiated again
};

/// The gradients of `outputs`, with seeds, with respect to `wrt`, through `ops` alone (in program
/// order): one per wrt, null where there is no path. Cotangents add up in the order of PyTorch's
/// engine: the latest op first. Ops are emitted at the builder, located at their op and at `loc`.
mlir::FailureOr<llvm::SmallVector<mlir::Value>>
reverseSweep(mlir::OpBuilder &b, mlir::Location loc, llvm::ArrayRef<mlir::Operation *> ops,
             mlir::ValueRange outputs, mlir::ValueRange seeds, mlir::ValueRange wrt,
             const Detours &detours = {});

/// The tangents of `outputs` along tangents of `wrt`, through `ops` alone: one per output, null
/// where zero.
mlir::FailureOr<llvm::SmallVector<mlir::Value>>
forwardSweep(mlir::OpBuilder &b, mlir::Location loc, llvm::ArrayRef<mlir::Operation *> ops,
             mlir::ValueRange outputs, mlir::ValueRange wrt, mlir::ValueRange tangents);

} // namespace agc

#endif // AGC_COMPILER_AUTODIFF_SWEEP_H
