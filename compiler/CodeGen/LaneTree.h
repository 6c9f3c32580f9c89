// The tree that combines lanes: the second half with the first until one is left, the same for sums
// of every kind.
#pragma once
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace agc {

using LaneCombiner = llvm::function_ref<mlir::Value(mlir::Value, mlir::Value)>;

/// Of values: value i with value i + half. Their number is a power of two.
inline mlir::Value combineHalves(llvm::SmallVector<mlir::Value> values, LaneCombiner combine) {
  for (size_t half = values.size() / 2; half; half /= 2)
    for (size_t i = 0; i < half; ++i)
      values[i] = combine(values[i], values[i + half]);
  return values.front();
}

/// Of a vector's elements: element i with element i + half.
inline mlir::Value combineLanes(mlir::OpBuilder &b, mlir::Location loc, mlir::Value vector,
                                LaneCombiner combine) {
  int64_t lanes = mlir::cast<mlir::VectorType>(vector.getType()).getNumElements();
  for (int64_t half = lanes / 2; half; half /= 2) {
    auto slice = [&](int64_t from) -> mlir::Value {
      return mlir::vector::ExtractStridedSliceOp::create(
          b, loc, vector, llvm::ArrayRef<int64_t>{from}, llvm::ArrayRef<int64_t>{half},
          llvm::ArrayRef<int64_t>{1});
    };
    mlir::Value low = slice(0), high = slice(half);
    vector = combine(low, high);
  }
  return mlir::vector::ExtractOp::create(b, loc, vector, llvm::ArrayRef<int64_t>{0});
}

} // namespace agc
