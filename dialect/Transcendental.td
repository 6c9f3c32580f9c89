// Powers, exponentials, logarithms, trigonometric and hyperbolic functions, erf.
#ifndef AG_TRANSCENDENTAL_TD
#define AG_TRANSCENDENTAL_TD

include "dialect/Pointwise.td"

// A function of one float or complex operand; integers become the default float first.
class Ag_Function<string name> : Ag_Pointwise<name # "(Tensor self) -> Tensor"> {
  let dtypes = ["float", "complex"];
  let promotion = "float";
  let inplace = 1;
}

// The same for real operands only.
class Ag_RealFunction<string name> : Ag_Function<name> {
  let dtypes = ["float"];
}

// ---------------------------------------------------------------- powers

// The parts of a complex operand, and the parts exchanged: f(i z) = i g(z), and f and g are odd, for sin and
// sinh, tan and tanh, asin and asinh, atan and atanh.
def Ag_Parts { string text = "x = complex.re(self); y = complex.im(self);"; }
def Ag_TurnedParts { string text = "x = complex.im(self); y = complex.re(self);"; }

// A complex root as C's csqrt: by the greater part, which a power of two keeps from overflow and underflow.
def Ag_ComplexRoot {
  string text = Ag_Parts.text #
                "a = math.absf(x); b = math.absf(y); m = maximum(a, b); r = minimum(a, b) / m;"
                "scaled = where(m < 1, m * 18014398509481984.0, m * 0.25);"
                "middle = math.sqrt(scaled * (0.5 * (a / m + math.sqrt(1 + r * r))));"
                "root = where(m < 1, middle * 7.450580596923828e-09, middle * 2);"
                "s = where(logical_or(a == inf, b == inf), inf, where(m == 0, m, root));"
                "d = where(b == inf, inf, where(m == 0, m, 0.5 * b / s));"
                "complex.create(where(x < 0, d, s), math.copysign(where(x < 0, s, d), y))";
}

def Ag_Sqrt : Ag_Function<"sqrt"> {
  let title = "square root";
  let eval = Expr<"std.sqrt(self)">;
  let lower = [OnFloat<"math.sqrt(self)">, OnComplex<Ag_ComplexRoot.text>];
  let grad = [Wrt<"self", "grad / (2 * conj(result))">];
  let samples = [Domain<"self", "0.1", "9">, ComplexSpecial<["0", "inf", "nan", "-1", "1e-40"]>];
}

def Ag_Rsqrt : Ag_Function<"rsqrt"> {
  let title = "one over the square root";
  let eval = Expr<"1 / std.sqrt(self)">;
  let lower = [OnFloat<"1 / math.sqrt(self)">, OnComplex<"1 / sqrt(self)">];
  let grad = [Wrt<"self", "(-0.5 * grad) * conj(pow(result, 3))">];
  let samples = [Domain<"self", "0.1", "9">, ComplexSpecial<["0", "inf", "nan", "-1"]>];
}

