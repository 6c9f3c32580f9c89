// PyTorch's promotion: c10::promoteTypes and the three-level rule of at::native::result_type.
#include "compiler/Trace/DType.h"
#include "compiler/Trace/Error.h"
#include <algorithm>
#include <atomic>
#include <cassert>
#include <iterator>

namespace agc {
namespace {

struct DTypeFacts {
  const char *name, *title, *inCpp, *alias;
  Category category;
  int64_t bytes;
};

// By DType.
constexpr DTypeFacts facts[] = {
    {"bool", "Bool", "bool", "bool", Category::Bool, 1},
    {"uint8", "Byte", "unsigned char", "uint8_t", Category::Int, 1},
    {"int8", "Char", "signed char", "int8_t", Category::Int, 1},
    {"int16", "Short", "short int", "int16_t", Category::Int, 2},
    {"int32", "Int", "int", "int", Category::Int, 4},
    {"int64", "Long", "long int", "int64_t", Category::Int, 8},
    {"float16", "Half", "c10::Half", "c10::Half", Category::Float, 2},
    {"bfloat16", "BFloat16", "c10::BFloat16", "c10::BFloat16", Category::Float, 2},
    {"float32", "Float", "float", "float", Category::Float, 4},
    {"float64", "Double", "double", "double", Category::Float, 8},
    {"complex64", "ComplexFloat", "c10::complex<float>", "c10::complex<float>", Category::Complex,
     8},
    {"complex128", "ComplexDouble", "c10::complex<double>", "c10::complex<double>",
     Category::Complex, 16},
};

const DTypeFacts &factsOf(DType dtype) { return facts[size_t(dtype)]; }

/// The smallest of our complex dtypes that holds a dtype's values.
DType toComplex(DType dtype) {
  return dtype == DType::Float64 || dtype == DType::Complex128 ? DType::Complex128
                                                               : DType::Complex64;
}

/// Promotion where either side may be missing.
std::optional<DType> promote(std::optional<DType> a, std::optional<DType> b) {
  return a && b ? promoteTypes(*a, *b) : a ? a : b;
}

/// A result that may be PyTorch's complex32.
struct Combined {
  std::optional<DType> dtype;
  bool unsupported = false;
};

/// `higher` decides unless `lower` is of a higher category.
Combined combine(std::optional<DType> higher, Combined lower) {
  if (!higher || !lower.dtype || lower.unsupported)
    return {higher ? higher : lower.dtype, lower.unsupported};
  Category high = categoryOf(*higher), low = categoryOf(*lower.dtype);
  if (high == Category::Float && low == Category::Complex)
    return {toComplex(*higher), *higher == DType::Float16};
  if (high >= Category::Float || (high == Category::Int && low <= Category::Int))
    return {higher};
  return {promote(higher, lower.dtype)};
}

} // namespace

Category categoryOf(DType dtype) { return factsOf(dtype).category; }
const char *nameOf(DType dtype) { return factsOf(dtype).name; }
const char *titleOf(DType dtype) { return factsOf(dtype).title; }
const char *cppNameOf(DType dtype) { return factsOf(dtype).inCpp; }
const char *cppAliasOf(DType dtype) { return factsOf(dtype).alias; }
int64_t bytesOf(DType dtype) { return factsOf(dtype).bytes; }

std::optional<DType> dtypeNamed(const std::string &name) {
  auto found = std::find_if(std::begin(facts), std::end(facts),
                            [&](const DTypeFacts &fact) { return fact.name == name; });
  if (found == std::end(facts))
    return std::nullopt;
  return DType(found - std::begin(facts));
}

static std::atomic<DType> defaultFloat = DType::Float32;

DType defaultDType() { return defaultFloat.load(std::memory_order_relaxed); }

DType defaultComplexDType() {
  if (defaultDType() == DType::Float16)
    throw Error({}, "torch.complex32, which Python's complex numbers have where float16 is the "
                    "default dtype, is not in agc");
  return defaultDType() == DType::Float64 ? DType::Complex128 : DType::Complex64;
}

void setDefaultDType(DType dtype) {
  assert(categoryOf(dtype) == Category::Float && "not a default");
  defaultFloat = dtype;
}

DType promoteTypes(DType a, DType b) {
  if (a == b)
    return a;
  if (categoryOf(a) < categoryOf(b))
    std::swap(a, b);
  // a is of the higher category, or of the same one.
  if (categoryOf(a) == Category::Complex)
    return categoryOf(b) < Category::Float || toComplex(b) == DType::Complex64 ? a
                                                                               : DType::Complex128;
  if (categoryOf(a) != categoryOf(b))
    return a;
  // Neither half format holds the other's values, nor does a signed integer an unsigned one of
  // its size.
  if (bytesOf(a) == bytesOf(b))
    return categoryOf(a) == Category::Float ? DType::Float32 : DType::Int16;
  return bytesOf(a) > bytesOf(b) ? a : b;
}

bool canCast(DType from, DType to) {
  Category source = categoryOf(from), target = categoryOf(to);
  if (source == Category::Bool)
    return true;
  return target != Category::Bool && source <= target;
}

std::optional<DType> resultType(const std::vector<PromotionOperand> &operands) {
  std::optional<DType> levels[3];
  for (const PromotionOperand &operand : operands) {
    DType dtype = operand.dtype;
    if (operand.kind == PromotionOperand::Number) {
      if (categoryOf(dtype) == Category::Float)
        dtype = defaultDType();
      if (categoryOf(dtype) == Category::Complex)
        dtype = defaultComplexDType();
    }
    levels[operand.kind] = promote(levels[operand.kind], dtype);
  }
  Combined number{levels[PromotionOperand::Number]};
  Combined result = combine(levels[PromotionOperand::Dimensioned],
                            combine(levels[PromotionOperand::ZeroDim], number));
  return result.unsupported ? std::nullopt : result.dtype;
}

} // namespace agc
