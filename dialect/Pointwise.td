// Pointwise functions: `ag.map` and `ag.cast`, and a record for each function.
#ifndef AG_POINTWISE_TD
#define AG_POINTWISE_TD

include "dialect/AgDialect.td"
include "dialect/AgRecordBase.td"

def Ag_MapOp : Ag_InferredOp<"map"> {
  let summary = "a pointwise function of its operands";
  let description = [{
    `result[i] = fn(operands[i] ...)`, with fn a pointwise record. Operands broadcast as in PyTorch,
    aligned at the last dim: an extent 1 repeats. Two `?` extents are equal at run time.

    Constraints: C1 fn names a pointwise record. C2 the operand count is the record's. C3 operands
    that the schema ties have one element type, one that the record has. C4 the shapes broadcast.
    C5 the parameters are those of the schema; beside integers a number is whole.

    ```mlir
    %0 = ag.map tanh(%x) : (tensor<4xf32>) -> tensor<4xf32>
    %1 = ag.map leaky_relu<negative_slope = 0.01>(%0) : (tensor<4xf32>) -> tensor<4xf32>
    ```
  }];
  let arguments = (ins StrAttr:$fn, Variadic<Ag_Tensor>:$operands, DictionaryAttr:$params);
  let results = (outs Ag_Tensor:$result);
  let assemblyFormat = [{
    custom<RecordCall>($fn, $params) `(` $operands `)` attr-dict `:` functional-type($operands, $result)
  }];
  let hasVerifier = 1;
}

class Ag_Pointwise<string schema> : Ag_Record<schema, "pointwise"> {
  let requiredShapes = [Matrix, Empty, ZeroDim, Broadcast, NonContiguous, Expanded];
}

// Comparisons, classifications and logic: a bool result.
class Ag_Predicate<string schema> : Ag_Pointwise<schema> {
  let grad = [NonDiff];
  let dtypes = ["float", "int", "bool"];
}

// ---------------------------------------------------------------- arithmetic

// A complex sum is PyTorch's, which takes its factor, alpha or -alpha, as a complex number of no imaginary part: what
// that multiplies makes NaN beside an infinite part, and decides the signs of zeros.
class Ag_ComplexSum<string factor> {
  string text = "x = complex.re(other); y = complex.im(other);"
                "a = " # !subst("OTHER", "x", factor) # "; b = " # !subst("OTHER", "y", factor) # ";"
                "complex.create(arith.addf(complex.re(self), arith.subf(a, arith.mulf(y, 0))),"
                "arith.addf(complex.im(self), arith.addf(b, arith.mulf(x, 0))))";
}

def Ag_Add : Ag_Pointwise<"add(Tensor self, Tensor other, float alpha=1) -> Tensor"> {
  let title = "sum of two tensors, the second times alpha";
  let roundingTolerance = "1: PyTorch rounds alpha times other";
  let samples = [Case<[]>,
                 Case<[], "alpha = 3.0">,
                 ComplexSpecial<[]>];
  let dtypes = ["float", "complex", "int", "bool"];
  let inplace = 1;
  let eval = Expr<"self + std.scale(alpha, other)">;
  let lower = [OnFloat<"arith.addf(self, arith.mulf(alpha, other))">,
               OnComplex<Ag_ComplexSum<"arith.mulf(alpha, OTHER)">.text>,
               OnBool<"arith.ori(self, arith.andi(alpha, other))">,
               OnInt<"arith.addi(self, arith.muli(alpha, other))">];
  let grad = [Wrt<"self", "grad">, Wrt<"other", "grad * alpha">];
}

def Ag_Sub : Ag_Pointwise<"sub(Tensor self, Tensor other, float alpha=1) -> Tensor"> {
  let title = "difference of two tensors, the second times alpha";
  let samples = [Case<[]>,
                 Case<[], "alpha = 3.0">,
                 ComplexSpecial<[]>];
  let dtypes = ["float", "complex", "int"];
  let inplace = 1;
  let eval = Expr<"self + std.scale(-alpha, other)">;
  let lower = [OnFloat<"arith.subf(self, arith.mulf(alpha, other))">,
               OnComplex<Ag_ComplexSum<"arith.negf(arith.mulf(alpha, OTHER))">.text>,
               OnInt<"arith.subi(self, arith.muli(alpha, other))">];
  let grad = [Wrt<"self", "grad">, Wrt<"other", "-(grad * alpha)">];
}

