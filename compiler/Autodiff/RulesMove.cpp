// Gradient rules of data movement: each is moved back.
#include "compiler/Autodiff/Rules.h"
#include "dialect/AgDialect.h"
#include "dialect/RuleBuilder.h"
#include "dialect/Shape.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"

using namespace mlir;

namespace agc {

SmallVector<Value> vjpCast(const VjpCall &c) {
  Type elementType = ag::tensorType(c.operand(0)).getElementType();
  return {ag::castTo(c.b, c.loc, c.grad(), elementType)};
}

SmallVector<Value> vjpReshape(const VjpCall &c) {
  SmallVector<Value> cotangents = c.none();
  SmallVector<OpFoldResult> extents = ag::extentsOf(c.b, c.loc, c.operand(0));
  cotangents[0] = ag::reshape(c.b, c.loc, c.grad(), extents);
  return cotangents;
}

SmallVector<Value> vjpPermute(const VjpCall &c) {
  ArrayRef<int64_t> dims = cast<ag::PermuteOp>(c.node.op).getDims();
  SmallVector<int64_t> inverse(dims.size());
  for (auto [to, from] : llvm::enumerate(dims))
    inverse[from] = to;
  return {ag::PermuteOp::create(c.b, c.loc, c.grad(), inverse)};
}

/// The sum over what was repeated is every rule's last step (see fitTo).
SmallVector<Value> vjpExpand(const VjpCall &c) {
  SmallVector<Value> cotangents = c.none();
  cotangents[0] = c.grad();
  return cotangents;
}

SmallVector<Value> vjpFlip(const VjpCall &c) {
  ArrayRef<int64_t> dims = cast<ag::FlipOp>(c.node.op).getDims();
  return {ag::FlipOp::create(c.b, c.loc, c.grad(), dims)};
}

// ---------------------------------------------------------------- boxes

namespace {
/// Where a box lies in a tensor: the starts and steps of ag.slice and ag.pad.
struct Box {
  SmallVector<Value> starts;
  ArrayRef<int64_t> staticStarts, steps;
};
} // namespace

/// Places `self` at a box of a tensor of `extents` filled with `value`.
static Value padTo(const VjpCall &c, Value self, Value value, const Box &box,
                   ArrayRef<OpFoldResult> extents) {
  auto [shape, sizes] = ag::splitExtents(extents);
  auto type = RankedTensorType::get(shape, ag::tensorType(self).getElementType());
  return ag::PadOp::create(c.b, c.loc, type, self, value, box.starts, box.staticStarts, box.steps,
                           sizes);
}

/// Takes a box of `extents` out of a tensor.
static Value sliceTo(const VjpCall &c, Value self, const Box &box, ArrayRef<OpFoldResult> extents) {
  auto [shape, sizes] = ag::splitExtents(extents);
  auto type = RankedTensorType::get(shape, ag::tensorType(self).getElementType());
  return ag::SliceOp::create(c.b, c.loc, type, self, box.starts, box.staticStarts, box.steps,
                             sizes);
}

/// The box of an op whose start operands begin at position `first`.
template <typename Op> static Box boxOf(const VjpCall &c, Op op, unsigned first) {
  auto begin = c.node.operands.begin() + first;
  return {SmallVector<Value>(begin, begin + op.getStarts().size()), op.getStaticStarts(),
          op.getSteps()};
}

SmallVector<Value> vjpSlice(const VjpCall &c) {
  SmallVector<Value> cotangents = c.none();
  Box box = boxOf(c, cast<ag::SliceOp>(c.node.op), 1);
  Value zero = ag::scalar(c.b, c.loc, ag::tensorType(c.grad()).getElementType(), 0);
  cotangents[0] = padTo(c, c.grad(), zero, box, ag::extentsOf(c.b, c.loc, c.operand(0)));
  return cotangents;
}

SmallVector<Value> vjpPad(const VjpCall &c) {
  SmallVector<Value> cotangents = c.none();
  Box box = boxOf(c, cast<ag::PadOp>(c.node.op), 2);
  if (c.needs[0])
    cotangents[0] = sliceTo(c, c.grad(), box, ag::extentsOf(c.b, c.loc, c.operand(0)));
  if (!c.needs[1])
    return cotangents;
  // The value is seen by every element outside the box.
  Type boolean = c.b.getI1Type();
  Value inside = ag::expand(c.b, c.loc, ag::scalar(c.b, c.loc, boolean, 1),
                            ag::extentsOf(c.b, c.loc, c.operand(0)));
  Value outside = ag::scalar(c.b, c.loc, boolean, 0);
  Value mask = padTo(c, inside, outside, box, ag::extentsOf(c.b, c.loc, c.grad()));
  Value zeros = ag::fullLike(c.b, c.loc, c.grad(), 0);
  cotangents[1] = ag::map(c.b, c.loc, "where", {mask, zeros, c.grad()});
  return cotangents;
}

SmallVector<Value> vjpCat(const VjpCall &c) {
  SmallVector<Value> cotangents = c.none();
  int64_t dim = cast<ag::CatOp>(c.node.op).getDim(), rank = ag::tensorType(c.grad()).getRank();
  SmallVector<int64_t> steps(rank, 1);
  OpFoldResult start = c.b.getIndexAttr(0);
  for (unsigned i = 0; i < cotangents.size(); ++i) {
    SmallVector<OpFoldResult> extents = ag::extentsOf(c.b, c.loc, c.operand(i));
    if (c.needs[i]) {
      SmallVector<OpFoldResult> starts(rank, c.b.getIndexAttr(0));
      starts[dim] = start;
      auto [staticStarts, dynamic] = ag::splitExtents(starts);
      cotangents[i] = sliceTo(c, c.grad(), {dynamic, staticStarts, steps}, extents);
    }
    std::optional<int64_t> before = getConstantIntValue(start);
    std::optional<int64_t> mine = getConstantIntValue(extents[dim]);
    if (before && mine) {
      start = c.b.getIndexAttr(*before + *mine);
      continue;
    }
    Value left = getValueOrCreateConstantIndexOp(c.b, c.loc, start);
    Value right = getValueOrCreateConstantIndexOp(c.b, c.loc, extents[dim]);
    start = arith::AddIOp::create(c.b, c.loc, left, right).getResult();
  }
  return cotangents;
}

SmallVector<Value> vjpRoll(const VjpCall &c) {
  NamedAttrList params(ag::paramsOf(c.node.op));
  SmallVector<int64_t> back = ag::intList(params.get("shifts"));
  for (int64_t &shift : back)
    shift = -shift;
  params.set("shifts", c.b.getDenseI64ArrayAttr(back));
  auto moved = ag::buildRecord(c.b, c.loc, *ag::lookupRecord("roll"), c.grad(),
                               params.getDictionary(c.b.getContext()));
  return {moved->front()};
}

} // namespace agc
