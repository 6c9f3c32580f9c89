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

/// Of each `width` elements of some vectors, as combineLanes: a vector of what is left. Their
/// number is a power of two, and they are combined together, since a register has room for parts of
/// all.
inline mlir::Value combineEach(mlir::OpBuilder &b, mlir::Location loc,
                               llvm::SmallVector<mlir::Value> vectors, int64_t width,
                               LaneCombiner combine) {
  auto elements = [](mlir::Value vector) {
    return mlir::cast<mlir::VectorType>(vector.getType()).getNumElements();
  };
  for (; width > 1; width /= 2) {
    llvm::SmallVector<mlir::Value> next;
    for (size_t i = 0; i < vectors.size(); i += 2) {
      bool pair = vectors.size() > 1;
      mlir::Value first = vectors[i], second = vectors[pair ? i + 1 : i];
      auto halves = [&](int64_t from) -> mlir::Value {
        llvm::SmallVector<int64_t> mask;
        for (int64_t group = 0; group < elements(first) * (pair ? 2 : 1); group += width)
          for (int64_t lane = from; lane < from + width / 2; ++lane)
            mask.push_back(group + lane);
        return mlir::vector::ShuffleOp::create(b, loc, first, second, mask);
      };
      mlir::Value low = halves(0), high = halves(width / 2);
      next.push_back(combine(low, high));
    }
    vectors = next;
  }
  return vectors.front();
}

} // namespace agc
