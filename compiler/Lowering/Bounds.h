// Sizes in memory; what an extent is at most, where it depends on what a call computes.
#ifndef AGC_COMPILER_LOWERING_BOUNDS_H
#define AGC_COMPILER_LOWERING_BOUNDS_H

#include "mlir/IR/Builders.h"

namespace agc {

/// Bytes of an element in memory; a bool is one byte.
uint64_t elementBytes(mlir::Type type);

/// Whether an index value is computed from its function's index arguments by arith alone.
bool isExtentOfArguments(mlir::Value value);

/// Builds the least known upper bound of a value that is not negative, from index arguments alone,
/// each as `argument` gives it. A value of isExtentOfArguments is its own bound; one that was
/// counted at run time is bounded where the least of it and of a bound is taken. Null where there
/// is none; a constant where it depends on no argument.
mlir::Value buildBound(mlir::OpBuilder &b, mlir::Value value,
                       llvm::function_ref<mlir::Value(mlir::BlockArgument)> argument);

} // namespace agc

#endif // AGC_COMPILER_LOWERING_BOUNDS_H
