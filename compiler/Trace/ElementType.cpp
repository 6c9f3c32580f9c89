// Dtypes as MLIR's element types, and numbers of them.
#include "compiler/Trace/Trace.h"
#include "dialect/AgDialect.h"
#include <cmath>
#include <limits>

using namespace mlir;

namespace agc::trace {

Type elementType(MLIRContext *context, DType dtype) {
  Builder b(context);
  switch (dtype) {
  case DType::Bool:
    return b.getI1Type();
  case DType::UInt8:
    return b.getIntegerType(8, /*isSigned=*/false);
  case DType::Int8:
  case DType::Int16:
  case DType::Int32:
  case DType::Int64:
    return b.getIntegerType(8 * bytesOf(dtype));
  case DType::Float16:
    return b.getF16Type();
  case DType::BFloat16:
    return b.getBF16Type();
  case DType::Float32:
    return b.getF32Type();
  case DType::Float64:
    return b.getF64Type();
  case DType::Complex64:
    return ComplexType::get(b.getF32Type());
  case DType::Complex128:
    return ComplexType::get(b.getF64Type());
  }
  llvm_unreachable("all dtypes are covered");
}

DType dtypeOf(Type type) {
  if (auto integer = dyn_cast<IntegerType>(type)) {
    if (integer.isUnsigned())
      return DType::UInt8;
    switch (integer.getWidth()) {
    case 1:
      return DType::Bool;
    case 8:
      return DType::Int8;
    case 16:
      return DType::Int16;
    case 32:
      return DType::Int32;
    default:
      return DType::Int64;
    }
  }
  if (auto complex = dyn_cast<ComplexType>(type))
    return complex.getElementType().isF32() ? DType::Complex64 : DType::Complex128;
  return type.isF16()    ? DType::Float16
         : type.isBF16() ? DType::BFloat16
         : type.isF32()  ? DType::Float32
                         : DType::Float64;
}

/// Whether an integer is one of so many bits; of an unsigned dtype a negative one counts from
/// above.
static bool holds(const Scalar &scalar, unsigned bits, bool isUnsigned) {
  double bound = std::ldexp(1.0, isUnsigned ? bits : bits - 1);
  if (categoryOf(scalar.dtype) >= Category::Float)
    return scalar.value.real() < bound &&
           (isUnsigned ? scalar.value.real() > -1
                       : scalar.value.real() >= -bound || scalar.value.real() > -bound - 1);
  if (bits == 64)
    return true;
  return isUnsigned ? std::abs(double(scalar.integer)) < bound
                    : double(scalar.integer) >= -bound && double(scalar.integer) < bound;
}

/// Whether a part of a number is one of a float dtype, or infinite, or none.
static bool holds(double part, DType dtype) {
  double greatest = dtype == DType::Float16    ? 65504
                    : dtype == DType::BFloat16 ? 0x1.FEp127
                                               : double(std::numeric_limits<float>::max());
  bool isDouble = dtype == DType::Float64 || dtype == DType::Complex128;
  return isDouble || !std::isfinite(part) || std::abs(part) <= greatest;
}

void checkHolds(const Scalar &scalar, DType dtype, Where where) {
  Category category = categoryOf(dtype);
  bool fits = category == Category::Complex || dtype == DType::Bool || scalar.value.imag() == 0;
  if (fits && category == Category::Int)
    fits = holds(scalar, 8 * bytesOf(dtype), dtype == DType::UInt8);
  else if (fits && category >= Category::Float)
    fits = holds(scalar.value.real(), dtype) && holds(scalar.value.imag(), dtype);
  if (!fits)
    throw Error(where, std::string("value cannot be converted to type ") + cppAliasOf(dtype) +
                           " without overflow");
}

void checkFills(const Scalar &scalar, DType dtype, const Shape &shape, Where where) {
  auto isOne = [](const Extent &extent) { return extent.isKnown() && extent.number == 1; };
  if (!isHalf(dtype) || !llvm::all_of(shape, isOne))
    checkHolds(scalar, dtype, where);
}

Value constantOf(OpBuilder &b, Location loc, const Scalar &scalar, DType dtype) {
  auto type = RankedTensorType::get({}, elementType(b.getContext(), dtype));
  Type element = type.getElementType();
  DenseElementsAttr value;
  if (auto complex = dyn_cast<ComplexType>(element)) {
    auto part = [&](double x) { return b.getFloatAttr(complex.getElementType(), x).getValue(); };
    std::complex<APFloat> number(part(scalar.value.real()), part(scalar.value.imag()));
    value = DenseElementsAttr::get(type, number);
  } else if (isa<FloatType>(element)) {
    value = DenseElementsAttr::get(type, b.getFloatAttr(element, scalar.value.real()).getValue());
  } else {
    bool fractional = categoryOf(scalar.dtype) >= Category::Float;
    int64_t number = fractional ? int64_t(scalar.value.real()) : scalar.integer;
    if (dtype == DType::Bool)
      number = fractional ? scalar.value != 0.0 : scalar.integer != 0;
    value = DenseElementsAttr::get(
        type, APInt(element.getIntOrFloatBitWidth(), uint64_t(number), false, true));
  }
  return ag::ConstantOp::create(b, loc, value);
}

} // namespace agc::trace
