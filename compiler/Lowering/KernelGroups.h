// Which loops of a block are one kernel.
#ifndef AGC_COMPILER_LOWERING_KERNELGROUPS_H
#define AGC_COMPILER_LOWERING_KERNELGROUPS_H

#include "mlir/IR/Block.h"
#include "mlir/IR/Operation.h"

namespace agc {

using KernelGroup = llvm::SmallVector<mlir::Operation *>;

/// The groups of a block's loops, each in order and without a stranger in between: their ops are
/// moved together. A group is at most a contraction and what follows it up to the next one, and of
/// that what works on the same buffers: updates of several parameters are a group each, so that
/// equal ones are one kernel. A loop over single elements, as an elimination is, is a group of its
/// own.
llvm::SmallVector<KernelGroup> formKernelGroups(mlir::Block &block);

/// The buffer that a value is a view of, or the value.
mlir::Value wholeOf(mlir::Value value);

/// The buffers that a loop writes.
llvm::SmallVector<mlir::Value> outputsOf(mlir::Operation *op);

} // namespace agc

#endif // AGC_COMPILER_LOWERING_KERNELGROUPS_H
