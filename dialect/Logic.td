// Comparisons, classification, logic, bits, choice, extremes and rounding.
#ifndef AG_LOGIC_TD
#define AG_LOGIC_TD

include "dialect/Pointwise.td"

// ---------------------------------------------------------------- comparisons

class Ag_Comparison<string name> : Ag_Predicate<name # "(Tensor self, Tensor other) -> Tensor(bool)"> {
  let samples = [Special<["0", "-0.0", "1", "inf", "-inf", "nan"]>];
}

// An ordering, given the predicates of MLIR for each kind of element.
class Ag_Ordering<string name, string operator, string onFloat, string onUnsigned, string onInt>
    : Ag_Comparison<name> {
  let eval = Expr<"self " # operator # " other">;
  let lower = [OnFloat<"arith.cmpf." # onFloat # "(self, other)">,
               OnUnsigned<"arith.cmpi." # onUnsigned # "(self, other)">,
               OnBool<"arith.cmpi." # onUnsigned # "(self, other)">,
               OnInt<"arith.cmpi." # onInt # "(self, other)">];
}

def Ag_Eq : Ag_Comparison<"eq"> {
  let title = "whether two elements are equal";
  let dtypes = ["float", "complex", "int", "bool"];
  let eval = Expr<"self == other">;
  let lower = [OnFloat<"arith.cmpf.oeq(self, other)">, OnComplex<"complex.eq(self, other)">,
               OnInt<"arith.cmpi.eq(self, other)">];
}
def Ag_Ne : Ag_Comparison<"ne"> {
  let title = "whether two elements differ";
  let dtypes = ["float", "complex", "int", "bool"];
  let eval = Expr<"self != other">;
  let lower = [OnFloat<"arith.cmpf.une(self, other)">, OnComplex<"complex.neq(self, other)">,
               OnInt<"arith.cmpi.ne(self, other)">];
}
def Ag_Lt : Ag_Ordering<"lt", "<", "olt", "ult", "slt"> { let title = "whether the first element is less"; }
def Ag_Le : Ag_Ordering<"le", "<=", "ole", "ule", "sle"> { let title = "whether the first element is less or equal"; }
def Ag_Gt : Ag_Ordering<"gt", ">", "ogt", "ugt", "sgt"> { let title = "whether the first element is greater"; }
def Ag_Ge : Ag_Ordering<"ge", ">=", "oge", "uge", "sge"> { let title = "whether the first element is greater or equal"; }

// ---------------------------------------------------------------- classification

class Ag_Classification<string name> : Ag_Predicate<name # "(Tensor self) -> Tensor(bool)"> {
  let dtypes = ["float", "complex", "int", "bool"];
  let samples = [Domain<"self", "-3", "3">, Special<["0", "inf", "-inf", "nan"]>];
}

def Ag_Isnan : Ag_Classification<"isnan"> {
  let title = "whether an element is no number";
  let eval = Expr<"std.isnan(self)">;
  let lower = [OnFloat<"arith.cmpf.uno(self, self)">, OnInt<"arith.cmpi.ne(self, self)">,
               OnComplex<"arith.ori(arith.cmpf.uno(complex.re(self), complex.re(self)), arith.cmpf.uno(complex.im(self), complex.im(self)))">];
}
def Ag_Isinf : Ag_Classification<"isinf"> {
  let title = "whether an element is infinite";
  let eval = Expr<"std.isinf(self)">;
  let lower = [OnFloat<"arith.cmpf.oeq(math.absf(self), inf)">, OnInt<"arith.cmpi.ne(self, self)">,
               OnComplex<"arith.ori(arith.cmpf.oeq(math.absf(complex.re(self)), inf), arith.cmpf.oeq(math.absf(complex.im(self)), inf))">];
}
def Ag_Isfinite : Ag_Classification<"isfinite"> {
  let title = "whether an element is a finite number";
  let eval = Expr<"std.not(std.or(std.isnan(self), std.isinf(self)))">;
  let lower = [OnFloat<"arith.cmpf.olt(math.absf(self), inf)">, OnInt<"arith.cmpi.eq(self, self)">,
               OnComplex<"arith.andi(arith.cmpf.olt(math.absf(complex.re(self)), inf), arith.cmpf.olt(math.absf(complex.im(self)), inf))">];
}

// ---------------------------------------------------------------- logic, on anything as != 0

