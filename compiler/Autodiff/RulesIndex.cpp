// Gradient rules of reading and writing at computed positions.
#include "compiler/Autodiff/Rules.h"
#include "dialect/AgDialect.h"
#include "dialect/RuleBuilder.h"
#include "dialect/Shape.h"

using namespace mlir;

namespace agc {

SmallVector<Value> vjpGather(const VjpCall &c) {
  auto op = cast<ag::GatherOp>(c.node.op);
  Value zeros = ag::fullLike(c.b, c.loc, c.operand(0), 0);
  return {ag::ScatterOp::create(c.b, c.loc, zeros, c.operand(1), c.grad(), op.getDim(),
                                /*add=*/true),
          Value()};
}

/// The cotangent goes to the position that was found, and nowhere else.
SmallVector<Value> vjpPicked(const VjpCall &c) {
  Value self = c.operand(0), grad = c.grads[0], index = c.node.results[1];
  if (!grad || ag::tensorType(self).getRank() == 0)
    return {grad};
  DictionaryAttr params = ag::paramsOf(c.node.op);
  auto dim = cast<IntegerAttr>(params.get("dim"));
  SmallVector<OpFoldResult> extents = ag::extentsOf(c.b, c.loc, grad);
  auto keepdim = params.getAs<BoolAttr>("keepdim"); // a sort keeps all dims
  if (keepdim && !keepdim.getValue())
    extents.insert(extents.begin() + dim.getInt(), c.b.getIndexAttr(1));
  Value zeros = ag::fullLike(c.b, c.loc, self, 0);
  return {ag::ScatterOp::create(c.b, c.loc, zeros, ag::reshape(c.b, c.loc, index, extents),
                                ag::reshape(c.b, c.loc, grad, extents), dim.getInt(),
                                /*add=*/false)};
}

/// What came to the positions, in the shape of src.
static Value cotangentOfSrc(const VjpCall &c, Value index, Value src, int64_t dim) {
  Value read = ag::GatherOp::create(c.b, c.loc, c.grad(), index, dim);
  if (ag::tensorType(index).getShape() == ag::tensorType(src).getShape())
    return read;
  // What lies beyond index was not read.
  auto [shape, sizes] = ag::splitExtents(ag::extentsOf(c.b, c.loc, src));
  SmallVector<int64_t> starts(shape.size(), 0), steps(shape.size(), 1);
  Type elementType = ag::tensorType(src).getElementType();
  return ag::PadOp::create(c.b, c.loc, RankedTensorType::get(shape, elementType), read,
                           ag::scalar(c.b, c.loc, elementType, 0), ValueRange(), starts, steps,
                           sizes);
}

SmallVector<Value> vjpScatterAdd(const VjpCall &c) {
  SmallVector<Value> cotangents = c.none();
  cotangents[0] = c.needs[0] ? c.grad() : Value();
  if (c.needs[2])
    cotangents[2] = cotangentOfSrc(c, c.operand(1), c.operand(2),
                                   cast<IntegerAttr>(ag::paramsOf(c.node.op).get("dim")).getInt());
  return cotangents;
}

SmallVector<Value> vjpScatter(const VjpCall &c) {
  auto op = cast<ag::ScatterOp>(c.node.op);
  SmallVector<Value> cotangents = c.none();
  Value index = c.operand(1), src = c.operand(2);
  if (c.needs[0]) {
    // What was replaced has no influence.
    Value zeros = ag::fullLike(c.b, c.loc, src, 0);
    cotangents[0] = op.getAdd() ? c.grad()
                                : Value(ag::ScatterOp::create(c.b, c.loc, c.grad(), index, zeros,
                                                              op.getDim(), /*add=*/false));
  }
  if (c.needs[2])
    cotangents[2] = cotangentOfSrc(c, index, src, op.getDim());
  return cotangents;
}

SmallVector<Value> vjpEmbedding(const VjpCall &c) {
  Value weight = c.operand(0), indices = c.operand(1);
  DictionaryAttr params = ag::paramsOf(c.node.op);
  int64_t padding = cast<IntegerAttr>(params.get("padding_idx")).getInt();
  OpFoldResult count = ag::countElements(c.b, c.loc, ag::extentsOf(c.b, c.loc, indices));
  Value index = ag::reshape(c.b, c.loc, indices, {count});
  Value rows = ag::reshape(c.b, c.loc, c.grad(), {count, ag::extentsOf(c.b, c.loc, weight).back()});
  if (padding >= 0) {
    Value other = ag::map(c.b, c.loc, "ne",
                          {index, ag::scalar(c.b, c.loc, c.b.getI64Type(), double(padding))});
    other = ag::reshape(c.b, c.loc, other, {count, c.b.getIndexAttr(1)});
    Value zero = ag::scalar(c.b, c.loc, ag::tensorType(rows).getElementType(), 0);
    rows = ag::map(c.b, c.loc, "where", {other, rows, zero});
  }
  Value zeros = ag::fullLike(c.b, c.loc, weight, 0);
  auto dim =
      DictionaryAttr::get(c.b.getContext(), c.b.getNamedAttr("dim", c.b.getI64IntegerAttr(0)));
  auto sum = ag::buildRecord(c.b, c.loc, *ag::lookupRecord("index_add"), {zeros, index, rows}, dim);
  return {sum->front(), Value()};
}

} // namespace agc
