// Bodies of composites that read and write at computed positions.
#include "dialect/AgDialect.h"
#include "dialect/Builtins.h"
#include "dialect/Shape.h"

using namespace mlir;

namespace agc::ag {
namespace {

using Extents = SmallVector<OpFoldResult>;

int64_t intParam(const RuleScope &scope, StringRef name) {
  return cast<IntegerAttr>(scope.params.get(name)).getInt();
}

/// A tensor as a vector at least: a 0-dim one with one element.
Value atLeast1d(OpBuilder &b, Location loc, Value tensor) {
  return tensorType(tensor).getRank() ? tensor : reshape(b, loc, tensor, {b.getIndexAttr(1)});
}

/// The vector `index` as an index tensor of `extents` that is the same along every dim but `dim`.
/// Lowering reads it where it stands (see narrowIndex in compiler/Lowering/Index.cpp).
Value spread(OpBuilder &b, Location loc, Value index, int64_t dim, ArrayRef<OpFoldResult> extents) {
  Extents column(extents.size(), b.getIndexAttr(1));
  column[dim] = extentsOf(b, loc, index).front();
  return expand(b, loc, reshape(b, loc, index, column), extents);
}

/// What PyTorch asks of an index along a dim.
LogicalResult checkVector(Location loc, StringRef name, Value index) {
  if (tensorType(index).getRank() > 1)
    return emitError(loc) << name << "(): Index is supposed to be a vector";
  return success();
}

/// Rows along `dim`; self and index are at least vectors.
Value select(OpBuilder &b, Location loc, Value self, int64_t dim, Value index) {
  Extents extents = extentsOf(b, loc, self);
  extents[dim] = extentsOf(b, loc, index).front();
  return GatherOp::create(b, loc, self, spread(b, loc, index, dim, extents),
                          b.getI64IntegerAttr(dim));
}

} // namespace

SmallVector<Value> bodyIndexSelect(OpBuilder &b, Location loc, const RuleScope &scope) {
  Value self = atLeast1d(b, loc, scope.operands[0]);
  int64_t dim = intParam(scope, "dim");
  if (failed(checkVector(loc, "index_select", scope.operands[1])))
    return {};
  Value picked = select(b, loc, self, dim, atLeast1d(b, loc, scope.operands[1]));
  if (tensorType(scope.operands[0]).getRank())
    return {picked};
  if (tensorType(picked).getDimSize(0) == 1)
    return {reshape(b, loc, picked, {})};
  emitError(loc) << "index_select(): Index to scalar can have only 1 value";
  return {};
}

SmallVector<Value> bodyIndexAdd(OpBuilder &b, Location loc, const RuleScope &scope) {
  Value self = atLeast1d(b, loc, scope.operands[0]), index = atLeast1d(b, loc, scope.operands[1]),
        source = atLeast1d(b, loc, scope.operands[2]);
  RankedTensorType into = tensorType(self), from = tensorType(source);
  int64_t dim = intParam(scope, "dim");
  if (failed(checkVector(loc, "index_add", index)))
    return {};
  auto differ = [](int64_t x, int64_t y) {
    return x != y && !ShapedType::isDynamic(x) && !ShapedType::isDynamic(y);
  };
  bool fits = into.getRank() == from.getRank();
  for (int64_t i = 0; fits && i < into.getRank(); ++i)
    fits = i == dim || !differ(into.getDimSize(i), from.getDimSize(i));
  if (!fits) {
    emitError(loc) << "source tensor shape must match self tensor shape, excluding the specified "
                      "dimension. Got self "
                   << into << ", source " << from;
    return {};
  }
  if (differ(tensorType(index).getDimSize(0), from.getDimSize(dim))) {
    emitError(loc) << "index_add_(): Number of indices (" << tensorType(index).getDimSize(0)
                   << ") should be equal to source.size(dim): (" << from.getDimSize(dim)
                   << "), for dim: " << dim;
    return {};
  }
  double alpha = cast<FloatAttr>(scope.params.get("alpha")).getValueAsDouble();
  if (into.getElementType().isInteger(1))
    alpha = alpha != 0;
  if (alpha != 1)
    source = map(b, loc, "mul", {source, scalar(b, loc, into.getElementType(), alpha)});
  Extents extents = extentsOf(b, loc, source);
  Value sum = ScatterOp::create(b, loc, self, spread(b, loc, index, dim, extents), source, dim,
                                /*add=*/true);
  return {reshape(b, loc, sum, extentsOf(b, loc, scope.operands[0]))};
}

SmallVector<Value> bodyScatterAdd(OpBuilder &b, Location loc, const RuleScope &scope) {
  auto scatter = ScatterOp::create(b, loc, scope.operands[0], scope.operands[1], scope.operands[2],
                                   intParam(scope, "dim"), /*add=*/true);
  if (failed(scatter.verify()))
    return {};
  return {scatter.getResult()};
}

SmallVector<Value> bodyEmbedding(OpBuilder &b, Location loc, const RuleScope &scope) {
  Value weight = scope.operands[0], indices = scope.operands[1];
  if (tensorType(weight).getRank() != 2) {
    emitError(loc) << "embedding(): 'weight' must be 2-D, got " << weight.getType();
    return {};
  }
  Extents extents = extentsOf(b, loc, indices);
  Value rows =
      select(b, loc, weight, 0, reshape(b, loc, indices, {countElements(b, loc, extents)}));
  extents.push_back(extentsOf(b, loc, weight).back());
  return {reshape(b, loc, rows, extents)};
}

/// A range of a sorted tensor along `dim`, and where its elements stood.
static SmallVector<Value> rangeOfSorted(OpBuilder &b, Location loc, const RuleScope &scope,
                                        int64_t start, int64_t count, bool descending) {
  Value self = scope.operands[0];
  RankedTensorType type = tensorType(self);
  int64_t dim = intParam(scope, "dim");
  int64_t extent = type.getRank() ? type.getDimSize(dim) : 1;
  if (start < 0 || count < 0 || (!ShapedType::isDynamic(extent) && start + count > extent)) {
    emitError(loc) << "selected index k out of range";
    return {};
  }
  auto sort = SortOp::create(b, loc, atLeast1d(b, loc, self), dim, descending);
  SmallVector<Value> results;
  for (Value sorted : sort.getResults()) {
    Extents extents = extentsOf(b, loc, sorted);
    extents[dim] = b.getIndexAttr(count);
    SmallVector<int64_t> starts(extents.size(), 0), steps(extents.size(), 1);
    starts[dim] = start;
    auto [shape, sizes] = splitExtents(extents);
    results.push_back(SliceOp::create(b, loc, tensorType(sorted).clone(shape), sorted, ValueRange(),
                                      starts, steps, sizes));
    if (type.getRank() == 0)
      results.back() = reshape(b, loc, results.back(), {});
  }
  return results;
}

SmallVector<Value> bodyTopk(OpBuilder &b, Location loc, const RuleScope &scope) {
  return rangeOfSorted(b, loc, scope, 0, intParam(scope, "k"),
                       cast<BoolAttr>(scope.params.get("largest")).getValue());
}

SmallVector<Value> bodyKthvalue(OpBuilder &b, Location loc, const RuleScope &scope) {
  int64_t k = intParam(scope, "k"), dim = intParam(scope, "dim");
  SmallVector<Value> results = rangeOfSorted(b, loc, scope, k - 1, 1, /*descending=*/false);
  if (tensorType(scope.operands[0]).getRank() == 0 ||
      cast<BoolAttr>(scope.params.get("keepdim")).getValue())
    return results;
  for (Value &result : results) {
    Extents extents = extentsOf(b, loc, result);
    extents.erase(extents.begin() + dim);
    result = reshape(b, loc, result, extents);
  }
  return results;
}

SmallVector<Value> bodyOneHot(OpBuilder &b, Location loc, const RuleScope &scope) {
  Value self = scope.operands[0];
  int64_t classes = intParam(scope, "num_classes");
  if (classes < 1) {
    emitError(loc) << "one_hot(): num_classes should be positive, got " << classes;
    return {};
  }
  Extents column = extentsOf(b, loc, self), extents = column;
  column.push_back(b.getIndexAttr(1));
  extents.push_back(b.getIndexAttr(classes));
  auto filled = [&](double value, ArrayRef<OpFoldResult> shape) {
    return expand(b, loc, scalar(b, loc, b.getI64Type(), value), shape);
  };
  return {ScatterOp::create(b, loc, filled(0, extents), reshape(b, loc, self, column),
                            filled(1, column), tensorType(self).getRank(), /*add=*/false)};
}

} // namespace agc::ag
