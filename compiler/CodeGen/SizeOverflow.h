// Sizes that are computed from extents, and do not fit.
#ifndef AGC_COMPILER_CODEGEN_SIZEOVERFLOW_H
#define AGC_COMPILER_CODEGEN_SIZEOVERFLOW_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace agc {

/// Lets a function of extents, arith alone, give -1 where a sum, a difference or a product in it
/// does not fit in 64 bits, or an extent is below zero; `negative` where its result is, of which
/// the program's checks say where.
void refuseOverflow(mlir::func::FuncOp function, int64_t negative);

} // namespace agc

#endif // AGC_COMPILER_CODEGEN_SIZEOVERFLOW_H