def Ag_Mul : Ag_Pointwise<"mul(Tensor self, Tensor other) -> Tensor"> {
  let title = "product of two tensors";
  let dtypes = ["float", "complex", "int", "bool"];
  let wideNumbers = 1;
  let inplace = 1;
  let eval = Expr<"self * other">;
  let lower = [OnFloat<"arith.mulf(self, other)">, OnComplex<"complex.mul(self, other)">,
               OnBool<"arith.andi(self, other)">, OnInt<"arith.muli(self, other)">];
  let grad = [Wrt<"self", "grad * conj(other)">, Wrt<"other", "grad * conj(self)">];
}

// A complex quotient as PyTorch's, which scales by the greater part of other: a zero has no sign.
def Ag_ComplexQuotient {
  string text = "a = complex.re(self); b = complex.im(self); c = complex.re(other); d = complex.im(other);"
                "p = math.absf(c); q = math.absf(d); wide = arith.cmpf.oge(p, q);"
                "ratio = arith.divf(where(wide, d, c), where(wide, c, d));"
                "scale = arith.divf(1, where(wide, c + d * ratio, c * ratio + d));"
                "x = where(wide, a + b * ratio, a * ratio + b); y = where(wide, b - a * ratio, b * ratio - a);"
                "none = arith.andi(arith.cmpf.oeq(p, 0), arith.cmpf.oeq(q, 0));"
                "complex.create(where(none, a * inf, x * scale), where(none, b * inf, y * scale))";
}

def Ag_Div : Ag_Pointwise<"div(Tensor self, Tensor other) -> Tensor"> {
  let title = "quotient of two tensors";
  let dtypes = ["float", "complex"];
  let promotion = "float";
  let wideNumbers = 1;
  let inplace = 1;
  let eval = Expr<"self / other">;
  let lower = [OnFloat<"arith.divf(self, other)">, OnComplex<Ag_ComplexQuotient.text>];
  let grad = [Wrt<"self", "grad / conj(other)">,
              Wrt<"other", "-grad * conj((self / other) / other)">];
  let samples = [Domain<"other", "0.5", "3">];
}

def Ag_Neg : Ag_Pointwise<"neg(Tensor self) -> Tensor"> {
  let title = "negation";
  let dtypes = ["float", "complex", "int"];
  let inplace = 1;
  let eval = Expr<"-self">;
  let lower = [OnFloat<"arith.negf(self)">, OnComplex<"complex.neg(self)">,
               OnInt<"arith.subi(0, self)">];
  let grad = [Wrt<"self", "-grad">];
}

// Of what PyTorch has a derivative of, but none of that derivative.
class Ag_Refusing<string name> : Ag_Pointwise<name # "(Tensor self, str refusal) -> Tensor"> {
  let surface = 0;
  let torch = "self.clone()";
  let samples = [Case<[], "refusal = \"the derivative is not implemented.\"">];
  let eval = Expr<"self">;
  let lower = [OnFloat<"self">];
}
def Ag_Underived : Ag_Refusing<"underived"> {
  let title = "self, with no derivative: refusal says so";
  let node = "torch::autograd::NotImplemented";
  let grad = [NotImplemented<"PyTorch has none either">];
}
def Ag_DerivedOnce : Ag_Refusing<"derived_once"> {
  let title = "self, whose derivative has none: refusal says so";
  let grad = [Wrt<"self", "underived(grad, refusal)">];
}

def Ag_Conj : Ag_Pointwise<"conj(Tensor self) -> Tensor"> {
  let title = "complex conjugate; the identity on real tensors";
  let dtypes = ["float", "complex", "int", "bool"];
  let surface = 0; // of a real tensor it is the tensor itself
  let eval = Expr<"std.conj(self)">;
  let lower = [OnComplex<"complex.conj(self)">, OnAny<"self">];
  let grad = [Wrt<"self", "conj(grad)">];
}

