// What can fail when it runs, on the way to values of which only derivatives are computed.
#ifndef AGC_COMPILER_AUTODIFF_KEEPCHECKS_H
#define AGC_COMPILER_AUTODIFF_KEEPCHECKS_H

#include "dialect/Record.h"
#include "mlir/IR/Builders.h"

namespace agc {

/// Whether calls of a record may fail by the kind of the result's elements: a division of integers.
bool failsByKind(const ag::Record &record, mlir::Operation *op);
/// Whether calls of a record may fail by their operands' elements: that, or an index out of range.
bool canFail(const ag::Record &record, mlir::Operation *op);

/// Lets a call fail as if these values were computed (ag.check). No op is made where nothing that
/// they are computed by can fail.
void keepChecks(mlir::OpBuilder &b, mlir::Location loc, mlir::ValueRange values);

} // namespace agc

#endif // AGC_COMPILER_AUTODIFF_KEEPCHECKS_H
