// Comparison of tensors by torch.testing's rules, and seeded random inputs.
#include "compiler/Interpreter/Compare.h"
#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>
#include <random>

using namespace mlir;

namespace agc::interp {

Tolerance defaultTolerance(Type elementType) {
  if (auto complex = dyn_cast<ComplexType>(elementType))
    elementType = complex.getElementType();
  if (elementType.isF64())
    return {1e-7, 0};
  if (elementType.isF32())
    return {1.3e-6, 0};
  if (elementType.isF16())
    return {1e-3, 0};
  if (elementType.isBF16())
    return {1.6e-2, 0};
  return {0, 0};
}

static bool agree(double actual, double expected, Tolerance tolerance) {
  if (std::isnan(actual) || std::isnan(expected))
    return std::isnan(actual) && std::isnan(expected);
  if (actual == expected)
    return true;
  return !std::isinf(actual) && !std::isinf(expected) &&
         std::abs(actual - expected) <= tolerance.atol + tolerance.rtol * std::abs(expected);
}

/// Complex numbers agree by their distance, as in torch.testing; by their parts where one of them
/// is not finite.
static bool agree(const Number &actual, const Number &expected, Tolerance tolerance) {
  if (!actual.isFloating() && !expected.isFloating())
    return actual.integer == expected.integer;
  std::complex<double> a = actual.toComplex(), e = expected.toComplex();
  auto isZero = [](double x, double zero) {
    return x == 0 && std::signbit(x) == std::signbit(zero);
  };
  if (tolerance.zeros && ((e.real() == 0 && !isZero(a.real(), e.real())) ||
                          (e.imag() == 0 && !isZero(a.imag(), e.imag()))))
    return false;
  bool finite = std::isfinite(a.real()) && std::isfinite(a.imag()) && std::isfinite(e.real()) &&
                std::isfinite(e.imag());
  if (finite)
    return std::abs(a - e) <= tolerance.atol + tolerance.rtol * std::abs(e);
  return agree(a.real(), e.real(), tolerance) && agree(a.imag(), e.imag(), tolerance);
}

std::optional<std::string> firstDifference(const Tensor &actual, const Tensor &expected,
                                           Tolerance tolerance) {
  std::string text;
  llvm::raw_string_ostream os(text);
  if (actual.shape != expected.shape) {
    os << "shape [";
    llvm::interleaveComma(actual.shape, os);
    os << "], expected [";
    llvm::interleaveComma(expected.shape, os);
    os << ']';
    return text;
  }
  if (actual.elementType != expected.elementType) {
    os << "element type " << actual.elementType << ", expected " << expected.elementType;
    return text;
  }
  for (size_t i = 0; i < actual.data.size(); ++i) {
    if (agree(actual.data[i], expected.data[i], tolerance))
      continue;
    os << "element " << i << " is ";
    printNumber(os, actual.data[i]);
    os << ", expected ";
    printNumber(os, expected.data[i]);
    return text;
  }
  return std::nullopt;
}

Tensor randomTensor(ArrayRef<int64_t> shape, Type elementType, double low, double high,
                    uint64_t seed) {
  std::mt19937_64 random(seed);
  // Not std::uniform_real_distribution, whose values differ between libraries.
  auto draw = [&] { return low + (high - low) * double(random() >> 11) * 0x1p-53; };
  Tensor result = Tensor::filled(shape, elementType);
  for (Number &x : result.data) {
    if (isa<ComplexType>(elementType)) {
      double re = draw(), im = draw();
      x = Number::complex({re, im});
    } else {
      x = Number::real(isa<FloatType>(elementType) ? draw() : std::floor(draw()));
    }
    x = convert(x, elementType);
  }
  return result;
}

/// The shape of an argument: `?` extents of one name are one number, and each name has its own.
static SmallVector<int64_t> drawShape(func::FuncOp function, unsigned i, RankedTensorType type,
                                      int64_t extent, llvm::StringMap<int64_t> &named) {
  SmallVector<int64_t> shape(type.getShape());
  auto names = function.getArgAttrOfType<ArrayAttr>(i, "agc.extents");
  for (auto [dim, size] : llvm::enumerate(shape)) {
    if (!ShapedType::isDynamic(size))
      continue;
    size = extent;
    if (names && dim < names.size())
      if (auto name = dyn_cast<StringAttr>(names[dim]); name && !name.getValue().empty())
        size = named.try_emplace(name.getValue(), extent + int64_t(named.size())).first->second;
  }
  return shape;
}

FailureOr<std::vector<Tensor>> randomInputs(func::FuncOp function, const SampleOptions &options) {
  std::vector<Tensor> inputs;
  llvm::StringMap<int64_t> extents;
  for (BlockArgument argument : function.getArguments()) {
    auto type = dyn_cast<RankedTensorType>(argument.getType());
    unsigned i = argument.getArgNumber();
    if (!type) {
      if (!argument.getType().isIndex())
        return function.emitError() << "cannot draw a value of type " << argument.getType();
      inputs.push_back(Tensor::filled({}, argument.getType(), Number::integral(options.extent)));
      continue;
    }
    Type elementType = type.getElementType();
    bool floating = isa<FloatType, ComplexType>(elementType);
    double low = floating ? options.low : 0, high = floating ? options.high : 4;
    if (auto range = function.getArgAttrOfType<ArrayAttr>(i, "agc.sample")) {
      if (range.size() != 2 || !llvm::all_of(range, llvm::IsaPred<FloatAttr>))
        return function.emitError("agc.sample takes two numbers, low and high");
      low = cast<FloatAttr>(range[0]).getValueAsDouble();
      high = cast<FloatAttr>(range[1]).getValueAsDouble();
    }
    if (elementType.isInteger(1)) // false and true
      low = 0, high = 2;
    SmallVector<int64_t> shape = drawShape(function, i, type, options.extent, extents);
    inputs.push_back(randomTensor(shape, elementType, low, high, options.seed * 7919 + i));
  }
  return inputs;
}

} // namespace agc::interp