def Ag_Real : Ag_Pointwise<"real(Tensor self) -> Tensor(real)"> {
  let title = "real part";
  let dtypes = ["float", "complex"];
  let surface = 0; // a view of a complex tensor
  let eval = Expr<"std.real(self)">;
  let lower = [OnComplex<"complex.re(self)">, OnAny<"self">];
  let grad = [Wrt<"self", "cast_like(grad, self)">];
}

def Ag_Imag : Ag_Pointwise<"imag(Tensor self) -> Tensor(real)"> {
  let title = "imaginary part";
  let dtypes = ["complex"];
  let surface = 0; // a view of a complex tensor
  let eval = Expr<"std.imag(self)">;
  let lower = [OnComplex<"complex.im(self)">];
  let grad = [Wrt<"self", "complex(zeros_like(grad), grad)">];
}

def Ag_MakeComplex : Ag_Pointwise<"complex(Tensor real, Tensor imag) -> Tensor(complex)"> {
  let title = "complex number of a real and an imaginary part";
  let eval = Expr<"std.complex(real, imag)">;
  let lower = [OnFloat<"complex.create(real, imag)">];
  let grad = [Wrt<"real", "real(grad)">, Wrt<"imag", "imag(grad)">];
  let saves = ["real if real", "imag if imag"];
}

def Ag_Polar : Ag_Pointwise<"polar(Tensor abs, Tensor angle) -> Tensor(complex)"> {
  let title = "complex number of an absolute value and an angle";
  let eval = Expr<"std.complex(abs * std.cos(angle), abs * std.sin(angle))">;
  let lower = [OnFloat<"complex.create(abs * math.cos(angle), abs * math.sin(angle))">];
  let grad = [Wrt<"abs", "real(grad * conj(sgn(result)))">, Wrt<"angle", "imag(grad * conj(result))">];
  let samples = [Domain<"abs", "0.3", "3">, Domain<"angle", "-3", "3">, Special<["0", "1", "-2"]>];
}

def Ag_Angle : Ag_Pointwise<"angle(Tensor self) -> Tensor(real)"> {
  let title = "angle of a complex number; zero has gradient zero";
  let dtypes = ["complex"];
  let eval = Expr<"std.atan2(std.imag(self), std.real(self))">;
  let lower = [OnComplex<"math.atan2(complex.im(self), complex.re(self))">];
  let grad = [Wrt<"self", "part = cast_like(grad, self) * self / cast_like(pow(abs(self), 2), self);"
                          "where(eq(self, 0), 0, complex(real(part) * 0 - imag(part), real(part) + imag(part) * 0))">];
}

def Ag_Reciprocal : Ag_Pointwise<"reciprocal(Tensor self) -> Tensor"> {
  let title = "one over a tensor";
  let dtypes = ["float", "complex"];
  let promotion = "float";
  let inplace = 1;
  let eval = Expr<"1 / self">;
  let lower = [OnAny<"1 / self">];
  let grad = [Wrt<"self", "-grad * conj(result * result)">];
  let samples = [Domain<"self", "0.3", "3">, Special<["0", "-0.0", "inf", "-inf", "nan"]>];
}

def Ag_Addcmul : Ag_Pointwise<"addcmul(Tensor self, Tensor tensor1, Tensor tensor2, float value=1) -> Tensor"> {
  let title = "self plus value times the product of two tensors";
  let kernel = "addcmul_cpu_out";
  let dtypes = ["float", "complex", "int"];
  let opmath = 1;
  let inplace = 1;
  let eval = Expr<"self + value * tensor1 * tensor2">;
  let lower = [OnComplex<"complex.add(self, value * tensor1 * tensor2)">,
               OnAny<"self + value * tensor1 * tensor2">];
  let grad = [Wrt<"self", "grad">, Wrt<"tensor1", "grad * conj(tensor2 * value)">,
              Wrt<"tensor2", "grad * conj(tensor1 * value)">];
}

