// Steps as values, and their inverses.
#include "compiler/Transforms/ViewValues.h"
#include "compiler/Transforms/ViewSteps.h"
#include "dialect/AgDialect.h"
#include "dialect/RuleBuilder.h"
#include "dialect/Shape.h"

using namespace mlir;

namespace agc {

/// Where the elements of windows stand along their dim.
Value Steps::positions(const Step &step) {
  auto [shape, sizes] = ag::splitExtents(step.windows);
  auto type = RankedTensorType::get(shape, b.getI64Type());
  Value window = ag::IotaOp::create(b, loc, type, 0, sizes);
  Value inside = ag::IotaOp::create(b, loc, type, 1, sizes);
  Value stride = ag::scalar(b, loc, b.getI64Type(), double(step.stride));
  Value places = ag::map(b, loc, "add", {ag::map(b, loc, "mul", {window, stride}), inside});
  return ag::reshape(b, loc, places, {step.extents[step.dim]});
}

/// Puts the elements of windows, which do not overlap, back to where they stand.
Value Steps::undoWindows(const Step &step, Value tensor, Value seen) {
  Extents along(step.extents.size(), b.getIndexAttr(1));
  along[step.dim] = step.extents[step.dim];
  Value index = ag::expand(b, loc, ag::reshape(b, loc, positions(step), along), step.extents);
  auto put = [&](Value into, Value values) -> Value {
    return ag::ScatterOp::create(b, loc, into, index, values, b.getI64IntegerAttr(step.dim),
                                 UnitAttr());
  };
  if (written)
    written =
        put(ag::expand(b, loc, ag::scalar(b, loc, b.getI1Type(), 0), ag::extentsOf(b, loc, tensor)),
            written);
  return put(tensor, seen);
}

/// Starts, those of them that are `?`, and steps of a slice along one dim.
static std::tuple<SmallVector<int64_t>, SmallVector<Value>, SmallVector<int64_t>>
boxOf(const Step &step) {
  SmallVector<int64_t> starts(step.extents.size(), 0), strides(step.extents.size(), 1);
  SmallVector<Value> open;
  starts[step.dim] = step.start;
  strides[step.dim] = step.stride;
  if (step.from)
    open.push_back(step.from);
  return {starts, open, strides};
}

Value Steps::slice(Value tensor, const Step &step) {
  auto [shape, sizes] = ag::splitExtents(step.extents);
  auto [starts, open, strides] = boxOf(step);
  auto type = RankedTensorType::get(shape, ag::tensorType(tensor).getElementType());
  return ag::SliceOp::create(b, loc, type, tensor, open, starts, strides, sizes);
}

/// What is seen, at its place in a tensor of another one's shape that is `background` elsewhere.
Value Steps::place(Value seen, Value background, const Step &step, Value like) {
  auto [shape, sizes] = ag::splitExtents(ag::extentsOf(b, loc, like));
  auto [starts, open, strides] = boxOf(step);
  auto type = RankedTensorType::get(shape, ag::tensorType(seen).getElementType());
  return ag::PadOp::create(b, loc, type, seen, background, open, starts, strides, sizes);
}

Value Steps::apply(const Step &step, Value tensor) {
  switch (step.kind) {
  case Step::Permute:
    return ag::PermuteOp::create(b, loc, tensor, step.dims);
  case Step::Reshape:
    return ag::reshape(b, loc, tensor, step.extents);
  case Step::Slice:
    return slice(tensor, step);
  case Step::Pad: {
    auto [shape, sizes] = ag::splitExtents(step.extents);
    auto type = RankedTensorType::get(shape, ag::tensorType(tensor).getElementType());
    SmallVector<int64_t> starts(shape.size(), 0), strides(shape.size(), 1);
    return ag::PadOp::create(b, loc, type, tensor, ag::scalar(b, loc, type.getElementType(), 0),
                             ValueRange(), starts, strides, sizes);
  }
  case Step::Expand:
    return ag::expand(b, loc, tensor, step.extents);
  case Step::Windows: {
    NamedAttrList params;
    params.set("dim", b.getI64IntegerAttr(step.dim));
    return ag::buildRecord(b, loc, *ag::lookupRecord("index_select"), {tensor, positions(step)},
                           params.getDictionary(b.getContext()))
        ->front();
  }
  case Step::AsReal:
    return joined(ag::map(b, loc, "real", {tensor}), ag::map(b, loc, "imag", {tensor}));
  case Step::AsComplex:
    return ag::map(b, loc, "complex", {part(tensor, 0), part(tensor, 1)});
  }
  llvm_unreachable("all steps are covered");
}

/// One of the two parts along the last dim.
Value Steps::part(Value tensor, int64_t which) {
  Extents one = ag::extentsOf(b, loc, tensor);
  one.back() = b.getIndexAttr(1);
  Value part = slice(tensor, {Step::Slice, {}, one, int64_t(one.size()) - 1, which, 1});
  one.pop_back();
  return ag::reshape(b, loc, part, one);
}

/// Two parts along a new last dim.
Value Steps::joined(Value first, Value second) {
  Extents one = ag::extentsOf(b, loc, first);
  int64_t dim = one.size();
  one.push_back(b.getIndexAttr(1));
  return ag::CatOp::create(
      b, loc, ValueRange{ag::reshape(b, loc, first, one), ag::reshape(b, loc, second, one)}, dim);
}

/// Undoes a step that takes other elements, of what was written and of where it was.
Value Steps::undoElements(const Step &step, Value seen) {
  bool asReal = step.kind == Step::AsReal;
  if (written)
    written = asReal ? ag::map(b, loc, "logical_or", {part(written, 0), part(written, 1)})
                     : joined(written, written);
  return asReal ? ag::map(b, loc, "complex", {part(seen, 0), part(seen, 1)})
                : joined(ag::map(b, loc, "real", {seen}), ag::map(b, loc, "imag", {seen}));
}

/// Undoes a step that moves elements, of what was written and of where it was.
Value Steps::undoMoved(const Step &step, Value tensor, Value seen) {
  if (step.kind == Step::Permute) {
    SmallVector<int64_t> inverse(step.dims.size());
    for (auto [i, dim] : llvm::enumerate(step.dims))
      inverse[dim] = i;
    return ag::PermuteOp::create(b, loc, seen, inverse);
  }
  Extents before = ag::extentsOf(b, loc, tensor);
  if (step.kind == Step::Pad)
    return slice(seen, {Step::Slice, {}, before});
  return ag::reshape(b, loc, seen, before);
}

/// Of the copies of an element one was written: that one is taken, or the first where all were.
Value Steps::undoExpand(const Step &step, Value tensor, Value seen) {
  Extents once = step.extents, now = ag::extentsOf(b, loc, tensor);
  size_t added = once.size() - now.size();
  for (size_t i = 0; i < once.size(); ++i)
    once[i] = i < added ? b.getIndexAttr(1) : now[i - added];
  if (written) {
    for (size_t i = 0; i < once.size(); ++i) {
      if (once[i] == step.extents[i])
        continue;
      Value copy = ag::ReduceIndexOp::create(b, loc, "argmax", written, i, /*keepdim=*/true);
      for (Value *value : {&seen, &written})
        *value = ag::GatherOp::create(b, loc, *value, copy, b.getI64IntegerAttr(i));
    }
    written = ag::reshape(b, loc, written, now);
  } else if (once != step.extents) {
    seen = slice(seen, {Step::Slice, {}, once});
  }
  return ag::reshape(b, loc, seen, now);
}

Value Steps::undo(const Step &step, Value tensor, Value seen) {
  switch (step.kind) {
  case Step::Permute:
  case Step::Reshape:
  case Step::Pad:
    if (written)
      written = undoMoved(step, tensor, written);
    return undoMoved(step, tensor, seen);
  case Step::Expand:
    return undoExpand(step, tensor, seen);
  case Step::Windows:
    return undoWindows(step, tensor, seen);
  case Step::AsReal:
  case Step::AsComplex:
    return undoElements(step, seen);
  case Step::Slice: {
    if (seen.getType() == tensor.getType() && step.start == 0 && step.stride == 1 &&
        ag::tensorType(seen).hasStaticShape())
      return seen; // all of it
    Type element = ag::tensorType(seen).getElementType(), i1 = b.getI1Type();
    Value inside = written ? written : ag::expand(b, loc, ag::scalar(b, loc, i1, 1), step.extents);
    Value mask = place(inside, ag::scalar(b, loc, i1, 0), step, tensor);
    Value placed = place(seen, ag::scalar(b, loc, element, 0), step, tensor);
    if (llvm::any_of(steps, [](const Step &other) { return other.kind == Step::Expand; }))
      written = mask;
    return ag::map(b, loc, "where", {mask, placed, tensor});
  }
  }
  llvm_unreachable("all steps are covered");
}

Value Steps::undo(Value seen) {
  for (auto [step, tensor] : llvm::reverse(llvm::zip_equal(steps, ArrayRef(values).drop_back())))
    seen = undo(step, tensor, seen);
  return seen;
}

Value see(OpBuilder &b, Location loc, Value tensor, ArrayRef<ViewUse> views) {
  Steps steps(b, loc, tensor);
  for (const ViewUse &use : views)
    steps.take(use);
  if (steps.seen() != tensor || views.empty())
    return steps.seen();
  // A view of all of it is a value of its own: a gradient may be asked at one and not at the other.
  auto sizes = ag::splitExtents(ag::extentsOf(b, loc, tensor)).second;
  return ag::ReshapeOp::create(b, loc, tensor.getType(), tensor, sizes);
}

Value replaceSeen(OpBuilder &b, Location loc, Value tensor, ArrayRef<ViewUse> views, Value seen) {
  Steps steps(b, loc, tensor);
  for (const ViewUse &use : views)
    steps.take(use);
  return steps.undo(seen);
}

} // namespace agc
