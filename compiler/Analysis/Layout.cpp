// How strides follow from views and pointwise results.
#include "compiler/Analysis/Layout.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;

namespace agc {

/// What a `?` extent is taken to be: a prime, so that it divides nothing by accident.
static constexpr int64_t standIn = 10007;

/// An extent, or a place along a dim; of one that a call tells its stand-in, behind all that has a
/// number.
static int64_t knownOf(int64_t extent) { return ShapedType::isDynamic(extent) ? standIn : extent; }

static SmallVector<int64_t> withStandIns(ArrayRef<int64_t> shape) {
  return llvm::map_to_vector(shape, knownOf);
}

static SmallVector<int64_t> rowMajor(ArrayRef<int64_t> sizes) {
  SmallVector<int64_t> strides(sizes.size());
  int64_t stride = 1;
  for (size_t i = sizes.size(); i-- > 0; stride *= std::max<int64_t>(sizes[i], 1))
    strides[i] = stride;
  return strides;
}

Layout Layout::contiguous(ArrayRef<int64_t> shape) {
  SmallVector<int64_t> sizes = withStandIns(shape);
  return {sizes, rowMajor(sizes), 0};
}

Layout Layout::byColumns(ArrayRef<int64_t> shape) {
  Layout layout = contiguous(shape);
  size_t rank = shape.size();
  layout.strides[rank - 2] = 1;
  layout.strides[rank - 1] = std::max<int64_t>(layout.sizes[rank - 2], 1);
  return layout;
}

int64_t Layout::numElements() const {
  int64_t count = 1;
  for (int64_t size : sizes)
    count *= size;
  return count;
}

bool Layout::isRowMajor() const {
  int64_t expected = 1;
  for (size_t i = sizes.size(); i-- > 0; expected *= std::max<int64_t>(sizes[i], 1))
    if (strides[i] != expected)
      return false;
  return true;
}

bool Layout::isContiguous() const {
  if (numElements() == 0)
    return true;
  int64_t expected = 1;
  for (size_t i = sizes.size(); i-- > 0; expected *= sizes[i])
    if (sizes[i] != 1 && strides[i] != expected)
      return false;
  return true;
}

bool Layout::isDense() const {
  SmallVector<size_t> dims = llvm::to_vector(llvm::seq<size_t>(0, sizes.size()));
  llvm::erase_if(dims, [&](size_t dim) { return sizes[dim] == 1; });
  llvm::sort(dims, [&](size_t a, size_t b) {
    return std::pair(strides[a], a) < std::pair(strides[b], b);
  });
  int64_t expected = 1;
  for (size_t dim : dims) {
    if (strides[dim] != expected)
      return false;
    expected *= sizes[dim];
  }
  return true;
}

bool Layout::overlapsItself() const {
  if (numElements() == 0)
    return false;
  return llvm::any_of(llvm::zip(sizes, strides),
                      [](auto dim) { return std::get<0>(dim) > 1 && std::get<1>(dim) == 0; });
}

bool Layout::overlaps(const Layout &other) const {
  int64_t count = numElements(), otherCount = other.numElements();
  if (count == 0 || otherCount == 0 || !isDense() || !other.isDense())
    return false;
  return offset < other.offset + otherCount && other.offset < offset + count;
}

bool Layout::overlapsPartially(const Layout &other) const {
  bool isWhole = offset == other.offset && numElements() == other.numElements();
  return overlaps(other) && !(isWhole && strides == other.strides);
}

/// The sizes of a reshaped tensor; its `?` extents take their stand-in, the last one what is left.
static SmallVector<int64_t> reshapedSizes(int64_t count, ArrayRef<int64_t> shape) {
  SmallVector<int64_t> sizes = withStandIns(shape);
  for (size_t i = shape.size(); i-- > 0;) {
    if (!ShapedType::isDynamic(shape[i]))
      continue;
    int64_t others = 1;
    for (size_t j = 0; j < sizes.size(); ++j)
      others *= j == i ? 1 : sizes[j];
    sizes[i] = others ? count / others : 0;
    break;
  }
  return sizes;
}

/// The strides that show the same elements in another shape, as at::detail::computeStride finds
/// them: each run of dims that is one block in memory is split on its own.
static FailureOr<SmallVector<int64_t>> reshapedStrides(const Layout &old, ArrayRef<int64_t> sizes) {
  int64_t count = old.numElements();
  if (count == 0)
    return ArrayRef(old.sizes) == sizes ? old.strides : rowMajor(sizes);
  // Of stand-ins only: what is one block in memory is one in any shape.
  if (count != Layout::contiguous(sizes).numElements()) {
    if (!old.isContiguous())
      return failure();
    return rowMajor(sizes);
  }
  SmallVector<int64_t> strides(sizes.size(), 1);
  if (old.sizes.empty())
    return strides;
  int64_t viewDim = int64_t(sizes.size()) - 1;
  int64_t blockStride = old.strides.back(), oldCount = 1, newCount = 1;
  for (int64_t dim = int64_t(old.sizes.size()) - 1; dim >= 0; --dim) {
    oldCount *= old.sizes[dim];
    bool blockEnds =
        dim == 0 || (old.sizes[dim - 1] != 1 && old.strides[dim - 1] != oldCount * blockStride);
    if (!blockEnds)
      continue;
    for (; viewDim >= 0 && (newCount < oldCount || sizes[viewDim] == 1); --viewDim) {
      strides[viewDim] = newCount * blockStride;
      newCount *= sizes[viewDim];
    }
    if (newCount != oldCount)
      return failure();
    if (dim > 0) {
      blockStride = old.strides[dim - 1];
      oldCount = newCount = 1;
    }
  }
  if (viewDim != -1)
    return failure();
  return strides;
}

static Layout permuted(const Layout &self, ArrayRef<int64_t> dims) {
  Layout layout{{}, {}, self.offset};
  for (int64_t dim : dims) {
    layout.sizes.push_back(self.sizes[dim]);
    layout.strides.push_back(self.strides[dim]);
  }
  return layout;
}

static Layout selected(Layout self, int64_t dim, int64_t index) {
  self.offset += knownOf(index) * self.strides[dim];
  self.sizes.erase(self.sizes.begin() + dim);
  self.strides.erase(self.strides.begin() + dim);
  return self;
}

static Layout expanded(const Layout &self, ArrayRef<int64_t> shape) {
  Layout layout{withStandIns(shape), SmallVector<int64_t>(shape.size(), 0), self.offset};
  size_t added = shape.size() - self.sizes.size();
  for (size_t i = added; i < shape.size(); ++i)
    if (self.sizes[i - added] == layout.sizes[i])
      layout.strides[i] = self.strides[i - added];
  for (size_t i = self.sizes.empty() ? 0 : added; i-- > 0;) // added and not repeated: as unsqueezed
    if (layout.sizes[i] == 1)
      layout.strides[i] = layout.sizes[i + 1] * layout.strides[i + 1];
  return layout;
}

static Layout squeezed(const Layout &self, ArrayRef<int64_t> dims) {
  Layout layout{{}, {}, self.offset};
  for (size_t i = 0; i < self.sizes.size(); ++i) {
    if (self.sizes[i] == 1 && (dims.empty() || llvm::is_contained(dims, int64_t(i))))
      continue;
    layout.sizes.push_back(self.sizes[i]);
    layout.strides.push_back(self.strides[i]);
  }
  return layout;
}

static Layout unsqueezed(Layout self, int64_t dim) {
  bool last = size_t(dim) == self.sizes.size();
  int64_t stride = last ? 1 : self.sizes[dim] * self.strides[dim];
  self.sizes.insert(self.sizes.begin() + dim, 1);
  self.strides.insert(self.strides.begin() + dim, stride);
  return self;
}

static Layout diagonal(const Layout &self, ArrayRef<int64_t> args, int64_t length) {
  auto [offset, dim1, dim2] = std::tuple(args[0], args[1], args[2]);
  Layout layout{{}, {}, self.offset};
  for (int64_t i = 0, rank = self.sizes.size(); i < rank; ++i) {
    if (i == dim1 || i == dim2)
      continue;
    layout.sizes.push_back(self.sizes[i]);
    layout.strides.push_back(self.strides[i]);
  }
  layout.sizes.push_back(length);
  layout.strides.push_back(self.strides[dim1] + self.strides[dim2]);
  if (layout.sizes.back() > 0)
    layout.offset += offset >= 0 ? offset * self.strides[dim2] : -offset * self.strides[dim1];
  return layout;
}

/// A complex element is two real ones beside each other.
static Layout asReal(Layout self) {
  self.offset *= 2;
  for (int64_t &stride : self.strides)
    stride *= 2;
  self.sizes.push_back(2);
  self.strides.push_back(1);
  return self;
}

static FailureOr<Layout> asComplex(Layout self) {
  if (self.sizes.pop_back_val() != 2 || self.strides.pop_back_val() != 1 || self.offset % 2)
    return failure();
  self.offset /= 2;
  for (int64_t &stride : self.strides) {
    if (stride % 2)
      return failure();
    stride /= 2;
  }
  return self;
}

FailureOr<Layout> viewLayout(const Layout &self, const agt::View &view, ArrayRef<int64_t> shape) {
  ArrayRef<int64_t> args = view.args;
  SmallVector<int64_t> dims = llvm::to_vector(llvm::seq<int64_t>(0, self.sizes.size()));
  switch (view.kind) {
  case agt::ViewKind::View: {
    SmallVector<int64_t> sizes = reshapedSizes(self.numElements(), shape);
    FailureOr<SmallVector<int64_t>> strides = reshapedStrides(self, sizes);
    if (failed(strides))
      return failure();
    return Layout{sizes, *strides, self.offset};
  }
  case agt::ViewKind::Permute:
    return permuted(self, args);
  case agt::ViewKind::Transpose:
    std::swap(dims[args[0]], dims[args[1]]);
    return permuted(self, dims);
  case agt::ViewKind::T:
    return permuted(self, llvm::to_vector(llvm::reverse(dims)));
  case agt::ViewKind::Select:
    return selected(self, args[0], args[1]);
  case agt::ViewKind::Slice: {
    Layout layout = self;
    layout.offset += knownOf(args[1]) * self.strides[args[0]];
    layout.strides[args[0]] *= args[2];
    layout.sizes[args[0]] = knownOf(shape[args[0]]);
    return layout;
  }
  case agt::ViewKind::Expand:
    return expanded(self, shape);
  case agt::ViewKind::Squeeze:
    return squeezed(self, args);
  case agt::ViewKind::Unsqueeze:
    return unsqueezed(self, args[0]);
  case agt::ViewKind::Diagonal:
    return diagonal(self, args, knownOf(shape.back()));
  case agt::ViewKind::Alias:
    return self;
  case agt::ViewKind::AsReal:
    return asReal(self);
  case agt::ViewKind::AsComplex:
    return asComplex(self);
  case agt::ViewKind::Unfold: {
    Layout layout = self;
    layout.sizes[args[0]] = knownOf(shape[args[0]]);
    layout.strides[args[0]] *= args[2];
    layout.sizes.push_back(args[1]);
    layout.strides.push_back(self.strides[args[0]]);
    return layout;
  }
  case agt::ViewKind::Unbind:
  case agt::ViewKind::Split:
  case agt::ViewKind::SplitWithSizes:
    break;
  }
  llvm_unreachable("a view with several results is asked for one by one (View::ofResult)");
}

namespace {

/// The order in which TensorIterator walks the dims of a pointwise op, innermost first.
class DimOrder {
public:
  DimOrder(ArrayRef<const Layout *> operands, ArrayRef<int64_t> sizes) : sizes(sizes) {
    for (const Layout *operand : operands)
      strides.push_back(expanded(*operand, sizes).strides);
  }

