// A merge sort as loops over tensors, and the order of elements that it is asked for.
#ifndef AGC_COMPILER_LOWERING_MERGESORT_H
#define AGC_COMPILER_LOWERING_MERGESORT_H

#include "compiler/Lowering/Lowering.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include <functional>

namespace agc {

/// Index arithmetic at one place.
struct Indices {
  mlir::OpBuilder &b;
  mlir::Location loc;

  mlir::Value operator()(int64_t value) const {
    return mlir::arith::ConstantIndexOp::create(b, loc, value);
  }
  mlir::Value add(mlir::Value x, mlir::Value y) const {
    return mlir::arith::AddIOp::create(b, loc, x, y);
  }
  mlir::Value sub(mlir::Value x, mlir::Value y) const {
    return mlir::arith::SubIOp::create(b, loc, x, y);
  }
  mlir::Value min(mlir::Value x, mlir::Value y) const {
    return mlir::arith::MinUIOp::create(b, loc, x, y);
  }
  mlir::Value below(mlir::Value x, mlir::Value y) const {
    return mlir::arith::CmpIOp::create(b, loc, mlir::arith::CmpIPredicate::ult, x, y);
  }
  mlir::Value toI64(mlir::Value x) const {
    return mlir::arith::IndexCastOp::create(b, loc, b.getI64Type(), x);
  }
  mlir::Value toIndex(mlir::Value x) const {
    return mlir::arith::IndexCastOp::create(b, loc, b.getIndexType(), x);
  }
  /// 1 where a condition holds, else 0.
  mlir::Value one(mlir::Value condition) const {
    return mlir::arith::IndexCastUIOp::create(b, loc, b.getIndexType(), condition);
  }
};

/// Whether a pointwise record holds of two stored elements.
mlir::Value holds(mlir::OpBuilder &b, mlir::Location at, mlir::Type element, llvm::StringRef name,
                  mlir::Value x, mlir::Value y);

/// Whether a stored element comes before another: by their values, NaN as the greatest.
mlir::Value comesBefore(mlir::OpBuilder &b, mlir::Location at, mlir::Type element, mlir::Value x,
                        mlir::Value y, bool descending = false);

/// Sorts the lines of tables of two rows by what stands in the first table. Row 0 is what is to be
/// sorted; each pass merges runs of one row into the other.
class MergeSort {
public:
  /// Whether an entry of the first table comes before another.
  using Less =
      std::function<mlir::Value(mlir::OpBuilder &, mlir::Location, mlir::Value, mlir::Value)>;

  MergeSort(mlir::Value size, Less isLess) : size(size), isLess(std::move(isLess)) {}

  /// The tables with their entries in order, equal ones as they stood, in the row `resultRow`.
  llvm::SmallVector<mlir::Value> sort(mlir::OpBuilder &b, mlir::Location loc,
                                      mlir::ValueRange tables);
  mlir::Value resultRow(mlir::OpBuilder &b, mlir::Location loc);

private:
  mlir::Value passCount(mlir::OpBuilder &b, mlir::Location loc);
  mlir::ValueRange merge(mlir::OpBuilder &b, mlir::Location loc, mlir::ValueRange tables,
                         mlir::Value from, mlir::Value to, mlir::Value start, mlir::Value middle,
                         mlir::Value end);

  mlir::Value size;
  Less isLess;
};

} // namespace agc

#endif // AGC_COMPILER_LOWERING_MERGESORT_H
