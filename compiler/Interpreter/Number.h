// One element of a tensor as the interpreter computes with it, and where it came from.
#ifndef AGC_INTERPRETER_NUMBER_H
#define AGC_INTERPRETER_NUMBER_H

#include "mlir/IR/Types.h"
#include <complex>

namespace agc::interp {

struct Entry;

/// A number: exact where bool or integer, f64 or a pair of f64 otherwise. `origin` is the tape's
/// entry that computed it, null where nothing differentiable did; it survives a change of the
/// value, as rounding makes one.
struct Number {
  enum Kind : uint8_t { Bool, Int, Real, Complex };
  Kind kind = Int;
  int64_t integer = 0;              ///< Bool, Int; a ui8 as 0 to 255
  std::complex<double> value = 0.0; ///< Real (without an imaginary part), Complex
  const Entry *origin = nullptr;

  static Number boolean(bool value) { return {Bool, value, 0.0, nullptr}; }
  static Number integral(int64_t value) { return {Int, value, 0.0, nullptr}; }
  static Number real(double value) { return {Real, 0, value, nullptr}; }
  static Number complex(std::complex<double> value) { return {Complex, 0, value, nullptr}; }
  /// A literal of a formula: an integer where it is one, so that it fits every kind of number.
  static Number literal(double value);

  bool isFloating() const { return kind >= Real; }
  /// The number as f64; a complex one's real part.
  double toReal() const { return isFloating() ? value.real() : double(integer); }
  std::complex<double> toComplex() const { return isFloating() ? value : toReal(); }
  bool toBool() const { return isFloating() ? value != 0.0 : integer != 0; }
  /// Truncated towards zero; NaN is 0, what is out of range the nearest bound.
  int64_t toInteger() const;
  /// The same value with no past.
  Number detached() const;
};

/// A number as a value of an element type: rounded to nearest even, wrapped around, truncated or
/// compared with zero, as PyTorch converts. `exact` leaves the digits of floats alone and
/// converts between kinds only.
Number convert(const Number &x, mlir::Type elementType, bool exact = false);

} // namespace agc::interp

#endif // AGC_INTERPRETER_NUMBER_H
