// Whether two functions compute the same.
#ifndef AGC_COMPILER_SESSION_SAMEVALUES_H
#define AGC_COMPILER_SESSION_SAMEVALUES_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace agc::session {

/// The first op of `after` that computes what no op of `before` does, both being functions of
/// values; `after` itself where it returns other values. Null where they return the same, computed
/// in any order.
mlir::Operation *firstDifference(mlir::func::FuncOp before, mlir::func::FuncOp after);

} // namespace agc::session

#endif // AGC_COMPILER_SESSION_SAMEVALUES_H
