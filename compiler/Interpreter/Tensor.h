// The interpreter's tensors: a shape, an element type and numbers in row-major order.
#ifndef AGC_INTERPRETER_TENSOR_H
#define AGC_INTERPRETER_TENSOR_H

#include "compiler/Interpreter/Number.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallVector.h"
#include <vector>

namespace agc::interp {

/// A tensor, or an index or integer value of a host op as a 0-dim one.
struct Tensor {
  llvm::SmallVector<int64_t> shape;
  mlir::Type elementType;
  std::vector<Number> data;

  /// A tensor with every element `value`.
  static Tensor filled(llvm::ArrayRef<int64_t> shape, mlir::Type elementType,
                       const Number &value = {});
  /// A constant's elements; failure where the attribute's form is not supported.
  static mlir::FailureOr<Tensor> fromAttr(mlir::ElementsAttr attr);
  /// The tensor as a constant, with a static shape.
  mlir::DenseElementsAttr toAttr() const;

  int64_t rank() const { return shape.size(); }
  int64_t numElements() const { return data.size(); }
  /// The row-major position of an index; an extent of 1 repeats, leading dims that the tensor lacks
  /// are ignored.
  int64_t broadcastPosition(llvm::ArrayRef<int64_t> index) const;
  const Number &at(llvm::ArrayRef<int64_t> index) const { return data[broadcastPosition(index)]; }
  Number &at(llvm::ArrayRef<int64_t> index) { return data[broadcastPosition(index)]; }

  /// `[[1, 2], [3, 4]]`, each number with as many digits as tell it apart from its neighbours.
  void print(llvm::raw_ostream &os) const;
};

/// Calls `visit` with every index of a shape, in row-major order.
void forEachIndex(llvm::ArrayRef<int64_t> shape,
                  llvm::function_ref<void(llvm::ArrayRef<int64_t>)> visit);

/// Prints a number as an element type has it.
void printNumber(llvm::raw_ostream &os, const Number &x);

} // namespace agc::interp

#endif // AGC_INTERPRETER_TENSOR_H
