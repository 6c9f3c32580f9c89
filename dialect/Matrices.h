// What bodies and gradient rules of matrices are built with.
#ifndef AGC_DIALECT_MATRICES_H
#define AGC_DIALECT_MATRICES_H

#include "dialect/AgDialect.h"

namespace agc::ag {

/// Matrices with rows and columns exchanged, and conjugate.
mlir::Value adjoint(mlir::OpBuilder &b, mlir::Location loc, mlir::Value self);

/// Matrices of the shape of others, zero but on their diagonals: there `number`, which broadcasts.
mlir::Value onDiagonal(mlir::OpBuilder &b, mlir::Location loc, mlir::Value like,
                       mlir::Value number);

/// X of A X = B, or of A's adjoint; null, after a diagnostic, where B does not fit.
mlir::Value luSolve(mlir::OpBuilder &b, mlir::Location loc, LuFactorOp lu, mlir::Value B,
                    bool isAdjoint = false);

/// The determinants by factors: lu's, or others in their place.
mlir::Value determinant(mlir::OpBuilder &b, mlir::Location loc, LuFactorOp lu, mlir::Value factors);

} // namespace agc::ag

#endif // AGC_DIALECT_MATRICES_H
