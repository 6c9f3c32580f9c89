// Views: objects that look at another's elements, by PyTorch's argument rules.
#include "compiler/Analysis/Message.h"
#include "compiler/Trace/Trace.h"
#include "dialect/Shape.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"

using namespace mlir;
using agc::agt::ViewKind;

namespace agc {
namespace {

using trace::Trace;
using trace::wrapDim;

/// Appends a view whose result shapes follow from its kind and arguments, or are `given`.
Tensors view(const Tensor &self, ViewKind kind, ArrayRef<int64_t> args, Where where,
             ArrayRef<ag::Shape> given = ag::Shape()) {
  Trace &trace = Trace::current(where);
  Value ref = trace.refOf(self.impl(), where);
  RankedTensorType type = agt::tensorOf(ref);
  agt::View view{kind, SmallVector<int64_t>(args)};
  auto shapes = trace.checked(where, [&](OpBuilder &, Location loc) {
    return agt::inferViewShapes(view, type.getShape(), given, [&] { return emitError(loc); });
  });
  SmallVector<Type> types;
  Type element = view.elementType(type.getElementType());
  for (const ag::Shape &shape : shapes)
    types.push_back(agt::RefType::get(RankedTensorType::get(shape, element)));
  auto op = trace.append<agt::ViewOp>(where, types, ref, kind, args, ValueRange());
  Tensors results;
  for (Value result : op.getResults())
    results.push_back(trace.tensor(result));
  return results;
}

/// Appends a view whose result's extents are given.
Tensor viewTo(const Tensor &self, ViewKind kind, ArrayRef<int64_t> args, const Shape &extents,
              Where where) {
  Trace &trace = Trace::current(where);
  Value ref = trace.refOf(self.impl(), where);
  SmallVector<OpFoldResult> folded;
  for (const Extent &extent : extents)
    folded.push_back(trace.foldResult(extent, where));
  auto [shape, sizes] = ag::splitExtents(folded);
  Type type = agt::RefType::get(agt::tensorOf(ref).clone(shape));
  return trace.tensor(
      trace.append<agt::ViewOp>(where, TypeRange(type), ref, kind, args, sizes).getResult(0));
}

std::string textOf(const Shape &shape) {
  std::string text = "[";
  for (const Extent &extent : shape)
    text += (text.size() > 1 ? ", " : "") +
            (extent.isKnown() ? std::to_string(extent.number) : std::string("?"));
  return text + "]";
}

Extent productOf(const Shape &shape) {
  Extent product = 1;
  for (const Extent &extent : shape)
    product = product * extent;
  return product;
}

/// A shape with its -1, if any, worked out from the number of elements.
Shape completed(const Shape &asked, const Shape &self, Where where) {
  Shape shape = asked;
  std::optional<size_t> open;
  Extent rest = 1;
  for (auto [i, extent] : llvm::enumerate(asked)) {
    if (!extent.isKnown() || extent.number != -1) {
      rest = rest * extent;
      continue;
    }
    if (open)
      throw Error(where, "only one dimension can be inferred");
    open = i;
  }
  Extent total = productOf(self);
  bool known = total.isKnown() && rest.isKnown();
  std::string mismatch = "shape '" + textOf(asked) + "' is invalid for input of size " +
                         (total.isKnown() ? std::to_string(total.number) : "?");
  if (open) {
    if (known && rest.number == 0)
      throw Error(where, "cannot reshape tensor of 0 elements into shape " + textOf(asked) +
                             " because the unspecified dimension size -1 can be any value and is "
                             "ambiguous");
    if (known && total.number % rest.number)
      throw Error(where, mismatch);
    shape[*open] = total / rest;
  } else if (known && total.number != rest.number) {
    throw Error(where, mismatch);
  }
  return shape;
}

} // namespace

Tensor Tensor::view(const Shape &shape, Where where) const {
  return viewTo(*this, ViewKind::View, {}, completed(shape, sizes(where), where), where);
}

Tensor Tensor::reshape(const Shape &shape, Where where) const {
  Trace &trace = Trace::current(where);
  Shape full = completed(shape, sizes(where), where);
  SmallVector<int64_t> extents;
  for (const Extent &extent : full)
    extents.push_back(extent.isKnown() ? extent.number : ShapedType::kDynamic);
  const Layout &layout = trace.known(object, where)->layout;
  bool possible = succeeded(viewLayout(layout, {ViewKind::View, {}}, extents));
  return viewTo(possible ? *this : contiguous(where), ViewKind::View, {}, full, where);
}

Tensor Tensor::flatten(int64_t start_dim, int64_t end_dim, Where where) const {
  int64_t start = wrapDim(start_dim, dim(), where), end = wrapDim(end_dim, dim(), where);
  if (start > end)
    throw Error(where, "flatten() has invalid args: start_dim cannot come after end_dim");
  Shape extents = sizes(where);
  if (dim() == 0)
    return reshape({1}, where);
  if (start == end)
    return *this;
  Shape flat(extents.begin(), extents.begin() + start);
  flat.push_back(productOf(Shape(extents.begin() + start, extents.begin() + end + 1)));
  flat.insert(flat.end(), extents.begin() + end + 1, extents.end());
  return reshape(flat, where);
}

Tensor Tensor::view_as_real(Where where) const {
  if (!isa<ComplexType>(object->type.getElementType()))
    throw Error(where, "view_as_real is only supported for complex tensors");
  return agc::view(*this, ViewKind::AsReal, {}, where).front();
}

Tensor Tensor::view_as_complex(Where where) const {
  Type element = object->type.getElementType();
  if (!element.isF32() && !element.isF64())
    throw Error(where, "view_as_complex is only supported for half, float and double tensors, but "
                       "got a tensor of scalar type: " +
                           std::string(titleOf(dtype())));
  Trace &trace = Trace::current(where);
  const Layout &layout = trace.known(object, where)->layout;
  if (layout.sizes.empty() || layout.sizes.back() != 2)
    throw Error(where, "Tensor must have a last dimension of size 2");
  if (layout.strides.back() != 1)
    throw Error(where, "Tensor must have a last dimension with stride 1");
  if (llvm::any_of(ArrayRef(layout.strides).drop_back(), [](int64_t stride) { return stride % 2; }))
    throw Error(where, "Tensor must have a stride divisible by 2 for all but last dimension");
  if (layout.offset % 2)
    throw Error(where, "Tensor must have a storage_offset divisible by 2");
  return agc::view(*this, ViewKind::AsComplex, {}, where).front();
}

Tensor Tensor::t(Where where) const {
  if (dim() > 2)
    throw Error(where, "t() expects a tensor with <= 2 dimensions, but self is " +
                           std::to_string(dim()) + "D");
  return agc::view(*this, ViewKind::T, {}, where).front();
}

Tensor Tensor::transpose(int64_t dim0, int64_t dim1, Where where) const {
  dim0 = wrapDim(dim0, dim(), where);
  dim1 = wrapDim(dim1, dim(), where);
  if (dim() == 0)
    return agc::view(*this, ViewKind::Alias, {}, where).front();
  return agc::view(*this, ViewKind::Transpose, {dim0, dim1}, where).front();
}

Tensor Tensor::permute(const IntList &dims, Where where) const {
  if (int64_t(dims.size()) != dim())
    throw Error(where, "permute(sparse_coo): number of dimensions in the tensor input does not "
                       "match the length of the desired ordering of dimensions i.e. input.dim() "
                       "= " +
                           std::to_string(dim()) +
                           " is not equal to len(dims) = " + std::to_string(dims.size()));
  SmallVector<int64_t> wrapped;
  for (int64_t d : dims) {
    wrapped.push_back(wrapDim(d, dim(), where));
    if (llvm::count(wrapped, wrapped.back()) > 1)
      throw Error(where, "permute(): duplicate dims are not allowed.");
  }
  return agc::view(*this, ViewKind::Permute, wrapped, where).front();
}

Tensor Tensor::squeeze(const IntList &dims, Where where) const {
  SmallVector<int64_t> wrapped;
  for (int64_t d : dims)
    wrapped.push_back(wrapDim(d, dim(), where));
  // The result's rank stands before a call tells the extent.
  for (auto [i, extent] : llvm::enumerate(sizes(where)))
    if (!extent.isKnown() && (dims.empty() || llvm::is_contained(wrapped, int64_t(i))))
      Trace::current(where).refuseExtent(extent, 1,
                                         "squeeze(): dim " + std::to_string(i) +
                                             " cannot be removed: its extent is 1, but was '?' "
                                             "when the function was traced",
                                         where);
  return agc::view(*this, ViewKind::Squeeze, wrapped, where).front();
}

Tensor Tensor::alias(Where where) const {
  return agc::view(*this, ViewKind::Alias, {}, where).front();
}

Tensor Tensor::unsqueeze(int64_t d, Where where) const {
  return agc::view(*this, ViewKind::Unsqueeze, {wrapDim(d, dim() + 1, where)}, where).front();
}

Tensor Tensor::expand(const Shape &shape, Where where) const {
  Shape self = sizes(where), full = shape;
  if (full.size() < self.size())
    throw Error(where,
                "expand(" + tensorTypeText(impl()->type.getElementType()).str() + "{" +
                    textOf(self) + "}, size=" + textOf(full) + "): the number of sizes provided (" +
                    std::to_string(full.size()) +
                    ") must be greater or equal to the number of dimensions in the tensor (" +
                    std::to_string(self.size()) + ")");
  size_t added = full.size() - self.size();
  for (size_t i = full.size(); i-- > 0;) { // as PyTorch finds what is wrong
    bool open = full[i].isKnown() && full[i].number == -1;
    if (open && i < added)
      throw Error(where, "The expanded size of the tensor (-1) isn't allowed in a leading, "
                         "non-existing dimension " +
                             std::to_string(i));
    if (open)
      full[i] = self[i - added];
    bool known = i >= added && full[i].isKnown() && self[i - added].isKnown();
    int64_t from = known ? self[i - added].number : 1;
    if (from != 1 && from != full[i].number)
      throw Error(where, "The expanded size of the tensor (" + std::to_string(full[i].number) +
                             ") must match the existing size (" + std::to_string(from) +
                             ") at non-singleton dimension " + std::to_string(i) +
                             ".  Target sizes: " + textOf(shape) +
                             ".  Tensor sizes: " + textOf(self));
    if (full[i].isKnown() && full[i].number < 0)
      throw Error(where, "numel: integer multiplication overflow");
  }
  return viewTo(*this, ViewKind::Expand, {}, full, where);
}

Tensor Tensor::expand_as(const Tensor &other, Where where) const {
  return expand(other.sizes(where), where);
}

Tensor Tensor::select(int64_t d, int64_t index, Where where) const {
  if (dim() == 0)
    throw Error(where, "select() cannot be applied to a 0-dim tensor.");
  d = wrapDim(d, dim(), where);
  Extent extent = size(d, where);
  if (index < 0 || extent.isKnown()) {
    int64_t length = extent.value(where);
    if (index < -length || index >= length)
      throw Error(where, "select(): index " + std::to_string(index) +
                             " out of range for tensor of size " + textOf(sizes(where)) +
                             " at dimension " + std::to_string(d));
    index += index < 0 ? length : 0;
  }
  return agc::view(*this, ViewKind::Select, {d, index}, where).front();
}

/// How many of `extent` elements lie from `first` to `end`, which counts from the end where it is
/// negative.
static Extent lengthOfSlice(const Extent &extent, int64_t first, std::optional<int64_t> end) {
  if (first == 0 && !end)
    return extent;
  Extent last = !end ? extent : *end < 0 ? extent + Extent(*end) : lesser(extent, Extent(*end));
  return greater(last - Extent(first), Extent(0));
}

Tensor Tensor::slice(int64_t d, std::optional<int64_t> start, std::optional<int64_t> end,
                     int64_t step, Where where) const {
  if (dim() == 0)
    throw Error(where, "slice() cannot be applied to a 0-dim tensor.");
  if (step <= 0)
    throw Error(where, "slice step must be positive");
  d = wrapDim(d, dim(), where);
  Shape result = sizes(where);
  int64_t first = start.value_or(0);
  if (!result[d].isKnown() && first >= 0 && step == 1) {
    result[d] = lengthOfSlice(result[d], first, end);
    return viewTo(*this, ViewKind::Slice, {d, first, 1}, result, where);
  }
  int64_t length = result[d].value(where), last = end.value_or(length);
  auto clampTo = [&](int64_t bound, int64_t low) {
    return std::min(std::max(bound < 0 ? bound + length : bound, low), length);
  };
  first = clampTo(first, 0);
  last = clampTo(last, first);
  result[d] = (last - first + step - 1) / step;
  return viewTo(*this, ViewKind::Slice, {d, first, step}, result, where);
}

Tensor Tensor::narrow(int64_t d, int64_t start, int64_t length, Where where) const {
  if (dim() == 0)
    throw Error(where, "narrow() cannot be applied to a 0-dim tensor.");
  d = wrapDim(d, dim(), where);
  int64_t extent = size(d, where).value(where);
  if (length < 0)
    throw Error(where, "narrow(): length must be non-negative.");
  if (start < -extent || start > extent)
    throw Error(where, "start out of range (expected to be in range of [-" +
                           std::to_string(extent) + ", " + std::to_string(extent) + "], but got " +
                           std::to_string(start) + ")");
  start += start < 0 ? extent : 0;
  if (start + length > extent)
    throw Error(where, "start (" + std::to_string(start) + ") + length (" + std::to_string(length) +
                           ") exceeds dimension size (" + std::to_string(extent) + ").");
  return slice(d, start, start + length, 1, where);
}

Tensor Tensor::unfold(int64_t d, int64_t size, int64_t step, Where where) const {
  return agc::view(*this, ViewKind::Unfold, {wrapDim(d, dim(), where), size, step}, where).front();
}

Tensor Tensor::diagonal(int64_t offset, int64_t dim1, int64_t dim2, Where where) const {
  dim1 = wrapDim(dim1, dim(), where);
  dim2 = wrapDim(dim2, dim(), where);
  if (dim1 == dim2)
    throw Error(where, "diagonal dimensions cannot be identical " + std::to_string(dim1) + ", " +
                           std::to_string(dim2));
  return agc::view(*this, ViewKind::Diagonal, {offset, dim1, dim2}, where).front();
}

Tensors Tensor::unbind(int64_t d, Where where) const {
  return agc::view(*this, ViewKind::Unbind, {wrapDim(d, dim(), where)}, where);
}

Tensors Tensor::split(int64_t size, int64_t d, Where where) const {
  if (dim() == 0)
    throw Error(where, "split expects at least a 1-dimensional tensor");
  d = wrapDim(d, dim(), where);
  if (size < 0)
    throw Error(where, "split expects split_size be non-negative, but got split_size=" +
                           std::to_string(size));
  if (size == 0) {
    if (int64_t extent = this->size(d, where).value(where))
      throw Error(where, "split_size can only be 0 if dimension size is 0, but got dimension size "
                         "of " +
                             std::to_string(extent));
    size = 1; // the one part there is
  }
  return agc::view(*this, ViewKind::Split, {size, d}, where);
}

Tensors Tensor::split(const IntList &parts, int64_t d, Where where) const {
  if (dim() == 0)
    throw Error(where, "split expects at least a 1-dimensional tensor");
  d = wrapDim(d, dim(), where);
  int64_t extent = size(d, where).value(where), total = 0;
  Shape given(parts.begin(), parts.end());
  SmallVector<ag::Shape> shapes;
  for (int64_t part : parts) {
    if (part < 0)
      throw Error(where, "split_with_sizes expects split_sizes have only non-negative entries, but "
                         "got split_sizes=" +
                             textOf(given));
    total += part;
    shapes.emplace_back(object->type.getShape());
    shapes.back()[d] = part;
  }
  if (total != extent)
    throw Error(where, "split_with_sizes expects split_sizes to sum exactly to " +
                           std::to_string(extent) + " (input tensor's size at dimension " +
                           std::to_string(d) + "), but got split_sizes=" + textOf(given));
  return agc::view(*this, ViewKind::SplitWithSizes, {d}, where, shapes);
}

Tensors Tensor::chunk(int64_t chunks, int64_t d, Where where) const {
  if (dim() == 0)
    throw Error(where, "chunk expects at least a 1-dimensional tensor");
  if (chunks <= 0)
    throw Error(where,
                "chunk expects `chunks` to be greater than 0, got: " + std::to_string(chunks));
  int64_t extent = size(d, where).value(where);
  return split(std::max<int64_t>((extent + chunks - 1) / chunks, 1), d, where);
}

// ---------------------------------------------------------------- extents

/// Appends index arithmetic, or computes where both are known.
template <typename OpT, typename Known>
static Extent combine(const Extent &a, const Extent &b, Known known) {
  if (a.isKnown() && b.isKnown())
    return known(a.number, b.number);
  Trace &trace = Trace::current({});
  Location loc = trace.builder.getUnknownLoc();
  auto value = [&](const Extent &extent) {
    return getValueOrCreateConstantIndexOp(trace.builder, loc, trace.foldResult(extent, {}));
  };
  auto index = std::make_shared<trace::Index>();
  index->trace = trace.getIdentity();
  Value left = value(a), right = value(b);
  index->value = OpT::create(trace.builder, loc, left, right);
  return Extent(std::move(index));
}

Extent operator+(const Extent &a, const Extent &b) {
  return combine<arith::AddIOp>(a, b, [](int64_t x, int64_t y) { return x + y; });
}
Extent operator-(const Extent &a, const Extent &b) {
  return combine<arith::SubIOp>(a, b, [](int64_t x, int64_t y) { return x - y; });
}
Extent operator*(const Extent &a, const Extent &b) {
  if (a.isKnown() && a.number == 1)
    return b;
  if (b.isKnown() && b.number == 1)
    return a;
  return combine<arith::MulIOp>(a, b, [](int64_t x, int64_t y) { return x * y; });
}
Extent operator/(const Extent &a, const Extent &b) {
  if (b.isKnown() && b.number == 1)
    return a;
  // By zero a call would trap; elements without a place are refused by what takes the quotient.
  Extent divisor = b.isKnown() ? b : greater(b, Extent(1));
  return combine<arith::DivUIOp>(a, divisor, [](int64_t x, int64_t y) { return x / y; });
}

Extent lesser(const Extent &a, const Extent &b) {
  return combine<arith::MinSIOp>(a, b, [](int64_t x, int64_t y) { return std::min(x, y); });
}
Extent greater(const Extent &a, const Extent &b) {
  return combine<arith::MaxSIOp>(a, b, [](int64_t x, int64_t y) { return std::max(x, y); });
}

int64_t Extent::value(Where where) const {
  if (!isKnown())
    throw Error(where, "the extent is known only when the function is called; a number is needed "
                       "here");
  return number;
}

} // namespace agc
