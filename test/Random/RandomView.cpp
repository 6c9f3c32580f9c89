// Views that fit an object, PyTorch's, by chance.
#include "test/Random/RandomView.h"

using namespace mlir;
using agc::agt::ViewKind;

namespace agc::test {

/// The same elements in another shape.
agt::Shape RandomView::regrouped() {
  int64_t rest = ShapedType::getNumElements(self);
  agt::Shape shape;
  for (int64_t factor : {2, 3, 2, 5})
    if (rest > 1 && rest % factor == 0 && program.chance(0.6)) {
      shape.push_back(factor);
      rest /= factor;
    }
  shape.insert(shape.begin() + program.below(shape.size() + 1), rest);
  return shape;
}

bool RandomView::choose(ViewKind kind) {
  view.kind = kind;
  SmallVector<int64_t> &args = view.args;
  int64_t rank = self.size();
  agt::Shape given(self);
  switch (kind) {
  case ViewKind::View:
    given = regrouped();
    break;
  case ViewKind::Expand:
    for (int64_t &extent : given)
      if (extent == 1 && program.chance(0.6))
        extent = 2 + program.below(2);
    if (program.chance(0.4) || given == agt::Shape(self))
      given.insert(given.begin(), 2);
    break;
  case ViewKind::Permute:
    args = llvm::to_vector(llvm::seq<int64_t>(0, rank));
    for (int64_t i = rank; i > 1; --i)
      std::swap(args[i - 1], args[program.below(i)]);
    break;
  case ViewKind::T:
    if (rank > 2)
      return false;
    break;
  case ViewKind::Alias:
    break;
  case ViewKind::Squeeze:
    if (rank && program.chance(0.5))
      args = {dim()};
    break;
  case ViewKind::Unsqueeze:
    args = {int64_t(program.below(rank + 1))};
    break;
  case ViewKind::Diagonal:
    if (rank < 2)
      return false;
    args = {int64_t(program.below(3)) - 1, dim(), 0};
    args[2] = (args[1] + 1 + int64_t(program.below(rank - 1))) % rank;
    break;
  default: // those that take a dim
    if (rank == 0)
      return false;
    int64_t d = dim(), extent = self[d];
    if (kind == ViewKind::Transpose) {
      args = {d, dim()};
    } else if (extent == 0 || extent > 5) {
      return false;
    } else if (kind == ViewKind::Select) {
      args = {d, int64_t(program.below(extent))};
    } else if (kind == ViewKind::Slice) {
      int64_t start = program.below(extent), step = 1 + program.below(2);
      args = {d, start, step};
      given[d] = 1 + program.below((extent - start + step - 1) / step);
    } else if (kind == ViewKind::Unbind) {
      args = {d};
    } else if (kind == ViewKind::Split) {
      args = {1 + int64_t(program.below(extent)), d};
    } else { // split_with_sizes
      args = {d};
      int64_t first = program.below(extent + 1);
      given[d] = first;
      shapes = {given, agt::Shape(self)};
      shapes[1][d] = extent - first;
      return true;
    }
  }
  FailureOr<SmallVector<agt::Shape>> made =
      agt::inferViewShapes(view, self, {given}, [&] { return emitError(program.loc()); });
  if (failed(made) || llvm::any_of(*made, [](const agt::Shape &shape) {
        return ShapedType::getNumElements(shape) > 64;
      }))
    return false;
  shapes = *made;
  return true;
}

} // namespace agc::test
