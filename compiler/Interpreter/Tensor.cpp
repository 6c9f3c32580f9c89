// Tensors of numbers: conversion from and to attributes, indexing, printing.
#include "compiler/Interpreter/Tensor.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>

using namespace mlir;

namespace agc::interp {

static int64_t countOf(ArrayRef<int64_t> shape) {
  int64_t count = 1;
  for (int64_t extent : shape)
    count *= extent;
  return count;
}

Tensor Tensor::filled(ArrayRef<int64_t> shape, Type elementType, const Number &value) {
  return {SmallVector<int64_t>(shape), elementType, std::vector<Number>(countOf(shape), value)};
}

FailureOr<Tensor> Tensor::fromAttr(ElementsAttr attr) {
  auto type = cast<ShapedType>(attr.getType());
  Tensor result = filled(type.getShape(), type.getElementType());
  auto dense = dyn_cast<DenseElementsAttr>(attr);
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(attr)) {
    AsmResourceBlob *blob = resource.getRawHandle().getBlob();
    bool isSplat = false;
    if (!blob || !DenseElementsAttr::isValidRawBuffer(type, blob->getData(), isSplat))
      return failure();
    dense = DenseElementsAttr::getFromRawBuffer(type, blob->getData());
  }
  if (!dense)
    return failure();
  auto fill = [&](auto values, auto number) {
    for (auto [x, value] : llvm::zip(result.data, values))
      x = number(value);
  };
  auto toDouble = [](APFloat value) {
    bool losesInfo;
    value.convert(APFloat::IEEEdouble(), APFloat::rmNearestTiesToEven, &losesInfo);
    return value.convertToDouble();
  };
  if (type.getElementType().isInteger(1))
    fill(dense.getValues<bool>(), [](bool x) { return Number::boolean(x); });
  else if (type.getElementType().isUnsignedInteger())
    fill(dense.getValues<APInt>(), [](APInt x) { return Number::integral(x.getZExtValue()); });
  else if (isa<IntegerType>(type.getElementType()))
    fill(dense.getValues<APInt>(), [](APInt x) { return Number::integral(x.getSExtValue()); });
  else if (isa<FloatType>(type.getElementType()))
    fill(dense.getValues<APFloat>(), [&](APFloat x) { return Number::real(toDouble(x)); });
  else
    fill(dense.getValues<std::complex<APFloat>>(), [&](std::complex<APFloat> x) {
      return Number::complex({toDouble(x.real()), toDouble(x.imag())});
    });
  return result;
}

DenseElementsAttr Tensor::toAttr() const {
  auto type = RankedTensorType::get(shape, elementType);
  Builder b(elementType.getContext());
  if (auto complex = dyn_cast<ComplexType>(elementType)) {
    auto part = [&](double x) { return b.getFloatAttr(complex.getElementType(), x).getValue(); };
    SmallVector<std::complex<APFloat>> values;
    for (const Number &x : data)
      values.emplace_back(part(x.toComplex().real()), part(x.toComplex().imag()));
    return DenseElementsAttr::get(type, values);
  }
  SmallVector<Attribute> values;
  for (const Number &x : data)
    values.push_back(isa<FloatType>(elementType)
                         ? Attribute(b.getFloatAttr(elementType, x.toReal()))
                         : Attribute(b.getIntegerAttr(elementType, x.integer)));
  return DenseElementsAttr::get(type, values);
}

int64_t Tensor::broadcastPosition(ArrayRef<int64_t> index) const {
  int64_t position = 0;
  ArrayRef<int64_t> own = index.take_back(shape.size());
  for (auto [i, extent] : llvm::zip(own, shape))
    position = position * extent + (extent == 1 ? 0 : i);
  return position;
}

void forEachIndex(ArrayRef<int64_t> shape, function_ref<void(ArrayRef<int64_t>)> visit) {
  int64_t count = countOf(shape);
  SmallVector<int64_t> index(shape.size());
  for (int64_t n = 0; n < count; ++n) {
    visit(index);
    for (size_t i = shape.size(); i-- > 0 && ++index[i] == shape[i];)
      index[i] = 0;
  }
}

static void printReal(llvm::raw_ostream &os, double x) {
  if (std::isnan(x))
    os << "nan"; // whatever its sign
  else
    os << llvm::format("%.9g", x);
}

void printNumber(llvm::raw_ostream &os, const Number &x) {
  switch (x.kind) {
  case Number::Bool:
    os << (x.integer ? "true" : "false");
    return;
  case Number::Int:
    os << x.integer;
    return;
  case Number::Real:
    return printReal(os, x.value.real());
  case Number::Complex:
    os << '(';
    printReal(os, x.value.real());
    os << ", ";
    printReal(os, x.value.imag());
    os << ')';
  }
}

/// The part of a tensor below one index of its first `depth` dims.
static void printPart(llvm::raw_ostream &os, const Tensor &t, int64_t depth, int64_t position) {
  if (depth == t.rank())
    return printNumber(os, t.data[position]);
  os << '[';
  for (int64_t i = 0; i < t.shape[depth]; ++i) {
    if (i)
      os << ", ";
    printPart(os, t, depth + 1, position * t.shape[depth] + i);
  }
  os << ']';
}

void Tensor::print(llvm::raw_ostream &os) const { printPart(os, *this, 0, 0); }

} // namespace agc::interp
