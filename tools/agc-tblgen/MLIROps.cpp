// Looks up ops in MLIR's dialects of scalars.
#include "MLIROps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Complex/IR/Complex.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;

namespace agc::tblgen {

/// How many operands an op takes; nothing where that varies.
static std::optional<size_t> arityOf(RegisteredOperationName op) {
  if (op.hasTrait<OpTrait::OneOperand>())
    return 1;
  if (op.hasTrait<OpTrait::NOperands<2>::Impl>())
    return 2;
  if (op.hasTrait<OpTrait::NOperands<3>::Impl>())
    return 3;
  return std::nullopt;
}

std::string mistakeInOp(StringRef name, size_t operands) {
  static MLIRContext context(MLIRContext::Threading::DISABLED);
  context.loadDialect<arith::ArithDialect, complex::ComplexDialect, math::MathDialect>();
  auto [dialect, rest] = name.split('.');
  auto [mnemonic, predicate] = rest.split('.');
  std::string full = (dialect + "." + mnemonic).str();
  std::optional<RegisteredOperationName> op = RegisteredOperationName::lookup(full, &context);
  if (!op || dialect == "builtin")
    return "no op of arith, math or complex named '" + full + "'";
  bool known = full == "arith.cmpf"   ? arith::symbolizeCmpFPredicate(predicate).has_value()
               : full == "arith.cmpi" ? arith::symbolizeCmpIPredicate(predicate).has_value()
                                      : predicate.empty();
  if (!known)
    return "'" + full + "' has no predicate '" + predicate.str() + "'";
  std::optional<size_t> arity = arityOf(*op);
  if (arity && *arity != operands)
    return "'" + full + "' takes " + std::to_string(*arity) + " arguments, got " +
           std::to_string(operands);
  return {};
}

} // namespace agc::tblgen