class Ag_Logical<string name, string onBool>
    : Ag_Predicate<name # "(Tensor self, Tensor other) -> Tensor(bool)"> {
  let dtypes = ["float", "complex", "int", "bool"];
  let lower = [OnBool<onBool # "(self, other)">, OnAny<onBool # "(ne(self, 0), ne(other, 0))">];
  let samples = [Special<["0", "1", "nan"]>];
}
def Ag_LogicalAnd : Ag_Logical<"logical_and", "arith.andi"> {
  let title = "whether both elements are non-zero";
  let eval = Expr<"std.and(self != 0, other != 0)">;
}
def Ag_LogicalOr : Ag_Logical<"logical_or", "arith.ori"> {
  let title = "whether one of the elements is non-zero";
  let eval = Expr<"std.or(self != 0, other != 0)">;
}
def Ag_LogicalXor : Ag_Logical<"logical_xor", "arith.xori"> {
  let title = "whether exactly one of the elements is non-zero";
  let eval = Expr<"(self != 0) != (other != 0)">;
}
def Ag_LogicalNot : Ag_Predicate<"logical_not(Tensor self) -> Tensor(bool)"> {
  let title = "whether an element is zero";
  let dtypes = ["float", "complex", "int", "bool"];
  let eval = Expr<"self == 0">;
  let lower = [OnAny<"eq(self, 0)">];
  let samples = [Special<["0", "1", "nan"]>];
}

// ---------------------------------------------------------------- bits

class Ag_Bitwise<string schema> : Ag_Pointwise<schema> {
  let dtypes = ["int", "bool"];
  let grad = [NonDiff];
  let inplace = 1;
}
def Ag_BitwiseAnd : Ag_Bitwise<"bitwise_and(Tensor self, Tensor other) -> Tensor"> {
  let title = "bits set in both";
  let eval = Expr<"std.bitand(self, other)">;
  let lower = [OnInt<"arith.andi(self, other)">];
}
def Ag_BitwiseOr : Ag_Bitwise<"bitwise_or(Tensor self, Tensor other) -> Tensor"> {
  let title = "bits set in one";
  let eval = Expr<"std.bitor(self, other)">;
  let lower = [OnInt<"arith.ori(self, other)">];
}
def Ag_BitwiseXor : Ag_Bitwise<"bitwise_xor(Tensor self, Tensor other) -> Tensor"> {
  let title = "bits set in exactly one";
  let eval = Expr<"std.bitxor(self, other)">;
  let lower = [OnInt<"arith.xori(self, other)">];
}
def Ag_BitwiseNot : Ag_Bitwise<"bitwise_not(Tensor self) -> Tensor"> {
  let title = "bits inverted";
  let eval = Expr<"std.bitnot(self)">;
  let lower = [OnBool<"eq(self, 0)">, OnInt<"arith.xori(self, -1)">, OnUnsigned<"arith.xori(self, 255)">];
}

