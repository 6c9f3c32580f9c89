// Views: objects that look at another's elements, by PyTorch's argument rules.
#include "compiler/Trace/Views.h"
#include "compiler/Analysis/Message.h"
#include "dialect/RuleBuilder.h"
#include "dialect/Shape.h"

using namespace mlir;
using agc::agt::ViewKind;

namespace agc {

using trace::Relation;
using trace::require;
using trace::textOf;
using trace::Trace;
using trace::viewTo;
using trace::wrapDim;

/// A view with one result, of that shape where one is `asked` for, if the trace records it without
/// an event; else null, as where there is no such view: the event tells why.
static Tensor viewAtOnce(Trace &trace, const Tensor &self, const agt::View &view, Where where,
                         ArrayRef<ag::Shape> given, bool isAsked) {
  const std::shared_ptr<trace::Object> &object = self.impl();
  if (!object || !object->type.hasStaticShape() || view.isMultiOutput())
    return {};
  Type element = view.elementType(object->type.getElementType());
  FailureOr<SmallVector<ag::Shape>> shapes = agt::inferViewShapes(
      view, object->type.getShape(), given, [] { return InFlightDiagnostic(); });
  if (!element || failed(shapes) || (isAsked && shapes->front() != given.front()))
    return {};
  return trace.repeat(object, view, RankedTensorType::get(shapes->front(), element), where);
}

Tensors trace::view(const Tensor &self, ViewKind kind, ArrayRef<int64_t> args, Where where,
                    ArrayRef<ag::Shape> given) {
  Trace &trace = Trace::current(where);
  agt::View view{kind, SmallVector<int64_t>(args)};
  if (Tensor made = viewAtOnce(trace, self, view, where, given, /*isAsked=*/false); made.impl())
    return {made};
  Value ref = trace.refOf(self.impl(), where);
  RankedTensorType type = agt::tensorOf(ref);
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

Tensor trace::viewTo(const Tensor &self, ViewKind kind, ArrayRef<int64_t> args,
                     const Shape &extents, Where where, const Extent &start) {
  Trace &trace = Trace::current(where);
  if (start.isKnown() && llvm::all_of(extents, [](const Extent &e) { return e.isKnown(); })) {
    auto shape = llvm::map_to_vector(extents, [](const Extent &e) { return e.number; });
    agt::View view{kind, SmallVector<int64_t>(args)};
    if (Tensor made = viewAtOnce(trace, self, view, where, ag::Shape(shape), /*isAsked=*/true);
        made.impl())
      return made;
  }
  Value ref = trace.refOf(self.impl(), where);
  SmallVector<OpFoldResult> folded;
  for (const Extent &extent : extents)
    folded.push_back(trace.foldResult(extent, where));
  auto [shape, sizes] = ag::splitExtents(folded);
  if (!agt::View{kind, SmallVector<int64_t>(args)}.takesSizes())
    sizes.clear();
  Type type = agt::RefType::get(agt::tensorOf(ref).clone(shape));
  Value from = start.isKnown() ? Value() : cast<Value>(trace.foldResult(start, where));
  return trace.tensor(
      trace.append<agt::ViewOp>(where, TypeRange(type), ref, kind, args, from, sizes).getResult(0));
}

namespace {

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
      if (extent.isKnown() && extent.number < 0)
        throw Error(where, "invalid shape dimension " + std::to_string(extent.number) +
                               " at index " + std::to_string(i) + " of shape " + textOf(asked));
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
    if (rest.isKnown() && rest.number == 0 && total.isKnown() && total.number)
      throw Error(where, mismatch);
    if (rest.isKnown() && rest.number == 0)
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

/// Elements that lie otherwise are copied, which leaves no view; of those that are looked at where
/// they lie apart the node is another.
Tensor Tensor::reshape(const Shape &shape, Where where) const {
  Trace &trace = Trace::current(where);
  Shape full = completed(shape, sizes(where), where);
  SmallVector<int64_t> extents;
  for (const Extent &extent : full)
    extents.push_back(extent.isKnown() ? extent.number : ShapedType::kDynamic);
  const Layout &layout = trace.known(object, where)->layout;
  if (succeeded(viewLayout(layout, {ViewKind::View, {}}, extents))) {
    bool liesApart = !layout.isContiguous();
    Tensor result = viewTo(*this, ViewKind::View, {}, full, where);
    if (Node *node = liesApart ? trace.known(result.impl(), where)->gradFn : nullptr)
      node->name = "ReshapeAliasBackward0";
    return result;
  }
  SmallVector<OpFoldResult> folded;
  for (const Extent &extent : full)
    folded.push_back(trace.foldResult(extent, where));
  Value copied = trace.read(Operand(contiguous(where), where));
  Value value = ag::reshape(trace.builder, trace.location(where), copied, folded);
  StringAttr node = trace.builder.getStringAttr("UnsafeViewBackward0");
  return trace.tensor(trace.append<agt::NewOp>(where, value, node, /*contiguous=*/true));
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
  return trace::view(*this, ViewKind::AsReal, {}, where).front();
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
  return trace::view(*this, ViewKind::AsComplex, {}, where).front();
}

Tensor Tensor::t(Where where) const {
  if (dim() > 2)
    throw Error(where, "t() expects a tensor with <= 2 dimensions, but self is " +
                           std::to_string(dim()) + "D");
  return trace::view(*this, ViewKind::T, {}, where).front();
}

Tensor Tensor::transpose(int64_t dim0, int64_t dim1, Where where) const {
  dim0 = wrapDim(dim0, dim(), where);
  dim1 = wrapDim(dim1, dim(), where);
  if (dim() == 0)
    return trace::view(*this, ViewKind::Alias, {}, where).front();
  return trace::view(*this, ViewKind::Transpose, {dim0, dim1}, where).front();
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
  return trace::view(*this, ViewKind::Permute, wrapped, where).front();
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
  return trace::view(*this, ViewKind::Squeeze, wrapped, where).front();
}

Tensor Tensor::alias(Where where) const {
  return trace::view(*this, ViewKind::Alias, {}, where).front();
}

Tensor Tensor::unsqueeze(int64_t d, Where where) const {
  return trace::view(*this, ViewKind::Unsqueeze, {wrapDim(d, dim() + 1, where)}, where).front();
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
    if (open && i < added && !self.empty())
      throw Error(where, "The expanded size of the tensor (-1) isn't allowed in a leading, "
                         "non-existing dimension " +
                             std::to_string(i));
    if (open && i >= added)
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

} // namespace agc
