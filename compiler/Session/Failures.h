// Which calls may fail when they run, and so run before the program goes on.
#ifndef AGC_COMPILER_SESSION_FAILURES_H
#define AGC_COMPILER_SESSION_FAILURES_H

#include "compiler/Session/LiveValues.h"
#include "dialect/Record.h"

namespace agc::session {

/// Whether a call may fail by numbers that are not known to be right.
bool mayFail(mlir::Operation *op, LiveValues &live);

/// The operands by whose numbers alone an op may fail; none where it may fail by others, too.
llvm::SmallVector<mlir::Value> indicesOf(mlir::Operation *op);

/// What PyTorch says of a call that failed, where that was by an index; else empty.
std::string wordsOfIndex(mlir::Operation *op, llvm::function_ref<Buffer(mlir::Value)> numbersOf);

} // namespace agc::session

#endif // AGC_COMPILER_SESSION_FAILURES_H
