// Constants of the trace: each is a leaf without a gradient.
#include "compiler/Trace/Factory.h"
#include "compiler/Analysis/Message.h"
#include "compiler/Trace/Trace.h"
#include "compiler/Trace/Values.h"
#include "dialect/RuleBuilder.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "llvm/Support/MathExtras.h"
#include <cmath>
#include <sstream>

using namespace mlir;

namespace agc {

using trace::Trace;

Values::Values(DType dtype, std::vector<int64_t> shape, const char *data, size_t size, Where where)
    : dtype(dtype), shape(std::move(shape)), bytes(data, data + size) {
  int64_t expected = bytesOf(dtype);
  for (int64_t extent : this->shape)
    expected *= extent;
  if (int64_t(size) != expected)
    throw Error(where, "a tensor of dtype " + std::string(nameOf(dtype)) + " and that shape has " +
                           std::to_string(expected) + " bytes, got " + std::to_string(size));
}

Values Values::zeros(DType dtype, std::vector<int64_t> shape) {
  int64_t size = bytesOf(dtype);
  for (int64_t extent : shape)
    size *= extent;
  std::vector<char> bytes(size);
  return Values(dtype, std::move(shape), bytes.data(), bytes.size());
}

/// More bytes than this are a resource of the module, not text.
static constexpr size_t resourceBytes = 256;

ElementsAttr trace::elementsOf(MLIRContext *context, const Values &values, StringRef name) {
  auto type = RankedTensorType::get(values.shape, elementType(context, values.dtype));
  bool uniform = llvm::all_of(values.bytes, [](char byte) { return byte == 0; });
  if (uniform && !values.bytes.empty()) {
    ArrayRef<char> one(values.bytes.data(), bytesOf(values.dtype));
    return DenseElementsAttr::getFromRawBuffer(type, one);
  }
  if (values.dtype == DType::Bool) {
    SmallVector<bool> flags(llvm::map_range(values.bytes, [](char byte) { return byte != 0; }));
    return DenseElementsAttr::get(type, flags);
  }
  if (values.bytes.size() <= resourceBytes)
    return DenseElementsAttr::getFromRawBuffer(type, values.bytes);
  return DenseResourceElementsAttr::get(
      type, name, HeapAsmResourceBlob::allocateAndCopyWithAlign(values.bytes, 64));
}

/// The object of a value that no op of the program made.
static Tensor leaf(Trace &trace, Value value, Where where) {
  return trace.tensor(trace.append<agt::LeafOp>(where, value, false, StringAttr()));
}

Tensor tensor(const Values &values, Where where) {
  Trace &trace = Trace::current(where);
  ElementsAttr elements = trace::elementsOf(trace.builder.getContext(), values, "constant");
  return leaf(trace, ag::ConstantOp::create(trace.builder, trace.location(where), elements), where);
}

Tensor tensor(Scalar value, std::optional<DType> dtype, Where where) {
  Trace &trace = Trace::current(where);
  DType natural = value.dtype == DType::Float64      ? defaultDType()
                  : value.dtype == DType::Complex128 ? defaultComplexDType()
                                                     : value.dtype;
  return leaf(
      trace,
      trace::constantOf(trace.builder, trace.location(where), value, dtype.value_or(natural)),
      where);
}

/// The extents of a new tensor.
static SmallVector<OpFoldResult> extentsOf(Trace &trace, const Shape &shape, Where where) {
  SmallVector<OpFoldResult> extents;
  SmallVector<int64_t> numbers;
  for (const Extent &extent : shape)
    numbers.push_back(extent.isKnown() ? extent.number : ShapedType::kDynamic);
  for (auto [extent, number] : llvm::zip(shape, numbers)) {
    if (number < 0 && !ShapedType::isDynamic(number))
      throw Error(where, "Trying to create tensor with negative dimension " +
                             std::to_string(number) + ": " + shapeText(numbers));
    extents.push_back(trace.foldResult(extent, where));
  }
  return extents;
}

Tensor full(const Shape &shape, Scalar value, DType dtype, Where where) {
  Trace &trace = Trace::current(where);
  Location loc = trace.location(where);
  SmallVector<OpFoldResult> extents = extentsOf(trace, shape, where);
  trace::checkFills(value, dtype, shape, where);
  Value scalar = trace::constantOf(trace.builder, loc, value, dtype);
  return leaf(trace, ag::expand(trace.builder, loc, scalar, extents), where);
}

Tensor zeros(const Shape &shape, DType dtype, Where where) { return full(shape, 0, dtype, where); }
Tensor ones(const Shape &shape, DType dtype, Where where) { return full(shape, 1, dtype, where); }

Tensor full_like(const Tensor &self, Scalar value, Where where) {
  return full(self.sizes(where), value, self.dtype(), where);
}
Tensor zeros_like(const Tensor &self, Where where) { return full_like(self, 0, where); }
Tensor ones_like(const Tensor &self, Where where) { return full_like(self, 1, where); }

/// The index along `dim` of a shape, in a dtype.
static Value iota(Trace &trace, const Shape &shape, int64_t dim, DType dtype, Where where) {
  SmallVector<OpFoldResult> extents = extentsOf(trace, shape, where);
  auto [dims, sizes] = ag::splitExtents(extents);
  Location loc = trace.location(where);
  Type type = RankedTensorType::get(dims, trace.builder.getI64Type());
  Value index = ag::IotaOp::create(trace.builder, loc, type, dim, sizes);
  return ag::castTo(trace.builder, loc, index,
                    trace::elementType(trace.builder.getContext(), dtype));
}

Tensor arange(const Extent &end, DType dtype, Where where) {
  Trace &trace = Trace::current(where);
  return leaf(trace, iota(trace, {end}, 0, dtype, where), where);
}

Tensor arange(Scalar start, Scalar end, Scalar step, std::optional<DType> dtype, Where where) {
  Category category = Category::Int;
  for (const Scalar &number : {start, end, step})
    category = std::max(category, categoryOf(number.dtype));
  DType kind = dtype.value_or(category == Category::Int ? i64 : defaultDType());
  if (category == Category::Complex || categoryOf(kind) == Category::Complex)
    throw Error(where, "\"arange_cpu\" not implemented for 'ComplexFloat'");
  double first = start.value.real(), last = end.value.real(), by = step.value.real();
  if (!std::isfinite(first) || !std::isfinite(last)) {
    std::ostringstream range;
    range << "unsupported range: " << first << " -> " << last;
    throw Error(where, range.str());
  }
  if (by == 0)
    throw Error(where, "step must be nonzero");
  if ((last - first) * by < 0)
    throw Error(where, "upper bound and lower bound inconsistent with step sign");
  bool whole = category == Category::Int;
  double real = std::ceil((last - first) / by);
  if (!(real < 0x1p63))
    throw Error(where, "invalid size, possible overflow?");
  int64_t count =
      whole ? llvm::divideCeilSigned(end.integer - start.integer, step.integer) : int64_t(real);
  Tensor numbers = arange(Extent(count), whole ? i64 : f64, where);
  numbers = add(mul(Operand(numbers, where), Operand(step, where)), Operand(start, where));
  return numbers.to(kind, where);
}

Tensor linspace(Scalar start, Scalar end, int64_t steps, DType dtype, Where where) {
  if (dtype == DType::Bool)
    throw Error(where, "\"linspace_cpu\" not implemented for 'Bool'");
  if (steps < 0)
    throw Error(where, "number of steps must be non-negative");
  // Of integers PyTorch takes the ends as integers, and cuts what lies between them.
  bool whole = categoryOf(dtype) <= Category::Int;
  DType kind = whole ? f64 : dtype;
  auto endOf = [&](const Scalar &number) {
    return full({}, whole ? Scalar(std::trunc(number.value.real())) : number, kind, where);
  };
  auto of = [&](const Tensor &tensor) { return Operand(tensor, where); };
  Tensor first = endOf(start), last = endOf(end), count = arange(steps, i64, where);
  if (steps < 2)
    return first.expand({steps}, where).clone(where).to(dtype, where);
  // From the nearer end, as PyTorch counts.
  Tensor step = last.sub(of(first), 1, where).div(Operand(steps - 1, where), where);
  Tensor i = count.to(kind, where), left = i.neg(where).add(Operand(steps - 1, where), 1, where);
  Tensor up = i.mul(of(step), where).add(of(first), 1, where);
  Tensor down = last.sub(of(left.mul(of(step), where)), 1, where);
  Tensor isUp = count.lt(Operand(steps / 2, where), where);
  return agc::where(of(isUp), of(up), of(down)).to(dtype, where);
}

Tensor eye(int64_t n, DType dtype, Where where) { return eye(n, n, dtype, where); }

Tensor eye(int64_t n, int64_t m, DType dtype, Where where) {
  for (auto [name, extent] : {std::pair("n", n), std::pair("m", m)})
    if (extent < 0)
      throw Error(where, std::string(name) + " must be greater or equal to 0, got " +
                             std::to_string(extent));
  Trace &trace = Trace::current(where);
  Value row = iota(trace, {n, m}, 0, i64, where), column = iota(trace, {n, m}, 1, i64, where);
  Value equal = ag::map(trace.builder, trace.location(where), "eq", {row, column});
  return leaf(trace,
              ag::castTo(trace.builder, trace.location(where), equal,
                         trace::elementType(trace.builder.getContext(), dtype)),
              where);
}

} // namespace agc
