// Element types by PyTorch's names, and PyTorch's type promotion.
#ifndef AGC_COMPILER_TRACE_DTYPE_H
#define AGC_COMPILER_TRACE_DTYPE_H

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace agc {

/// An element type.
enum class DType : uint8_t {
  Bool,
  UInt8,
  Int8,
  Int16,
  Int32,
  Int64,
  Float16,
  BFloat16,
  Float32,
  Float64,
  Complex64,
  Complex128,
};

inline constexpr DType u8 = DType::UInt8, i8 = DType::Int8, i16 = DType::Int16, i32 = DType::Int32,
                       i64 = DType::Int64, f16 = DType::Float16, bf16 = DType::BFloat16,
                       f32 = DType::Float32, f64 = DType::Float64, c64 = DType::Complex64,
                       c128 = DType::Complex128;

/// What PyTorch promotes between: a dtype of a lower category never decides about a higher one.
enum class Category : uint8_t { Bool, Int, Float, Complex };

/// The category of a dtype.
Category categoryOf(DType dtype);

/// PyTorch's name, "float32".
const char *nameOf(DType dtype);

/// The name that PyTorch's error messages use, "Float".
const char *titleOf(DType dtype);

/// The name of its C++ type, which some of them use, "float".
const char *cppNameOf(DType dtype);

/// Whether it is one of the two dtypes of 16 bits that most ops compute in f32.
inline bool isHalf(DType dtype) { return dtype == DType::Float16 || dtype == DType::BFloat16; }

/// The name by which C++ spells its size, which others use, "int64_t".
const char *cppAliasOf(DType dtype);

/// The dtype of that PyTorch name; nothing for an unknown one.
std::optional<DType> dtypeNamed(const std::string &name);

/// Bytes of one element.
int64_t bytesOf(DType dtype);

/// The smallest dtype that both convert to (torch.promote_types).
DType promoteTypes(DType a, DType b);

/// Whether a result of dtype `from` may be stored into a tensor of dtype `to` (torch.can_cast).
bool canCast(DType from, DType to);

/// The dtype that plain floats have, and integers become where a function is of floats
/// (torch.get_default_dtype): float32 unless it was set.
DType defaultDType();

/// The same of plain complex numbers.
DType defaultComplexDType();

/// Sets it for all threads, to a floating point dtype (torch.set_default_dtype).
void setDefaultDType(DType dtype);

/// An operand as promotion sees it.
struct PromotionOperand {
  /// Tensors with dims decide over 0-dim tensors, those over plain numbers, within a category.
  enum Kind : uint8_t { Dimensioned, ZeroDim, Number };
  DType dtype;
  Kind kind;
};

/// The dtype that an op computes in (torch.result_type); nothing where PyTorch says complex32,
/// which agc has not. A plain float is the default dtype.
std::optional<DType> resultType(const std::vector<PromotionOperand> &operands);

} // namespace agc

#endif // AGC_COMPILER_TRACE_DTYPE_H
