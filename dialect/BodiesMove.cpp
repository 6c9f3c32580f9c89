// Bodies of composites that move elements.
#include "dialect/AgDialect.h"
#include "dialect/Builtins.h"
#include "dialect/Shape.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"

using namespace mlir;

namespace agc::ag {
namespace {

using Extents = SmallVector<OpFoldResult>;

/// Self where `fn` holds of an element's column and its row plus `diagonal`, else zero.
SmallVector<Value> triangle(OpBuilder &b, Location loc, const RuleScope &scope, StringRef fn) {
  Value self = scope.operands[0];
  int64_t rank = tensorType(self).getRank();
  if (rank < 2) {
    emitError(loc) << scope.record.name << ": input tensor must have at least 2 dimensions";
    return {};
  }
  Extents extents = extentsOf(b, loc, self);
  auto index = [&](int64_t dim) -> Value {
    Extents line(2, b.getIndexAttr(1));
    line[dim - (rank - 2)] = extents[dim];
    auto [shape, sizes] = splitExtents(line);
    return IotaOp::create(b, loc, RankedTensorType::get(shape, b.getI64Type()), dim - (rank - 2),
                          sizes);
  };
  // A diagonal that is further than any matrix is wide is as far as this one.
  constexpr int64_t kFar = int64_t(1) << 52;
  int64_t diagonal = cast<IntegerAttr>(scope.params.get("diagonal")).getInt();
  Value edge = scalar(b, loc, b.getI64Type(), double(std::clamp(diagonal, -kFar, kFar)));
  Value row = map(b, loc, "add", {index(rank - 2), edge});
  Value inside = map(b, loc, fn, {index(rank - 1), row});
  Value zero = scalar(b, loc, tensorType(self).getElementType(), 0);
  return {map(b, loc, "where", {inside, self, zero})};
}

/// `size` elements along a dim.
Value part(OpBuilder &b, Location loc, Value self, int64_t dim, OpFoldResult start,
           OpFoldResult size) {
  Extents extents = extentsOf(b, loc, self), starts(extents.size(), b.getIndexAttr(0));
  SmallVector<int64_t> steps(extents.size(), 1);
  starts[dim] = start;
  extents[dim] = size;
  auto [staticStarts, dynamic] = splitExtents(starts);
  auto [shape, sizes] = splitExtents(extents);
  auto type = RankedTensorType::get(shape, tensorType(self).getElementType());
  return SliceOp::create(b, loc, type, self, dynamic, staticStarts, steps, sizes);
}

/// Elements moved `shift` places along a dim, what leaves at the end enters at the start.
Value rolled(OpBuilder &b, Location loc, Value self, int64_t shift, int64_t dim) {
  OpFoldResult extent = extentsOf(b, loc, self)[dim], moved, rest;
  if (std::optional<int64_t> known = getConstantIntValue(extent)) {
    int64_t places = *known ? (shift % *known + *known) % *known : 0;
    if (places == 0)
      return self;
    moved = b.getIndexAttr(places);
    rest = b.getIndexAttr(*known - places);
  } else {
    auto constant = [&](int64_t x) -> Value { return arith::ConstantIndexOp::create(b, loc, x); };
    Value n = cast<Value>(extent);
    Value some = arith::MaxUIOp::create(b, loc, n, constant(1)); // an empty dim has no remainder
    Value least = arith::RemSIOp::create(b, loc, constant(shift), some);
    Value places = arith::RemUIOp::create(b, loc, arith::AddIOp::create(b, loc, least, some), some);
    moved = places;
    rest = arith::SubIOp::create(b, loc, n, places).getResult();
  }
  Value head = part(b, loc, self, dim, rest, moved);
  Value tail = part(b, loc, self, dim, b.getIndexAttr(0), rest);
  return CatOp::create(b, loc, ValueRange{head, tail}, dim);
}

} // namespace

SmallVector<Value> bodyTril(OpBuilder &b, Location loc, const RuleScope &scope) {
  return triangle(b, loc, scope, "le");
}

SmallVector<Value> bodyTriu(OpBuilder &b, Location loc, const RuleScope &scope) {
  return triangle(b, loc, scope, "ge");
}

SmallVector<Value> bodyRoll(OpBuilder &b, Location loc, const RuleScope &scope) {
  Value self = scope.operands[0];
  SmallVector<int64_t> shifts = intList(scope.params.get("shifts"));
  SmallVector<int64_t> dims = intList(scope.params.get("dims"));
  if (shifts.empty()) {
    emitError(loc) << "`shifts` required";
    return {};
  }
  if ((dims.empty() ? shifts.size() != 1 : shifts.size() != dims.size())) {
    emitError(loc) << "shifts and dimensions must align. shifts: " << shifts.size()
                   << ", dims:" << dims.size();
    return {};
  }
  Extents extents = extentsOf(b, loc, self);
  if (dims.empty()) {
    Value flat = reshape(b, loc, self, {countElements(b, loc, extents)});
    return {reshape(b, loc, rolled(b, loc, flat, shifts[0], 0), extents)};
  }
  for (auto [shift, dim] : llvm::zip(shifts, dims)) {
    if (dim < 0 || dim >= int64_t(extents.size())) {
      emitError(loc) << "roll(): dim " << dim << " is out of range for rank " << extents.size();
      return {};
    }
    self = rolled(b, loc, self, shift, dim);
  }
  return {self};
}

SmallVector<Value> bodyRepeat(OpBuilder &b, Location loc, const RuleScope &scope) {
  Value self = scope.operands[0];
  SmallVector<int64_t> repeats = intList(scope.params.get("repeats"));
  Extents extents = extentsOf(b, loc, self);
  if (repeats.size() < extents.size()) {
    emitError(loc) << "Number of dimensions of repeat dims can not be smaller than number of "
                      "dimensions of tensor";
    return {};
  }
  if (llvm::any_of(repeats, [](int64_t n) { return n < 0; })) {
    emitError(loc) << "repeat(): a tensor cannot have a negative dimension";
    return {};
  }
  extents.insert(extents.begin(), repeats.size() - extents.size(), b.getIndexAttr(1));
  // A dim of copies before each dim of elements.
  Extents once, often, result;
  for (auto [times, extent] : llvm::zip(repeats, extents)) {
    if (times != 1) {
      once.push_back(b.getIndexAttr(1));
      often.push_back(b.getIndexAttr(times));
    }
    once.push_back(extent);
    often.push_back(extent);
    result.push_back(countElements(b, loc, {b.getIndexAttr(times), extent}));
  }
  Value copies = expand(b, loc, reshape(b, loc, self, once), often);
  return {reshape(b, loc, copies, result)};
}

} // namespace agc::ag
