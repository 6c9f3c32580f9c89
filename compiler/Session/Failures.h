// Which calls may fail when they run, and so run before the program goes on.
#ifndef AGC_COMPILER_SESSION_FAILURES_H
#define AGC_COMPILER_SESSION_FAILURES_H

#include "compiler/Session/LiveValues.h"
#include "dialect/Record.h"

namespace agc::session {

/// Whether a call of a record may fail by the kind of its elements: a division of integers.
bool failsByKind(const ag::Record &record, mlir::Operation *op);

/// Whether a call may fail by numbers that are not known to be right: an index out of range.
bool mayFail(mlir::Operation *op, LiveValues &live);

} // namespace agc::session

#endif // AGC_COMPILER_SESSION_FAILURES_H
