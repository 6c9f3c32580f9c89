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
    that the schema ties have one element type. C4 the shapes broadcast. C5 the parameters are those
    of the schema.

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

def Ag_Add : Ag_Pointwise<"add(Tensor self, Tensor other, float alpha=1) -> Tensor"> {
  let title = "sum of two tensors, the second times alpha";
  let dtypes = ["float", "complex", "int", "bool"];
  let inplace = 1;
  let eval = Expr<"self + alpha * other">;
  let lower = [OnFloat<"arith.addf(self, arith.mulf(alpha, other))">,
               OnComplex<"complex.add(self, complex.mul(alpha, other))">,
               OnBool<"arith.ori(self, other)">,
               OnInt<"arith.addi(self, arith.muli(alpha, other))">];
  let grad = [Wrt<"self", "grad">, Wrt<"other", "grad * alpha">];
}

def Ag_Sub : Ag_Pointwise<"sub(Tensor self, Tensor other, float alpha=1) -> Tensor"> {
  let title = "difference of two tensors, the second times alpha";
  let dtypes = ["float", "complex", "int"];
  let inplace = 1;
  let eval = Expr<"self - alpha * other">;
  let lower = [OnFloat<"arith.subf(self, arith.mulf(alpha, other))">,
               OnComplex<"complex.sub(self, complex.mul(alpha, other))">,
               OnInt<"arith.subi(self, arith.muli(alpha, other))">];
  let grad = [Wrt<"self", "grad">, Wrt<"other", "-(grad * alpha)">];
}

def Ag_Mul : Ag_Pointwise<"mul(Tensor self, Tensor other) -> Tensor"> {
  let title = "product of two tensors";
  let dtypes = ["float", "complex", "int", "bool"];
  let inplace = 1;
  let eval = Expr<"self * other">;
  let lower = [OnFloat<"arith.mulf(self, other)">, OnComplex<"complex.mul(self, other)">,
               OnBool<"arith.andi(self, other)">, OnInt<"arith.muli(self, other)">];
  let grad = [Wrt<"self", "grad * conj(other)">, Wrt<"other", "grad * conj(self)">];
}

