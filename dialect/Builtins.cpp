// What the helpers of the rule language build.
#include "dialect/Builtins.h"
#include "dialect/AgDialect.h"
#include "dialect/Shape.h"
#include "llvm/ADT/StringSwitch.h"

using namespace mlir;

namespace agc::ag {
namespace {

using Item = ExprItem<Value>;

Item item(Value tensor) { return {tensor, {}}; }
Item item(Attribute attr) { return {std::nullopt, attr}; }

/// The call of one builtin.
struct Call {
  OpBuilder &b;
  Location loc;
  ArrayRef<Item> args;
  Type elementType;

  /// A tensor argument, or a number as a 0-dim tensor.
  Value tensor(unsigned i) const {
    if (args[i].value)
      return *args[i].value;
    return scalar(b, loc, elementType, cast<FloatAttr>(args[i].attr).getValueAsDouble());
  }
  SmallVector<int64_t> dims(unsigned i) const { return intList(args[i].attr); }
  bool flag(unsigned i) const {
    auto attr = dyn_cast_or_null<BoolAttr>(args[i].attr);
    return attr && attr.getValue();
  }
};

Value build_stop_gradient(const Call &c) { return StopGradientOp::create(c.b, c.loc, c.tensor(0)); }

Value build_straight_through(const Call &c) {
  Value path = c.tensor(0), value = c.tensor(1);
  if (value.getType() != path.getType())
    value = expand(c.b, c.loc, value, extentsOf(c.b, c.loc, path));
  return StraightThroughOp::create(c.b, c.loc, path, value);
}

Value build_zeros_like(const Call &c) { return fullLike(c.b, c.loc, c.tensor(0), 0); }

Value build_ones_like(const Call &c) { return fullLike(c.b, c.loc, c.tensor(0), 1); }

Value build_cast_like(const Call &c) {
  return castTo(c.b, c.loc, c.tensor(0), tensorType(c.tensor(1)).getElementType());
}

Value build_expand_like(const Call &c) {
  return expand(c.b, c.loc, c.tensor(0), extentsOf(c.b, c.loc, c.tensor(1)));
}

/// Puts reduced dims back as extent 1.
Value build_unreduce(const Call &c) {
  Value x = c.tensor(0);
  SmallVector<int64_t> dims = c.dims(1);
  if (c.flag(2) || dims.empty())
    return x;
  SmallVector<OpFoldResult> extents = extentsOf(c.b, c.loc, x);
  for (int64_t dim : dims) // ascending: earlier ones are already in place
    extents.insert(extents.begin() + dim, c.b.getIndexAttr(1));
  return reshape(c.b, c.loc, x, extents);
}

/// Drops dims of extent 1.
Value build_reduced(const Call &c) {
  Value x = c.tensor(0);
  SmallVector<int64_t> dims = c.dims(1);
  if (c.flag(2) || dims.empty())
    return x;
  SmallVector<OpFoldResult> extents;
  for (auto [i, extent] : llvm::enumerate(extentsOf(c.b, c.loc, x)))
    if (!llvm::is_contained(dims, int64_t(i)))
      extents.push_back(extent);
  return reshape(c.b, c.loc, x, extents);
}

/// The number of elements along dims: a constant, or a 0-dim tensor made from `?` extents.
Value build_count(const Call &c) {
  Value x = c.tensor(0);
  SmallVector<OpFoldResult> extents = extentsOf(c.b, c.loc, x), counted;
  for (int64_t dim : c.dims(1))
    if (dim >= 0 && dim < int64_t(extents.size())) // a 0-dim tensor is one element along dim 0
      counted.push_back(extents[dim]);
  OpFoldResult count = countElements(c.b, c.loc, counted);
  Type elementType = tensorType(x).getElementType();
  if (std::optional<int64_t> known = getConstantIntValue(count))
    return scalar(c.b, c.loc, elementType, double(*known));
  Type i64 = c.b.getI64Type();
  Value number = arith::IndexCastOp::create(c.b, c.loc, i64, cast<Value>(count));
  Value tensor = tensor::FromElementsOp::create(c.b, c.loc, RankedTensorType::get({}, i64), number);
  return castTo(c.b, c.loc, tensor, elementType);
}

Value build_extent_index(const Call &c) {
  Value x = c.tensor(0);
  int64_t dim = c.dims(1).front();
  Shape shape(tensorType(x).getRank(), 1);
  shape[dim] = tensorType(x).getDimSize(dim);
  SmallVector<Value> sizes;
  if (ShapedType::isDynamic(shape[dim]))
    sizes.push_back(tensor::DimOp::create(c.b, c.loc, x, dim));
  return IotaOp::create(c.b, c.loc, RankedTensorType::get(shape, c.b.getI64Type()),
                        c.b.getI64IntegerAttr(dim), sizes);
}

/// Placed beside a filled place, of which it is cut: good for every extent, 0 included.
Value build_shift(const Call &c) {
  Value x = c.tensor(0);
  RankedTensorType type = tensorType(x);
  int64_t rank = type.getRank(), dim = c.dims(1).front();
  Value fill = castTo(c.b, c.loc, c.tensor(3), type.getElementType());
  SmallVector<OpFoldResult> extents = extentsOf(c.b, c.loc, x);
  if (rank == 0)
    return fill;
  SmallVector<OpFoldResult> wider = extents;
  if (std::optional<int64_t> extent = getConstantIntValue(extents[dim])) {
    wider[dim] = c.b.getIndexAttr(*extent + 1);
  } else {
    Value one = arith::ConstantIndexOp::create(c.b, c.loc, 1);
    wider[dim] = arith::AddIOp::create(c.b, c.loc, cast<Value>(extents[dim]), one).getResult();
  }
  SmallVector<int64_t> zeros(rank, 0), ones(rank, 1), first(rank, 0);
  first[dim] = 1;
  bool reverse = c.flag(2);
  auto [shape, sizes] = splitExtents(wider);
  Value padded = PadOp::create(c.b, c.loc, type.clone(shape), x, fill, ValueRange(),
                               reverse ? zeros : first, ones, sizes);
  auto [own, ownSizes] = splitExtents(extents);
  return SliceOp::create(c.b, c.loc, type.clone(own), padded, ValueRange(), reverse ? first : zeros,
                         ones, ownSizes);
}

Attribute build_iscomplex(const Call &c) {
  return c.b.getBoolAttr(isa<ComplexType>(tensorType(c.tensor(0)).getElementType()));
}

Value build_truth_like(const Call &c) {
  Type like = tensorType(c.tensor(1)).getElementType();
  return like.isUnsignedInteger() ? castTo(c.b, c.loc, c.tensor(0), like) : c.tensor(0);
}

Value build_transpose(const Call &c) {
  Value x = c.tensor(0);
  SmallVector<int64_t> order = llvm::to_vector(llvm::seq<int64_t>(0, tensorType(x).getRank()));
  std::swap(order[order.size() - 1], order[order.size() - 2]);
  return PermuteOp::create(c.b, c.loc, x, order);
}

Attribute build_dims(const Call &c) {
  return c.b.getDenseI64ArrayAttr(
      llvm::to_vector(llvm::seq<int64_t>(0, tensorType(c.tensor(0)).getRank())));
}

// Decided by the evaluator itself (dialect/ExprEvaluator.h); no tensors are built.
Value build_isnone(const Call &) { llvm_unreachable("decided by the evaluator"); }
Value build_is(const Call &) { llvm_unreachable("decided by the evaluator"); }
Value build_choose(const Call &) { llvm_unreachable("decided by the evaluator"); }

} // namespace

Item buildBuiltin(OpBuilder &b, Location loc, StringRef name, ArrayRef<Item> args,
                  Type elementType) {
  Call call{b, loc, args, elementType};
#define AGC_BUILTIN(function, arity)                                                               \
  if (name == #function)                                                                           \
    return item(build_##function(call));
#include "dialect/Builtins.inc"
  llvm::report_fatal_error("no builtin named '" + name + "'");
}

// ---------------------------------------------------------------- bodies in C++

/// What PyTorch asks of the shapes: target has self's without the class dim, weight one for each
/// class.
static LogicalResult checkNllLoss(Location loc, RankedTensorType self, RankedTensorType target,
                                  Value weight) {
  if (self.getRank() == 0)
    return emitError(loc) << "nll_loss(): expected at least one dimension of classes, got " << self;
  Shape expected(self.getShape());
  int64_t classDim = self.getRank() == 1 ? 0 : 1, classes = self.getDimSize(classDim);
  expected.erase(expected.begin() + classDim);
  if (failed(verifyCompatibleShape(expected, target.getShape())))
    return emitError(loc) << "nll_loss(): expected a target of " << target.clone(expected)
                          << ", got " << target;
  if (weight && failed(verifyCompatibleShape({classes}, tensorType(weight).getShape())))
    return emitError(loc) << "weight tensor should be defined either for all " << classes
                          << " classes or no classes but got weight tensor of " << weight.getType();
  return success();
}

/// Negative log likelihood (PyTorch: nll_loss): the negated element of self that target picks along
/// the class dim, times its class's weight, zero where target is ignore_index; then none, the sum,
/// or the sum over the weights' sum.
SmallVector<Value> bodyNllLoss(OpBuilder &b, Location loc, const RuleScope &scope) {
  Value self = scope.operands[0], target = scope.operands[1], weight = scope.operands[2];
  StringRef reduction = cast<StringAttr>(scope.params.get("reduction")).getValue();
  int64_t ignored = cast<IntegerAttr>(scope.params.get("ignore_index")).getInt();
  if (failed(checkNllLoss(loc, tensorType(self), tensorType(target), weight)))
    return {};
  int64_t classDim = tensorType(self).getRank() == 1 ? 0 : 1;
  Type elementType = tensorType(self).getElementType();

  Value ignore = scalar(b, loc, b.getI64Type(), double(ignored));
  Value counts = map(b, loc, "ne", {target, ignore});
  Value safe = map(b, loc, "where", {counts, target, scalar(b, loc, b.getI64Type(), 0)});
  // A target for each row, a weight for each class: extents that are `?` are held to it.
  SmallVector<OpFoldResult> whole = extentsOf(b, loc, self);
  for (auto [i, extent] : llvm::enumerate(tensorType(target).getShape()))
    if (!ShapedType::isDynamic(extent))
      whole[int64_t(i) < classDim ? i : i + 1] = b.getIndexAttr(extent);
  self = reshape(b, loc, self, whole);
  SmallVector<OpFoldResult> shape = whole, column = whole;
  shape.erase(shape.begin() + classDim);
  column[classDim] = b.getIndexAttr(1);
  counts = expand(b, loc, counts, shape);
  safe = expand(b, loc, safe, shape);
  Value picked =
      GatherOp::create(b, loc, self, reshape(b, loc, safe, column), b.getI64IntegerAttr(classDim));
  Value losses = map(b, loc, "neg", reshape(b, loc, picked, shape));
  Value weights = scalar(b, loc, elementType, 1);
  if (weight) {
    weight = expand(b, loc, weight, whole[classDim]);
    Value flat = reshape(b, loc, safe, {countElements(b, loc, shape)});
    weights =
        reshape(b, loc, GatherOp::create(b, loc, weight, flat, b.getI64IntegerAttr(0)), shape);
    losses = map(b, loc, "mul", {losses, weights});
  }
  Value zero = scalar(b, loc, elementType, 0);
  losses = map(b, loc, "where", {counts, losses, zero});
  SmallVector<int64_t> all = llvm::to_vector(llvm::seq<int64_t>(0, shape.size()));
  if (reduction == "none")
    return {losses};
  Value total = reduce(b, loc, "sum", losses, all, false);
  if (reduction == "sum")
    return {total};
  Value counted = map(b, loc, "where", {counts, weights, zero});
  return {map(b, loc, "div", {total, reduce(b, loc, "sum", counted, all, false)})};
}

/// PyTorch's max and min along a dim: the position that argmax or argmin finds, and what is there.
static SmallVector<Value> extremeAlong(OpBuilder &b, Location loc, const RuleScope &scope,
                                       StringRef position) {
  Value self = scope.operands[0];
  if (tensorType(self).getRank() == 0)
    return {self, scalar(b, loc, b.getI64Type(), 0)};
  auto dim = cast<IntegerAttr>(scope.params.get("dim"));
  bool keepdim = cast<BoolAttr>(scope.params.get("keepdim")).getValue();
  Value index = ReduceIndexOp::create(b, loc, position, self, dim.getInt(), /*keepdim=*/true);
  Value value = GatherOp::create(b, loc, self, index, dim);
  if (keepdim)
    return {value, index};
  SmallVector<OpFoldResult> extents = extentsOf(b, loc, value);
  extents.erase(extents.begin() + dim.getInt());
  return {reshape(b, loc, value, extents), reshape(b, loc, index, extents)};
}

SmallVector<Value> bodyMaxDim(OpBuilder &b, Location loc, const RuleScope &scope) {
  return extremeAlong(b, loc, scope, "argmax");
}
SmallVector<Value> bodyMinDim(OpBuilder &b, Location loc, const RuleScope &scope) {
  return extremeAlong(b, loc, scope, "argmin");
}

SmallVector<Value> callBody(OpBuilder &b, Location loc, const RuleScope &scope) {
#define AGC_RULE(record_, function)                                                                \
  if (scope.record.name == #record_)                                                               \
    return function(b, loc, scope);
#include "dialect/BodyRules.inc"
  llvm::report_fatal_error("record '" + scope.record.name + "' has no body");
}

} // namespace agc::ag
