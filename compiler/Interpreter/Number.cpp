// Conversion of numbers between element types.
#include "compiler/Interpreter/Number.h"
#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/APFloat.h"
#include <cmath>
#include <limits>

using namespace mlir;

namespace agc::interp {

Number Number::literal(double value) {
  bool integral = std::abs(value) < 0x1p63 && value == std::trunc(value);
  return integral && !(value == 0 && std::signbit(value)) ? Number::integral(int64_t(value))
                                                          : Number::real(value);
}

int64_t Number::toInteger() const {
  if (!isFloating())
    return integer;
  double x = value.real();
  if (std::isnan(x))
    return 0;
  if (std::abs(x) >= 0x1p63)
    return x < 0 ? std::numeric_limits<int64_t>::min() : std::numeric_limits<int64_t>::max();
  return int64_t(x);
}

Number Number::detached() const {
  Number result = *this;
  result.origin = nullptr;
  return result;
}

/// Rounds an f64 to a float type, once, to nearest even.
static double roundTo(double x, FloatType type) {
  if (type.isF64())
    return x;
  llvm::APFloat value(x);
  bool losesInfo;
  value.convert(type.getFloatSemantics(), llvm::APFloat::rmNearestTiesToEven, &losesInfo);
  return value.convertToDouble();
}

static int64_t wrap(int64_t x, IntegerType type) {
  unsigned unused = 64 - type.getWidth();
  if (type.isUnsigned())
    return int64_t(uint64_t(x) << unused >> unused);
  return int64_t(uint64_t(x) << unused) >> unused;
}

Number convert(const Number &x, Type type, bool exact) {
  Number result;
  if (auto complex = dyn_cast<ComplexType>(type)) {
    auto part = cast<FloatType>(complex.getElementType());
    std::complex<double> value = x.toComplex();
    result = Number::complex(
        exact ? value
              : std::complex<double>(roundTo(value.real(), part), roundTo(value.imag(), part)));
  } else if (auto real = dyn_cast<FloatType>(type)) {
    result = Number::real(exact ? x.toReal() : roundTo(x.toReal(), real));
  } else if (type.isInteger(1)) {
    return Number::boolean(x.toBool());
  } else if (auto integer = dyn_cast<IntegerType>(type)) {
    return Number::integral(wrap(x.toInteger(), integer));
  } else {
    return Number::integral(x.toInteger()); // index
  }
  result.origin = x.origin;
  return result;
}

} // namespace agc::interp
