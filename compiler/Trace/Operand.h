// What calls of the surface take: tensors and plain numbers with the line of the call, and lists.
#ifndef AGC_COMPILER_TRACE_OPERAND_H
#define AGC_COMPILER_TRACE_OPERAND_H

#include "compiler/Trace/DType.h"
#include "compiler/Trace/Error.h"
#include <complex>
#include <initializer_list>
#include <memory>
#include <type_traits>
#include <variant>

namespace agc {

class Tensor;
using Tensors = std::vector<Tensor>;

namespace trace {
struct Object;
struct Index;
} // namespace trace

/// A plain number, with the category that promotion gives it.
struct Scalar {
  DType dtype; ///< Bool, Int64, Float64 or Complex128
  std::complex<double> value;
  int64_t integer = 0; ///< exact, of a bool or an integer

  template <typename T, typename = std::enable_if_t<std::is_arithmetic_v<T>>>
  Scalar(T value)
      : dtype(std::is_same_v<T, bool> ? DType::Bool
              : std::is_integral_v<T> ? DType::Int64
                                      : DType::Float64),
        value(double(value)), integer(std::is_integral_v<T> ? int64_t(value) : 0) {}
  Scalar(std::complex<double> value) : dtype(DType::Complex128), value(value) {}
};

/// A tensor or a plain number, or nothing, as an argument; it knows the line of the call.
struct Operand {
  std::shared_ptr<trace::Object> object; ///< null where it is no tensor
  std::optional<Scalar> scalar;
  Where where;

  Operand(Where where = {}) : where(where) {}
  Operand(const Tensor &tensor, Where where = {});
  template <typename T, typename = std::enable_if_t<std::is_convertible_v<T, Scalar>>>
  Operand(T number, Where where = {}) : scalar(number), where(where) {}

  /// Whether it is an absent optional argument.
  bool isNone() const { return !object && !scalar; }
};

/// A position along the first dim, with the line of the call: an operator has no place for it.
struct Position {
  int64_t number;
  Where where;

  template <typename T, typename = std::enable_if_t<std::is_integral_v<T>>>
  Position(T number, Where where = {}) : number(int64_t(number)), where(where) {}
};

/// Dims and the like: a list of integers, or one.
struct IntList : std::vector<int64_t> {
  IntList() = default;
  IntList(std::initializer_list<int64_t> values) : vector(values) {}
  IntList(std::vector<int64_t> values) : vector(std::move(values)) {}
  template <typename T, typename = std::enable_if_t<std::is_integral_v<T>>>
  IntList(T value) : vector{int64_t(value)} {}
};

/// An extent of a shape: a number, or what is known only when the emitted function is called.
class Extent {
public:
  template <typename T, typename = std::enable_if_t<std::is_integral_v<T>>>
  Extent(T value) : number(int64_t(value)) {}
  explicit Extent(std::shared_ptr<trace::Index> index) : index(std::move(index)) {}

  /// Whether it is a number.
  bool isKnown() const { return !index; }
  /// The number; an Error where it is unknown.
  int64_t value(Where where = {}) const;

  int64_t number = 0;
  std::shared_ptr<trace::Index> index; ///< null for a number
};
using Shape = std::vector<Extent>;

/// Extents of one trace are computed with; an unknown operand makes the result unknown.
Extent operator+(const Extent &a, const Extent &b);
Extent operator-(const Extent &a, const Extent &b);
Extent operator*(const Extent &a, const Extent &b);
/// The quotient, rounded down; by none that is unknown and 0, the extent itself.
Extent operator/(const Extent &a, const Extent &b);
Extent lesser(const Extent &a, const Extent &b);
Extent greater(const Extent &a, const Extent &b);

} // namespace agc

#endif // AGC_COMPILER_TRACE_OPERAND_H