// By an amount that is negative or not below the width, bits are shifted out as by the width. What is lowered must not be
// poison there.
class Ag_Shift<string name> : Ag_Pointwise<name # "(Tensor self, Tensor other) -> Tensor"> {
  let dtypes = ["int"];
  let grad = [NonDiff];
  let inplace = 1;
  let samples = [Special<["1", "100", "-3", "0", "3", "7", "8", "31", "32", "63", "64", "-1"]>];
  string inside = "width = math.ctpop(arith.ori(self, -1)); inside = logical_and(other >= 0, other < width);";
  string insideByte = "inside = other < 8;";
}
def Ag_BitwiseLeftShift : Ag_Shift<"bitwise_left_shift"> {
  let title = "bits moved up by other, zeros after them";
  let kernel = "lshift_cpu";
  let eval = Expr<"self * std.pow(2, other)">;
  string shifted = "where(inside, arith.shli(self, where(inside, other, 0)), 0)";
  let lower = [OnInt<inside # shifted>, OnUnsigned<insideByte # shifted>];
}
def Ag_BitwiseRightShift : Ag_Shift<"bitwise_right_shift"> {
  let title = "bits moved down by other, copies of the sign before them";
  let kernel = "rshift_cpu";
  let eval = Expr<"factor = std.pow(2, other); q = std.quotient(self, factor);"
                  "std.select(std.and(other >= 0, other < 63), std.select(std.fmod(self, factor) < 0, q - 1, q),"
                  "std.select(self < 0, -1, 0))">;
  let lower = [OnInt<inside # "arith.shrsi(self, where(inside, other, width - 1))">,
               OnUnsigned<insideByte # "where(inside, arith.shrui(self, where(inside, other, 0)), 0)">];
}

// ---------------------------------------------------------------- choice and extremes

def Ag_Where : Ag_Pointwise<"where(Tensor(bool) condition, Tensor self, Tensor other) -> Tensor"> {
  let title = "self where the condition holds, else other";
  let dtypes = ["float", "complex", "int", "bool"];
  let eval = Expr<"std.select(condition, self, other)">;
  let lower = [OnAny<"arith.select(condition, self, other)">];
  let grad = [Wrt<"self", "where(condition, grad, zeros_like(grad))">,
              Wrt<"other", "where(condition, zeros_like(grad), grad)">];
}

def Ag_Maximum : Ag_Pointwise<"maximum(Tensor self, Tensor other) -> Tensor"> {
  let title = "the greater element; a tie halves the gradient";
  let unsupported = [SaysOfComplex<"maximum not implemented for complex tensors.">];
  let dtypes = ["float", "int", "bool"];
  let eval = Expr<"std.select(std.or(std.isnan(self), self > other), self, other)">;
  let lower = [OnFloat<"arith.maximumf(self, other)">, OnUnsigned<"arith.maxui(self, other)">,
               OnBool<"arith.ori(self, other)">, OnInt<"arith.maxsi(self, other)">];
  let gradNodes = ["MaskedFillBackward0"];
  let grad = [
    Wrt<"self", "where(self < other, zeros_like(grad), where(self == other, grad / 2, grad))">,
    Wrt<"other", "where(self > other, zeros_like(grad), where(self == other, grad / 2, grad))">];
}

def Ag_Minimum : Ag_Pointwise<"minimum(Tensor self, Tensor other) -> Tensor"> {
  let title = "the lesser element; a tie halves the gradient";
  let unsupported = [SaysOfComplex<"minimum not implemented for complex tensors.">];
  let dtypes = ["float", "int", "bool"];
  let eval = Expr<"std.select(std.or(std.isnan(self), self < other), self, other)">;
  let lower = [OnFloat<"arith.minimumf(self, other)">, OnUnsigned<"arith.minui(self, other)">,
               OnBool<"arith.andi(self, other)">, OnInt<"arith.minsi(self, other)">];
  let gradNodes = ["MaskedFillBackward0"];
  let grad = [
    Wrt<"self", "where(self > other, zeros_like(grad), where(self == other, grad / 2, grad))">,
    Wrt<"other", "where(self < other, zeros_like(grad), where(self == other, grad / 2, grad))">];
}

def Ag_Clamp : Ag_Pointwise<"clamp(Tensor self, float? min=None, float? max=None) -> Tensor"> {
  let title = "self limited to an interval; the edges pass the gradient";
  let unsupported = [SaysOfComplex<"clamp is not supported for complex types">];
  let dtypes = ["float", "int"];
  let inplace = 1;
  let node = "ClampBackward1";
  let notes = "A bound that is NaN makes every element NaN.";
  let eval = Expr<"low = choose(isnone(min), self, choose(min != min, self * 0 + min, std.select(self < min, min, self)));"
                  "choose(isnone(max), low, choose(max != max, low * 0 + max, std.select(low > max, max, low)))">;
  let lower = [OnAny<"low = choose(isnone(min), self, choose(min != min, self * 0 + min, where(self < min, min, self)));"
                     "choose(isnone(max), low, choose(max != max, low * 0 + max, where(low > max, max, low)))">];
  let grad = [Wrt<"self",
    "low = choose(isnone(min), grad, where(self >= min, grad, zeros_like(grad)));"
    "choose(isnone(max), low, where(self <= max, low, zeros_like(grad)))">];
  let samples = [Domain<"self", "-3", "3">, Special<["0", "1", "-1", "inf", "nan"]>,
                 Case<[], "min = -1.0, max = 1.0">,
                 Case<[], "min = 0.0">,
                 Case<[], "max = 1.0">,
                 Case<[], "min = 0x7FF8000000000000 : f64, max = 1.0">,
                 Case<[], "max = 0x7FF8000000000000 : f64">];
}

// Where a bound is a tensor a tie's gradient is self's alone, unlike maximum's.
class Ag_ClampBy<string name, string signature, string kernel_> : Ag_Pointwise<name # "(" # signature # ") -> Tensor"> {
  let dtypes = ["float", "int", "bool"];
  let kernel = kernel_;
  let samples = [Domain<"*", "-3", "3">, Special<["0", "1", "inf", "nan"]>];
}

def Ag_ClampMin : Ag_ClampBy<"clamp_min", "Tensor self, Tensor min", "maximum_cpu"> {
  let title = "self, or the bound where self is less";
  let inplace = 1;
  let numbersFit = 1;
  let node = "ClampMinBackward1";
  let overloads = [NumberNode<"ClampMinBackward0">];
  let eval = Expr<"std.select(std.or(std.isnan(self), self > min), self, min)">;
  let lower = [OnAny<"maximum(self, min)">];
  let grad = [Wrt<"self", "where(self >= min, grad, zeros_like(grad))">,
              Wrt<"min", "where(self < min, grad, zeros_like(grad))">];
}

def Ag_ClampMax : Ag_ClampBy<"clamp_max", "Tensor self, Tensor max", "minimum_cpu"> {
  let title = "self, or the bound where self is greater";
  let inplace = 1;
  let numbersFit = 1;
  let node = "ClampMaxBackward1";
  let overloads = [NumberNode<"ClampMaxBackward0">];
  let eval = Expr<"std.select(std.or(std.isnan(self), self < max), self, max)">;
  let lower = [OnAny<"minimum(self, max)">];
  let grad = [Wrt<"self", "where(self <= max, grad, zeros_like(grad))">,
              Wrt<"max", "where(self > max, grad, zeros_like(grad))">];
}

def Ag_ClampTensor : Ag_ClampBy<"clamp_tensor", "Tensor self, Tensor min, Tensor max", "clamp_cpu"> {
  let title = "self limited to an interval of tensors";
  let dtypes = ["float", "int"];
  let function = "clamp";
  let torch = "torch.clamp(*torch.broadcast_tensors(self, min, max))"; // its gradient fails where a bound is repeated
  let node = "ClampBackward0";
  let eval = Expr<"low = std.select(std.or(std.isnan(self), self > min), self, min);"
                  "std.select(std.or(std.isnan(low), low < max), low, max)">;
  let lower = [OnAny<"minimum(maximum(self, min), max)">];
  let grad = [
    Wrt<"self", "where(logical_and(self >= min, self <= max), grad, zeros_like(grad))">,
    Wrt<"min", "where(logical_and(min < max, self < min), grad, zeros_like(grad))">,
    Wrt<"max", "where(logical_or(self > max, max < min), grad, zeros_like(grad))">];
}

// ---------------------------------------------------------------- signs and rounding

def Ag_Sign : Ag_Pointwise<"sign(Tensor self) -> Tensor"> {
  let title = "-1, 0 or 1";
  let unsupported = [SaysOfComplex<"Unlike NumPy, torch.sign is not intended to support complex numbers. Please use torch.sgn instead.">];
  let dtypes = ["float", "int", "bool"];
  let inplace = 1;
  let eval = Expr<"std.sign(self)">;
  let lower = [OnUnsigned<"where(self > 0, 1, 0)">, OnBool<"self">,
               OnAny<"where(self > 0, 1, where(self < 0, -1, 0))">];
  let grad = [ZeroGrad];
  let samples = [Domain<"self", "-3", "3">, Special<["0", "-0.0", "inf", "-inf", "nan"]>];
}

def Ag_Sgn : Ag_Pointwise<"sgn(Tensor self) -> Tensor"> {
  let title = "self divided by its absolute value; zero stays zero";
  let dtypes = ["float", "complex", "int", "bool"];
  let inplace = 1;
  let eval = Expr<"std.sgn(self)">;
  let lower = [OnComplex<"where(self == 0, 0, complex.sign(self))">, OnAny<"sign(self)">];
  let saves = ["self", "result"];
  let grad = [Wrt<"self", "choose(iscomplex(self), where(eq(self, 0), 0, (grad - cast_like(real(grad / result), self) * result)"
                          " / cast_like(abs(self), self)), zeros_like(grad))">];
  let samples = [Domain<"self", "-3", "3">, ComplexSpecial<["0", "-0.0", "2"]>];
}

def Ag_Abs : Ag_Pointwise<"abs(Tensor self) -> Tensor(real)"> {
  let title = "absolute value; zero has gradient zero";
  let dtypes = ["float", "complex", "int"];
  let inplace = 1;
  let eval = Expr<"std.abs(self)">;
  let lower = [OnFloat<"math.absf(self)">, OnComplex<"hypot(complex.re(self), complex.im(self))">, OnUnsigned<"self">,
               OnInt<"math.absi(self)">];
  let grad = [Wrt<"self", "cast_like(grad, self) * sgn(self)">];
  let samples = [Domain<"self", "-3", "3">, ComplexSpecial<["0", "-0.0", "inf", "-inf", "nan"]>];
}

def Ag_Copysign : Ag_Pointwise<"copysign(Tensor self, Tensor other) -> Tensor"> {
  let title = "self with the sign of other, which may be a zero's";
  let roundingTolerance = "0.1: the second derivative's terms cancel";
  let saves = ["result"];
  let promotion = "float";
  let inplace = 1;
  let overloads = [NumberNode<"CopysignBackward1", "other">];
  let eval = Expr<"negative = std.or(other < 0, std.and(other == 0, 1 / other < 0));"
                  "std.select(negative, -std.abs(self), std.abs(self))">;
  let lower = [OnFloat<"math.copysign(self, other)">];
  let grad = [Wrt<"self", "grad * where(self == 0, 0, result / self)">, Wrt<"other", "zeros_like(grad)">];
  let samples = [Domain<"*", "0.3", "3">, Special<["0", "-0.0", "1", "-2", "inf", "-inf", "nan"]>];
}

def Ag_Heaviside : Ag_Pointwise<"heaviside(Tensor self, Tensor values) -> Tensor"> {
  let title = "0 below zero, 1 above, an element of values at zero";
  let dtypes = ["float", "int", "bool"];
  let promotion = "none";
  let mixed = "heaviside is not yet implemented for tensors with different dtypes.";
  let unsupported = [SaysOfComplex<"heaviside is not yet implemented for complex tensors.">];
  let inplace = 1;
  let node = "NotImplemented";
  let eval = Expr<"std.select(self == 0, values, std.select(self > 0, 1, 0))">;
  let lower = [OnBool<"arith.ori(self, values)">, OnAny<"where(self == 0, values, where(self > 0, 1, 0))">];
  let grad = [NotImplemented<"PyTorch has none either">];
  let samples = [Domain<"*", "-3", "3">, Special<["0", "-0.0", "2", "nan"]>];
}

class Ag_Rounding<string name, string std, string op> : Ag_Pointwise<name # "(Tensor self) -> Tensor"> {
  let dtypes = ["float", "int"];
  let kernel = name # "_vml_cpu";
  let unsupported = [SaysOfComplex<name # " is not supported for complex inputs">];
  let inplace = 1;
  let eval = Expr<"std." # std # "(self)">;
  let lower = [OnFloat<"math." # op # "(self)">, OnAny<"self">];
  let grad = [ZeroGrad];
  let samples = [Domain<"self", "-3", "3">, Special<["0", "-0.0", "0.5", "1.5", "-2.5", "inf", "nan"]>];
}
def Ag_Floor : Ag_Rounding<"floor", "floor", "floor"> { let title = "greatest integer not above"; }
def Ag_Ceil : Ag_Rounding<"ceil", "ceil", "ceil"> { let title = "least integer not below"; }
def Ag_Trunc : Ag_Rounding<"trunc", "trunc", "trunc"> { let title = "integer part"; }
def Ag_Round : Ag_Rounding<"round", "rint", "roundeven"> {
  let title = "nearest integer, halves to even";
  let unsupported = [];
}

def Ag_Frac : Ag_Pointwise<"frac(Tensor self) -> Tensor"> {
  let title = "fractional part, with the sign of self";
  let inplace = 1;
  let eval = Expr<"self - std.trunc(self)">;
  let lower = [OnFloat<"self - trunc(self)">];
  let grad = [Wrt<"self", "grad">];
  let samples = [Domain<"self", "-3", "3">, Special<["0", "1", "nan"]>];
}

// ---------------------------------------------------------------- division with a rounding

// Integers: no division traps. By zero it fails the call; by -1 it is a negation, which wraps.
class Ag_IntQuotient<string result> {
  string text = "divisor = where(logical_or(other == 0, other == -1), 1, other);"
                "q = where(other == -1, 0 - self, arith.divsi(self, divisor));"
                "m = arith.remsi(self, divisor);"
                "apart = logical_and(m != 0, (other < 0) != (m < 0)); " # result;
}

class Ag_Quotient<string name, string onInt, string onUnsigned>
    : Ag_Pointwise<name # "(Tensor self, Tensor other) -> Tensor"> {
  let dtypes = ["float", "int"];
  let inplace = 1;
  let samples = [Domain<"self", "-9", "9">, Domain<"other", "1", "4">,
                 Special<["7", "-7", "2", "-2.5", "1", "-1", "0", "-0.0", "inf", "-inf", "nan"]>];
  let mayFail = [FailsOnInt<"other == 0", "DIVISION", "ZeroDivisionError">];
  list<Ag_Lowering> integers = [OnInt<Ag_IntQuotient<onInt>.text>,
      OnUnsigned<"divisor = where(other == 0, 1, other); arith." # onUnsigned # "(self, divisor)">];
}

def Ag_DivTrunc : Ag_Quotient<"div_trunc", "q", "divui"> {
  let title = "quotient rounded towards zero";
  let wideNumbers = 1;
  let torch = "torch.div(self, other, rounding_mode='trunc')";
  let node = "DivBackward2";
  let saves = ["other", "self if other"];
  let eval = Expr<"std.trunc(narrow(std.quotient(self, other)))">;
  let lower = integers # [OnFloat<"trunc(narrow(self / other))">];
  let grad = [ZeroGrad];
}

// CPython's float_floor_div, which PyTorch has too (c10::div_floor_floating): of halves it rounds each step.
class Ag_FloorQuotient<string name> : Ag_Quotient<name, "where(apart, q - 1, q)", "divui"> {
  let wideNumbers = 1;
  let eval = Expr<"m = std.fmod(self, other); q = narrow(std.quotient(self, other));"
                  "d = narrow(std.quotient(narrow(self - m), other));"
                  "e = std.select(std.and(m != 0, (other < 0) != (m < 0)), narrow(d - 1), d); f = std.floor(e);"
                  "std.floor(std.select(other == 0, q, std.select(e == 0, 0 * q,"
                  "std.select(narrow(e - f) > 0.5, f + 1, f))))">;
  let lower = integers # [OnFloat<"m = fmod(self, other); q = narrow(self / other);"
                       "d = narrow(narrow(self - m) / other);"
                       "e = where(logical_and(m != 0, (other < 0) != (m < 0)), narrow(d - 1), d);"
                       "f = floor(e); where(other == 0, q, where(e == 0, math.copysign(0, q),"
                       "where(narrow(e - f) > 0.5, f + 1, f)))">];
}

def Ag_DivFloor : Ag_FloorQuotient<"div_floor"> {
  let title = "quotient rounded down, as Python's //";
  let torch = "torch.div(self, other, rounding_mode='floor')";
  let node = "DivBackward2";
  let saves = ["other", "self if other"];
  let grad = [ZeroGrad];
}

def Ag_FloorDivide : Ag_FloorQuotient<"floor_divide"> {
  let title = "quotient rounded down, as Python's //";
  let kernel = "div_floor_cpu";
  let node = "NotImplemented";
  let grad = [NotImplemented<"PyTorch has none either; div_floor has: zero">];
}

def Ag_Fmod : Ag_Quotient<"fmod", "m", "remui"> {
  let title = "remainder with the sign of self";
  let node = "FmodBackward1";
  let overloads = [NumberNode<"FmodBackward0">];
  let eval = Expr<"std.fmod(self, other)">;
  let lower = integers # [OnFloat<"arith.remf(self, other)">];
  let grad = [Wrt<"self", "grad">, Wrt<"other", "-grad * div_trunc(self, other)">];
}

def Ag_Remainder : Ag_Quotient<"remainder", "where(apart, m + other, m)", "remui"> {
  let title = "remainder with the sign of other, as Python's %";
  let node = "RemainderBackward1";
  let overloads = [NumberNode<"RemainderBackward0">];
  let eval = Expr<"m = std.fmod(self, other); std.select(std.and(m != 0, (other < 0) != (m < 0)), m + other, m)">;
  let lower = integers # [OnFloat<"m = fmod(self, other); where(logical_and(m != 0, (other < 0) != (m < 0)), m + other, m)">];
  let grad = [Wrt<"self", "grad">, Wrt<"other", "-grad * div_floor(self, other)">];
}

#endif // AG_LOGIC_TD
