// Emits the body of a linalg op for a strip of its vector dimension: operands, body, results.
#pragma once
#include "compiler/CodeGen/LoopPlan.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace agc {

/// Neighbouring elements along the vector dimension: one scalar, a full vector, or one whose first
/// `count` lanes are there.
struct Strip {
  int64_t width = 1;
  /// vector<width x i1> and the number of its ones; null where the strip is full.
  mlir::Value mask, count;
  /// Stores of full vectors, which are aligned, go past the caches.
  bool streamed = false;
};

/// Emits one op's body at given loop indices. Values that are the same in every lane stay scalars.
class VectorBody {
public:
  VectorBody(mlir::linalg::GenericOp op, std::optional<unsigned> vectorDim)
      : op(op), vectorDim(vectorDim) {}

  /// Loads an operand: a scalar where it does not vary in the strip. Lanes that are not there are
  /// 0.
  mlir::Value load(mlir::ImplicitLocOpBuilder &builder, mlir::OpOperand &operand,
                   mlir::ValueRange indices, const Strip &strip);
  /// Stores a scalar or a vector through the operand's map.
  void store(mlir::ImplicitLocOpBuilder &builder, mlir::OpOperand &operand, mlir::Value value,
             mlir::ValueRange indices, const Strip &strip);
  /// Asks for the cache line of the operand's element at the indices.
  void prefetch(mlir::ImplicitLocOpBuilder &builder, mlir::OpOperand &operand,
                mlir::ValueRange indices, bool write);
  /// Emits the body for these block arguments, except `skip`, and returns the values by their
  /// originals.
  mlir::IRMapping emit(mlir::ImplicitLocOpBuilder &builder, mlir::ValueRange arguments,
                       mlir::ValueRange indices, const Strip &strip,
                       llvm::ArrayRef<mlir::Operation *> skip = {});
  /// The value as a vector of the strip's width; itself where the strip is a scalar.
  static mlir::Value spread(mlir::ImplicitLocOpBuilder &builder, mlir::Value value,
                            const Strip &strip);

private:
  mlir::Value lift(mlir::ImplicitLocOpBuilder &builder, mlir::Operation &inner,
                   const mlir::IRMapping &values, mlir::ValueRange indices, const Strip &strip);
  mlir::Value gather(mlir::ImplicitLocOpBuilder &builder, mlir::Operation &load,
                     const mlir::IRMapping &values, const Strip &strip);

  mlir::linalg::GenericOp op;
  std::optional<unsigned> vectorDim;
};

} // namespace agc
