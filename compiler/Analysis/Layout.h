// Sizes, strides and offset of a tensor object, by PyTorch's rules.
#ifndef AGC_COMPILER_ANALYSIS_LAYOUT_H
#define AGC_COMPILER_ANALYSIS_LAYOUT_H

#include "dialect/View.h"

namespace agc {

/// Where an object's elements lie in its storage. A `?` extent stands here with a stand-in size,
/// the same for all, so that strides can be reasoned about; what is shown to the user comes from
/// types.
struct Layout {
  llvm::SmallVector<int64_t> sizes, strides;
  int64_t offset = 0;

  /// Row-major.
  static Layout contiguous(llvm::ArrayRef<int64_t> shape);
  /// The same, but for matrices along the last two dims, which lie column by column.
  static Layout byColumns(llvm::ArrayRef<int64_t> shape);

  /// Whether the strides are those of contiguous().
  bool isRowMajor() const;
  /// Whether the elements lie as they would then: strides of dims of one element do not count.
  bool isContiguous() const;
  /// Whether the elements fill a range of the storage, each place once.
  bool isDense() const;
  /// Whether two elements certainly share a place (PyTorch's has_internal_overlap).
  bool overlapsItself() const;
  /// Whether two layouts of one storage meet without being the same, as far as PyTorch looks into
  /// it: where one is not dense it does not.
  bool overlapsPartially(const Layout &other) const;
  /// The same of those that are the same, too.
  bool overlaps(const Layout &other) const;
  int64_t numElements() const;
};

/// The layout of a view with one result, of that shape. Failure where PyTorch's `view` refuses.
mlir::FailureOr<Layout> viewLayout(const Layout &self, const agt::View &view,
                                   llvm::ArrayRef<int64_t> shape);

/// The layout of a pointwise result: its dims lie in memory as the operands' do (TensorIterator).
Layout pointwiseLayout(llvm::ArrayRef<const Layout *> operands, llvm::ArrayRef<int64_t> shape);

/// The layout of a clone: the operand's strides where it is dense, else the order of its dims.
Layout cloneLayout(const Layout &self);

} // namespace agc

#endif // AGC_COMPILER_ANALYSIS_LAYOUT_H
