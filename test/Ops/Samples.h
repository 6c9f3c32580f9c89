// The calls that generated tests make of each record, made from its domains, specials, shapes and
// cases: one small module per record, element type and case, with its inputs.
#ifndef AGC_TEST_OPS_SAMPLES_H
#define AGC_TEST_OPS_SAMPLES_H

#include "compiler/Interpreter/Tensor.h"
#include "dialect/Record.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

namespace agc::test {

/// How an operand comes from what the functions take: as it is, or as a view of it. The rest says
/// which: the permutation, the step of each dim, or the extents.
struct OperandView {
  enum Kind { None, Permute, Slice, Expand } kind = None;
  llvm::SmallVector<int64_t> numbers;
};

/// One call of a record. The module has these functions, the last three only where the record is
/// differentiable for the element type:
///   @main(operands) -> results
///   @grad(operands, seeds) -> the gradient of each floating operand that has one
///   @jvp(operands, tangents of those operands) -> tangents of the results
///   @second(operands, seeds, seeds of the gradients) -> the gradients' gradients
struct Sample {
  std::string key; ///< "tanh/f32/matrix"
  const ag::Record *record;
  mlir::Type dtype;
  std::string torch; ///< a Python expression, or empty: the function of the record's name
  mlir::DictionaryAttr params;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  std::vector<std::string> names;       ///< of the operands
  std::vector<interp::Tensor> operands; ///< what the functions take
  std::vector<OperandView> views;       ///< one per operand
  std::vector<bool> optional;           ///< which operands the schema lets be absent
  std::vector<bool> wrt;                ///< which operands gradients are taken by
  std::vector<interp::Tensor> seeds;    ///< one per result
  std::vector<interp::Tensor> tangents; ///< one per operand with a gradient
  bool byParts;        ///< special complex values, whose parts are compared one by one
  bool special;        ///< kinks, ties, NaN: derivatives are PyTorch's choice, not calculus
  bool differentiable; ///< has @grad
};

/// The samples of a record, for the element types that `wanted` takes. What is missing or wrong in
/// its sample fields is reported to `errors`.
std::vector<Sample> samplesOf(
    const ag::Record &record, mlir::MLIRContext *context, std::vector<std::string> &errors,
    llvm::function_ref<bool(mlir::Type)> wanted = [](mlir::Type) { return true; });

} // namespace agc::test

#endif // AGC_TEST_OPS_SAMPLES_H
