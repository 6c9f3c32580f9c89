// The gradient rule of ag.contract: the same contraction, its subscripts exchanged.
#include "compiler/Autodiff/Rules.h"
#include "dialect/AgDialect.h"
#include "dialect/RuleBuilder.h"

using namespace mlir;

namespace agc {

SmallVector<Value> vjpContract(const VjpCall &c) {
  auto [operands, result] = cast<ag::ContractOp>(c.node.op).getSubscripts().split("->");
  auto [self, other] = operands.split(',');
  auto conj = [&](Value v) -> Value {
    bool isComplex = isa<ComplexType>(getElementTypeOrSelf(v.getType()));
    return isComplex ? ag::map(c.b, c.loc, "conj", {v}) : v;
  };
  SmallVector<Value> cotangents = c.none();
  if (c.needs[0])
    cotangents[0] = ag::ContractOp::create(c.b, c.loc, c.grad(), conj(c.operand(1)),
                                           (result + "," + other + "->" + self).str());
  if (c.needs[1])
    cotangents[1] = ag::ContractOp::create(c.b, c.loc, conj(c.operand(0)), c.grad(),
                                           (self + "," + result + "->" + other).str());
  return cotangents;
}

} // namespace agc