  SmallVector<size_t> run() {
    SmallVector<size_t> order = llvm::to_vector(llvm::reverse(llvm::seq<size_t>(0, sizes.size())));
    // An insertion sort, since the comparison can be undecided.
    for (size_t i = 1; i < order.size(); ++i) {
      size_t moving = i;
      for (size_t j = i; j-- > 0;) {
        int comparison = compare(order[j], order[moving]);
        if (comparison < 0)
          break;
        if (comparison > 0) {
          std::swap(order[j], order[moving]);
          moving = j;
        }
      }
    }
    return order;
  }

private:
  int compare(size_t a, size_t b) {
    for (const SmallVector<int64_t> &stride : strides) {
      if (stride[a] == 0 || stride[b] == 0)
        continue;
      if (stride[a] != stride[b])
        return stride[a] < stride[b] ? -1 : 1;
      if (sizes[a] > sizes[b])
        return 1;
    }
    return 0;
  }

  ArrayRef<int64_t> sizes;
  SmallVector<SmallVector<int64_t>> strides;
};

} // namespace

Layout pointwiseLayout(ArrayRef<const Layout *> operands, ArrayRef<int64_t> shape) {
  const Layout &first = *operands.front();
  bool areAlike = llvm::all_of(operands.drop_front(), [&](const Layout *operand) {
    return operand->strides == first.strides && operand->sizes == first.sizes;
  });
  if (areAlike && ArrayRef(first.sizes) == shape && first.isRowMajor()) // most are
    return {first.sizes, first.strides, 0};
  Layout layout = Layout::contiguous(shape);
  bool sameShape =
      llvm::all_of(operands, [&](const Layout *operand) { return operand->sizes == layout.sizes; });
  if (sameShape && llvm::all_of(operands, [](const Layout *o) { return o->isContiguous(); }))
    return layout;
  bool sameStrides = llvm::all_of(operands, [&](const Layout *operand) {
    return operand->strides == operands[0]->strides && operand->isDense();
  });
  if (sameShape && sameStrides) {
    layout.strides = operands[0]->strides;
    return layout;
  }
  int64_t stride = 1;
  for (size_t dim : DimOrder(operands, layout.sizes).run()) {
    layout.strides[dim] = stride;
    stride *= layout.sizes[dim];
  }
  return layout;
}

Layout cloneLayout(const Layout &self) {
  if (!self.isDense()) // in the order of self's dims
    return pointwiseLayout(&self, self.sizes);
  Layout layout = Layout::contiguous(self.sizes);
  layout.strides = self.strides;
  return layout;
}

} // namespace agc
