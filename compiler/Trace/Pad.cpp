// torch.nn.functional.pad: each mode is the graph that PyTorch 2.13 makes of it.
#include "compiler/Analysis/Message.h"
#include "compiler/Trace/Factory.h"
#include "compiler/Trace/Functional.h"
#include "compiler/Trace/Trace.h"
#include "dialect/RuleBuilder.h"
#include "dialect/Shape.h"

using namespace mlir;

namespace agc {
namespace {

using trace::Relation;
using trace::require;
using trace::Trace;

/// How many elements come before and after those of a dim.
struct Margin {
  int64_t dim, before, after;
};

/// The margins of the padded dims, the last dim's first.
SmallVector<Margin> marginsOf(const Tensor &input, const IntList &pad, Where where) {
  if (pad.size() % 2)
    throw Error(where, "Padding length must be divisible by 2");
  if (int64_t(pad.size()) > 2 * input.dim())
    throw Error(where, "Padding length should be less than or equal to two times the input "
                       "dimension but got padding length " +
                           std::to_string(pad.size()) + " and input of dimension " +
                           std::to_string(input.dim()));
  // Far beyond any memory, and sums of margins fit in 64 bits.
  constexpr int64_t kMost = int64_t(1) << 60;
  for (int64_t margin : pad)
    if (margin > kMost || margin < -kMost)
      throw Error(where, "a padding of " + std::to_string(margin) + " does not fit in memory");
  SmallVector<Margin> margins;
  for (size_t i = 0; i < pad.size(); i += 2)
    margins.push_back({input.dim() - 1 - int64_t(i / 2), pad[i], pad[i + 1]});
  return margins;
}

/// A box of a value, or the value in a box of another: ag.slice or ag.pad by what is cut or added.
struct Box {
  SmallVector<int64_t> starts, steps;
  Shape shape;

  explicit Box(const Shape &sizes)
      : starts(sizes.size(), 0), steps(sizes.size(), 1), shape(sizes) {}