def Ag_Addcdiv : Ag_Pointwise<"addcdiv(Tensor self, Tensor tensor1, Tensor tensor2, float value=1) -> Tensor"> {
  let title = "self plus value times the quotient of two tensors";
  let dtypes = ["float", "complex"];
  let opmath = 1;
  let inplace = 1;
  let eval = Expr<"self + value * tensor1 / tensor2">;
  let lower = [OnComplex<"complex.add(self, value * tensor1 / tensor2)">,
               OnAny<"self + value * tensor1 / tensor2">];
  let saves = ["tensor2"];
  let grad = [Wrt<"self", "grad">, Wrt<"tensor1", "grad * conj(value / tensor2)">,
              Wrt<"tensor2", "-grad * conj((value * tensor1) / (tensor2 * tensor2))">];
  let samples = [Domain<"tensor2", "0.5", "3">];
}

def Ag_Lerp : Ag_Pointwise<"lerp(Tensor self, Tensor end, Tensor weight) -> Tensor"> {
  let title = "linear interpolation, from the nearer end";
  let dtypes = ["float", "complex"];
  let inplace = 1;
  let node = "LerpBackward1";
  let wideNumbers = 1;
  let overloads = [NumberNode<"LerpBackward0">];
  let eval = Expr<"std.select(std.abs(weight) < 0.5, self + weight * (end - self), end - (end - self) * (1 - weight))">;
  string ends = ", self + weight * (end - self), end - (end - self) * (1 - weight))";
  let lower = [OnFloat<"where(lt(abs(weight), 0.5)" # ends>,
               OnComplex<"way = complex.sub(end, self); where(arith.cmpf.olt(complex.abs(weight), 0.5),"
                         "complex.add(self, weight * way), complex.sub(end, way * complex.sub(1, weight)))">];
  let grad = [Wrt<"self", "grad * conj(1 - weight)">, Wrt<"end", "grad * conj(weight)">,
              Wrt<"weight", "grad * conj(end - self)">];
  let saves = ["weight"];
}

// ---------------------------------------------------------------- element types

def Ag_CastOp : Ag_PureOp<"cast">, Ag_Record<"cast(Tensor(any) self) -> Tensor(any)", "primitive"> {
  let title = "conversion of the element type";
  let samples = [OpCase<["2x3"], "ag.cast %self : tensor<2x3xT> to tensor<2x3xf32>", "self.to(torch.float32)">,
                 OpCase<["2x3"], "ag.cast %self : tensor<2x3xT> to tensor<2x3xi64>", "self.to(torch.int64)">,
                 OpCase<["2x3"], "ag.cast %self : tensor<2x3xT> to tensor<2x3xi1>", "self.to(torch.bool)">,
                 OpCase<["2x3"], "ag.cast %self : tensor<2x3xT> to tensor<2x3xbf16>", "self.to(torch.bfloat16)">,
                 OpCase<["2x3"], "ag.cast %self : tensor<2x3xT> to tensor<2x3xcomplex<f64>>", "self.to(torch.complex128)">,
                 OpCase<["0x3"], "ag.cast %self : tensor<0x3xT> to tensor<0x3xf32>", "self.to(torch.float32)">,
                 OpCase<[""], "ag.cast %self : tensor<T> to tensor<f32>", "self.to(torch.float32)">];
  let requiredShapes = [Matrix, Empty, ZeroDim, NonContiguous, Expanded];
  let notes = "Float to integer truncates; to bool is `!= 0`; complex to real drops the imaginary part.";
  let dtypes = ["float", "complex", "int", "bool"];
  let promotion = "none";
  let node = "ToCopyBackward0";
  let surface = 0;
  let eval = Cpp<"evalCast">;
  let grad = [CppGrad<"vjpCast">];
  let summary = title;
  let description = [{
    Constraint: C1 operand and result have one shape.

    ```mlir
    %0 = ag.cast %x : tensor<4xf32> to tensor<4xf64>
    ```
  }];
  let arguments = (ins Ag_Tensor:$self);
  let results = (outs Ag_Tensor:$result);
  let assemblyFormat = "$self attr-dict `:` type($self) `to` type($result)";
  let hasVerifier = 1;
  let hasFolder = 1;
}

#endif // AG_POINTWISE_TD
