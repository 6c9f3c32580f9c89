// Vectorises the scalar body of a pointwise op by cloning its ops on vector types.
#include "compiler/CodeGen/Epilogue.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/Support/raw_ostream.h"

using namespace agc;
using namespace mlir;

LogicalResult Epilogue::checkBody(linalg::GenericOp op) {
  for (Operation &inner : op.getBody()->without_terminator()) {
    bool constant = matchPattern(&inner, m_Constant());
    // Lanes past the last column compute on garbage, so that nothing in the body may trap.
    if (!constant && (!OpTrait::hasElementwiseMappableTraits(&inner) || !isPure(&inner)))
      return failure();
    if (!llvm::all_of(inner.getResultTypes(), [](Type t) { return t.isIntOrFloat(); }))
      return failure();
  }
  auto outside = [&](Value value) {
    return value.getParentBlock() != op.getBody() && !matchPattern(value, m_Constant());
  };
  for (Operation &inner : *op.getBody())
    if (llvm::any_of(inner.getOperands(), outside))
      return failure();
  return success();
}

Epilogue::Epilogue(linalg::GenericOp op, ArrayRef<Access> accesses, bool keepsResult)
    : generic(op), accesses(accesses), numInputs(op.getNumDpsInputs()), keeps(keepsResult) {
  llvm::raw_string_ostream os(text);
  for (auto [number, access] : llvm::enumerate(accesses)) {
    if (isOutput(number) || access == Access::Vector || access == Access::Splat)
      passed.push_back(number);
    os << int(access) << ',' << isOutput(number) << ',';
  }
  os << keeps << ';';
  llvm::DenseMap<Value, unsigned> numbers;
  auto number = [&](Value value) {
    return numbers.try_emplace(value, numbers.size()).first->second;
  };
  for (BlockArgument argument : op.getBody()->getArguments())
    os << number(argument) << ':' << argument.getType() << ',';
  for (Operation &inner : *op.getBody()) {
    os << inner.getName() << inner.getAttrDictionary() << '(';
    for (Value operand : inner.getOperands()) {
      Attribute value;
      if (operand.getParentBlock() != op.getBody() && matchPattern(operand, m_Constant(&value)))
        os << value << ',';
      else
        os << number(operand) << ',';
    }
    os << ')';
    for (Value result : inner.getResults())
      os << number(result) << ':' << result.getType();
  }
}

/// The constant `value`, in every one of `lanes` lanes.
static Value splatConstant(NestBuilder &ir, TypedAttr value, int64_t lanes) {
  auto type = VectorType::get({lanes}, value.getType());
  return arith::ConstantOp::create(ir.b, ir.loc, DenseElementsAttr::get(type, {Attribute(value)}));
}

SmallVector<Value> Epilogue::apply(NestBuilder &ir, ArrayRef<Value> arguments,
                                   int64_t lanes) const {
  Block *body = op().getBody();
  IRMapping map;
  for (auto [argument, value] : llvm::zip_equal(body->getArguments(), arguments))
    if (value)
      map.map(argument, value);
  auto lookUp = [&](Value operand) {
    if (Value known = map.lookupOrNull(operand))
      return known;
    TypedAttr constant;
    [[maybe_unused]] bool matched = matchPattern(operand, m_Constant(&constant));
    assert(matched && "Epilogue::checkBody admits only constants from outside");
    Value splat = splatConstant(ir, constant, lanes);
    map.map(operand, splat);
    return splat;
  };
  for (Operation &inner : body->without_terminator()) {
    if (matchPattern(&inner, m_Constant()))
      continue; // made where it is used
    SmallVector<Value> operands = llvm::map_to_vector(inner.getOperands(), lookUp);
    SmallVector<Type> types = llvm::map_to_vector(
        inner.getResultTypes(), [&](Type t) -> Type { return VectorType::get({lanes}, t); });
    OperationState state(ir.loc, inner.getName(), operands, types, inner.getAttrs());
    Operation *clone = ir.b.create(state);
    map.map(inner.getResults(), clone->getResults());
  }
  return llvm::map_to_vector(body->getTerminator()->getOperands(), lookUp);
}
