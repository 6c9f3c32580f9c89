// How ag-to-linalg writes a contraction, for those who must know one from other sums of products.
#ifndef AGC_COMPILER_LOWERING_CONTRACTBODY_H
#define AGC_COMPILER_LOWERING_CONTRACTBODY_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"

namespace agc {

/// Whether an op is a contraction: one that linalg has a name for, or one whose body is a single
/// fma of both inputs onto the output, which rounds once a step in the order of the summed loops.
/// Of equal inputs linalg keeps one. A product that was fused into a sum rounds twice, and is none:
/// what a program computes must not depend on what was fused.
inline bool isContraction(mlir::Operation *op) {
  auto linalgOp = llvm::dyn_cast<mlir::linalg::LinalgOp>(op);
  if (!linalgOp || linalgOp.getNumReductionLoops() == 0)
    return false;
  if (!llvm::isa<mlir::linalg::GenericOp>(op))
    return mlir::linalg::isaContractionOpInterface(linalgOp);
  mlir::Block &body = *linalgOp.getBlock();
  auto fma = llvm::dyn_cast<mlir::math::FmaOp>(body.front());
  unsigned inputs = linalgOp.getNumDpsInputs();
  return fma && (inputs == 1 || inputs == 2) && linalgOp.getNumDpsInits() == 1 &&
         fma->getNextNode() == body.getTerminator() && fma.getA() == body.getArgument(0) &&
         fma.getB() == body.getArgument(inputs - 1) && fma.getC() == body.getArgument(inputs);
}

} // namespace agc

#endif // AGC_COMPILER_LOWERING_CONTRACTBODY_H
