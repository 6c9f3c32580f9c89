// Writes the loops of one planned linalg op.
#pragma once
#include "compiler/CodeGen/LoopPlan.h"

namespace agc {

/// Emits the op's loops before it; the op itself stays for the caller to erase.
void emitLoops(mlir::linalg::GenericOp op, const LoopPlan &plan);

} // namespace agc
