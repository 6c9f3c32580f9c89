// Gradient rules of reductions.
#include "compiler/Autodiff/Rules.h"
#include "dialect/AgDialect.h"
#include "dialect/Builtins.h"
#include "dialect/RuleBuilder.h"
#include "dialect/Shape.h"

using namespace mlir;

namespace agc {
namespace {

using Item = ag::ExprItem<Value>;

Value builtin(const VjpCall &c, StringRef name, ArrayRef<Item> args) {
  Type elementType = ag::tensorType(c.operand(0)).getElementType();
  return *ag::buildBuiltin(c.b, c.loc, name, args, elementType).value;
}

/// The product of the elements before each along the last dim; with `reverse` of those after it.
Value exclusiveProduct(const VjpCall &c, Value x, bool reverse) {
  int64_t last = ag::tensorType(x).getRank() - 1;
  Item dim{std::nullopt, c.b.getI64IntegerAttr(last)}, back{std::nullopt, c.b.getBoolAttr(reverse)},
      one{std::nullopt, c.b.getF64FloatAttr(1)};
  Value shifted = builtin(c, "shift", {{x, {}}, dim, back, one});
  return ag::ScanOp::create(c.b, c.loc, "cumprod", shifted, last, reverse);
}

/// The product of the other elements along dims, of each element.
Value productOfOthers(const VjpCall &c, ArrayRef<int64_t> dims) {
  Value self = c.operand(0);
  int64_t rank = ag::tensorType(self).getRank();
  // The dims become one, the last.
  SmallVector<int64_t> order, inverse(rank);
  for (int64_t i = 0; i < rank; ++i)
    if (!llvm::is_contained(dims, i))
      order.push_back(i);
  llvm::append_range(order, dims);
  for (auto [to, from] : llvm::enumerate(order))
    inverse[from] = to;
  Value permuted = c.b.createOrFold<ag::PermuteOp>(c.loc, self, order);
  auto others = [&](Value rows) {
    return ag::map(c.b, c.loc, "mul",
                   {exclusiveProduct(c, rows, false), exclusiveProduct(c, rows, true)});
  };
  if (dims.size() == 1)
    return c.b.createOrFold<ag::PermuteOp>(c.loc, others(permuted), inverse);
  SmallVector<OpFoldResult> extents = ag::extentsOf(c.b, c.loc, permuted), flat(extents);
  flat.truncate(rank - dims.size());
  flat.push_back(ag::countElements(c.b, c.loc, ArrayRef(extents).take_back(dims.size())));
  Value products = others(ag::reshape(c.b, c.loc, permuted, flat));
  return c.b.createOrFold<ag::PermuteOp>(c.loc, ag::reshape(c.b, c.loc, products, extents),
                                         inverse);
}

} // namespace

/// Of a tensor with a zero the product of the other elements; without one, as PyTorch, the quotient
/// of the product and the element.
SmallVector<Value> vjpProd(const VjpCall &c) {
  auto op = cast<ag::ReduceOp>(c.node.op);
  Value self = c.operand(0);
  Type elementType = ag::tensorType(self).getElementType();
  auto map = [&](StringRef fn, ValueRange operands) { return ag::map(c.b, c.loc, fn, operands); };
  auto unreduce = [&](Value v) {
    return builtin(c, "unreduce",
                   {{v, {}},
                    {std::nullopt, op.getDimAttr()},
                    {std::nullopt, c.b.getBoolAttr(op.getKeepdim())}});
  };
  Value isZero = map("eq", {self, ag::scalar(c.b, c.loc, elementType, 0)});
  SmallVector<int64_t> all = llvm::to_vector(llvm::seq<int64_t>(0, ag::tensorType(self).getRank()));
  Value anyZero = ag::reduce(c.b, c.loc, "supremum", isZero, all, /*keepdim=*/false);
  Value safe = map("where", {isZero, ag::scalar(c.b, c.loc, elementType, 1), self});
  Value quotient = map("div", {unreduce(c.node.results[0]), safe});
  Value others = map("where", {anyZero, productOfOthers(c, op.getDim()), quotient});
  if (isa<ComplexType>(elementType))
    others = map("conj", {others});
  return {map("mul", {unreduce(c.grad()), others})};
}

} // namespace agc
