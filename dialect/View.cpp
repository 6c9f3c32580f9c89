// The shape rule and the names of each kind of view.
#include "dialect/View.h"
#include "mlir/Dialect/Utils/IndexingUtils.h"
#include "llvm/Support/InterleavedRange.h"

using namespace mlir;

#include "dialect/AgtEnums.cpp.inc"

namespace agc::agt {

View::Nodes View::nodes() const {
  switch (kind) {
  case ViewKind::View:
    return {"ViewBackward0", "ViewBackward0"};
  case ViewKind::Permute:
    return {"PermuteBackward0", "PermuteBackward0"};
  case ViewKind::Transpose:
    return {"TransposeBackward0", "TransposeBackward0"};
  case ViewKind::T:
    return {"TBackward0", "TBackward0"};
  case ViewKind::Select:
    return {"SelectBackward0", "SelectBackwardBackward0"};
  case ViewKind::Slice:
    return {"SliceBackward0", "SliceBackwardBackward0"};
  case ViewKind::Expand:
    return {"ExpandBackward0", "SumBackward1"};
  case ViewKind::Squeeze: // PyTorch's three overloads: squeeze(), squeeze(dim), squeeze(dims)
    return {args.empty()       ? "SqueezeBackward0"
            : args.size() == 1 ? "SqueezeBackward1"
                               : "SqueezeBackward2",
            "UnsqueezeBackward0"};
  case ViewKind::Unsqueeze:
    return {"UnsqueezeBackward0", "SqueezeBackward1"};
  case ViewKind::Diagonal:
    return {"DiagonalBackward0", "DiagonalBackwardBackward0"};
  case ViewKind::Unbind:
    return {"UnbindBackward0", "StackBackward0"};
  case ViewKind::Split:
    return {"SplitBackward0", "CatBackward0"};
  case ViewKind::SplitWithSizes:
    return {"SplitWithSizesBackward0", "CatBackward0"};
  case ViewKind::Alias:
    return {"AliasBackward0", ""};
  case ViewKind::AsReal:
    return {"ViewAsRealBackward0", "ViewAsComplexBackward0"};
  case ViewKind::AsComplex:
    return {"ViewAsComplexBackward0", "ViewAsRealBackward0"};
  case ViewKind::Unfold:
    return {"UnfoldBackward0", "UnfoldBackwardBackward0"};
  }
  llvm_unreachable("all kinds of views are covered");
}

bool View::isMultiOutput() const {
  return kind == ViewKind::Unbind || kind == ViewKind::Split || kind == ViewKind::SplitWithSizes;
}

bool View::passesCotangentOn() const {
  return kind == ViewKind::View || kind == ViewKind::Permute || kind == ViewKind::Transpose ||
         kind == ViewKind::T || kind == ViewKind::Squeeze || kind == ViewKind::Unsqueeze ||
         kind == ViewKind::Alias || kind == ViewKind::AsReal || kind == ViewKind::AsComplex;
}

bool View::takesSizes() const {
  return kind == ViewKind::View || kind == ViewKind::Expand || kind == ViewKind::Slice ||
         kind == ViewKind::Unfold;
}

bool View::takesStart() const {
  bool hasStart = kind == ViewKind::Select || kind == ViewKind::Slice;
  return hasStart && args.size() > 1 && ShapedType::isDynamic(args[1]);
}

Type View::elementType(Type self) const {
  auto complex = dyn_cast<ComplexType>(self);
  if (kind == ViewKind::AsReal)
    return complex ? complex.getElementType() : Type();
  if (kind == ViewKind::AsComplex)
    return self.isF32() || self.isF64() ? ComplexType::get(self) : Type();
  return self;
}

View View::ofResult(unsigned index, ArrayRef<Shape> results) const {
  if (kind == ViewKind::Unbind)
    return {ViewKind::Select, {args[0], index}};
  if (kind != ViewKind::Split && kind != ViewKind::SplitWithSizes)
    return *this;
  int64_t dim = args.back(), start = 0;
  for (const Shape &before : results.take_front(index))
    start += before[dim];
  return {ViewKind::Slice, {dim, start, 1}};
}

int64_t diagonalLength(int64_t rows, int64_t columns, int64_t offset) {
  int64_t length =
      offset >= 0 ? std::min(rows, columns - offset) : std::min(rows + offset, columns);
  return std::max<int64_t>(length, 0);
}

namespace {

constexpr int64_t dynamic = ShapedType::kDynamic;

/// Infers one view's shapes; every method fails with a labelled error.
class Inference {
public:
  Inference(const View &view, ArrayRef<int64_t> self, ArrayRef<Shape> given,
            function_ref<InFlightDiagnostic()> emitError)
      : view(view), args(view.args), self(self), given(given), emitError(emitError) {}

