// Views as data: what each kind is called and which shapes it makes.
#ifndef AGC_DIALECT_VIEW_H
#define AGC_DIALECT_VIEW_H

#include "dialect/Shape.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/OpImplementation.h"

#include "dialect/AgtEnums.h.inc"

namespace agc::agt {

using ag::Shape;

/// A way to look at another object's elements. The arguments are those of `agt.view`.
struct View {
  ViewKind kind;
  llvm::SmallVector<int64_t> args;

  /// PyTorch's autograd nodes for it and for its backward; that of the latter is empty where what
  /// comes is handed on.
  struct Nodes {
    llvm::StringRef forward, backward;
  };
  Nodes nodes() const;
  /// Whether several objects come out, none of which PyTorch allows to be written.
  bool isMultiOutput() const;
  /// Whether what comes to the result goes on to the operand as it is, seen in another way: no new
  /// tensor is computed of it.
  bool passesCotangentOn() const;
  /// Whether the result's `?` extents are given as operands; otherwise they are the operand's.
  bool takesSizes() const;
  /// Whether where it begins is given as an operand; the argument is `?` then.
  bool takesStart() const;
  /// The element type that a view gives of one; null where there is no such view of it.
  mlir::Type elementType(mlir::Type self) const;
  /// What one result of a view is by itself: a select or a slice where there are several results.
  View ofResult(unsigned index, llvm::ArrayRef<Shape> results) const;
};

/// The shapes of a view's results. Where the kind leaves them open (view, expand, slice,
/// unfold, split_with_sizes) they are checked against `given`, the shapes that the results have.
mlir::FailureOr<llvm::SmallVector<Shape>>
inferViewShapes(const View &view, llvm::ArrayRef<int64_t> self, llvm::ArrayRef<Shape> given,
                llvm::function_ref<mlir::InFlightDiagnostic()> emitError);

/// The length of a diagonal.
int64_t diagonalLength(int64_t rows, int64_t columns, int64_t offset);

} // namespace agc::agt

#endif // AGC_DIALECT_VIEW_H
