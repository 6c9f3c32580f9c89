// The helpers of the rule language, and the composites whose bodies are C++.
#ifndef AGC_DIALECT_BUILTINS_H
#define AGC_DIALECT_BUILTINS_H

#include "dialect/RuleBuilder.h"

namespace agc::ag {

/// Builds a builtin of dialect/AgStd.td: a tensor or a list of dims; `elementType` is what its
/// numbers take.
ExprItem<mlir::Value> buildBuiltin(mlir::OpBuilder &b, mlir::Location loc, llvm::StringRef name,
                                   llvm::ArrayRef<ExprItem<mlir::Value>> args,
                                   mlir::Type elementType);

/// Builds the body of a composite whose body is a C++ function.
llvm::SmallVector<mlir::Value> callBody(mlir::OpBuilder &b, mlir::Location loc,
                                        const RuleScope &scope);

// The functions that records name as their body; a missing one does not link. Where operands or
// parameters do not fit, they report it and give no result.
#define AGC_RULE(record, function)                                                                 \
  llvm::SmallVector<mlir::Value> function(mlir::OpBuilder &b, mlir::Location loc,                  \
                                          const RuleScope &scope);
#include "dialect/BodyRules.inc"
#undef AGC_RULE

} // namespace agc::ag

#endif // AGC_DIALECT_BUILTINS_H
