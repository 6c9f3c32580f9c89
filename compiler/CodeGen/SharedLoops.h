// Ops in a row that can run row by row under one outer loop, so that a row stays in the cache.
#pragma once
#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace agc {

/// How many of `ops`, from the first on, may share a loop over their first dimension: 1 where none
/// can or it would not pay. What each op writes at index i only the same index of the others meets.
size_t countSharing(llvm::ArrayRef<mlir::linalg::GenericOp> ops);

/// The op at one index of its first dimension, on slices of its operands; created at the builder.
mlir::linalg::GenericOp peelFirstLoop(mlir::OpBuilder &builder, mlir::linalg::GenericOp op,
                                      mlir::Value index);

} // namespace agc
