// Views as values: what a view sees of a tensor, and the tensor after what it sees was replaced.
#ifndef AGC_COMPILER_TRANSFORMS_VIEWVALUES_H
#define AGC_COMPILER_TRANSFORMS_VIEWVALUES_H

#include "dialect/View.h"

namespace agc {

/// A view of one result with what it needs to be taken again.
struct ViewUse {
  agt::View view;
  mlir::RankedTensorType result;
  llvm::SmallVector<mlir::Value> sizes; ///< its `?` extents, where View::takesSizes says so
  mlir::Value start;                    ///< where View::takesStart says so
};

/// What views, one after the other, see of a tensor.
mlir::Value see(mlir::OpBuilder &b, mlir::Location loc, mlir::Value tensor,
                llvm::ArrayRef<ViewUse> views);

/// The tensor after what the views see of it was replaced. They must not see an element twice.
mlir::Value replaceSeen(mlir::OpBuilder &b, mlir::Location loc, mlir::Value tensor,
                        llvm::ArrayRef<ViewUse> views, mlir::Value seen);

} // namespace agc

#endif // AGC_COMPILER_TRANSFORMS_VIEWVALUES_H
