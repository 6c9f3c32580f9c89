// Each kind of view as steps that can be undone one by one.
#include "compiler/Transforms/ViewSteps.h"
#include "dialect/AgDialect.h"
#include "dialect/Shape.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"

using namespace mlir;

namespace agc {

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

} // namespace agc
