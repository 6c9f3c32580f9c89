// Which arguments of a call its node has an edge for, beside the tensors that it got.
#ifndef AGC_COMPILER_ANALYSIS_OVERLOADS_H
#define AGC_COMPILER_ANALYSIS_OVERLOADS_H

#include "mlir/IR/Operation.h"

namespace agc {

/// Whether the node is that of an overload for a number, which then is no operand of it.
bool takesNumber(mlir::Operation *op, llvm::StringRef node);

/// How many operands are left out for which a node has an edge nevertheless.
unsigned countAbsent(mlir::Operation *op);

} // namespace agc

#endif // AGC_COMPILER_ANALYSIS_OVERLOADS_H
