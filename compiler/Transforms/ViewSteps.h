// The steps (permute, reshape, slice, pad, expand, windows, other elements) that each kind of view
// is taken in. Internal to this library.
#ifndef AGC_COMPILER_TRANSFORMS_VIEWSTEPS_H
#define AGC_COMPILER_TRANSFORMS_VIEWSTEPS_H

#include "compiler/Transforms/ViewValues.h"

namespace agc {

/// A way to look at a tensor that has a simple inverse.
struct Step {
  using Extents = llvm::SmallVector<mlir::OpFoldResult>;
  enum Kind { Permute, Reshape, Slice, Pad, Expand, Windows, AsReal, AsComplex };
  Kind kind;
  llvm::SmallVector<int64_t> dims;        ///< of a permutation
  Extents extents;                        ///< of the result of the others
  int64_t dim = 0, start = 0, stride = 1; ///< of a slice; of windows
  mlir::Value from = {};                  ///< of a slice whose start is `?`
  Extents windows = {};                   ///< how many windows of which size
};

/// Splits views into steps, while it builds what they see.
class Steps {
public:
  Steps(mlir::OpBuilder &b, mlir::Location loc, mlir::Value tensor)
      : b(b), loc(loc), values{tensor} {}

  void take(const ViewUse &use);
  mlir::Value seen() const { return values.back(); }
  mlir::Value undo(mlir::Value seen);

private:
  using Extents = Step::Extents;

  void add(Step step);
  mlir::Value apply(const Step &step, mlir::Value tensor);
  mlir::Value undo(const Step &step, mlir::Value tensor, mlir::Value seen);
  mlir::Value undoMoved(const Step &step, mlir::Value tensor, mlir::Value seen);
  mlir::Value undoExpand(const Step &step, mlir::Value tensor, mlir::Value seen);
  mlir::Value undoElements(const Step &step, mlir::Value seen);
  mlir::Value slice(mlir::Value tensor, const Step &step);
  mlir::Value part(mlir::Value tensor, int64_t which);
  mlir::Value joined(mlir::Value first, mlir::Value second);
  mlir::Value place(mlir::Value seen, mlir::Value background, const Step &step, mlir::Value like);
  mlir::Value positions(const Step &step);
  mlir::Value undoWindows(const Step &step, mlir::Value tensor, mlir::Value seen);
  void addDiagonal(const ViewUse &use);
  void addWindows(const ViewUse &use);

  Extents extents() { return ag::extentsOf(b, loc, values.back()); }
  /// The result's extents, its `?` ones from the operands.
  Extents givenExtents(const ViewUse &use) {
    Extents extents;
    auto size = use.sizes.begin();
    for (int64_t extent : use.result.getShape())
      extents.push_back(mlir::ShapedType::isDynamic(extent) ? mlir::OpFoldResult(*size++)
                                                            : b.getIndexAttr(extent));
    return extents;
  }

  mlir::OpBuilder &b;
  mlir::Location loc;
  llvm::SmallVector<mlir::Value> values; ///< before the first step, and after each
  llvm::SmallVector<Step> steps;
  mlir::Value
      written; ///< where what is undone was written (i1), if that matters; null where everywhere
};

} // namespace agc

#endif // AGC_COMPILER_TRANSFORMS_VIEWSTEPS_H