// What C's multiplication makes of a factor's part in an infinite product: a signed 1 of an infinity, a signed 0 of
// the other part of what is infinite and of NaN.
class Ag_Direction<string part, string infinite> {
  string text = !subst("P", part,
      "P0 = math.copysign(0, P);"
      "P1 = where(" # infinite # ", where(math.absf(P) == inf, math.copysign(1, P), P0), where(isnan(P), P0, P));");
}

// A complex power of the exponent a + b i as C's cpow: the exponential of a product with the logarithm, by C's
// multiplication, whose result is infinite where a factor is and both parts of the product are NaN.
class Ag_ComplexPower<string exponent> {
  string text = "l = log(self); c = complex.re(l); d = complex.im(l);" # exponent #
                "x = a * c - b * d; y = a * d + b * c;"
                "far = logical_or(math.absf(a) == inf, math.absf(b) == inf);"
                "deep = logical_or(math.absf(c) == inf, math.absf(d) == inf);"
                "lost = logical_and(logical_and(isnan(x), isnan(y)), logical_or(far, deep));"
                # Ag_Direction<"a", "far">.text # Ag_Direction<"b", "far">.text
                # Ag_Direction<"c", "deep">.text # Ag_Direction<"d", "deep">.text #
                "u = where(lost, inf * (a1 * c1 - b1 * d1), x); v = where(lost, inf * (a1 * d1 + b1 * c1), y);"
                "exp(complex.create(u, v))";
}

def Ag_Pow : Ag_Pointwise<"pow(Tensor self, float exponent) -> Tensor"> {
  let title = "power with a number as exponent";
  let torch = "torch.pow(self, exponent)";
  let notes = "Small exponents are products and roots, as in PyTorch: 2 is self * self.";
  let dtypes = ["float", "complex"];
  let inplace = 1;
  let eval = Expr<"choose(is(exponent, -0.5), 1 / std.sqrt(self), std.pow(self, narrow(exponent)))">;
  let lower = [
    OnFloat<"choose(is(exponent, 2), self * self, choose(is(exponent, 3), self * self * self,"
            "choose(is(exponent, 0.5), math.sqrt(self), choose(is(exponent, -0.5), 1 / math.sqrt(self),"
            "choose(is(exponent, -1), 1 / self, choose(is(exponent, -2), 1 / (self * self),"
            "choose(is(exponent, 1), self, math.powf(self, narrow(exponent)))))))))">,
    OnComplex<"choose(is(exponent, 2), self * self, choose(is(exponent, 3), self * self * self,"
              "choose(is(exponent, 0.5), sqrt(self), choose(is(exponent, -0.5), 1 / sqrt(self),"
              "choose(is(exponent, -1), 1 / self, choose(is(exponent, -2), 1 / (self * self),"
              "choose(is(exponent, 1), self, choose(is(exponent, 0), 1, ("
              # Ag_ComplexPower<"one = math.copysign(1, math.absf(c)); a = one * exponent; b = one * 0;">.text # ")))))))))">];
  let grad = [Wrt<"self", "choose(is(exponent, 0), zeros_like(grad), grad * conj(exponent * pow(self, exponent - 1)))">];
  let saves = ["self"];
  let samples = [Domain<"self", "0.2", "3">, Special<["0", "1", "inf", "nan", "-1+0i", "-4+0i", "-4-0i", "0+1i"]>,
                 Case<[], "exponent = 2.0">,
                 Case<[], "exponent = 3.0">,
                 Case<[], "exponent = 0.5">,
                 Case<[], "exponent = -1.0">,
                 Case<[], "exponent = -0.5">,
                 Case<[], "exponent = 0.0">,
                 Case<[], "exponent = 1.0">,
                 Case<[], "exponent = -2.0">,
                 Case<[], "exponent = 2.5">];
}

// Squares of the base, of which each bit of the exponent takes one: exact for every exponent, as products wrap. After
// `width` bits the power is rWIDTH.
class Ag_IntegerPower<int width> {
  string text = !foldl("r0 = 1; b0 = self; e0 = exponent;", !range(width), steps, i,
      steps # !subst("I", !cast<string>(i), !subst("J", !cast<string>(!add(i, 1)),
        "rJ = where(arith.andi(eI, 1) != 0, rI * bI, rI); bJ = bI * bI; eJ = arith.shrui(eI, 1);")));
}

def Ag_PowTensor : Ag_Pointwise<"pow_tensor(Tensor self, Tensor exponent) -> Tensor"> {
  let title = "power with a tensor as exponent";
  let notes = "An integer to a negative power is 0, but for 1 and -1.";
  let torch = "torch.pow(self, exponent)";
  let function = "pow";
  let dtypes = ["float", "complex", "int"];
  let inplace = 1;
  let node = "PowBackward1";
  let saves = ["result"];
  let overloads = [NumberNode<"PowBackward2", "self">, NumberNode<"PowBackward0", "exponent">];
  let eval = Expr<"std.pow(self, exponent)">;
  let lower = [OnFloat<"math.powf(self, exponent)">, OnComplex<Ag_ComplexPower<"a = complex.re(exponent); b = complex.im(exponent);">.text>,
               OnUnsigned<Ag_IntegerPower<8>.text # "r8">,
               OnInt<Ag_IntegerPower<63>.text # "sign = where(arith.andi(exponent, 1) != 0, self, 1);"
                     "where(exponent >= 0, r63, where(logical_or(self == 1, self == -1), sign, 0))">];
  let grad = [
    Wrt<"self", "where(exponent == 0, zeros_like(grad), grad * conj(exponent * pow_tensor(self, exponent - 1)))">,
    Wrt<"exponent", "grad * where(logical_and(self == 0, logical_and(exponent == conj(exponent), real(exponent) >= 0)),"
                    "zeros_like(result), conj(result * log(self)))">];
  let samples = [Domain<"self", "0.2", "3">, Domain<"exponent", "-2", "3">, Special<["0", "2", "1", "-1"]>];
}

