// Compositions, step by step as PyTorch 2.13's are, so that graphs and rounding agree.
#include "compiler/Trace/Functional.h"
#include "compiler/Analysis/Message.h"
#include "compiler/Trace/Factory.h"
#include "compiler/Trace/Trace.h"
#include "dialect/Record.h"
#include "dialect/Refusals.h"
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

SmallVector<int64_t> numbersOf(const Shape &shape) {
  return llvm::map_to_vector(shape, [](const Extent &extent) {
    return extent.isKnown() ? extent.number : ShapedType::kDynamic;
  });
}

Shape broadcast(const Shape &a, const Shape &b, Where where) {
  if (std::string refusal = ag::refusalOfBroadcast(numbersOf(a), numbersOf(b)); !refusal.empty())
    throw Error(where, refusal);
  const Shape &longer = a.size() >= b.size() ? a : b, &shorter = a.size() >= b.size() ? b : a;
  Shape result = longer;
  size_t added = longer.size() - shorter.size();
  for (size_t i = 0; i < shorter.size(); ++i) {
    Extent &extent = result[added + i];
    bool isOne = extent.isKnown() && extent.number == 1;
    bool otherIsOne = shorter[i].isKnown() && shorter[i].number == 1;
    if (isOne || (!otherIsOne && !extent.isKnown()))
      extent = shorter[i];
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
  return larger && trace.known(self.impl(), where)->layout.isContiguous();
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

/// A dim that a reduction without a neutral element can take.
void checkNotEmpty(const Tensor &self, const char *function, int64_t dim, Where where) {
  if (self.dim() == 0)
    return;
  Extent extent = self.size(dim, where);
  if (extent.isKnown() && extent.number == 0)
    throw Error(where, std::string(function) + "(): Expected reduction dim " +
                           std::to_string(trace::wrapDim(dim, self.dim(), where)) +
                           " to have non-zero size.");
}

/// argmax or argmin.
Tensor positionOf(const char *function, const Operand &self, std::optional<int64_t> dim,
                  bool keepdim) {
  Where where = self.where;
  Tensor x = tensorOf(self, function);
  if (x.dtype() == DType::Bool || categoryOf(x.dtype()) == Category::Complex)
    throw Error(where, std::string(function) + "(): does not support " +
                           (x.dtype() == DType::Bool ? "bool" : "complex") + " input");
  if (dim) {
    checkNotEmpty(x, function, trace::wrapDim(*dim, x.dim(), where), where);
    return trace::callForOne(*ag::lookupRecord(function), where, {self, *dim, keepdim});
  }
  Tensor flat = x.flatten(0, -1, where);
  if (Extent count = flat.size(0, where); count.isKnown() && count.number == 0)
    throw Error(where, std::string(function) + "(): Expected reduction dim to be specified for "
                                               "input.numel() == 0.");
  Operand row(flat, where);
  Tensor found = trace::callForOne(*ag::lookupRecord(function), where, {row, int64_t(0), false});
  return keepdim ? unsafeView(found, Shape(x.dim(), 1), where) : found;
}

/// The extremes along a dim, by the record of that name, and their positions.
Tensors extremesAlong(const char *record, const char *function, const Operand &self, int64_t dim,
                      bool keepdim) {
  Tensor x = tensorOf(self, function);
  if (categoryOf(x.dtype()) == Category::Complex)
    throw Error(self.where, std::string(function) + "(): does not support complex input");
  checkNotEmpty(x, function, trace::wrapDim(dim, x.dim(), self.where), self.where);
  return trace::call(*ag::lookupRecord(record), self.where, {self, dim, keepdim});
}

} // namespace

Tensor div(const Operand &self, const Operand &other, const char *rounding_mode) {
  std::string mode = rounding_mode;
  if (mode == "floor")
    return div_floor(self, other);
  if (mode == "trunc")
    return div_trunc(self, other);
  throw Error(self.where, "div expected rounding_mode to be one of None, 'trunc', or 'floor' but "
                          "found '" +
                              mode + "'");
}

Tensor argmax(const Operand &self, std::optional<int64_t> dim, bool keepdim) {
  return positionOf("argmax", self, dim, keepdim);
}
Tensor argmin(const Operand &self, std::optional<int64_t> dim, bool keepdim) {
  return positionOf("argmin", self, dim, keepdim);
}

Tensors max(const Operand &self, int64_t dim, bool keepdim) {
  return extremesAlong("max_dim", "max", self, dim, keepdim);
}
Tensors min(const Operand &self, int64_t dim, bool keepdim) {
  return extremesAlong("min_dim", "min", self, dim, keepdim);
}

Tensor max(const Operand &self, const Operand &other) { return maximum(self, other); }
Tensor min(const Operand &self, const Operand &other) { return minimum(self, other); }

/// A row times a matrix, whose dim of 1 goes in place.
static Tensor rowProduct(const Tensor &row, const Tensor &matrix, Where where) {
  Trace &trace = Trace::current(where);
  Tensor product = row.unsqueeze(0, where).mm(matrix, where);
  trace.become(Operand(product, where), Operand(product.squeeze(0, where), where), where);
  if (Node *node = trace.known(product.impl(), where)->gradFn)
    node->name = "SqueezeBackward4";
  return product;
}

static void expectDims(const char *name, const Tensor &a, const Tensor &b, Where where) {
  if (a.dim() == 0 || b.dim() == 0)
    throw Error(where, std::string("both arguments to ") + name +
                           " need to be at least 1D, but they are " + std::to_string(a.dim()) +
                           "D and " + std::to_string(b.dim()) + "D");
}

Tensor matmul(const Operand &self, const Operand &other) {
  Where where = self.where;
  Tensor a = tensorOf(self, "matmul"), b = tensorOf(other, "matmul");
  expectDims("matmul", a, b, where);
  if (a.dim() == 1 && b.dim() == 1)
    return a.dot(b, where);
  if (a.dim() == 2 && b.dim() == 1)
    return a.mv(b, where);
  if (a.dim() == 1 && b.dim() == 2)
    return rowProduct(a, b, where);
  if (a.dim() == 2 && b.dim() == 2)
    return a.mm(b, where);
  return foldsBatch(a, b, where) ? foldedMatmul(a, b, where) : batchedMatmul(a, b, where);
}

Tensor pow(const Operand &self, const Tensor &exponent) {
  return pow_tensor(self, Operand(exponent, self.where));
}

Tensor square(const Operand &self) { return pow(self, 2); }

Tensor norm(const Operand &self, double p, const IntList &dim, bool keepdim) {
  return vector_norm(self, dim, p, keepdim);
}

Tensor outer(const Operand &self, const Operand &vec2) {
  Tensor column = tensorOf(self, "outer"), row = tensorOf(vec2, "outer");
  for (auto [name, tensor] : {std::pair("self", column), std::pair("vec2", row)})
    if (tensor.dim() != 1)
      throw Error(self.where, std::string("outer: Expected 1-D argument ") + name + ", but got " +
                                  std::to_string(tensor.dim()) + "-D");
  return mul(Operand(column.reshape({column.size(0, self.where), 1}, self.where), self.where),
             vec2);
}

Tensor stack(const Tensors &tensors, int64_t dim, Where where) {
  if (tensors.empty())
    throw Error(where, "stack expects a non-empty TensorList");
  Trace &trace = Trace::current(where);
  Location loc = trace.location(where);
  dim = trace::wrapDim(dim, tensors[0].dim() + 1, where);
  std::vector<PromotionOperand> seen;
  for (const Tensor &tensor : tensors)
    seen.push_back(
        {tensor.dtype(), tensor.dim() ? PromotionOperand::Dimensioned : PromotionOperand::ZeroDim});
  Type element = trace::elementType(trace.builder.getContext(), *resultType(seen));
  SmallVector<Value> rows;
  for (auto [i, tensor] : llvm::enumerate(tensors)) {
    Value value = trace.read(Operand(tensor, where));
    ArrayRef<int64_t> shape = ag::tensorType(value).getShape();
    if (failed(verifyCompatibleShape(shape, tensors[0].impl()->type.getShape())))
      throw Error(where, "stack expects each tensor to be equal size, but got " +
                             shapeText(tensors[0].impl()->type.getShape()) + " at entry 0 and " +
                             shapeText(shape) + " at entry " + std::to_string(i));
    value = ag::castTo(trace.builder, loc, value, element);
    SmallVector<OpFoldResult> extents = ag::extentsOf(trace.builder, loc, value);
    extents.insert(extents.begin() + dim, trace.builder.getIndexAttr(1));
    rows.push_back(ag::reshape(trace.builder, loc, value, extents));
  }
  Value joined = ag::CatOp::create(trace.builder, loc, rows, dim);
  StringAttr node = trace.builder.getStringAttr("StackBackward0");
  Tensor made = trace.tensor(trace.append<agt::NewOp>(where, joined, node, /*contiguous=*/true));
  return trace.derivedBy(made, "SelectBackward0", where);
}

/// The different slices along a dim: those of a matrix whose rows they are.
static Tensors uniqueAlong(const Tensor &self, int64_t dim, Where where) {
  Shape sizes = self.sizes(where);
  if (sizes.empty())
    throw Error(where,
                "Dimension specified as " + std::to_string(dim) + " but tensor has no dimensions");
  dim = trace::wrapDim(dim, self.dim(), where);
  std::swap(sizes[0], sizes[dim]);
  Shape others(sizes.begin() + 1, sizes.end());
  Extent width = productOf(others);
  if (width.isKnown() && width.number == 0 && !(sizes[0].isKnown() && sizes[0].number == 0))
    throw Error(where,
                "There are 0 sized dimensions, and they aren't selected, so unique cannot be "
                "applied");
  Operand rows(self.transpose(0, dim, where).reshape({sizes[0], width}, where), where);
  Tensors found = trace::call(*ag::lookupRecord("unique"), where, {rows, true});
  Shape values = others;
  values.insert(values.begin(), found[0].size(0, where));
  found[0] = found[0].view(values, where).transpose(0, dim, where).contiguous(where);
  return found;
}

Tensors unique(const Operand &self, bool, bool return_inverse, bool return_counts,
               std::optional<int64_t> dim) {
  Where where = self.where;
  Tensors found = dim ? uniqueAlong(tensorOf(self, "unique"), *dim, where)
                      : trace::call(*ag::lookupRecord("unique"), where, {self, false});
  Tensors results = {found[0]};
  if (return_inverse)
    results.push_back(found[1]);
  if (return_counts)
    results.push_back(found[2]);
  return results;
}

Tensors Tensor::unique(bool sorted, bool return_inverse, bool return_counts,
                       std::optional<int64_t> dim, Where where) const {
  return agc::unique(Operand(*this, where), sorted, return_inverse, return_counts, dim);
}

namespace functional {

Tensor relu6(const Operand &input) { return hardtanh(input, 0, 6); }

static bool isContiguous(const Tensor &tensor, Where where) {
  return Trace::current(where).known(tensor.impl(), where)->layout.isContiguous();
}

/// Whether a bias is a row in memory, which PyTorch adds while it multiplies.
static bool isRow(const Tensor &bias, Where where) {
  auto isOne = [](const Extent &extent) { return extent.isKnown() && extent.number == 1; };
  bool isOneRow = bias.dim() == 1 || llvm::count_if(bias.sizes(where), isOne) == bias.dim() - 1;
  return isOneRow && isContiguous(bias, where);
}

Tensor linear(const Operand &input, const Operand &weight, const Operand &bias) {
  Where where = input.where;
  Tensor x = tensorOf(input, "linear"), matrix = tensorOf(weight, "linear");
  expectDims("linear", x, matrix, where);
  Tensor transposed = matrix.t(where);
  Operand right(transposed, where);
  if (bias.isNone())
    return matmul(input, right);
  if (x.dim() == 2)
    return addmm(bias, input, right);
  if (!isContiguous(x, where) || !isRow(tensorOf(bias, "linear"), where))
    return add_(Operand(matmul(input, right), where), bias);
  Shape shape = x.sizes(where);
  Extent last = shape.back();
  shape.pop_back();
  Tensor rows = x.reshape({productOf(shape), last}, where);
  return addmm(bias, Operand(rows, where), right)
      .view(joined(shape, {transposed.size(1, where)}), where);
}

Tensor one_hot(const Operand &index, int64_t num_classes) {
  if (tensorOf(index, "one_hot").dtype() != i64)
    throw Error(index.where, "one_hot is only applicable to index tensor of type LongTensor.");
  if (num_classes == -1)
    throw Error(index.where, "one_hot: num_classes must be given, since the values are not known");
  return agc::one_hot(index, num_classes);
}

Tensor embedding(const Operand &input, const Operand &weight, std::optional<int64_t> padding_idx) {
  Where where = input.where;
  if (!padding_idx)
    return agc::embedding(weight, input, -1);
  int64_t rows = tensorOf(weight, "embedding").size(0, where).value(where);
  if (*padding_idx < -rows || *padding_idx >= rows)
    throw Error(where, "Padding_idx must be within num_embeddings");
  return agc::embedding(weight, input, *padding_idx + (*padding_idx < 0 ? rows : 0));
}

} // namespace functional
} // namespace agc
