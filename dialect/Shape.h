// Shape rules that ops, verifiers and the surface share. `?` is ShapedType::kDynamic.
#ifndef AGC_DIALECT_SHAPE_H
#define AGC_DIALECT_SHAPE_H

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/OpDefinition.h"

namespace agc::ag {

using Shape = llvm::SmallVector<int64_t>;

/// The shape that two shapes broadcast to, aligned at the last dim: an extent 1 repeats, two `?`
/// are taken to be equal. Failure where static extents disagree.
mlir::FailureOr<Shape> broadcastShapes(llvm::ArrayRef<int64_t> a, llvm::ArrayRef<int64_t> b);

/// The shape after reducing `dims`.
Shape reducedShape(llvm::ArrayRef<int64_t> shape, llvm::ArrayRef<int64_t> dims, bool keepdim);

/// Fails with a labelled error unless dims are in range, ascending and without repeats.
mlir::LogicalResult verifyDims(mlir::Operation *op, llvm::StringRef label,
                               llvm::ArrayRef<int64_t> dims, int64_t rank);

/// Fails unless there are as many size operands as the result has `?` extents.
mlir::LogicalResult verifySizes(mlir::Operation *op, llvm::StringRef label,
                                mlir::RankedTensorType result, size_t sizes);

/// The shape of a tensor of square matrices; an extent that one of the last two dims knows is
/// both's. Fails with an error where they are none.
mlir::FailureOr<Shape> squareShape(std::optional<mlir::Location> loc, mlir::RankedTensorType type);

/// A value's extents, static ones as attributes and `?` ones as tensor.dim.
llvm::SmallVector<mlir::OpFoldResult> extentsOf(mlir::OpBuilder &b, mlir::Location loc,
                                                mlir::Value tensor);

/// The `?` extents among `extents` as values, and the static shape that goes with them.
std::pair<Shape, llvm::SmallVector<mlir::Value>>
splitExtents(llvm::ArrayRef<mlir::OpFoldResult> extents);

/// The number of elements of a shape as an index value or constant.
mlir::OpFoldResult countElements(mlir::OpBuilder &b, mlir::Location loc,
                                 llvm::ArrayRef<mlir::OpFoldResult> extents);

inline mlir::RankedTensorType tensorType(mlir::Value v) {
  return llvm::cast<mlir::RankedTensorType>(v.getType());
}

} // namespace agc::ag

#endif // AGC_DIALECT_SHAPE_H
