// Each kind of view as a few steps (permute, reshape, slice, pad, expand, windows, other elements)
// that can be undone one by one.
#include "compiler/Transforms/ViewValues.h"
#include "dialect/AgDialect.h"
#include "dialect/RuleBuilder.h"
#include "dialect/Shape.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"

using namespace mlir;

namespace agc {
namespace {

using Extents = SmallVector<OpFoldResult>;

/// A way to look at a tensor that has a simple inverse.
struct Step {
  enum Kind { Permute, Reshape, Slice, Pad, Expand, Windows, AsReal, AsComplex };
  Kind kind;
  SmallVector<int64_t> dims;              ///< of a permutation
  Extents extents;                        ///< of the result of the others
  int64_t dim = 0, start = 0, stride = 1; ///< of a slice; of windows
  Value from = {};                        ///< of a slice whose start is `?`
  Extents windows = {};                   ///< how many windows of which size
};

/// Splits views into steps, while it builds what they see.
class Steps {
public:
  Steps(OpBuilder &b, Location loc, Value tensor) : b(b), loc(loc), values{tensor} {}

  void take(const ViewUse &use);
  Value seen() const { return values.back(); }
  Value undo(Value seen);

private:
  void add(Step step);
  Value apply(const Step &step, Value tensor);
  Value undo(const Step &step, Value tensor, Value seen);
  Value undoMoved(const Step &step, Value tensor, Value seen);
  Value undoExpand(const Step &step, Value tensor, Value seen);
  Value undoElements(const Step &step, Value seen);
  Value slice(Value tensor, const Step &step);
  Value part(Value tensor, int64_t which);
  Value joined(Value first, Value second);
  Value place(Value seen, Value background, const Step &step, Value like);
  Value positions(const Step &step);
  Value undoWindows(const Step &step, Value tensor, Value seen);
  void addDiagonal(const ViewUse &use);
  void addWindows(const ViewUse &use);

  Extents extents() { return ag::extentsOf(b, loc, values.back()); }
  /// The result's extents, its `?` ones from the operands.
  Extents givenExtents(const ViewUse &use) {
    Extents extents;
    auto size = use.sizes.begin();
    for (int64_t extent : use.result.getShape())
      extents.push_back(ShapedType::isDynamic(extent) ? OpFoldResult(*size++)
                                                      : b.getIndexAttr(extent));
    return extents;
  }

