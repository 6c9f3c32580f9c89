// Views: objects that look at another's elements, by PyTorch's argument rules.
#include "compiler/Analysis/Message.h"
#include "compiler/Trace/Trace.h"
#include "dialect/Shape.h"
#include <algorithm>
#include <limits>

using namespace mlir;
using agc::agt::ViewKind;

namespace agc {
namespace {

using trace::fromEnd;
using trace::Relation;
using trace::require;
using trace::textOf;
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
  auto op = trace.append<agt::ViewOp>(where, types, ref, kind, args, Value(), ValueRange());
  Tensors results;
  for (Value result : op.getResults())
    results.push_back(trace.tensor(result));
  return results;
}

/// Appends a view whose result's extents are given, and where it begins if that is no number.
Tensor viewTo(const Tensor &self, ViewKind kind, ArrayRef<int64_t> args, const Shape &extents,
              Where where, const Extent &start = 0) {
  Trace &trace = Trace::current(where);
  Value ref = trace.refOf(self.impl(), where);
  SmallVector<OpFoldResult> folded;
  for (const Extent &extent : extents)
    folded.push_back(trace.foldResult(extent, where));
  auto [shape, sizes] = ag::splitExtents(folded);
  Type type = agt::RefType::get(agt::tensorOf(ref).clone(shape));
  Value from = start.isKnown() ? Value() : cast<Value>(trace.foldResult(start, where));
  return trace.tensor(
      trace.append<agt::ViewOp>(where, TypeRange(type), ref, kind, args, from, sizes).getResult(0));
}

/// The argument of a view that says where it begins.
int64_t startOf(const Extent &start) {
  return start.isKnown() ? start.number : ShapedType::kDynamic;
}

/// What is no place along a dim, nor any number beyond it.
int64_t furthest(const Extent &extent) {
  return extent.isKnown() ? extent.number : std::numeric_limits<int64_t>::max();
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
    if (rest.isKnown() && rest.number == 0) // whatever the total
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
      require(extent, Relation::Unlike, 1,
              "squeeze(): dim " + std::to_string(i) +
                  " cannot be removed: its extent is 1, but was '?' when the function was traced",
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

Tensor Tensor::select(int64_t d, const Extent &index, Where where) const {
  if (dim() == 0)
    throw Error(where, "select() cannot be applied to a 0-dim tensor.");
  d = wrapDim(d, dim(), where);
  Shape rest = sizes(where);
  Extent extent = rest[d], place = fromEnd(index, extent);
  std::string text = "select(): index " + textOf(index) + " out of range for tensor of size " +
                     textOf(rest) + " at dimension " + std::to_string(d);
  require(0, Relation::AtMost, place, text, where);
  require(place + Extent(1), Relation::AtMost, extent, text, where);
  if (place.isKnown())
    return agc::view(*this, ViewKind::Select, {d, place.number}, where).front();
  rest.erase(rest.begin() + d);
  return viewTo(*this, ViewKind::Select, {d, startOf(place)}, rest, where, place);
}

Tensor Tensor::slice(int64_t d, std::optional<Extent> start, std::optional<Extent> end,
                     int64_t step, Where where) const {
  if (dim() == 0)
    throw Error(where, "slice() cannot be applied to a 0-dim tensor.");
  if (step <= 0)
    throw Error(where, "slice step must be positive");
  d = wrapDim(d, dim(), where);
  Shape result = sizes(where);
  Extent length = result[d], first = start.value_or(0), last = length;
  // A first place behind the end takes nothing, wherever it is.
  bool isFar = first.isKnown() && first.number >= 0 && !length.isKnown();
  if (!isFar)
    first = lesser(greater(fromEnd(first, length), 0), length);
  if (end)
    last = lesser(fromEnd(*end, length), length);
  Extent count = first.isKnown() && first.number == 0 && !end ? length : greater(last - first, 0);
  result[d] = step == 1 ? count : (count + Extent(step - 1)) / Extent(step);
  return viewTo(*this, ViewKind::Slice, {d, startOf(first), step}, result, where, first);
}

Tensor Tensor::narrow(int64_t d, const Extent &start, const Extent &length, Where where) const {
  if (dim() == 0)
    throw Error(where, "narrow() cannot be applied to a 0-dim tensor.");
  d = wrapDim(d, dim(), where);
  Shape result = sizes(where);
  Extent extent = result[d], first = fromEnd(start, extent);
  require(0, Relation::AtMost, length, "narrow(): length must be non-negative.", where);
  std::string size = textOf(extent);
  std::string text = "start out of range (expected to be in range of [-" + size + ", " + size +
                     "], but got " + textOf(start) + ")";
  require(0, Relation::AtMost, first, text, where);
  require(first, Relation::AtMost, extent, text, where);
  require(length, Relation::AtMost, extent - first,
          "start (" + textOf(first) + ") + length (" + textOf(length) +
              ") exceeds dimension size (" + size + ").",
          where);
  result[d] = length;
  return viewTo(*this, ViewKind::Slice, {d, startOf(first), 1}, result, where, first);
}

Tensor Tensor::unfold(int64_t d, int64_t size, int64_t step, Where where) const {
  d = wrapDim(d, dim(), where);
  Shape result = sizes(where);
  if (size < 0)
    throw Error(where, "size is " + std::to_string(size) + " but must be >= 0");
  require(size, Relation::AtMost, result[d],
          "maximum size for tensor at dimension " + std::to_string(d) + " is " + textOf(result[d]) +
              " but size is " + std::to_string(size),
          where);
  if (step < 1)
    throw Error(where, "step is " + std::to_string(step) + " but must be > 0");
  if (result[d].isKnown())
    return agc::view(*this, ViewKind::Unfold, {d, size, step}, where).front();
  result[d] = (result[d] - Extent(size)) / Extent(step) + Extent(1);
  result.push_back(size);
  return viewTo(*this, ViewKind::Unfold, {d, size, step}, result, where);
}

Tensor Tensor::diagonal(int64_t offset, int64_t dim1, int64_t dim2, Where where) const {
  dim1 = wrapDim(dim1, dim(), where);
  dim2 = wrapDim(dim2, dim(), where);
  if (dim1 == dim2)
    throw Error(where, "diagonal dimensions cannot be identical " + std::to_string(dim1) + ", " +
                           std::to_string(dim2));
  // Beyond its matrix a diagonal has no element, however far.
  offset = std::clamp(offset, -furthest(size(dim1, where)), furthest(size(dim2, where)));
  return agc::view(*this, ViewKind::Diagonal, {offset, dim1, dim2}, where).front();
}

/// A dim that is taken apart, into as many parts as its extent says.
static void requireKnown(const char *function, const Extent &extent, int64_t d, Where where) {
  if (!extent.isKnown())
    throw Error(where, std::string(function) + " of dim " + std::to_string(d) +
                           " makes as many parts as its extent tells, which is known only when the "
                           "function is called");
}

Tensors Tensor::unbind(int64_t d, Where where) const {
  d = wrapDim(d, dim(), where);
  if (dim())
    requireKnown("unbind()", size(d, where), d, where);
  return agc::view(*this, ViewKind::Unbind, {d}, where);
}

Tensors Tensor::split(int64_t size, int64_t d, Where where) const {
  if (dim() == 0)
    throw Error(where, "split expects at least a 1-dimensional tensor");
  d = wrapDim(d, dim(), where);
  if (size < 0)
    throw Error(where, "split expects split_size be non-negative, but got split_size=" +
                           std::to_string(size));
  Extent extent = this->size(d, where);
  requireKnown("split()", extent, d, where);
  if (size == 0) {
    if (extent.number)
      throw Error(where, "split_size can only be 0 if dimension size is 0, but got dimension size "
                         "of " +
                             std::to_string(extent.number));
    size = 1; // the one part there is
  }
  return agc::view(*this, ViewKind::Split, {size, d}, where);
}

Tensors Tensor::split(const Shape &parts, int64_t d, Where where) const {
  if (dim() == 0)
    throw Error(where, "split expects at least a 1-dimensional tensor");
  d = wrapDim(d, dim(), where);
  Extent extent = size(d, where), total = 0;
  bool isKnown = true;
  for (const Extent &part : parts) {
    require(0, Relation::AtMost, part,
            "split_with_sizes expects split_sizes have only non-negative entries, but got "
            "split_sizes=" +
                textOf(parts),
            where);
    total = total + part;
    isKnown &= part.isKnown();
  }
  require(total, Relation::Equal, extent,
          "split_with_sizes expects split_sizes to sum exactly to " + textOf(extent) +
              " (input tensor's size at dimension " + std::to_string(d) +
              "), but got split_sizes=" + textOf(parts),
          where);
  if (isKnown) {
    SmallVector<ag::Shape> shapes(parts.size(), ag::Shape(object->type.getShape()));
    for (auto [shape, part] : llvm::zip(shapes, parts))
      shape[d] = part.number;
    return agc::view(*this, ViewKind::SplitWithSizes, {d}, where, shapes);
  }
  Tensors results;
  Extent start = 0;
  for (const Extent &part : parts) {
    results.push_back(narrow(d, start, part, where));
    start = start + part;
  }
  return results;
}

Tensors Tensor::chunk(int64_t chunks, int64_t d, Where where) const {
  if (dim() == 0)
    throw Error(where, "chunk expects at least a 1-dimensional tensor");
  if (chunks <= 0)
    throw Error(where,
                "chunk expects `chunks` to be greater than 0, got: " + std::to_string(chunks));
  Extent extent = size(d, where), each = (extent + Extent(chunks - 1)) / Extent(chunks);
  if (extent.isKnown())
    return split(std::max<int64_t>(each.number, 1), d, where);
  // As many parts as a call's extent makes of it, or none has an element.
  Extent last = extent - each * Extent(chunks - 1);
  require(lesser(extent, 1), Relation::AtMost, last,
          "chunk(): the extent of dim " + std::to_string(d) + " makes fewer than " +
              std::to_string(chunks) + " parts",
          where);
  Shape parts(chunks - 1, each);
  parts.push_back(last);
  return split(parts, d, where);
}

} // namespace agc
