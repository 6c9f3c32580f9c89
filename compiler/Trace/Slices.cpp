// Views of parts of a dim: slices, windows, diagonals, and dims that are taken apart.
#include "compiler/Trace/Views.h"
#include <algorithm>
#include <limits>

using namespace mlir;
using agc::agt::ViewKind;

namespace agc {

using trace::fromEnd;
using trace::Relation;
using trace::require;
using trace::textOf;
using trace::viewTo;
using trace::wrapDim;

/// The argument of a view that says where it begins.
static int64_t startOf(const Extent &start) {
  return start.isKnown() ? start.number : ShapedType::kDynamic;
}

/// What is no place along a dim, nor any number beyond it.
static int64_t furthest(const Extent &extent) {
  return extent.isKnown() ? extent.number : std::numeric_limits<int64_t>::max();
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
    return trace::view(*this, ViewKind::Select, {d, place.number}, where).front();
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
  if (llvm::all_of(result, [](const Extent &extent) { return extent.isKnown(); }))
    return trace::view(*this, ViewKind::Unfold, {d, size, step}, where).front();
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
  return trace::view(*this, ViewKind::Diagonal, {offset, dim1, dim2}, where).front();
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
  return trace::view(*this, ViewKind::Unbind, {d}, where);
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
  return trace::view(*this, ViewKind::Split, {size, d}, where);
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
    return trace::view(*this, ViewKind::SplitWithSizes, {d}, where, shapes);
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
