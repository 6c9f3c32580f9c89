// Compositions, step by step as PyTorch 2.13's are, so that graphs and rounding agree.
#include "compiler/Trace/Functional.h"
#include "compiler/Trace/Factory.h"
#include "compiler/Trace/Trace.h"
#include "dialect/RuleBuilder.h"
#include "dialect/Shape.h"

using namespace mlir;

namespace agc {
namespace {

using trace::Trace;

Tensor tensorOf(const Operand &operand, const char *function) {
  if (!operand.object)
    throw Error(operand.where, std::string(function) + "(): arguments must be Tensors");
  return Tensor(operand.object);
}

/// A reshape of a fresh result, which PyTorch does not count as a view.
Tensor unsafeView(const Tensor &self, const Shape &shape, Where where) {
  Trace &trace = Trace::current(where);
  SmallVector<OpFoldResult> extents;
  for (const Extent &extent : shape)
    extents.push_back(trace.foldResult(extent, where));
  auto [dims, sizes] = ag::splitExtents(extents);
  Value value = trace.read(Operand(self, where));
  Type type = ag::tensorType(value).clone(dims);
  value = ag::ReshapeOp::create(trace.builder, trace.location(where), type, value, sizes);
  return trace.tensor(trace.append<agt::NewOp>(
      where, value, trace.builder.getStringAttr("UnsafeViewBackward0"), /*contiguous=*/true));
}

Shape batchOf(const Shape &sizes) {
  return Shape(sizes.begin(), sizes.begin() + std::max<int64_t>(int64_t(sizes.size()) - 2, 0));
}

Extent productOf(const Shape &shape) {
  Extent product = 1;
  for (const Extent &extent : shape)
    product = product * extent;
  return product;
}

Shape joined(Shape a, std::initializer_list<Extent> b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

Shape broadcast(const Shape &a, const Shape &b, Where where) {
  const Shape &longer = a.size() >= b.size() ? a : b, &shorter = a.size() >= b.size() ? b : a;
  Shape result = longer;
  size_t added = longer.size() - shorter.size();
  for (size_t i = 0; i < shorter.size(); ++i) {
    Extent &extent = result[added + i];
    bool isOne = extent.isKnown() && extent.number == 1;
    bool otherIsOne = shorter[i].isKnown() && shorter[i].number == 1;
    if (isOne || (!otherIsOne && !extent.isKnown()))
      extent = shorter[i];
    else if (!otherIsOne && shorter[i].isKnown() && extent.number != shorter[i].number)
      throw Error(where, "The size of tensor a (" + std::to_string(extent.number) +
                             ") must match the size of tensor b (" +
                             std::to_string(shorter[i].number) + ") at non-singleton dimension " +
                             std::to_string(added + i));
  }
  return result;
}

/// The matrix products of a batch folded into the rows of one (at::native::_matmul_impl).
Tensor foldedMatmul(const Tensor &self, const Tensor &other, Where where) {
  bool swapped = self.dim() < other.dim();
  Tensor larger = swapped ? other.transpose(-1, -2, where) : self;
  Tensor smaller = !swapped ? other : self.dim() == 2 ? self.t(where) : self;
  Shape shape = larger.sizes(where);
  Extent last = shape.back();
  shape.pop_back();
  Tensor folded = larger.reshape({productOf(shape), last}, where);
  if (smaller.dim() == 1)
    return unsafeView(folded.mv(smaller, where), shape, where);
  Tensor product =
      unsafeView(folded.mm(smaller, where), joined(shape, {smaller.size(1, where)}), where);
  return swapped ? product.transpose(-1, -2, where).contiguous(where) : product;
}

bool foldsBatch(const Tensor &self, const Tensor &other, Where where) {
  bool larger = self.dim() >= other.dim();
  const Tensor &smaller = larger ? other : self;
  if (std::max(self.dim(), other.dim()) < 3 || smaller.dim() > 2)
    return false;
  if (smaller.requires_grad())
    return true;
  Trace &trace = Trace::current(where);
  return larger && trace.known(trace.refOf(self.impl(), where))->layout.isContiguous();
}

Tensor batchedMatmul(const Tensor &self, const Tensor &other, Where where) {
  Shape a = self.sizes(where), b = other.sizes(where);
  bool vectorA = a.size() == 1, vectorB = b.size() == 1;
  Extent rows = vectorA ? Extent(1) : a[a.size() - 2], inner = a.back();
  Extent innerB = vectorB ? b.back() : b[b.size() - 2], columns = vectorB ? Extent(1) : b.back();
  Shape batch = broadcast(batchOf(a), batchOf(b), where);
  Extent count = productOf(batch);
  Tensor left =
      self.expand(joined(batch, {rows, inner}), where).reshape({count, rows, inner}, where);
  Tensor right = vectorB ? other.expand(joined(batch, {innerB}), where)
                               .reshape({count, innerB}, where)
                               .unsqueeze(2, where)
                         : other.expand(joined(batch, {innerB, columns}), where)
                               .reshape({count, innerB, columns}, where);
  Tensor product = left.bmm(right, where);
  Shape result = batch;
  if (!vectorA)
    result.push_back(rows);
  if (!vectorB)
    result.push_back(columns);
  return unsafeView(vectorB ? product.squeeze(-1, where) : product, result, where);
}

} // namespace

Tensor matmul(const Operand &self, const Operand &other) {
  Where where = self.where;
  Tensor a = tensorOf(self, "matmul"), b = tensorOf(other, "matmul");
  if (a.dim() == 0 || b.dim() == 0)
    throw Error(where, "both arguments to matmul need to be at least 1D, but they are " +
                           std::to_string(a.dim()) + "D and " + std::to_string(b.dim()) + "D");
  if (a.dim() == 1 && b.dim() == 1)
    return a.dot(b, where);
  if (a.dim() == 2 && b.dim() == 1)
    return a.mv(b, where);
  if (a.dim() == 1 && b.dim() == 2)
    return a.unsqueeze(0, where).mm(b, where).squeeze(0, where);
  if (a.dim() == 2 && b.dim() == 2)
    return a.mm(b, where);
  return foldsBatch(a, b, where) ? foldedMatmul(a, b, where) : batchedMatmul(a, b, where);
}

Tensor pow(const Operand &self, const Tensor &exponent) {
  return pow_tensor(self, Operand(exponent, self.where));
}

Tensor outer(const Operand &self, const Operand &vec2) {
  Tensor column = tensorOf(self, "outer");
  if (column.dim() != 1 || tensorOf(vec2, "outer").dim() != 1)
    throw Error(self.where, "outer: Expected 1-D arguments");
  return mul(Operand(column.reshape({column.size(0, self.where), 1}, self.where), self.where),
             vec2);
}

Tensor stack(const Tensors &tensors, int64_t dim, Where where) {
  if (tensors.empty())
    throw Error(where, "stack expects a non-empty TensorList");
  Tensors rows;
  for (const Tensor &tensor : tensors)
    rows.push_back(tensor.unsqueeze(dim, where));
  return cat(rows, trace::wrapDim(dim, rows[0].dim(), where), where);
}

namespace functional {

Tensor linear(const Operand &input, const Operand &weight, const Operand &bias) {
  Where where = input.where;
  Tensor x = tensorOf(input, "linear"), transposed = tensorOf(weight, "linear").t(where);
  Operand right(transposed, where);
  if (bias.isNone())
    return matmul(input, right);
  if (x.dim() == 2)
    return addmm(bias, input, right);
  Trace &trace = Trace::current(where);
  if (x.dim() < 2 || !trace.known(trace.refOf(x.impl(), where))->layout.isContiguous())
    return add(Operand(matmul(input, right), where), bias);
  Shape shape = x.sizes(where);
  Extent last = shape.back();
  shape.pop_back();
  Tensor rows = x.reshape({productOf(shape), last}, where);
  return addmm(bias, Operand(rows, where), right)
      .view(joined(shape, {transposed.size(1, where)}), where);
}

Tensor cross_entropy(const Operand &input, const Operand &target, const Operand &weight,
                     const std::string &reduction, int64_t ignore_index) {
  Where where = input.where;
  if (categoryOf(tensorOf(target, "cross_entropy").dtype()) == Category::Float)
    throw Error(where, "cross_entropy: targets that are probabilities are not supported; give "
                       "class indices (int64)");
  int64_t classes = tensorOf(input, "cross_entropy").dim() == 1 ? 0 : 1;
  Tensor logProbabilities = log_softmax(input, classes);
  return nll_loss(Operand(logProbabilities, where), target, weight, reduction, ignore_index);
}

Tensor l1_loss(const Operand &input, const Operand &target, const std::string &reduction) {
  Where where = input.where;
  Tensor loss = sub(input, target).abs(where);
  if (reduction == "none")
    return loss;
  if (reduction != "mean" && reduction != "sum")
    throw Error(where, reduction + " is not a valid value for reduction");
  return reduction == "mean" ? loss.mean({}, false, where) : loss.sum({}, false, where);
}

Tensor one_hot(const Operand &index, int64_t classes) {
  Where where = index.where;
  Tensor column = tensorOf(index, "one_hot").unsqueeze(-1, where);
  Tensor range = arange(classes, i64, where);
  return eq(Operand(column, where), Operand(range, where)).to(i64, where);
}

} // namespace functional
} // namespace agc