def Ag_Div : Ag_Pointwise<"div(Tensor self, Tensor other) -> Tensor"> {
  let title = "quotient of two tensors";
  let dtypes = ["float", "complex"];
  let promotion = "float";
  let inplace = 1;
  let eval = Expr<"self / other">;
  let lower = [OnFloat<"arith.divf(self, other)">, OnComplex<"complex.div(self, other)">];
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

def Ag_Conj : Ag_Pointwise<"conj(Tensor self) -> Tensor"> {
  let title = "complex conjugate; the identity on real tensors";
  let dtypes = ["float", "complex", "int", "bool"];
  let eval = Expr<"std.conj(self)">;
  let lower = [OnComplex<"complex.conj(self)">, OnAny<"self">];
  let grad = [Wrt<"self", "conj(grad)">];
}

// ---------------------------------------------------------------- exponentials

def Ag_Exp : Ag_Pointwise<"exp(Tensor self) -> Tensor"> {
  let title = "exponential";
  let dtypes = ["float", "complex"];
  let promotion = "float";
  let inplace = 1;
  let eval = Expr<"std.exp(self)">;
  let lower = [OnFloat<"math.exp(self)">, OnComplex<"complex.exp(self)">];
  let grad = [Wrt<"self", "grad * conj(result)">];
  let samples = [Domain<"self", "-5", "5">, Special<["0", "inf", "-inf", "nan", "-100", "100"]>];
}

def Ag_Log : Ag_Pointwise<"log(Tensor self) -> Tensor"> {
  let title = "natural logarithm";
  let dtypes = ["float", "complex"];
  let promotion = "float";
  let inplace = 1;
  let eval = Expr<"std.log(self)">;
  let lower = [OnFloat<"math.log(self)">, OnComplex<"complex.log(self)">];
  let grad = [Wrt<"self", "grad / conj(self)">];
  let samples = [Domain<"self", "0.1", "9">, Special<["0", "1", "inf", "nan", "-1", "1e-40"]>];
}

def Ag_Sqrt : Ag_Pointwise<"sqrt(Tensor self) -> Tensor"> {
  let title = "square root";
  let dtypes = ["float", "complex"];
  let promotion = "float";
  let inplace = 1;
  let eval = Expr<"std.sqrt(self)">;
  let lower = [OnFloat<"math.sqrt(self)">, OnComplex<"complex.sqrt(self)">];
  let grad = [Wrt<"self", "grad / (2 * conj(result))">];
  let samples = [Domain<"self", "0.1", "9">, Special<["0", "inf", "nan", "-1"]>];
}

def Ag_Tanh : Ag_Pointwise<"tanh(Tensor self) -> Tensor"> {
  let title = "hyperbolic tangent";
  let dtypes = ["float", "complex"];
  let promotion = "float";
  let inplace = 1;
  let eval = Expr<"std.tanh(self)">;
  let lower = [OnFloat<"math.tanh(self)">, OnComplex<"complex.tanh(self)">];
  let grad = [Wrt<"self", "grad * conj(1 - result * result)">];
  let samples = [Domain<"self", "-3", "3">, Special<["0", "inf", "-inf", "nan"]>];
}

def Ag_Sigmoid : Ag_Pointwise<"sigmoid(Tensor self) -> Tensor"> {
  let title = "logistic function";
  let dtypes = ["float", "complex"];
  let promotion = "float";
  let inplace = 1;
  let eval = Expr<"1 / (1 + std.exp(-self))">;
  let lower = [OnFloat<"arith.divf(1, arith.addf(1, math.exp(arith.negf(self))))">,
               OnComplex<"complex.div(1, complex.add(1, complex.exp(complex.neg(self))))">];
  let grad = [Wrt<"self", "grad * conj((1 - result) * result)">];
  let samples = [Domain<"self", "-5", "5">, Special<["0", "inf", "-inf", "nan", "-100", "100"]>];
}

// ---------------------------------------------------------------- kinks

def Ag_Relu : Ag_Pointwise<"relu(Tensor self) -> Tensor"> {
  let title = "the positive part; zero has gradient zero";
  let dtypes = ["float", "int"];
  let inplace = 1;
  let eval = Expr<"std.select(self <= 0, 0, self)">;
  let lower = [OnFloat<"arith.select(arith.cmpf.ole(self, 0), 0, self)">,
               OnUnsigned<"self">,
               OnInt<"arith.maxsi(self, 0)">];
  let grad = [Wrt<"self", "where(result <= 0, zeros_like(grad), grad)">];
  let samples = [Domain<"self", "-3", "3">, Special<["0", "-0.0", "inf", "-inf", "nan"]>];
}

def Ag_Sign : Ag_Pointwise<"sign(Tensor self) -> Tensor"> {
  let title = "-1, 0 or 1";
  let dtypes = ["float", "int"];
  let inplace = 1;
  let eval = Expr<"std.sign(self)">;
  let lower = [OnFloat<"arith.subf(arith.uitofp(arith.cmpf.ogt(self, 0)), arith.uitofp(arith.cmpf.olt(self, 0)))">,
               OnUnsigned<"arith.extui(arith.cmpi.ne(self, 0))">,
               OnInt<"arith.subi(arith.extui(arith.cmpi.sgt(self, 0)), arith.extui(arith.cmpi.slt(self, 0)))">];
  let grad = [ZeroGrad];
  let samples = [Domain<"self", "-3", "3">, Special<["0", "-0.0", "inf", "-inf"]>];
}

def Ag_Abs : Ag_Pointwise<"abs(Tensor self) -> Tensor(real)"> {
  let title = "absolute value; zero has gradient zero";
  let dtypes = ["float", "int"];
  let inplace = 1;
  let eval = Expr<"std.abs(self)">;
  let lower = [OnFloat<"math.absf(self)">, OnUnsigned<"self">, OnInt<"math.absi(self)">];
  let grad = [Wrt<"self", "grad * sign(self)">];
  let samples = [Domain<"self", "-3", "3">, Special<["0", "-0.0", "inf", "-inf", "nan"]>];
}

// ---------------------------------------------------------------- comparisons and choice

def Ag_Eq : Ag_Predicate<"eq(Tensor self, Tensor other) -> Tensor(bool)"> {
  let title = "whether two elements are equal";
  let eval = Expr<"self == other">;
  let lower = [OnFloat<"arith.cmpf.oeq(self, other)">, OnInt<"arith.cmpi.eq(self, other)">];
}
def Ag_Ne : Ag_Predicate<"ne(Tensor self, Tensor other) -> Tensor(bool)"> {
  let title = "whether two elements differ";
  let eval = Expr<"self != other">;
  let lower = [OnFloat<"arith.cmpf.une(self, other)">, OnInt<"arith.cmpi.ne(self, other)">];
}
def Ag_Lt : Ag_Predicate<"lt(Tensor self, Tensor other) -> Tensor(bool)"> {
  let title = "whether the first element is less";
  let eval = Expr<"self < other">;
  let lower = [OnFloat<"arith.cmpf.olt(self, other)">, OnUnsigned<"arith.cmpi.ult(self, other)">,
               OnBool<"arith.cmpi.ult(self, other)">, OnInt<"arith.cmpi.slt(self, other)">];
}
def Ag_Le : Ag_Predicate<"le(Tensor self, Tensor other) -> Tensor(bool)"> {
  let title = "whether the first element is less or equal";
  let eval = Expr<"self <= other">;
  let lower = [OnFloat<"arith.cmpf.ole(self, other)">, OnUnsigned<"arith.cmpi.ule(self, other)">,
               OnBool<"arith.cmpi.ule(self, other)">, OnInt<"arith.cmpi.sle(self, other)">];
}
def Ag_Gt : Ag_Predicate<"gt(Tensor self, Tensor other) -> Tensor(bool)"> {
  let title = "whether the first element is greater";
  let eval = Expr<"self > other">;
  let lower = [OnFloat<"arith.cmpf.ogt(self, other)">, OnUnsigned<"arith.cmpi.ugt(self, other)">,
               OnBool<"arith.cmpi.ugt(self, other)">, OnInt<"arith.cmpi.sgt(self, other)">];
}
def Ag_Ge : Ag_Predicate<"ge(Tensor self, Tensor other) -> Tensor(bool)"> {
  let title = "whether the first element is greater or equal";
  let eval = Expr<"self >= other">;
  let lower = [OnFloat<"arith.cmpf.oge(self, other)">, OnUnsigned<"arith.cmpi.uge(self, other)">,
               OnBool<"arith.cmpi.uge(self, other)">, OnInt<"arith.cmpi.sge(self, other)">];
}

def Ag_Where : Ag_Pointwise<"where(Tensor(bool) condition, Tensor self, Tensor other) -> Tensor"> {
  let title = "self where the condition holds, else other";
  let dtypes = ["float", "complex", "int", "bool"];
  let eval = Expr<"std.select(condition, self, other)">;
  let lower = [OnAny<"arith.select(condition, self, other)">];
  let grad = [Wrt<"self", "where(condition, grad, zeros_like(grad))">,
              Wrt<"other", "where(condition, zeros_like(grad), grad)">];
}

// ---------------------------------------------------------------- element types

def Ag_CastOp : Ag_PureOp<"cast">, Ag_Record<"cast(Tensor(any) self) -> Tensor(any)", "primitive"> {
  let title = "conversion of the element type";
  let notes = "Float to integer truncates; to bool is `!= 0`; complex to real drops the imaginary part.";
  let dtypes = ["float", "complex", "int", "bool"];
  let promotion = "none";
  let node = "ToCopyBackward0";
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
