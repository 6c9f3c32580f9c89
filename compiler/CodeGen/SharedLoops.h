// Ops in a row that can run row by row under one outer loop, so that a row stays in the cache.
#pragma once
#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace agc {

/// How many of `ops`, from the first on, may share a loop over their first dimension: 1 where none
/// can or it would not pay. What each op writes at index i only the same index of the others meets.
size_t countSharing(llvm::ArrayRef<mlir::linalg::GenericOp> ops);

/// A buffer that op `first` writes, others may read, and op `last` writes again, the last to meet
/// it: what is in it in between can be anywhere. `first` may read what was in it before.
struct Rewritten {
  mlir::Value buffer;
  size_t first, last;
};

/// Such buffers of ops that share their loop, with rows that fit a stack and L1.
llvm::SmallVector<Rewritten> findRewritten(llvm::ArrayRef<mlir::linalg::GenericOp> ops);

/// Whether of these ops only one meets what it writes, and does not read it.
bool isAloneAtResults(mlir::linalg::GenericOp op, llvm::ArrayRef<mlir::linalg::GenericOp> ops);

/// The type of a row of a buffer that ops walk by its first dimension.
mlir::MemRefType rowType(mlir::Value buffer);

/// The op at one index of its first dimension, on slices of its operands; created at the builder.
mlir::linalg::GenericOp peelFirstLoop(mlir::OpBuilder &builder, mlir::linalg::GenericOp op,
                                      mlir::Value index);

} // namespace agc
