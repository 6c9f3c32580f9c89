// A pointwise op that follows a contraction, in the form that the micro-kernel applies to
// registers.
#pragma once
#include "compiler/CodeGen/NestBuilder.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include <string>

namespace agc {

/// The scalar body of a linalg.generic together with how each operand is reached from a tile.
class Epilogue {
public:
  /// How a tile reaches an operand of the body.
  enum class Access {
    Accumulator, ///< it is the contraction's result, held in registers
    Vector,      ///< unit stride along the tile's columns
    Splat,       ///< the same value for all columns of a row
    Unused,      ///< an output's old value, which the body does not read
  };

  /// Whether the body of `op` can be evaluated on vectors.
  static mlir::LogicalResult checkBody(mlir::linalg::GenericOp op);

  /// The epilogue `op`, whose operands (inputs, then outputs) are reached as `accesses` says. When
  /// `keepsResult`, the contraction's own result is stored as well.
  Epilogue(mlir::linalg::GenericOp op, llvm::ArrayRef<Access> accesses, bool keepsResult);

  /// What makes two epilogues share one panel function.
  llvm::StringRef key() const { return text; }
  bool keepsResult() const { return keeps; }
  mlir::linalg::GenericOp op() const { return generic; }

  /// Numbers of the operands that panel functions take, inputs read and outputs written, in order.
  llvm::ArrayRef<unsigned> operands() const { return passed; }
  Access access(unsigned operand) const { return accesses[operand]; }
  bool isOutput(unsigned operand) const { return operand >= numInputs; }

  /// Evaluates the body on vectors of `lanes`, one value for each of its block's arguments; returns
  /// a value for each output.
  llvm::SmallVector<mlir::Value> apply(NestBuilder &ir, llvm::ArrayRef<mlir::Value> arguments,
                                       int64_t lanes) const;

private:
  mlir::linalg::GenericOp generic;
  llvm::SmallVector<Access> accesses;
  llvm::SmallVector<unsigned> passed;
  unsigned numInputs;
  bool keeps;
  std::string text;
};

} // namespace agc