  OpBuilder &b;
  Location loc;
  SmallVector<Value> values; ///< before the first step, and after each
  SmallVector<Step> steps;
  Value written; ///< where what is undone was written (i1), if that matters; null where everywhere
};

void Steps::add(Step step) {
  values.push_back(apply(step, values.back()));
  steps.push_back(std::move(step));
}

void Steps::take(const ViewUse &use) {
  ArrayRef<int64_t> args = use.view.args;
  SmallVector<int64_t> dims =
      llvm::to_vector(llvm::seq<int64_t>(0, ag::tensorType(seen()).getRank()));
  Extents now = extents();
  switch (use.view.kind) {
  case agt::ViewKind::View:
    return add({Step::Reshape, {}, givenExtents(use)});
  case agt::ViewKind::Permute:
    return add({Step::Permute, use.view.args, {}});
  case agt::ViewKind::Transpose:
    std::swap(dims[args[0]], dims[args[1]]);
    return add({Step::Permute, dims, {}});
  case agt::ViewKind::T:
    return add({Step::Permute, llvm::to_vector(llvm::reverse(dims)), {}});
  case agt::ViewKind::Select: {
    Extents one = now;
    one[args[0]] = b.getIndexAttr(1);
    add({Step::Slice, {}, one, args[0], args[1], 1, use.start});
    one.erase(one.begin() + args[0]);
    return add({Step::Reshape, {}, one});
  }
  case agt::ViewKind::Slice: {
    Extents extents = now;
    // Only the sliced dim's extent is the slice's own; the sizes also name the others' `?`.
    extents[args[0]] = use.sizes.empty() ? b.getIndexAttr(use.result.getShape()[args[0]])
                                         : givenExtents(use)[args[0]];
    return add({Step::Slice, {}, extents, args[0], args[1], args[2], use.start});
  }
  case agt::ViewKind::Expand:
    return add({Step::Expand, {}, givenExtents(use)});
  case agt::ViewKind::Squeeze: {
    Extents kept;
    for (auto [i, extent] : llvm::enumerate(now))
      if (!isConstantIntValue(extent, 1) ||
          (!args.empty() && !llvm::is_contained(args, int64_t(i))))
        kept.push_back(extent);
    return add({Step::Reshape, {}, kept});
  }
  case agt::ViewKind::Unsqueeze:
    now.insert(now.begin() + args[0], b.getIndexAttr(1));
    return add({Step::Reshape, {}, now});
  case agt::ViewKind::Diagonal:
    return addDiagonal(use);
  case agt::ViewKind::AsReal:
    return add({Step::AsReal, {}, {}});
  case agt::ViewKind::AsComplex:
    return add({Step::AsComplex, {}, {}});
  case agt::ViewKind::Unfold:
    return addWindows(use);
  case agt::ViewKind::Alias:
    return;
  case agt::ViewKind::Unbind:
  case agt::ViewKind::Split:
  case agt::ViewKind::SplitWithSizes:
    break;
  }
  llvm_unreachable("a view with several results is taken one by one (View::ofResult)");
}

/// How many elements a diagonal has.
static OpFoldResult lengthOf(OpBuilder &b, Location loc, OpFoldResult rows, OpFoldResult columns,
                             int64_t offset) {
  std::optional<int64_t> r = getConstantIntValue(rows), c = getConstantIntValue(columns);
  if (r && c)
    return b.getIndexAttr(agt::diagonalLength(*r, *c, offset));
  auto less = [&](OpFoldResult extent, int64_t skipped) -> Value {
    Value value = getValueOrCreateConstantIndexOp(b, loc, extent);
    if (skipped <= 0)
      return value;
    Value most = arith::ConstantIndexOp::create(b, loc, skipped);
    return arith::SubIOp::create(b, loc, arith::MaxUIOp::create(b, loc, value, most), most);
  };
  return arith::MinUIOp::create(b, loc, less(rows, -offset), less(columns, offset)).getResult();
}

/// A diagonal is every (columns + 1)-th element of its matrix in row-major order: a slice where
/// that is known, else a column of the matrix that has one column more.
void Steps::addDiagonal(const ViewUse &use) {
  auto [offset, dim1, dim2] = std::tuple(use.view.args[0], use.view.args[1], use.view.args[2]);
  ArrayRef<int64_t> shape = ag::tensorType(seen()).getShape();
  bool isKnown = !ShapedType::isDynamic(shape[dim2]);
  if (!isKnown && (offset < 0 || !ShapedType::isDynamic(shape[dim1]))) { // of its transpose
    isKnown = !ShapedType::isDynamic(shape[dim1]);
    std::swap(dim1, dim2);
    offset = -offset;
  }
  SmallVector<int64_t> dims;
  for (int64_t i = 0, rank = shape.size(); i < rank; ++i)
    if (i != dim1 && i != dim2)
      dims.push_back(i);
  dims.append({dim1, dim2});
  add({Step::Permute, dims, {}});
  Extents flat = extents();
  OpFoldResult columns = flat.pop_back_val(), rows = flat.back();
  OpFoldResult length = lengthOf(b, loc, rows, columns, offset);
  flat.back() = ag::countElements(b, loc, {rows, columns});
  add({Step::Reshape, {}, flat});
  int64_t last = int64_t(flat.size()) - 1;
  if (isKnown) {
    int64_t count = *getConstantIntValue(columns), start = offset >= 0 ? offset : -offset * count;
    flat.back() = length;
    return add({Step::Slice, {}, flat, last, start, count + 1});
  }
  auto plus = [&](OpFoldResult x, OpFoldResult y) -> OpFoldResult {
    return arith::AddIOp::create(b, loc, getValueOrCreateConstantIndexOp(b, loc, x),
                                 getValueOrCreateConstantIndexOp(b, loc, y))
        .getResult();
  };
  flat.back() = plus(flat.back(), columns); // the last row may be longer than what is there
  add({Step::Pad, {}, flat});
  OpFoldResult wider = plus(columns, b.getIndexAttr(1));
  flat.back() = ag::countElements(b, loc, {length, wider});
  add({Step::Slice, {}, flat, last, offset, 1});
  flat.back() = length;
  flat.push_back(wider);
  add({Step::Reshape, {}, flat});
  flat.back() = b.getIndexAttr(1);
  add({Step::Slice, {}, flat, last + 1, 0, 1});
  flat.pop_back();
  add({Step::Reshape, {}, flat});
}

/// Windows are picked one after the other along their dim, which is then split.
void Steps::addWindows(const ViewUse &use) {
  auto [dim, size, stride] = std::tuple(use.view.args[0], use.view.args[1], use.view.args[2]);
  int64_t rank = use.result.getRank() - 1;
  OpFoldResult width = b.getIndexAttr(size);
  // Only the count is the view's own; the sizes also name the others' `?`.
  OpFoldResult count =
      use.sizes.empty() ? b.getIndexAttr(use.result.getDimSize(dim)) : givenExtents(use)[dim];
  Extents picked = extents();
  picked[dim] = ag::countElements(b, loc, {count, width});
  add({Step::Windows, {}, picked, dim, 0, stride, {}, {count, width}});
  picked[dim] = count;
  picked.insert(picked.begin() + dim + 1, width);
  add({Step::Reshape, {}, picked});
  SmallVector<int64_t> dims = llvm::to_vector(llvm::seq<int64_t>(0, rank + 1));
  std::rotate(dims.begin() + dim + 1, dims.begin() + dim + 2, dims.end());
  add({Step::Permute, dims, {}});
}

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

} // namespace

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