  std::pair<ag::Shape, SmallVector<Value>> extents(Trace &trace, Where where) const {
    SmallVector<OpFoldResult> folded;
    for (const Extent &extent : shape)
      folded.push_back(trace.foldResult(extent, where));
    return ag::splitExtents(folded);
  }
};

Tensor constant(const Tensor &input, ArrayRef<Margin> margins, double number, Where where) {
  Trace &trace = Trace::current(where);
  Location loc = trace.location(where);
  Box inner(input.sizes(where));
  for (const Margin &margin : margins) {
    Extent &extent = inner.shape[margin.dim];
    int64_t cut = std::max<int64_t>(-margin.before, 0) + std::max<int64_t>(-margin.after, 0);
    if (extent.isKnown() && extent.number < cut)
      throw Error(where, "narrow(): length must be non-negative.");
    inner.starts[margin.dim] = std::max<int64_t>(-margin.before, 0);
    if (cut)
      extent = extent - Extent(cut);
  }
  Box outer(inner.shape);
  for (const Margin &margin : margins) {
    int64_t added = std::max<int64_t>(margin.before, 0) + std::max<int64_t>(margin.after, 0);
    outer.starts[margin.dim] = std::max<int64_t>(margin.before, 0);
    if (added)
      outer.shape[margin.dim] = outer.shape[margin.dim] + Extent(added);
  }
  Value value = trace.read(Operand(input, where));
  Type element = ag::tensorType(value).getElementType();
  auto [kept, keptSizes] = inner.extents(trace, where);
  value = ag::SliceOp::create(trace.builder, loc, RankedTensorType::get(kept, element), value,
                              ValueRange(), inner.starts, inner.steps, keptSizes);
  trace::checkHolds(number, input.dtype(), where);
  Value fill = trace::constantOf(trace.builder, loc, number, input.dtype());
  auto [shape, sizes] = outer.extents(trace, where);
  value = ag::PadOp::create(trace.builder, loc, RankedTensorType::get(shape, element), value, fill,
                            ValueRange(), outer.starts, outer.steps, sizes);
  StringAttr node = trace.builder.getStringAttr("ConstantPadNdBackward0");
  Tensor made = trace.tensor(trace.append<agt::NewOp>(where, value, node, /*contiguous=*/false));
  return trace.derivedBy(made, "ConstantPadNdBackward0", where);
}

/// Which element of a dim each of the padded one is.
Value positionsOf(const Extent &extent, const Margin &margin, bool reflects, Where where) {
  Trace &trace = Trace::current(where);
  OpBuilder &b = trace.builder;
  Location loc = trace.location(where);
  auto number = [&](const Extent &n) {
    return trace::numberOf(b, loc, trace.foldResult(n, where));
  };
  Extent all = extent + Extent(margin.before + margin.after);
  auto [shape, sizes] = ag::splitExtents({trace.foldResult(all, where)});
  Value place = ag::IotaOp::create(b, loc, RankedTensorType::get(shape, b.getI64Type()), 0, sizes);
  place = ag::map(b, loc, "sub", {place, number(margin.before)});
  Value zero = number(0), last = number(extent - Extent(1));
  if (!reflects)
    return ag::map(b, loc, "minimum", {ag::map(b, loc, "maximum", {place, zero}), last});
  Value fromEnd = ag::map(b, loc, "sub", {last, ag::map(b, loc, "abs", {place})});
  return ag::map(b, loc, "sub", {last, ag::map(b, loc, "abs", {fromEnd})});
}

/// Reflection and replication: each element of the result is one of the input's.
Tensor picked(const Tensor &input, ArrayRef<Margin> margins, bool reflects, Where where) {
  int64_t rank = input.dim(), count = margins.size();
  if (count < 1 || count > 3 || (rank != count + 1 && rank != count + 2))
    throw Error(where, "Only 2D, 3D, 4D, 5D padding with non-constant padding are supported for "
                       "now");
  Trace &trace = Trace::current(where);
  Value value = trace.read(Operand(input, where));
  for (const Margin &margin : margins) {
    Extent extent = input.size(margin.dim, where);
    auto [before, after] = std::pair(margin.before, margin.after);
    if (reflects)
      require(std::max(before, after) + 1, Relation::AtMost, extent,
              "Argument #4: Padding size should be less than the corresponding input dimension, "
              "but got: padding (" +
                  std::to_string(before) + ", " + std::to_string(after) + ") at dimension " +
                  std::to_string(margin.dim) + " of input " +
                  shapeText(input.impl()->type.getShape()),
              where);
    require(std::max<int64_t>(1, 1 - before - after), Relation::AtMost, extent,
            "input (extent " + trace::textOf(extent) +
                ") is too small for the padding of dimension " + std::to_string(margin.dim),
            where);
    Value index = positionsOf(extent, margin, reflects, where);
    auto dim = trace.builder.getNamedAttr("dim", trace.builder.getI64IntegerAttr(margin.dim));
    auto rows = trace.checked(where, [&](OpBuilder &b, Location at) {
      return ag::buildRecord(b, at, *ag::lookupRecord("index_select"), {value, index},
                             b.getDictionaryAttr(dim));
    });
    value = rows.front();
  }
  std::string node = std::string(reflects ? "Reflection" : "Replication") + "Pad" +
                     std::to_string(count) + "DBackward0";
  return trace.tensor(trace.append<agt::NewOp>(where, value, trace.builder.getStringAttr(node),
                                               /*contiguous=*/true));
}

/// Written part by part, as PyTorch's _pad_circular does.
Tensor circular(const Tensor &input, ArrayRef<Margin> margins, Where where) {
  Shape result = input.sizes(where);
  for (const Margin &margin : margins) {
    Extent &extent = result[margin.dim];
    require(std::max(margin.before, margin.after), Relation::AtMost, extent,
            "Padding value causes wrapping around more than once.", where);
    require(-(margin.before + margin.after), Relation::AtMost, extent,
            "Negative padding value is resulting in an empty dimension", where);
    extent = extent + Extent(margin.before + margin.after);
  }
  Tensor out = zeros(result, input.dtype(), where), target = out, source = input;
  auto cut = [](int64_t n) { return std::max<int64_t>(n, 0); };
  for (const Margin &margin : margins) {
    Extent from = input.size(margin.dim, where), to = result[margin.dim];
    target = target.slice(margin.dim, cut(margin.before), to - Extent(cut(margin.after)), 1, where);
    source =
        source.slice(margin.dim, cut(-margin.before), from - Extent(cut(-margin.after)), 1, where);
  }
  target.copy_(Operand(source, where), where);
  for (const Margin &margin : llvm::reverse(margins)) {
    Extent to = result[margin.dim], before = cut(margin.before), after = cut(margin.after);
    auto part = [&](const Extent &start, const Extent &length) {
      return out.narrow(margin.dim, start, length, where);
    };
    if (margin.before > 0)
      part(0, before).copy_(Operand(part(to - before - after, before), where), where);
    if (margin.after > 0)
      part(to - after, after).copy_(Operand(part(before, after), where), where);
  }
  return out;
}

} // namespace

Tensor functional::pad(const Operand &input, const IntList &pad, const std::string &mode,
                       std::optional<double> value) {
  Where where = input.where;
  if (!input.object)
    throw Error(where, "pad(): argument 'input' must be Tensor");
  Tensor self(input.object);
  SmallVector<Margin> margins = marginsOf(self, pad, where);
  if (mode == "constant")
    return constant(self, margins, value.value_or(0), where);
  if (value)
    throw Error(where, "Padding mode \"" + mode + "\" doesn't take in value argument");
  if (mode == "circular")
    return circular(self, margins, where);
  if (mode != "reflect" && mode != "replicate")
    throw Error(where, "Unrecognised padding mode " + mode);
  return picked(self, margins, mode == "reflect", where);
}

} // namespace agc
