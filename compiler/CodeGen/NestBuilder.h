// Builds index arithmetic, loops and branches, folding whatever is constant while it builds.
#pragma once
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Builders.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include <optional>

namespace agc {

/// A builder bound to one location. Branches on constants and loops of one trip leave no trace, so
/// that one text serves constant and unknown extents alike.
class NestBuilder {
public:
  using Body = llvm::function_ref<void()>;
  using LoopBody = llvm::function_ref<void(mlir::Value)>;

  NestBuilder(mlir::OpBuilder &builder, mlir::Location loc) : b(builder), loc(loc) {}

  mlir::Value index(int64_t value);
  mlir::Value boolean(bool value);
  mlir::Value add(mlir::Value lhs, mlir::Value rhs);
  mlir::Value sub(mlir::Value lhs, mlir::Value rhs);
  mlir::Value mul(mlir::Value lhs, mlir::Value rhs);
  mlir::Value div(mlir::Value lhs, mlir::Value rhs);
  mlir::Value rem(mlir::Value lhs, mlir::Value rhs);
  mlir::Value ceilDiv(mlir::Value lhs, mlir::Value rhs);
  mlir::Value min(mlir::Value lhs, mlir::Value rhs);
  mlir::Value max(mlir::Value lhs, mlir::Value rhs);
  mlir::Value greater(mlir::Value lhs, mlir::Value rhs);
  mlir::Value equal(mlir::Value lhs, mlir::Value rhs);
  mlir::Value both(mlir::Value lhs, mlir::Value rhs);
  mlir::Value select(mlir::Value condition, mlir::Value lhs, mlir::Value rhs);

  /// `value`, of which no optimizer knows how it was computed.
  mlir::Value opaque(mlir::Value value);

  /// The value of `value` where it is a constant.
  static std::optional<int64_t> constant(mlir::Value value);

  /// for (iv = lower; iv < upper; iv += step) body(iv)
  void loop(mlir::Value lower, mlir::Value upper, mlir::Value step, LoopBody body);
  /// if (condition) then() else otherwise()
  void branch(mlir::Value condition, Body then, Body otherwise = nullptr);
  /// Runs the case number `selector`; a number past the last runs the last.
  void dispatch(mlir::Value selector, llvm::ArrayRef<int64_t> cases,
                llvm::function_ref<void(int64_t)> body);

  mlir::OpBuilder &b;
  mlir::Location loc;
};

} // namespace agc