// ---------------------------------------------------------------- exponentials and logarithms

def Ag_Exp : Ag_Function<"exp"> {
  let title = "exponential";
  let eval = Expr<"std.exp(self)">;
  let lower = [OnFloat<"math.exp(self)">,
               OnComplex<Ag_Parts.text # // an infinity in x decides where y has no angle
                         "e = math.exp(x); c = e * math.cos(y); s = e * math.sin(y); none = isnan(c);"
                         "low = logical_and(x == -inf, none); high = logical_and(x == inf, none);"
                         "complex.create(where(low, 0, where(high, inf, c)), where(y == 0, y, where(low, math.copysign(0, y), s)))">];
  let grad = [Wrt<"self", "grad * conj(result)">];
  let samples = [Domain<"self", "-5", "5">, ComplexSpecial<["0", "inf", "-inf", "nan", "-95", "-100", "100"]>];
}

def Ag_Exp2 : Ag_Function<"exp2"> {
  let title = "power of two";
  let eval = Expr<"std.pow(2, self)">;
  let lower = [OnFloat<"math.exp2(self)">,
               OnComplex<Ag_Parts.text # "exp(complex.create(x * 0.6931471805599453, y * 0.6931471805599453))">];
  let grad = [Wrt<"self", "grad * conj(result) * 0.6931471805599453">];
  let samples = [Domain<"self", "-5", "5">, Special<["0", "inf", "-inf", "nan"]>];
}

def Ag_Expm1 : Ag_Function<"expm1"> {
  let title = "exponential minus one, exact near zero";
  let roundingTolerance = "0.5: result + 1 cancels";
  let eval = Expr<"std.expm1(self)">;
  let lower = [OnFloat<"math.expm1(self)">,
               OnComplex<Ag_Parts.text # "h = math.sin(0.5 * y);"
                         "complex.create(math.expm1(x) * math.cos(y) - 2 * h * h, math.exp(x) * math.sin(y))">];
  let grad = [Wrt<"self", "grad * (conj(result) + 1)">];
  let samples = [Domain<"self", "-3", "3">, Special<["0", "-0.0", "inf", "-inf", "nan", "1e-10"]>];
}

def Ag_Log : Ag_Function<"log"> {
  let title = "natural logarithm";
  let eval = Expr<"std.log(self)">;
  let lower = [OnFloat<"math.log(self)">,
               OnComplex<Ag_Parts.text # "complex.create(math.log(hypot(x, y)), math.atan2(y, x))">];
  let grad = [Wrt<"self", "grad / conj(self)">];
  let samples = [Domain<"self", "0.1", "9">, ComplexSpecial<["0", "1", "inf", "nan", "-1", "1e-40"]>];
}

def Ag_Log2 : Ag_Function<"log2"> {
  let title = "binary logarithm";
  let eval = Expr<"std.log(self) / 0.6931471805599453">;
  let lower = [OnFloat<"math.log2(self)">,
               OnComplex<"z = log(self); complex.create(complex.re(z) / 0.6931471805599453, complex.im(z) / 0.6931471805599453)">];
  let grad = [Wrt<"self", "grad / conj(self * 0.6931471805599453)">];
  let samples = [Domain<"self", "0.1", "9">, Special<["0", "1", "inf", "nan", "-1"]>];
}

def Ag_Log10 : Ag_Function<"log10"> {
  let title = "decimal logarithm";
  let eval = Expr<"std.log(self) / 2.302585092994046">;
  let lower = [OnFloat<"math.log10(self)">,
               OnComplex<"z = log(self); complex.create(complex.re(z) / 2.302585092994046, complex.im(z) / 2.302585092994046)">];
  let grad = [Wrt<"self", "grad / conj(self * 2.302585092994046)">];
  let samples = [Domain<"self", "0.1", "9">, Special<["0", "1", "inf", "nan", "-1"]>];
}

def Ag_Log1p : Ag_Function<"log1p"> {
  let node = "Log1PBackward0";
  let title = "logarithm of one plus a tensor, exact near zero";
  let eval = Expr<"std.log1p(self)">;
  let lower = [OnFloat<"math.log1p(self)">, // as PyTorch: exact near zero, without overflow beyond
               OnComplex<Ag_Parts.text # "r = x * (2 + x) + y * y;"
                         "near = where(r == 0, x, 0.5 * math.log1p(r)); far = math.log(hypot(x + 1, y));"
                         "size = where(logical_or(isnan(x), isnan(y)), nan, where(hypot(x, y) < 0.5, near, far));"
                         "complex.create(size, math.atan2(y, x + 1))">];
  let grad = [Wrt<"self", "grad / conj(self + 1)">];
  let samples = [Domain<"self", "-0.8", "5">, ComplexSpecial<["0", "-0.0", "-1", "-2", "inf", "nan", "1e-10"]>];
}

def Ag_Logit : Ag_Pointwise<"logit(Tensor self, float? eps=None) -> Tensor"> {
  let title = "logarithm of the odds self / (1 - self), of self limited to [eps, 1 - eps]";
  let roundingTolerance = "1: PyTorch rounds the odds before their logarithm";
  let promotion = "float";
  let inplace = 1;
  let eval = Expr<"x = choose(isnone(eps), self, std.select(self < eps, eps, std.select(self > 1 - eps, 1 - eps, self)));"
                  "std.log(x / (1 - x))">;
  let lower = [OnFloat<"x = choose(isnone(eps), self, where(self < eps, eps, where(self > 1 - eps, 1 - eps, self)));"
                       "log(x / (1 - x))">];
  let grad = [Wrt<"self", "g = grad / (self * (1 - self));"
                          "choose(isnone(eps), where(logical_or(self < 0, self > 1), nan, g),"
                          "where(logical_or(self < eps, self > 1 - eps), 0, g))">];
  let samples = [Domain<"self", "0.1", "0.9">, Special<["0", "1", "0.25", "-1", "2", "nan"]>,
                 Case<[]>,
                 Case<[], "eps = 0.25">];
}

// A product with a logarithm that is none up to `end`: nothing times it is nothing.
class Ag_TimesLog<string name, string log, string end> : Ag_Pointwise<name # "(Tensor self, Tensor other) -> Tensor"> {
  let opmath = 1;
  let promotion = "float";
  // What is none is left out alone: the product's derivative is the logarithm where self is 0.
  let eval = Expr<"none = std.and(self == 0, std.or(other <= " # end # ", other == inf));"
                  "std.select(std.isnan(other), other, std.select(none, 0, self * narrow(std." # log # "(other))))">;
  let lower = [OnFloat<"where(isnan(other), other, where(self == 0, 0, self * narrow(" # log # "(other))))">];
  let gradNodes = ["self: MaskedFillBackward0"];
  let grad = [Wrt<"self", "where(logical_and(self == 0, other <= " # end # "), 0, " # name # "(grad, other))">,
              Wrt<"other", "grad * self / (other - " # end # ")">];
  let samples = [Domain<"self", "-2", "2">, Domain<"other", "0.2", "3">,
                 Special<["0", "1", "-1", "2", "inf", "nan"]>];
}
def Ag_Xlogy : Ag_TimesLog<"xlogy", "log", "0"> {
  let title = "self times the logarithm of other; 0 where self is 0 and other a number";
  let inplace = 1;
  let overloads = [NumberNode<"XlogyBackward1", "self">, NumberNode<"XlogyBackward2", "other">];
}
def Ag_Xlog1py : Ag_TimesLog<"xlog1py", "log1p", "-1"> {
  let title = "self times the logarithm of one plus other; 0 where self is 0 and other a number";
  let node = "SpecialXlog1PyBackward0";
  let torch = "torch.special.xlog1py(self, other)";
  let overloads = [NumberNode<"SpecialXlog1PyBackward1", "self">, NumberNode<"SpecialXlog1PyBackward2", "other">];
}

def Ag_Logaddexp : Ag_Pointwise<"logaddexp(Tensor self, Tensor other) -> Tensor"> {
  let title = "logarithm of the sum of two exponentials, without overflow";
  let dtypes = ["float", "complex"];
  string ends = "less = std.real(self) < std.real(other); low = std.select(less, self, other);"
                "high = std.select(less, other, self);";
  let eval = Expr<ends # "same = std.and(std.real(self) == std.real(other), std.isinf(std.real(self)));"
                  "sum = std.select(same, std.select(std.real(self) < 0, low, std.log(std.exp(low) + std.exp(high))),"
                  "high + std.log1p(std.exp(low - high)));"
                  "std.select(std.or(std.isnan(self), std.isnan(other)), sum * nan, sum)">;
  let lower = [OnFloat<"where(self == other, self + 0.6931471805599453, maximum(self, other) + log1p(exp(-abs(self - other))))">,
               OnComplex<"x = complex.re(self); y = complex.re(other); less = x < y;"
                         "low = where(less, self, other); high = where(less, other, self);"
                         "same = logical_and(x == y, math.absf(x) == inf);"
                         "where(logical_or(isnan(self), isnan(other)), complex.create(x * 0 + nan, x * 0 + nan),"
                         "where(same, where(x < 0, low, log(complex.add(exp(low), exp(high)))),"
                         "complex.add(log1p(exp(complex.sub(low, high))), high)))">];
  let grad = [Wrt<"self", "grad / conj(exp(other - self) + 1)">, Wrt<"other", "grad / conj(exp(self - other) + 1)">];
  let samples = [Domain<"*", "-3", "3">, ComplexSpecial<["0", "1", "inf", "-inf", "nan", "800"]>];
}

def Ag_Logaddexp2 : Ag_Pointwise<"logaddexp2(Tensor self, Tensor other) -> Tensor"> {
  let title = "binary logarithm of the sum of two powers of two, without overflow";
  let eval = Expr<"less = self < other; low = std.select(less, self, other); high = std.select(less, other, self);"
                  "std.select(std.and(self == other, std.isinf(self)), self,"
                  "high + std.log1p(std.pow(2, low - high)) * 1.4426950408889634)">;
  let lower = [OnFloat<"where(self == other, self + 1, maximum(self, other)"
                       " + log1p(exp2(-abs(self - other))) * 1.4426950408889634)">];
  let saves = ["self", "other"];
  let grad = [Wrt<"self", "grad / (1 + exp2(other - self))">, Wrt<"other", "grad / (1 + exp2(self - other))">];
  let samples = [Domain<"*", "-3", "3">, Special<["0", "1", "inf", "-inf", "nan", "800"]>];
}

// ---------------------------------------------------------------- trigonometric

// The parts re and im of sinh and cosh: nothing times what overflows is nothing, and infinity has no need of an angle.
class Ag_SinhParts<string parts> {
  string text = parts # "c = math.cos(y); s = math.sin(y); far = logical_and(math.absf(x) == inf, isnan(c));"
                "re = where(far, inf, where(logical_and(x == 0, isnan(c)), x, math.sinh(x) * c));"
                "im = where(y == 0, y, math.cosh(x) * s);";
}
class Ag_CoshParts<string parts> {
  string text = parts # "c = math.cos(y); s = math.sin(y); far = logical_and(math.absf(x) == inf, isnan(c));"
                "re = where(far, inf, math.cosh(x) * c);"
                "side = where(isnan(x), y, y * math.copysign(1, x));"
                "im = where(logical_and(x == 0, isnan(s)), 0, where(y == 0, side, math.sinh(x) * s));";
}

// The parts of tanh, by real tangents, of which neither overflows; where x is infinite y decides a sign alone.
class Ag_TanhParts<string parts> {
  string text = parts # "t = math.tanh(x); u = math.tan(y); v = t * u; c = 1 / math.cosh(x); q = 1 + v * v;"
                "far = math.absf(x) == inf;"
                "re = where(far, t, where(x == 0, x, t * (1 + u * u) / q));"
                "im = where(y == 0, y, where(far, math.copysign(0, where(isnan(u), y, u)), u / q * c * c));";
}

def Ag_Sin : Ag_Function<"sin"> {
  let title = "sine";
  let eval = Expr<"std.sin(self)">;
  let lower = [OnFloat<"math.sin(self)">,
               OnComplex<Ag_SinhParts<Ag_TurnedParts.text>.text # "complex.create(im, re)">];
  let grad = [Wrt<"self", "grad * conj(cos(self))">];
  let samples = [Domain<"self", "-4", "4">, ComplexSpecial<["0", "-0.0", "inf", "nan", "1e5"]>];
}

def Ag_Cos : Ag_Function<"cos"> {
  let title = "cosine";
  let eval = Expr<"std.cos(self)">;
  let lower = [OnFloat<"math.cos(self)">,
               OnComplex<Ag_CoshParts<"x = -complex.im(self); y = complex.re(self);">.text # "complex.create(re, im)">];
  let grad = [Wrt<"self", "grad * conj(-sin(self))">];
  let samples = [Domain<"self", "-4", "4">, ComplexSpecial<["0", "inf", "nan", "1e5"]>];
}

def Ag_Sinc : Ag_Function<"sinc"> {
  let title = "sin(pi self) / (pi self); 1 at 0";
  let roundingTolerance = "5: the gradient's terms cancel";
  let eval = Expr<"x = self * 3.141592653589793; std.select(self == 0, 1, std.sin(x) / x)">;
  let lower = [OnAny<"x = self * 3.141592653589793; where(self == 0, 1, sin(x) / x)">];
  let grad = [Wrt<"self", "x = self * 3.141592653589793; n = self * self * 3.141592653589793;"
                          "where(n == 0, 0, grad * conj((x * cos(x) - sin(x)) / n))">];
  let samples = [Domain<"self", "0.3", "4">, Special<["0", "-0.0", "inf", "nan"]>];
}

def Ag_Tan : Ag_Function<"tan"> {
  let title = "tangent";
  let eval = Expr<"std.tan(self)">;
  let lower = [OnFloat<"math.tan(self)">,
               OnComplex<Ag_TanhParts<Ag_TurnedParts.text>.text # "complex.create(im, re)">];
  let grad = [Wrt<"self", "grad * conj(pow(result, 2) + 1)">];
  let samples = [Domain<"self", "-1.4", "1.4">, ComplexSpecial<["0", "-0.0", "inf", "nan"]>];
}

// The roots a + b i of 1 - z and c + d i of 1 + z, with the signs of zero that choose a side of a branch cut
// (Kahan, "Branch cuts for complex elementary functions"). Far away, at infinity, the angle alone is left.
class Ag_RootsBesideOne<string parts> {
  string text = parts # "r = sqrt(complex.create(1 - x, -y)); a = complex.re(r); b = complex.im(r);"
                "s = sqrt(complex.create(1 + x, y)); c = complex.re(s); d = complex.im(s);"
                "far = logical_or(math.absf(x) == inf, math.absf(y) == inf);";
}
class Ag_AsinParts<string parts> {
  string text = Ag_RootsBesideOne<parts>.text #
                "re = where(x == 0, x, math.atan2(x, where(far, math.absf(y), a * c - b * d)));"
                "im = where(far, math.copysign(inf, y), math.asinh(a * d - b * c));";
}
// The parts of atanh: by a logarithm alone beside 1, whose square is no number there.
class Ag_AtanhParts<string parts> {
  string text = parts # "a = math.absf(x); h = hypot(1 - a, y); far = logical_or(a == inf, math.absf(y) == inf);"
                "near = 0.25 * math.log(4 * a) - 0.5 * math.log(h); wide = 0.25 * math.log1p(4 * (a / h / h));"
                "re = where(x == 0, x, math.copysign(where(far, 0, where(h < 1e-8, near, wide)), x));"
                "angle = 0.5 * math.atan2(y, 0.5 * ((1 - a) * (1 + a) - y * y));"
                "im = where(math.absf(y) == inf, math.copysign(1.5707963267948966, y), angle);";
}

def Ag_Asin : Ag_Function<"asin"> {
  let title = "inverse sine";
  let eval = Expr<"std.asin(self)">;
  let lower = [OnFloat<"math.asin(self)">,
               OnComplex<Ag_AsinParts<Ag_Parts.text>.text # "complex.create(re, im)">];
  let grad = [Wrt<"self", "grad * conj(rsqrt(-self * self + 1))">];
  let samples = [Domain<"self", "-0.9", "0.9">, ComplexSpecial<["0", "-0.0", "1", "-1", "2", "nan"]>];
}

def Ag_Acos : Ag_Function<"acos"> {
  let title = "inverse cosine";
  let eval = Expr<"std.acos(self)">;
  let lower = [OnFloat<"math.acos(self)">,
               OnComplex<Ag_RootsBesideOne<Ag_Parts.text>.text #
                         "complex.create(where(far, math.atan2(math.absf(y), x),"
                                        "where(x == 0, 1.5707963267948966, 2 * math.atan2(a, c))),"
                                        "where(far, math.copysign(inf, -y), math.asinh(b * c - a * d)))">];
  let grad = [Wrt<"self", "grad * conj(-rsqrt(-self * self + 1))">];
  let samples = [Domain<"self", "-0.9", "0.9">, Special<["0", "1", "-1", "2", "nan", "-1-0i",
                                                           "3-0i", "-3+0i", "0+2i", "-2-3i", "100+1i", "inf+1i",
                                                           "-inf+2i", "1+infi", "-inf+infi", "0+nani"]>];
}

def Ag_Atan : Ag_Function<"atan"> {
  let title = "inverse tangent";
  let eval = Expr<"std.atan(self)">;
  let lower = [OnFloat<"math.atan(self)">,
               OnComplex<Ag_AtanhParts<Ag_TurnedParts.text>.text # "complex.create(im, re)">];
  let grad = [Wrt<"self", "grad / conj(self * self + 1)">];
  let samples = [Domain<"self", "-4", "4">, ComplexSpecial<["0", "-0.0", "inf", "-inf", "nan"]>];
}

def Ag_Atan2 : Ag_Pointwise<"atan2(Tensor self, Tensor other) -> Tensor"> {
  let title = "angle of the point (other, self)";
  let roundingTolerance = "0.5: a sum of rounded quotients";
  let promotion = "float";
  let inplace = 1;
  let eval = Expr<"std.atan2(self, other)">;
  let lower = [OnFloat<"math.atan2(self, other)">];
  string inverse = "n = self * self + other * other; r = where(n == 0, 0, reciprocal(n));"; // at the origin 0
  let grad = [Wrt<"self", inverse # "grad * (other * r)">, Wrt<"other", inverse # "grad * (-self * r)">];
  let samples = [Domain<"*", "-3", "3">];
}

// ---------------------------------------------------------------- hyperbolic

def Ag_Sinh : Ag_Function<"sinh"> {
  let title = "hyperbolic sine";
  let eval = Expr<"std.sinh(self)">;
  let lower = [OnFloat<"math.sinh(self)">,
               OnComplex<Ag_SinhParts<Ag_Parts.text>.text # "complex.create(re, im)">];
  let grad = [Wrt<"self", "grad * conj(cosh(self))">];
  let samples = [Domain<"self", "-4", "4">, ComplexSpecial<["0", "-0.0", "inf", "-inf", "nan", "1e-10"]>];
}

def Ag_Cosh : Ag_Function<"cosh"> {
  let title = "hyperbolic cosine";
  let eval = Expr<"std.cosh(self)">;
  let lower = [OnFloat<"math.cosh(self)">,
               OnComplex<Ag_CoshParts<Ag_Parts.text>.text # "complex.create(re, im)">];
  let grad = [Wrt<"self", "grad * conj(sinh(self))">];
  let samples = [Domain<"self", "-4", "4">, ComplexSpecial<["0", "inf", "-inf", "nan"]>];
}

def Ag_Tanh : Ag_Function<"tanh"> {
  let title = "hyperbolic tangent";
  let opmath = 1;
  let roundingTolerance = "1: 1 - result * result cancels";
  let eval = Expr<"std.tanh(self)">;
  let lower = [OnFloat<"math.tanh(self)">,
               OnComplex<Ag_TanhParts<Ag_Parts.text>.text # "complex.create(re, im)">];
  let gradNodes = ["TanhBackwardBackward0"];
  let grad = [Wrt<"self", "grad * conj(1 - result * result)">];
  let samples = [Domain<"self", "-3", "3">, ComplexSpecial<["0", "-0.0", "inf", "-inf", "nan", "1e-10"]>];
}

def Ag_Asinh : Ag_Function<"asinh"> {
  let title = "inverse hyperbolic sine";
  let inplace = 0; // PyTorch has no derivative of it
  let eval = Expr<"std.asinh(self)">;
  let lower = [OnFloat<"math.asinh(self)">,
               OnComplex<Ag_AsinParts<Ag_TurnedParts.text>.text # "complex.create(im, re)">];
  let grad = [Wrt<"self", "grad * conj(rsqrt(pow(self, 2) + 1))">];
  let samples = [Domain<"self", "-4", "4">, ComplexSpecial<["0", "-0.0", "inf", "-inf", "nan", "1e-10"]>];
}

def Ag_Acosh : Ag_Function<"acosh"> {
  let title = "inverse hyperbolic cosine";
  let inplace = 0; // PyTorch has no derivative of it
  let eval = Expr<"std.acosh(self)">;
  let lower = [OnFloat<"math.acosh(self)">,
               OnComplex<Ag_Parts.text # // of z - 1, not 1 - z: the same cut, of the other sign
                         "r = sqrt(complex.create(x - 1, y)); a = complex.re(r); b = complex.im(r);"
                         "s = sqrt(complex.create(x + 1, y)); c = complex.re(s); d = complex.im(s);"
                         "far = logical_or(math.absf(x) == inf, math.absf(y) == inf);"
                         "complex.create(where(far, inf, math.asinh(a * c + b * d)),"
                                        "where(far, math.atan2(y, x),"
                                        "where(x == 0, math.copysign(1.5707963267948966, y), 2 * math.atan2(b, c))))">];
  // The root of a product is the product of the roots in the right half-plane only; PyTorch has it for real numbers.
  let grad = [Wrt<"self", "grad * conj(choose(iscomplex(self), rsqrt(self - 1) * rsqrt(self + 1),"
                          "rsqrt(pow(self, 2) - 1)))">];
  let samples = [Domain<"self", "1.1", "5">, ComplexSpecial<["1", "inf", "nan"]>];
}

def Ag_Atanh : Ag_Function<"atanh"> {
  let title = "inverse hyperbolic tangent";
  let inplace = 0; // PyTorch has no derivative of it
  let eval = Expr<"std.atanh(self)">;
  let lower = [OnFloat<"math.atanh(self)">,
               OnComplex<Ag_AtanhParts<Ag_Parts.text>.text # "complex.create(re, im)">];
  let grad = [Wrt<"self", "grad / conj(1 - pow(self, 2))">];
  let samples = [Domain<"self", "-0.9", "0.9">, ComplexSpecial<["0", "-0.0", "1", "-1", "2", "nan", "1e-10"]>];
}

// ---------------------------------------------------------------- others

def Ag_Hypot : Ag_Pointwise<"hypot(Tensor self, Tensor other) -> Tensor"> {
  let title = "length of the vector (self, other), without overflow";
  let inplace = 1;
  let eval = Expr<"std.hypot(self, other)">;
  let lower = [OnFloat<"a = abs(self); b = abs(other); m = maximum(a, b); r = minimum(a, b) / m;"
                       "where(logical_or(a == inf, b == inf), inf, where(m == 0, 0, m * math.sqrt(1 + r * r)))">];
  let gradNodes = ["DivBackward0"];
  let grad = [Wrt<"self", "grad * (self / result)">, Wrt<"other", "grad * (other / result)">];
  let samples = [Domain<"*", "0.3", "4">];
}

def Ag_Erf : Ag_RealFunction<"erf"> {
  let title = "error function";
  let kernel = "erf_vml_cpu";
  let roundingTolerance = "0.1: PyTorch's is 0 near zero, and the gradient's exponent is rounded";
  let eval = Expr<"std.erf(self)">;
  let lower = [OnFloat<"math.erf(self)">];
  let grad = [Wrt<"self", "1.1283791670955126 * exp(-pow(self, 2)) * grad">];
  let samples = [Domain<"self", "-3", "3">, Special<["0", "-0.0", "inf", "-inf", "nan", "1e-10"]>];
}

def Ag_Erfc : Ag_RealFunction<"erfc"> {
  let title = "complementary error function";
  let kernel = "erfc_vml_cpu";
  let eval = Expr<"std.erfc(self)">;
  let lower = [OnFloat<"math.erfc(self)">];
  let grad = [Wrt<"self", "-1.1283791670955126 * exp(-pow(self, 2)) * grad">];
  let samples = [Domain<"self", "-3", "3">, Special<["0", "inf", "-inf", "nan", "5"]>];
}

// PyTorch's rational functions, and two of Newton's steps.
def Ag_Erfinv : Ag_RealFunction<"erfinv"> {
  let title = "inverse of the error function";
  let kernel = "erfinv_vml_cpu";
  let eval = Expr<"std.erfinv(self)">;
  let lower = [OnFloat<"a = abs(self); z = self * self; w = math.sqrt(-math.log((1 - a) / 2));"
                       "near = self * (((-0.140543331 * z + 0.914624893) * z - 1.645349621) * z + 0.886226899)"
                       "/ ((((0.012229801 * z - 0.329097515) * z + 1.442710462) * z - 2.118377725) * z + 1);"
                       "far = (((1.641345311 * w + 3.429567803) * w - 1.624906493) * w - 1.970840454)"
                       "/ ((1.637067800 * w + 3.543889200) * w + 1);"
                       "x = where(a <= 0.7, near, where(self < 0, -far, far));"
                       "y = x - (math.erf(x) - self) / (1.1283791670955126 * math.exp(-(x * x)));"
                       "r = y - (math.erf(y) - self) / (1.1283791670955126 * math.exp(-(y * y)));"
                       "where(a == 1, self * inf, where(a > 1, nan, r))">];
  let grad = [Wrt<"self", "0.8862269254527579 * exp(pow(erfinv(self), 2)) * grad">];
  let samples = [Domain<"self", "-0.95", "0.95">, Special<["0", "-0.0", "1", "-1", "2", "nan", "0.7", "1e-10"]>];
}

#endif // AG_TRANSCENDENTAL_TD
