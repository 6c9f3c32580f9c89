// Values of the scalar functions, for each kind of number that a function has a meaning for.
#include "compiler/Interpreter/StdValues.h"
#include "llvm/Support/ErrorHandling.h"
#include <algorithm>
#include <cmath>

namespace agc::interp {

void noMeaning(const char *function, const Number &x) {
  static constexpr const char *kinds[] = {"bool", "integer", "real", "complex"};
  llvm::report_fatal_error(llvm::Twine("std.") + function + " has no meaning for " + kinds[x.kind] +
                           " numbers");
}

namespace {

/// The least kind that holds both; an operation on bools is one on integers.
Number::Kind common(const Number &a, const Number &b) {
  return std::max({a.kind, b.kind, Number::Int});
}

uint64_t bits(const Number &x) { return uint64_t(x.integer); }

Number integral(uint64_t x) { return Number::integral(int64_t(x)); }

/// A function of real and of complex numbers; an integer counts as real.
template <typename F> Number elementary(const Number &x, F f) {
  return x.kind == Number::Complex ? Number::complex(f(x.value)) : Number::real(f(x.toReal()));
}

/// A function of real numbers only.
template <typename F> Number realOnly(const char *name, const Number &x, F f) {
  if (x.kind == Number::Complex)
    noMeaning(name, x);
  return Number::real(f(x.toReal()));
}

template <typename F> Number realOnly(const char *name, Args a, F f) {
  for (const Number &x : a)
    if (x.kind == Number::Complex)
      noMeaning(name, x);
  return Number::real(f(a[0].toReal(), a[1].toReal()));
}

/// A function that integers are their own value of.
template <typename F> Number integerPart(const char *name, const Number &x, F f) {
  return x.isFloating() ? realOnly(name, x, f) : x;
}

/// An order relation: exact between integers.
template <typename F> Number compare(const char *name, Args a, F f) {
  switch (common(a[0], a[1])) {
  case Number::Complex:
    noMeaning(name, a[0].kind == Number::Complex ? a[0] : a[1]);
  case Number::Real:
    return Number::boolean(f(a[0].toReal(), a[1].toReal()));
  default:
    return Number::boolean(f(a[0].integer, a[1].integer));
  }
}

bool equal(const Number &a, const Number &b) {
  switch (common(a, b)) {
  case Number::Complex:
    return a.toComplex() == b.toComplex();
  case Number::Real:
    return a.toReal() == b.toReal();
  default:
    return a.integer == b.integer;
  }
}

/// An operation on bits; between bools it is the logical one.
template <typename F> Number bitwise(const char *name, Args a, F f) {
  for (const Number &x : a)
    if (x.isFloating())
      noMeaning(name, x);
  bool bools = a[0].kind == Number::Bool && a[1].kind == Number::Bool;
  uint64_t result = f(bits(a[0]), bits(a[1]));
  return bools ? Number::boolean(result & 1) : integral(result);
}

} // namespace

// ---------------------------------------------------------------- arithmetic

Number value_add(Args a) {
  switch (common(a[0], a[1])) {
  case Number::Complex:
    return Number::complex(a[0].toComplex() + a[1].toComplex());
  case Number::Real:
    return Number::real(a[0].toReal() + a[1].toReal());
  default:
    return integral(bits(a[0]) + bits(a[1]));
  }
}

Number value_sub(Args a) {
  switch (common(a[0], a[1])) {
  case Number::Complex:
    return Number::complex(a[0].toComplex() - a[1].toComplex());
  case Number::Real:
    return Number::real(a[0].toReal() - a[1].toReal());
  default:
    return integral(bits(a[0]) - bits(a[1]));
  }
}

/// By the formula alone, as PyTorch and compiled code multiply: std::complex makes infinities of
/// some of its NaN.
static std::complex<double> product(std::complex<double> a, std::complex<double> b) {
  return {a.real() * b.real() - a.imag() * b.imag(), a.real() * b.imag() + a.imag() * b.real()};
}

Number value_scale(Args a) {
  if (a[1].kind != Number::Complex)
    return value_mul(a);
  return Number::complex(product({a[0].toReal(), 0}, a[1].value));
}

Number value_mul(Args a) {
  switch (common(a[0], a[1])) {
  case Number::Complex:
    // A real factor scales: it makes no NaN of an infinite part times a zero one.
    if (a[0].kind != Number::Complex)
      return Number::complex(a[0].toReal() * a[1].value);
    if (a[1].kind != Number::Complex)
      return Number::complex(a[0].value * a[1].toReal());
    return Number::complex(product(a[0].value, a[1].value));
  case Number::Real:
    return Number::real(a[0].toReal() * a[1].toReal());
  default:
    return integral(bits(a[0]) * bits(a[1]));
  }
}

/// As PyTorch and compiled code divide (Ag_ComplexQuotient).
static std::complex<double> quotient(std::complex<double> x, std::complex<double> y) {
  double a = x.real(), b = x.imag(), c = y.real(), d = y.imag();
  if (c == 0 && d == 0)
    return {a * INFINITY, b * INFINITY};
  bool isWide = std::abs(c) >= std::abs(d);
  double ratio = isWide ? d / c : c / d, scale = 1 / (isWide ? c + d * ratio : c * ratio + d);
  if (isWide)
    return {(a + b * ratio) * scale, (b - a * ratio) * scale};
  return {(a * ratio + b) * scale, (b * ratio - a) * scale};
}

/// True division: integers become real.
Number value_div(Args a) {
  if (common(a[0], a[1]) != Number::Complex)
    return Number::real(a[0].toReal() / a[1].toReal());
  if (a[1].kind != Number::Complex)
    return Number::complex(a[0].value / a[1].toReal());
  return Number::complex(quotient(a[0].toComplex(), a[1].value));
}

Number value_neg(Args a) {
  if (!a[0].isFloating())
    return integral(-bits(a[0]));
  return a[0].kind == Number::Complex ? Number::complex(-a[0].value) : Number::real(-a[0].toReal());
}

Number value_eq(Args a) { return Number::boolean(equal(a[0], a[1])); }
Number value_ne(Args a) { return Number::boolean(!equal(a[0], a[1])); }
Number value_lt(Args a) {
  return compare("lt", a, [](auto x, auto y) { return x < y; });
}
Number value_le(Args a) {
  return compare("le", a, [](auto x, auto y) { return x <= y; });
}
Number value_gt(Args a) {
  return compare("gt", a, [](auto x, auto y) { return x > y; });
}
Number value_ge(Args a) {
  return compare("ge", a, [](auto x, auto y) { return x >= y; });
}

// ---------------------------------------------------------------- smooth functions

Number value_exp(Args a) {
  return elementary(a[0], [](auto x) { return std::exp(x); });
}
Number value_expm1(Args a) {
  if (a[0].kind == Number::Complex) {
    double re = a[0].value.real(), im = a[0].value.imag(), s = std::sin(im / 2);
    return Number::complex(
        {std::expm1(re) * std::cos(im) - 2 * s * s, std::exp(re) * std::sin(im)});
  }
  return realOnly("expm1", a[0], [](double x) { return std::expm1(x); });
}
Number value_log(Args a) {
  return elementary(a[0], [](auto x) { return std::log(x); });
}
Number value_log1p(Args a) {
  if (a[0].kind == Number::Complex) {
    double re = a[0].value.real(), im = a[0].value.imag();
    double size = std::hypot(re, im) < 0.5 ? std::log1p(re * (2 + re) + im * im) / 2
                                           : std::log(std::hypot(1 + re, im));
    if (std::isnan(re) || std::isnan(im)) // hypot of an infinity is one
      size = NAN;
    return Number::complex({size, std::atan2(im, 1 + re)});
  }
  return realOnly("log1p", a[0], [](double x) { return std::log1p(x); });
}
Number value_sqrt(Args a) {
  return elementary(a[0], [](auto x) { return std::sqrt(x); });
}
Number value_sin(Args a) {
  return elementary(a[0], [](auto x) { return std::sin(x); });
}
Number value_cos(Args a) {
  return elementary(a[0], [](auto x) { return std::cos(x); });
}
Number value_tan(Args a) {
  return elementary(a[0], [](auto x) { return std::tan(x); });
}
Number value_asin(Args a) {
  return elementary(a[0], [](auto x) { return std::asin(x); });
}
Number value_acos(Args a) {
  return elementary(a[0], [](auto x) { return std::acos(x); });
}
Number value_atan(Args a) {
  return elementary(a[0], [](auto x) { return std::atan(x); });
}
Number value_sinh(Args a) {
  return elementary(a[0], [](auto x) { return std::sinh(x); });
}
Number value_cosh(Args a) {
  return elementary(a[0], [](auto x) { return std::cosh(x); });
}
Number value_tanh(Args a) {
  return elementary(a[0], [](auto x) { return std::tanh(x); });
}
Number value_asinh(Args a) {
  return elementary(a[0], [](auto x) { return std::asinh(x); });
}
Number value_acosh(Args a) {
  return elementary(a[0], [](auto x) { return std::acosh(x); });
}
Number value_atanh(Args a) {
  return elementary(a[0], [](auto x) { return std::atanh(x); });
}
Number value_erf(Args a) {
  return realOnly("erf", a[0], [](double x) { return std::erf(x); });
}
Number value_erfc(Args a) {
  return realOnly("erfc", a[0], [](double x) { return std::erfc(x); });
}

/// By Winitzki's approximation and Newton's steps, towards the end of what is left to 1.
static double inverseOfErf(double x) {
  double a = std::abs(x);
  if (!(a < 1))
    return a == 1 ? std::copysign(HUGE_VAL, x) : std::nan("");
  double l = std::log1p(-a * a) / 2, t = 2 / (M_PI * 0.147) + l;
  double r = std::sqrt(std::sqrt(t * t - 2 * l / 0.147) - t);
  for (int i = 0; i < 4; ++i) {
    double over = a < 0.5 ? std::erf(r) - a : 1 - a - std::erfc(r);
    r -= over * std::exp(r * r) / M_2_SQRTPI;
  }
  return std::copysign(r, x);
}
Number value_erfinv(Args a) { return realOnly("erfinv", a[0], inverseOfErf); }

/// An integer to an integer power, wrapping around; a negative power is 1/x^n truncated.
static Number integerPower(int64_t base, int64_t exponent) {
  if (exponent < 0)
    return Number::integral(base == 1 ? 1 : base == -1 ? (exponent % 2 ? -1 : 1) : 0);
  uint64_t result = 1, square = uint64_t(base);
  for (uint64_t rest = exponent; rest; rest >>= 1, square *= square)
    if (rest & 1)
      result *= square;
  return integral(result);
}

/// A complex number to a small real power: products and roots (Ag_Pow).
static std::optional<std::complex<double>> smallPower(std::complex<double> z, double exponent) {
  if (exponent == 0) // of zero, too
    return 1;
  if (exponent == 0.5)
    return std::sqrt(z);
  if (exponent == 1)
    return z;
  if (exponent == 2)
    return product(z, z);
  if (exponent == 3)
    return product(product(z, z), z);
  if (exponent == -1)
    return quotient(1, z);
  if (exponent == -2)
    return quotient(1, product(z, z));
  return std::nullopt;
}

Number value_pow(Args a) {
  switch (common(a[0], a[1])) {
  case Number::Complex:
    if (a[1].kind != Number::Complex)
      if (auto power = smallPower(a[0].toComplex(), a[1].toReal()))
        return Number::complex(*power);
    return Number::complex(std::pow(a[0].toComplex(), a[1].toComplex()));
  case Number::Real:
    return Number::real(std::pow(a[0].toReal(), a[1].toReal()));
  default:
    return integerPower(a[0].integer, a[1].integer);
  }
}

Number value_atan2(Args a) {
  return realOnly("atan2", a, [](double y, double x) { return std::atan2(y, x); });
}
Number value_hypot(Args a) {
  return realOnly("hypot", a, [](double x, double y) { return std::hypot(x, y); });
}

Number value_abs(Args a) {
  if (!a[0].isFloating())
    return integral(a[0].integer < 0 ? -bits(a[0]) : bits(a[0]));
  return Number::real(std::abs(a[0].value));
}
Number value_conj(Args a) {
  return a[0].kind == Number::Complex ? Number::complex(std::conj(a[0].value)) : a[0].detached();
}
Number value_real(Args a) {
  return a[0].kind == Number::Complex ? Number::real(a[0].toReal()) : a[0].detached();
}
Number value_imag(Args a) {
  return a[0].kind == Number::Complex ? Number::real(a[0].value.imag()) : Number::integral(0);
}
Number value_sgn(Args a) {
  if (a[0].kind != Number::Complex)
    return value_sign(a);
  double size = std::abs(a[0].value);
  return Number::complex(size == 0 ? 0 : a[0].value / size);
}
Number value_complex(Args a) { return Number::complex({a[0].toReal(), a[1].toReal()}); }

// ---------------------------------------------------------------- locally constant functions

Number value_sign(Args a) {
  if (!a[0].isFloating())
    return Number::integral((a[0].integer > 0) - (a[0].integer < 0));
  return realOnly("sign", a[0], [](double x) { return double((x > 0) - (x < 0)); });
}
Number value_floor(Args a) {
  return integerPart("floor", a[0], [](double x) { return std::floor(x); });
}
Number value_ceil(Args a) {
  return integerPart("ceil", a[0], [](double x) { return std::ceil(x); });
}
Number value_trunc(Args a) {
  return integerPart("trunc", a[0], [](double x) { return std::trunc(x); });
}
Number value_rint(Args a) {
  return integerPart("rint", a[0], [](double x) { return std::nearbyint(x); });
}
Number value_isnan(Args a) {
  return Number::boolean(std::isnan(a[0].value.real()) || std::isnan(a[0].value.imag()));
}
Number value_isinf(Args a) {
  return Number::boolean(std::isinf(a[0].value.real()) || std::isinf(a[0].value.imag()));
}
Number value_not(Args a) { return Number::boolean(!a[0].toBool()); }
Number value_and(Args a) { return Number::boolean(a[0].toBool() && a[1].toBool()); }
Number value_or(Args a) { return Number::boolean(a[0].toBool() || a[1].toBool()); }
Number value_bitnot(Args a) {
  if (a[0].isFloating())
    noMeaning("bitnot", a[0]);
  return a[0].kind == Number::Bool ? Number::boolean(!a[0].integer) : integral(~bits(a[0]));
}
Number value_bitand(Args a) {
  return bitwise("bitand", a, [](uint64_t x, uint64_t y) { return x & y; });
}
Number value_bitor(Args a) {
  return bitwise("bitor", a, [](uint64_t x, uint64_t y) { return x | y; });
}
Number value_bitxor(Args a) {
  return bitwise("bitxor", a, [](uint64_t x, uint64_t y) { return x ^ y; });
}

/// A remainder by an integer zero is zero here; a record whose result that is says `mayFail`.
Number value_fmod(Args a) {
  if (common(a[0], a[1]) != Number::Int)
    return realOnly("fmod", a, [](double x, double y) { return std::fmod(x, y); });
  int64_t x = a[0].integer, y = a[1].integer;
  return Number::integral(y == 0 || y == -1 ? 0 : x % y);
}

/// As value_fmod; the quotient of the least integer and -1 wraps.
Number value_quotient(Args a) {
  if (common(a[0], a[1]) != Number::Int)
    return realOnly("quotient", a, [](double x, double y) { return x / y; });
  int64_t x = a[0].integer, y = a[1].integer;
  return y == -1 ? integral(-bits(a[0])) : Number::integral(y == 0 ? 0 : x / y);
}

Number value_select(Args a) { return (a[0].toBool() ? a[1] : a[2]).detached(); }

} // namespace agc::interp
