// Builds `ag` ops from records and from the expressions of their rules.
#ifndef AGC_DIALECT_RULEBUILDER_H
#define AGC_DIALECT_RULEBUILDER_H

#include "dialect/ExprEvaluator.h"
#include "mlir/IR/Builders.h"

namespace agc::ag {

/// Builds the op that stands for a record: of its family's class (ag.map and so on), or of its own.
/// Operands are in the schema's order, absent optional ones null; parameters by name, defaults may
/// be missing. Fails with a diagnostic at `loc` where the op would not verify.
mlir::FailureOr<llvm::SmallVector<mlir::Value>> buildRecord(mlir::OpBuilder &b, mlir::Location loc,
                                                            const Record &record,
                                                            mlir::ValueRange operands,
                                                            mlir::DictionaryAttr params = {});

/// A pointwise record of operands that must fit: what C++ rules are written with.
mlir::Value map(mlir::OpBuilder &b, mlir::Location loc, llvm::StringRef fn,
                mlir::ValueRange operands, mlir::DictionaryAttr params = {});

/// A reduction; no op where `dims` is empty.
mlir::Value reduce(mlir::OpBuilder &b, mlir::Location loc, llvm::StringRef fn, mlir::Value self,
                   llvm::ArrayRef<int64_t> dims, bool keepdim);

/// A 0-dim constant of an element type; complex ones have no imaginary part.
mlir::Value scalar(mlir::OpBuilder &b, mlir::Location loc, mlir::Type elementType, double value);

/// A tensor filled with a value, of the shape and element type of another.
mlir::Value fullLike(mlir::OpBuilder &b, mlir::Location loc, mlir::Value like, double value);

/// A tensor broadcast to extents; the operand itself where nothing changes.
mlir::Value expand(mlir::OpBuilder &b, mlir::Location loc, mlir::Value self,
                   llvm::ArrayRef<mlir::OpFoldResult> extents);

/// A tensor in another shape; the operand itself where nothing changes.
mlir::Value reshape(mlir::OpBuilder &b, mlir::Location loc, mlir::Value self,
                    llvm::ArrayRef<mlir::OpFoldResult> extents);

/// A tensor summed over what broadcasting to its shape from `like`'s added: the adjoint of expand.
mlir::Value sumTo(mlir::OpBuilder &b, mlir::Location loc, mlir::Value self, mlir::Value like);

/// A tensor in another element type; complex to real takes the real part.
mlir::Value castTo(mlir::OpBuilder &b, mlir::Location loc, mlir::Value self,
                   mlir::Type elementType);

/// A value as the record's rules compute with it: of opmath records f16 and bf16 are widened to
/// f32. Null stays null.
mlir::Value toOpmath(mlir::OpBuilder &b, mlir::Location loc, const Record &record,
                     mlir::Value value);

/// What the names of a rule mean.
struct RuleScope {
  const Record &record;
  llvm::SmallVector<mlir::Value> operands; ///< per tensor argument; null where absent
  mlir::DictionaryAttr params;             ///< defaults included
  llvm::SmallVector<mlir::Value> results, grads;
  bool jvp = false; ///< `grads` hold an operand's tangent, and conj() is the identity
};

/// The scope of an op's own rules: its operands, parameters and results.
RuleScope scopeOf(mlir::Operation *op, const Record &record);

/// Builds an expression's ops; null where it is worth nothing (an absent operand).
mlir::Value buildExpr(mlir::OpBuilder &b, mlir::Location loc, const Expr &expr,
                      const RuleScope &scope);

/// Builds a composite's body and gives its results; none, after a diagnostic at `loc`, where the
/// operands do not fit. The ops are not verified.
llvm::SmallVector<mlir::Value> buildBody(mlir::OpBuilder &b, mlir::Location loc,
                                         const RuleScope &scope);

/// An int list parameter; an int is a list of one.
llvm::SmallVector<int64_t> intList(mlir::Attribute attr);

} // namespace agc::ag

#endif // AGC_DIALECT_RULEBUILDER_H
