// Derivatives of the scalar functions, and the table that finds both by name.
#include "compiler/Interpreter/Std.h"
#include "compiler/Interpreter/StdValues.h"
#include "compiler/Interpreter/Tape.h"
#include "llvm/ADT/STLExtras.h"
#include <cmath>

namespace agc::interp {
namespace {

Number lit(double x) { return Number::literal(x); }
Number call(Std f, Args a) { return apply(f, a); }
Number squared(const Number &x) { return x * x; }

/// A holomorphic function's derivative: the conjugate plays no part.
Partial along(const Number &p) { return {p, {}}; }

using PartialFunction = Partial (*)(Args a, const Number &r, unsigned i);

// A function without a derivative function is constant around almost every point. Each name of
// dialect/AgStd.td needs one or the other.

Partial partial_add(Args, const Number &, unsigned) { return along(lit(1)); }
Partial partial_sub(Args, const Number &, unsigned i) { return along(lit(i == 0 ? 1 : -1)); }
Partial partial_mul(Args a, const Number &, unsigned i) { return along(a[1 - i]); }
Partial partial_scale(Args a, const Number &, unsigned i) { return along(a[1 - i]); }
Partial partial_div(Args a, const Number &r, unsigned i) {
  return along(i == 0 ? lit(1) / a[1] : -(r / a[1]));
}
Partial partial_neg(Args, const Number &, unsigned) { return along(lit(-1)); }

Partial partial_exp(Args, const Number &r, unsigned) { return along(r); }
Partial partial_expm1(Args, const Number &r, unsigned) { return along(r + lit(1)); }
Partial partial_log(Args a, const Number &, unsigned) { return along(lit(1) / a[0]); }
Partial partial_log1p(Args a, const Number &, unsigned) { return along(lit(1) / (lit(1) + a[0])); }
Partial partial_sqrt(Args, const Number &r, unsigned) { return along(lit(1) / (lit(2) * r)); }
Partial partial_sin(Args a, const Number &, unsigned) { return along(call(Std::cos_, a)); }
Partial partial_cos(Args a, const Number &, unsigned) { return along(-call(Std::sin_, a)); }
Partial partial_tan(Args, const Number &r, unsigned) { return along(lit(1) + squared(r)); }
Partial partial_asin(Args a, const Number &, unsigned) {
  return along(lit(1) / call(Std::sqrt_, {lit(1) - squared(a[0])}));
}
Partial partial_acos(Args a, const Number &, unsigned) {
  return along(lit(-1) / call(Std::sqrt_, {lit(1) - squared(a[0])}));
}
Partial partial_atan(Args a, const Number &, unsigned) {
  return along(lit(1) / (lit(1) + squared(a[0])));
}
Partial partial_sinh(Args a, const Number &, unsigned) { return along(call(Std::cosh_, a)); }
Partial partial_cosh(Args a, const Number &, unsigned) { return along(call(Std::sinh_, a)); }
Partial partial_tanh(Args, const Number &r, unsigned) { return along(lit(1) - squared(r)); }
Partial partial_asinh(Args a, const Number &, unsigned) {
  return along(lit(1) / call(Std::sqrt_, {squared(a[0]) + lit(1)}));
}
Partial partial_acosh(Args a, const Number &, unsigned) {
  // The product of roots has acosh's branch cut, the root of the product has not.
  return along(lit(1) / (call(Std::sqrt_, {a[0] - lit(1)}) * call(Std::sqrt_, {a[0] + lit(1)})));
}
Partial partial_atanh(Args a, const Number &, unsigned) {
  return along(lit(1) / (lit(1) - squared(a[0])));
}
Partial partial_erf(Args a, const Number &, unsigned) {
  return along(lit(M_2_SQRTPI) * call(Std::exp_, {-squared(a[0])}));
}
Partial partial_erfc(Args a, const Number &, unsigned) {
  return along(lit(-M_2_SQRTPI) * call(Std::exp_, {-squared(a[0])}));
}
Partial partial_erfinv(Args, const Number &r, unsigned) {
  return along(lit(1 / M_2_SQRTPI) * call(Std::exp_, {squared(r)}));
}
Partial partial_pow(Args a, const Number &r, unsigned i) {
  if (i == 0) // x^0 is 1 around x = 0 too
    return a[1].toComplex() == 0.0 ? along(lit(0))
                                   : along(a[1] * call(Std::pow_, {a[0], a[1] - lit(1)}));
  if (a[0].toComplex() == 0.0 && a[1].toReal() >= 0)
    return along(lit(0));
  return along(r * call(Std::log_, {a[0]}));
}
Partial partial_atan2(Args a, const Number &, unsigned i) {
  Number norm = squared(a[0]) + squared(a[1]);
  return along((i == 0 ? a[1] : -a[0]) / norm);
}
Partial partial_hypot(Args a, const Number &r, unsigned i) {
  return along(r.toReal() == 0 ? lit(0) : a[i] / r);
}
Partial partial_abs(Args a, const Number &r, unsigned) {
  if (a[0].kind != Number::Complex)
    return along(call(Std::sign_, a));
  if (r.toReal() == 0)
    return along(lit(0));
  Number half = a[0] / (lit(2) * r);
  return {call(Std::conj_, {half}), half};
}
Partial partial_conj(Args a, const Number &, unsigned) {
  if (a[0].kind != Number::Complex)
    return along(lit(1));
  return {{}, lit(1)};
}
Partial partial_real(Args a, const Number &, unsigned) {
  if (a[0].kind != Number::Complex)
    return along(lit(1));
  return {lit(0.5), lit(0.5)};
}
Partial partial_imag(Args a, const Number &, unsigned) {
  if (a[0].kind != Number::Complex)
    return {};
  return {Number::complex({0, -0.5}), Number::complex({0, 0.5})};
}
Partial partial_sgn(Args a, const Number &r, unsigned) {
  Number size = call(Std::abs_, a);
  if (a[0].kind != Number::Complex || size.toReal() == 0)
    return {};
  return {lit(0.5) / size, -squared(r) / (lit(2) * size)};
}
Partial partial_complex(Args, const Number &, unsigned i) {
  return along(i == 0 ? lit(1) : Number::complex({0, 1}));
}
Partial partial_quotient(Args a, const Number &r, unsigned i) { return partial_div(a, r, i); }
Partial partial_fmod(Args a, const Number &, unsigned i) {
  return along(i == 0 ? lit(1) : -call(Std::trunc_, {a[0] / a[1]}));
}
/// The branch taken.
Partial partial_select(Args a, const Number &, unsigned i) {
  if (i == 0 || a[0].toBool() != (i == 1))
    return {};
  return along(lit(1));
}

constexpr PartialFunction partial_eq = nullptr, partial_ne = nullptr, partial_lt = nullptr,
                          partial_le = nullptr, partial_gt = nullptr, partial_ge = nullptr,
                          partial_sign = nullptr, partial_floor = nullptr, partial_ceil = nullptr,
                          partial_trunc = nullptr, partial_rint = nullptr, partial_isnan = nullptr,
                          partial_isinf = nullptr, partial_not = nullptr, partial_and = nullptr,
                          partial_or = nullptr, partial_bitnot = nullptr, partial_bitand = nullptr,
                          partial_bitor = nullptr, partial_bitxor = nullptr;

struct StdSpec {
  llvm::StringLiteral name;
  ValueFunction value;
  PartialFunction partial;
};

const StdSpec table[] = {
#define AGC_STD(name, arity) {#name, value_##name, partial_##name},
#include "dialect/Std.inc"
#undef AGC_STD
};

const StdSpec &specOf(Std function) { return table[size_t(function)]; }

} // namespace

std::optional<Std> lookupStd(llvm::StringRef name) {
  auto *it = llvm::find_if(table, [&](const StdSpec &spec) { return spec.name == name; });
  if (it == std::end(table))
    return std::nullopt;
  return Std(it - table);
}

Number apply(Std function, Args args) {
  Number result = specOf(function).value(args);
  if (!result.isFloating() || isLocallyConstant(function))
    return result;
  for (const Number &arg : args)
    if (arg.origin)
      return arg.origin->tape->record(function, args, result);
  return result;
}

Partial partial(Std function, Args args, const Number &result, unsigned i) {
  return isLocallyConstant(function) ? Partial{} : specOf(function).partial(args, result, i);
}

bool isLocallyConstant(Std function) { return !specOf(function).partial; }

} // namespace agc::interp