  FailureOr<SmallVector<Shape>> run() {
    if (!view.isMultiOutput() && given.size() != 1)
      return emitError() << "C2: '" << stringifyViewKind(view.kind) << "' has one result, got "
                         << given.size();
    switch (view.kind) {
    case ViewKind::View:
      return reshape();
    case ViewKind::Permute:
      return permute(args);
    case ViewKind::Transpose:
      return transpose();
    case ViewKind::T:
      return t();
    case ViewKind::Select:
      return select();
    case ViewKind::Slice:
      return slice();
    case ViewKind::Expand:
      return expand();
    case ViewKind::Squeeze:
      return squeeze();
    case ViewKind::Unsqueeze:
      return unsqueeze();
    case ViewKind::Diagonal:
      return diagonal();
    case ViewKind::Unbind:
      return unbind();
    case ViewKind::Split:
      return split();
    case ViewKind::SplitWithSizes:
      return splitWithSizes();
    case ViewKind::Alias:
      if (failed(takes(0)))
        return failure();
      return SmallVector<Shape>{Shape(self)};
    case ViewKind::AsReal:
      return asReal();
    case ViewKind::AsComplex:
      return asComplex();
    case ViewKind::Unfold:
      return unfold();
    }
    llvm_unreachable("all kinds of views are covered");
  }

private:
  using Shapes = FailureOr<SmallVector<Shape>>;

  LogicalResult takes(size_t count) {
    if (args.size() == count)
      return success();
    return emitError() << "C1: '" << stringifyViewKind(view.kind) << "' takes " << count
                       << " arguments, got " << args.size();
  }
  LogicalResult inRange(int64_t dim, int64_t end) {
    if (dim >= 0 && dim < end)
      return success();
    return emitError() << "C1: dim " << dim << " is not in [0, " << end << ")";
  }
  /// The argument `i` as a dim of self whose extent is known.
  LogicalResult knownExtent(int64_t dim) {
    if (failed(inRange(dim, self.size())))
      return failure();
    if (self[dim] != dynamic)
      return success();
    return emitError() << "C4: '" << stringifyViewKind(view.kind)
                       << "' needs to know the extent of dim " << dim;
  }
  /// An extent as types show it.
  static std::string printed(int64_t extent) {
    return extent == dynamic ? "?" : std::to_string(extent);
  }
  Shape without(int64_t dim) {
    Shape shape(self);
    shape.erase(shape.begin() + dim);
    return shape;
  }

