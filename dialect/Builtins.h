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

} // namespace agc::ag

#endif // AGC_DIALECT_BUILTINS_H
