// When a function's buffers are in use: positions of its entry block's ops, by alias sets.
#ifndef AGC_COMPILER_LOWERING_BUFFERUSES_H
#define AGC_COMPILER_LOWERING_BUFFERUSES_H

#include "mlir/Dialect/Bufferization/Transforms/BufferViewFlowAnalysis.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace agc {

/// A use of a buffer or of a view of it.
struct BufferUse {
  mlir::OpOperand *operand;
  unsigned position; ///< of the entry block's op that the use stands in
};

/// The entry block's ops in order, and who uses what. Valid while the function is not changed.
class BufferUses {
public:
  explicit BufferUses(mlir::func::FuncOp function);

  /// Every use of a buffer through any alias of it, views themselves left out; by position.
  llvm::SmallVector<BufferUse> of(mlir::Value buffer) const;

  /// The position of an op of the entry block, or of the one that holds it.
  unsigned position(mlir::Operation *op) const;

private:
  mlir::Block &block;
  mlir::BufferViewFlowAnalysis aliases;
  llvm::DenseMap<mlir::Operation *, unsigned> positions;
};

} // namespace agc

#endif // AGC_COMPILER_LOWERING_BUFFERUSES_H
