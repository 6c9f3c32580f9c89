// Constants of the trace: each is a leaf without a gradient.
#include "compiler/Trace/Factory.h"
#include "compiler/Trace/Trace.h"
#include "compiler/Trace/Values.h"
#include "dialect/RuleBuilder.h"
#include "mlir/IR/DialectResourceBlobManager.h"

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
                             std::to_string(number) + ": " + trace::shapeText(numbers));
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

Tensor eye(int64_t n, DType dtype, Where where) {
  if (n < 0)
    throw Error(where, "n must be greater or equal to 0, got " + std::to_string(n));
  Trace &trace = Trace::current(where);
  Value row = iota(trace, {n, n}, 0, i64, where), column = iota(trace, {n, n}, 1, i64, where);
  Value equal = ag::map(trace.builder, trace.location(where), "eq", {row, column});
  return leaf(trace,
              ag::castTo(trace.builder, trace.location(where), equal,
                         trace::elementType(trace.builder.getContext(), dtype)),
              where);
}

} // namespace agc
