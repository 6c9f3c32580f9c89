// The scalar functions of `eval` expressions: their values, and their derivatives from calculus.
#ifndef AGC_INTERPRETER_STD_H
#define AGC_INTERPRETER_STD_H

#include "compiler/Interpreter/Number.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include <optional>

namespace agc::interp {

/// The functions of dialect/AgStd.td; `_` keeps them apart from C++'s words.
enum class Std : uint8_t {
#define AGC_STD(name, arity) name##_,
#include "dialect/Std.inc"
#undef AGC_STD
};

/// How a result moves with one argument: `d result = holomorphic * dx + conjugate * conj(dx)`.
/// Neither where the argument's movement does not reach it.
struct Partial {
  std::optional<Number> holomorphic, conjugate;
  bool isZero() const { return !holomorphic && !conjugate; }
};

/// The function of that name.
std::optional<Std> lookupStd(llvm::StringRef name);

/// A function's value; recorded on the tape of its arguments, if they have one. Fatal where the
/// function has no meaning for numbers of that kind: a record claims an element type it has not.
Number apply(Std function, llvm::ArrayRef<Number> args);

/// The derivative of `result = function(args)` by the i-th argument, itself differentiable where
/// the arguments are.
Partial partial(Std function, llvm::ArrayRef<Number> args, const Number &result, unsigned i);

/// Whether a function is constant around almost every point, so that nothing need be recorded.
bool isLocallyConstant(Std function);

inline Number operator+(const Number &a, const Number &b) { return apply(Std::add_, {a, b}); }
inline Number operator-(const Number &a, const Number &b) { return apply(Std::sub_, {a, b}); }
inline Number operator*(const Number &a, const Number &b) { return apply(Std::mul_, {a, b}); }
inline Number operator/(const Number &a, const Number &b) { return apply(Std::div_, {a, b}); }
inline Number operator-(const Number &a) { return apply(Std::neg_, {a}); }

} // namespace agc::interp

#endif // AGC_INTERPRETER_STD_H
