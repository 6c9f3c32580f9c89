// Scalars of `ag` as MLIR's scalar ops: how elements are stored and computed, and how a record's
// `lower` expression becomes arith, math and complex ops.
#ifndef AGC_COMPILER_LOWERING_SCALAR_H
#define AGC_COMPILER_LOWERING_SCALAR_H

#include "dialect/Record.h"
#include "mlir/IR/Builders.h"

namespace agc {

/// The type that an element has in memory: a bool is a byte, ui8 is signless, bf16 is its bits
/// (what LLVM does with vectors of it calls helpers that no libc has), all else is itself.
mlir::Type storageType(mlir::Type element);

/// The type that an element is computed in: f32 for f16 and bf16, i1 for bool, signless integers.
mlir::Type computeType(mlir::Type element);

/// An element from memory, in its compute type.
mlir::Value loadElement(mlir::OpBuilder &b, mlir::Location loc, mlir::Value stored,
                        mlir::Type element);

/// A computed element as it is stored; f16 and bf16 are rounded here, once for each op of `ag`.
mlir::Value storeElement(mlir::OpBuilder &b, mlir::Location loc, mlir::Value computed,
                         mlir::Type element);

/// A number as a constant of a compute type.
mlir::Value scalarConstant(mlir::OpBuilder &b, mlir::Location loc, mlir::Type computed,
                           mlir::Attribute number);

/// An element in another element type, both in their compute types (`ag.cast`).
mlir::Value castElement(mlir::OpBuilder &b, mlir::Location loc, mlir::Value value, mlir::Type from,
                        mlir::Type to);

/// What the names of a `lower` expression mean.
struct ScalarScope {
  const ag::Record &record;
  mlir::Type element;                      ///< the record's element type T
  llvm::SmallVector<mlir::Value> operands; ///< per tensor argument, computed; null where absent
  mlir::DictionaryAttr params;             ///< defaults included
  mlir::Value acc;                         ///< of a reduction's or scan's combiner
};

/// What a record's combination of elements starts from, as a number.
mlir::Attribute identityOf(mlir::Builder &b, const ag::Record &record, mlir::Type element);

/// Why a record does not lower for an element type, or nothing when it does.
std::optional<std::string> whyNoLowering(const ag::Record &record, mlir::Type element);

/// The value of an expression of `lower`.
mlir::Value lowerExpr(mlir::OpBuilder &b, mlir::Location loc, const ag::Expr &expr,
                      const ScalarScope &scope);

/// A record's value; needs whyNoLowering to give nothing.
mlir::Value lowerRecord(mlir::OpBuilder &b, mlir::Location loc, const ScalarScope &scope);

/// A record by its name, of computed operands and its default parameters; `acc` for a combiner.
mlir::Value callRecord(mlir::OpBuilder &b, mlir::Location loc, llvm::StringRef name,
                       mlir::Type element, mlir::ValueRange operands, mlir::Value acc = {});

/// The element type T of an op's record: that of the first operand tied to it.
mlir::Type recordElement(const ag::Record &record, mlir::TypeRange operands);

} // namespace agc

#endif // AGC_COMPILER_LOWERING_SCALAR_H
