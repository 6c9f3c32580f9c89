// Gradient rules of reductions.
#include "compiler/Autodiff/Rules.h"
#include "dialect/AgDialect.h"
#include "dialect/Builtins.h"
#include "dialect/RuleBuilder.h"
#include "dialect/Shape.h"

using namespace mlir;

namespace agc {

/// The product of the other elements: result / self, or, of a zero, the product of the rest. Beside
/// one other zero that product is zero too, but written with it, so that it can be differentiated.
SmallVector<Value> vjpProd(const VjpCall &c) {
  auto op = cast<ag::ReduceOp>(c.node.op);
  Value self = c.operand(0);
  Type elementType = ag::tensorType(self).getElementType();
  auto map = [&](StringRef fn, ValueRange operands) { return ag::map(c.b, c.loc, fn, operands); };
  auto unreduce = [&](Value v) {
    return *ag::buildBuiltin(c.b, c.loc, "unreduce",
                             {{v, {}},
                              {std::nullopt, op.getDimAttr()},
                              {std::nullopt, c.b.getBoolAttr(op.getKeepdim())}},
                             elementType)
                .value;
  };
  Value zero = ag::scalar(c.b, c.loc, elementType, 0);
  Value one = ag::scalar(c.b, c.loc, elementType, 1);
  Value isZero = map("eq", {self, zero});
  Value safe = map("where", {isZero, one, self});
  Value zeros = ag::castTo(c.b, c.loc, isZero, elementType);
  Value count = ag::reduce(c.b, c.loc, "sum", zeros, op.getDim(), /*keepdim=*/true);
  Value rest = ag::reduce(c.b, c.loc, "prod", safe, op.getDim(), /*keepdim=*/true);
  Value mine = map("where", {isZero, self, zero});
  Value all = ag::reduce(c.b, c.loc, "sum", mine, op.getDim(), /*keepdim=*/true);
  Value withOther = map("mul", {rest, map("sub", {all, mine})});
  Value two = ag::scalar(c.b, c.loc, elementType, 2);
  Value ofZero = map("where", {map("eq", {count, two}), withOther, zero});
  ofZero = map("where", {map("eq", {count, one}), rest, ofZero});
  Value result = unreduce(c.node.results[0]);
  Value quotient = map("div", {result, safe});
  Value others = map("where", {isZero, ofZero, quotient});
  if (isa<ComplexType>(elementType))
    others = map("conj", {others});
  Value grad = unreduce(c.grad());
  return {map("mul", {grad, others})};
}

} // namespace agc