  Shapes reshape() {
    if (failed(takes(0)))
      return failure();
    if (!ShapedType::isDynamicShape(self) && !ShapedType::isDynamicShape(given[0]) &&
        ShapedType::getNumElements(self) != ShapedType::getNumElements(given[0]))
      return emitError() << "C2: the result has " << ShapedType::getNumElements(given[0])
                         << " elements, self " << ShapedType::getNumElements(self);
    return SmallVector<Shape>{given[0]};
  }
  Shapes permute(ArrayRef<int64_t> dims) {
    if (!isPermutationVector(dims) || dims.size() != self.size())
      return emitError() << "C1: [" << llvm::interleaved(dims) << "] is not a permutation of "
                         << self.size() << " dims";
    return SmallVector<Shape>{llvm::map_to_vector<6>(dims, [&](int64_t dim) { return self[dim]; })};
  }
  Shapes transpose() {
    if (failed(takes(2)) || failed(inRange(args[0], self.size())) ||
        failed(inRange(args[1], self.size())))
      return failure();
    Shape shape(self);
    std::swap(shape[args[0]], shape[args[1]]);
    return SmallVector<Shape>{shape};
  }
  Shapes t() {
    if (failed(takes(0)))
      return failure();
    if (self.size() > 2)
      return emitError() << "C2: 't' takes a matrix at most, got rank " << self.size();
    return SmallVector<Shape>{Shape(llvm::reverse(self))};
  }
  Shapes select() {
    if (failed(takes(2)) || failed(inRange(args[0], self.size())))
      return failure();
    int64_t extent = self[args[0]];
    bool isIn = args[1] >= 0 && (extent == dynamic || args[1] < extent);
    if (!isIn && !view.takesStart())
      return emitError() << "C1: index " << args[1] << " is out of bounds for dim " << args[0]
                         << " with extent " << printed(extent);
    return SmallVector<Shape>{without(args[0])};
  }
  Shapes slice() {
    if (failed(takes(3)) || failed(inRange(args[0], self.size())))
      return failure();
    auto [dim, start, step] = std::tuple(args[0], args[1], args[2]);
    bool isOpen = view.takesStart();
    if ((start < 0 && !isOpen) || step < 1)
      return emitError() << "C1: start must not be negative and step be positive, got " << start
                         << " and " << step;
    if (given[0].size() != self.size())
      return emitError() << "C2: 'slice' keeps the rank " << self.size() << ", got "
                         << given[0].size();
    int64_t extent = given[0][dim];
    if (extent > 0 && !isOpen && self[dim] != dynamic && start + (extent - 1) * step >= self[dim])
      return emitError() << "C2: the slice ends outside dim " << dim << " with extent "
                         << self[dim];
    Shape shape(self);
    shape[dim] = extent;
    return SmallVector<Shape>{shape};
  }
  Shapes expand() {
    FailureOr<Shape> shape = ag::broadcastShapes(self, given[0]);
    if (failed(takes(0)))
      return failure();
    if (failed(shape) || failed(verifyCompatibleShape(*shape, given[0])))
      return emitError() << "C2: self does not broadcast to the result";
    return SmallVector<Shape>{given[0]};
  }
  Shapes squeeze() {
    Shape shape;
    for (int64_t dim : args) // a tensor of no dims has one for this
      if (failed(inRange(dim, std::max<int64_t>(self.size(), 1))))
        return failure();
    for (auto [i, extent] : llvm::enumerate(self))
      if (extent != 1 || (!args.empty() && !llvm::is_contained(args, int64_t(i))))
        shape.push_back(extent);
    return SmallVector<Shape>{shape};
  }
  Shapes unsqueeze() {
    if (failed(takes(1)) || failed(inRange(args[0], self.size() + 1)))
      return failure();
    Shape shape(self);
    shape.insert(shape.begin() + args[0], 1);
    return SmallVector<Shape>{shape};
  }
  Shapes diagonal() {
    if (failed(takes(3)) || failed(inRange(args[1], self.size())) ||
        failed(inRange(args[2], self.size())))
      return failure();
    if (args[1] == args[2])
      return emitError() << "C1: the dims of a diagonal must differ, got " << args[1] << " twice";
    Shape shape;
    for (auto [i, extent] : llvm::enumerate(self))
      if (int64_t(i) != args[1] && int64_t(i) != args[2])
        shape.push_back(extent);
    bool isKnown = self[args[1]] != dynamic && self[args[2]] != dynamic;
    shape.push_back(isKnown ? diagonalLength(self[args[1]], self[args[2]], args[0]) : dynamic);
    return SmallVector<Shape>{shape};
  }
  Shapes unbind() {
    if (failed(takes(1)) || failed(knownExtent(args[0])))
      return failure();
    return SmallVector<Shape>(self[args[0]], without(args[0]));
  }
  Shapes split() {
    if (failed(takes(2)) || failed(knownExtent(args[1])))
      return failure();
    auto [size, dim] = std::pair(args[0], args[1]);
    if (size < 1)
      return emitError() << "C1: split size must be positive, got " << size;
    SmallVector<Shape> shapes;
    int64_t start = 0;
    do { // an empty dim gives one empty result
      Shape shape(self);
      shape[dim] = std::min(size, self[dim] - start);
      shapes.push_back(shape);
    } while ((start += size) < self[dim]);
    return shapes;
  }
  Shapes splitWithSizes() {
    if (failed(takes(1)) || failed(inRange(args[0], self.size())))
      return failure();
    int64_t dim = args[0], total = 0;
    SmallVector<Shape> shapes;
    for (const Shape &result : given) {
      if (result.size() != self.size() || result[dim] == dynamic)
        return emitError() << "C2: 'split_with_sizes' keeps the rank and knows each size";
      Shape shape(self);
      shape[dim] = result[dim];
      total += result[dim];
      shapes.push_back(shape);
    }
    if (self[dim] != dynamic && total != self[dim])
      return emitError() << "C2: the split sizes sum to " << total << ", dim " << dim
                         << " has extent " << self[dim];
    return shapes;
  }

  Shapes asReal() {
    if (failed(takes(0)))
      return failure();
    Shape shape(self);
    shape.push_back(2);
    return SmallVector<Shape>{shape};
  }
  Shapes asComplex() {
    if (failed(takes(0)))
      return failure();
    if (self.empty() || self.back() != 2)
      return emitError() << "C2: 'view_as_complex' takes two parts along the last dim";
    return SmallVector<Shape>{Shape(self.drop_back())};
  }

  Shapes unfold() {
    if (failed(takes(3)) || failed(inRange(args[0], self.size())))
      return failure();
    auto [dim, size, step] = std::tuple(args[0], args[1], args[2]);
    bool isOpen = self[dim] == dynamic;
    if (size < 0 || (!isOpen && size > self[dim]) || step < 1)
      return emitError() << "C1: windows of " << size << " at every " << step
                         << " do not fit an extent of " << printed(self[dim]);
    Shape shape(self);
    shape[dim] = isOpen ? dynamic : (self[dim] - size) / step + 1;
    shape.push_back(size);
    return SmallVector<Shape>{shape};
  }

  const View &view;
  ArrayRef<int64_t> args, self;
  ArrayRef<Shape> given;
  function_ref<InFlightDiagnostic()> emitError;
};

} // namespace

FailureOr<SmallVector<Shape>> inferViewShapes(const View &view, ArrayRef<int64_t> self,
                                              ArrayRef<Shape> given,
                                              function_ref<InFlightDiagnostic()> emitError) {
  return Inference(view, self, given, emitError).run();
}

} // namespace agc::agt
