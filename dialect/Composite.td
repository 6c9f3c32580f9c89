// Functions kept whole for stability or because PyTorch has one autograd node for them: `ag.apply`.
#ifndef AG_COMPOSITE_TD
#define AG_COMPOSITE_TD

include "dialect/AgDialect.td"
include "dialect/AgRecordBase.td"

def Ag_ApplyOp : Ag_PureOp<"apply", [DeclareOpInterfaceMethods<InferTypeOpInterface>]> {
  let summary = "a composite function of its operands";
  let description = [{
    What it computes is its record's body; `ag-expand-composites` puts the body in its place.

    Constraints: C1 fn names a composite record. C2 the operand count is the record's. C3 the result
    types are the body's. C4 the record has the operands' element type. C5 the parameters are those
    of the schema; beside integers a number is whole.

    ```mlir
    %0 = ag.apply mm(%a, %b) : (tensor<4x5xf32>, tensor<5x6xf32>) -> tensor<4x6xf32>
    %1 = ag.apply log_softmax<dim = 1>(%0) : (tensor<4x6xf32>) -> tensor<4x6xf32>
    ```
  }];
  let arguments = (ins StrAttr:$fn, Variadic<Ag_Tensor>:$operands, DictionaryAttr:$params);
  let results = (outs Variadic<Ag_Tensor>:$results);
  let assemblyFormat = [{
    custom<RecordCall>($fn, $params) `(` $operands `)` attr-dict `:` functional-type($operands, $results)
  }];
  let hasVerifier = 1;
}

class Ag_Composite<string schema> : Ag_Record<schema, "composite"> {
  let requiredShapes = [Matrix, Empty, ZeroDim, NonContiguous, Expanded];
  let opmath = 1;
}

// ---------------------------------------------------------------- statistics

def Ag_Mean : Ag_Composite<"mean(Tensor self, int[] dim, bool keepdim=False) -> Tensor"> {
  let title = "arithmetic mean";
  let unsupported = [SaysOfInt<"mean(): could not infer output dtype. Input dtype must be either a floating point or complex dtype. Got: {0}">];
  let samples = [Case<["2x3"], "dim = [1]">,
                 Case<["4x3"], "dim = [0], keepdim = true">,
                 Case<["2x3x2"], "dim = [0, 2]">,
                 Case<["2x0"], "dim = [1]">,
                 Case<[""], "dim = []">];
  let dtypes = ["float", "complex"];
  let node = "MeanBackward1";
  let overloads = [WholeNode<"MeanBackward0">];
  let body = Expr<"sum(self, dim, keepdim) / count(self, dim)">;
  let gradNodes = ["DivBackward1"];
  let grad = [Wrt<"self", "expand_like(unreduce(grad, dim, keepdim), self) / count(self, dim)">];
}

def Ag_Var : Ag_Composite<"var(Tensor self, int[] dim, float correction=1, bool keepdim=False) -> Tensor(real)"> {
  let title = "variance, the sum of squares divided by the count less a correction";
  let roundingTolerance = "0.5: self less its rounded mean";
  let torch = "torch.var(self, dim, correction=correction, keepdim=keepdim)";
  let samples = [Case<["2x3"], "dim = [1]">,
                 Case<["4x3"], "dim = [0], keepdim = true">,
                 Case<["2x3x2"], "dim = [0, 2]">,
                 Case<["2x3"], "dim = [1], correction = 0.0">,
                 Case<["2x0"], "dim = [1]">,
                 Case<[""], "dim = []">];
  let dtypes = ["float", "complex"];
  let body = Expr<"d = self - mean(self, dim, true); "
                  "sum(real(d * conj(d)), dim, keepdim) / maximum(count(real(self), dim) - correction, 0)">;
  let grad = [Wrt<"self", "g = unreduce(grad, dim, keepdim) * (2 / (count(real(self), dim) - correction));"
                          "cast_like(g, self) * (self - mean(self, dim, true))">];
}

def Ag_StdDev : Ag_Composite<"std(Tensor self, int[] dim, float correction=1, bool keepdim=False) -> Tensor(real)"> {
  let title = "standard deviation";
  let roundingTolerance = "0.5: self less its rounded mean";
  let torch = "torch.std(self, dim, correction=correction, keepdim=keepdim)";
  let samples = [Case<["2x3"], "dim = [1]">,
                 Case<["4x3"], "dim = [0], keepdim = true">,
                 Case<["2x3x2"], "dim = [0, 2]">,
                 Case<["2x0"], "dim = [1]">,
                 Case<[""], "dim = []">];
  let dtypes = ["float", "complex"];
  let body = Expr<"sqrt(var(self, dim, correction, keepdim))">;
  let grad = [Wrt<"self", "g = where(result == 0, zeros_like(grad), grad / (result * 2));"
                          "h = unreduce(g, dim, keepdim) * (2 / (count(real(self), dim) - correction));"
                          "cast_like(h, self) * (self - mean(self, dim, true))">];
}

def Ag_VectorNorm : Ag_Composite<"vector_norm(Tensor self, int[] dim, float ord=2, bool keepdim=False) -> Tensor(real)"> {
  let title = "norm of the vectors along dims";
  let unsupported = [SaysOfInt<"linalg.vector_norm: Expected a floating point or complex tensor as input. Got {0}">];
  let torch = "torch.linalg.vector_norm(self, ord, dim, keepdim)";
  let samples = [Case<["2x3"], "dim = [1]">,
                 Case<["4x3"], "dim = [0], keepdim = true">,
                 Case<["2x3x2"], "dim = [0, 2]">,
                 Case<["2x3"], "dim = [1], ord = 1.0">,
                 Case<["2x3"], "dim = [1], ord = 0.0">,
                 Case<["2x3"], "dim = [1], ord = 3.0">,
                 Case<["2x3"], "dim = [1], ord = 1.5">,
                 Case<["2x3"], "dim = [1], ord = 0.5">,
                 Case<["2x3"], "dim = [1], ord = -1.0">,
                 Case<["2x3"], "dim = [1], ord = 0x7FF0000000000000 : f64">,
                 Case<["2x3"], "dim = [1], ord = 0xFFF0000000000000 : f64">,
                 Case<["2x0"], "dim = [1]">,
                 Case<[""], "dim = []">];
  let notes = "A zero norm has gradient zero. An infinite or negative ord needs an element. PyTorch: linalg.vector_norm, norm.";
  let dtypes = ["float", "complex"];
  let node = "LinalgVectorNormBackward0";
  let saves = ["self", "result"];
  let body = Expr<"a = abs(self);"
    "choose(is(ord, 2), sqrt(sum(real(self * conj(self)), dim, keepdim)),"
    "choose(is(ord, 1), sum(a, dim, keepdim),"
    "choose(is(ord, inf), amax(a, dim, keepdim),"
    "choose(is(ord, -inf), amin(a, dim, keepdim),"
    "choose(is(ord, 0), sum(cast_like(self != 0, a), dim, keepdim),"
    "choose(ord < 0, where(amin(a, dim, keepdim) == 0, 0, pow(sum(pow(a, ord), dim, keepdim), 1 / ord)),"
    "pow(sum(pow(a, ord), dim, keepdim), 1 / ord)))))))">;
  let grad = [Wrt<"self",
    "g = unreduce(grad, dim, keepdim); n = unreduce(result, dim, keepdim); a = abs(self);"
    "far = cast_like(where(isnan(n), isnan(a), a == n), a);"
    "choose(is(ord, 2), cast_like(g, self) * where(n == 0, 0, self / cast_like(n, self)),"
    "choose(is(ord, 1), cast_like(g, self) * sgn(self),"
    "choose(is(ord, 0), 0,"
    "choose(is(ord, inf), sgn(self) * cast_like(far * (g / sum(far, dim, true)), self),"
    "choose(is(ord, -inf), sgn(self) * cast_like(far * (g / sum(far, dim, true)), self),"
    "choose(ord < 1, sgn(self) * cast_like(where(a == 0, 0, pow(a, ord - 1)) * (g * pow(n, 1 - ord)), self),"
    "choose(ord < 2, sgn(self) * cast_like(pow(a, ord - 1) * where(n == 0, 0, g / pow(n, ord - 1)), self),"
    "self * cast_like(pow(a, ord - 2), self) * cast_like(where(n == 0, 0, g / pow(n, ord - 1)), self))))))))">];
}

// ---------------------------------------------------------------- truth and extremes

class Ag_Truth<string name, string monoid>
    : Ag_Composite<name # "(Tensor self, int[] dim, bool keepdim=False) -> Tensor(bool)"> {
  let opmath = 0;
  let dtypes = ["float", "complex", "int", "bool"];
  let samples = [Case<["2x3"], "dim = [1]">,
                 Case<["4x3"], "dim = [0], keepdim = true">,
                 Case<["2x3x2"], "dim = [0, 2]">,
                 Case<["0x3"], "dim = [0]">,
                 Case<[""], "dim = []">];
  let notes = "NaN is true. Of ui8 the result is ui8.";
  let body = Expr<"truth_like(" # monoid # "(self != 0, dim, keepdim), self)">;
  let grad = [NonDiff];
}
def Ag_Any : Ag_Truth<"any", "supremum"> { let title = "whether an element is non-zero"; }
def Ag_All : Ag_Truth<"all", "infimum"> { let title = "whether every element is non-zero"; }

class Ag_Extreme<string name, string reduction> : Ag_Composite<name # "(Tensor self) -> Tensor"> {
  let opmath = 0; // elements are picked
  let dtypes = ["float", "int", "bool"];
  let samples = [Case<["2x3"]>, Case<["4"]>, Case<[""]>];
  let body = Expr<reduction # "(self, dims(self))">;
  let gradNodes = ["MaskedFillBackward1"];
  let grad = [Wrt<"self", "mask = where(isnan(result), isnan(self), self == result);"
                          "where(mask, grad / sum(cast_like(mask, grad), dims(self)), 0)">];
  let requiredShapes = [Matrix, ZeroDim, NonContiguous, Expanded];
}
def Ag_Max : Ag_Extreme<"max", "amax"> {
  let title = "greatest of all elements; ties share the gradient, NaN among themselves";
  let kernel = "max_all";
  let node = "MaxBackward1";
}
def Ag_Min : Ag_Extreme<"min", "amin"> {
  let title = "least of all elements; ties share the gradient, NaN among themselves";
  let kernel = "min_all";
  let node = "MinBackward1";
}

class Ag_ExtremeAlong<string name, string torchName, string body_>
    : Ag_Composite<name # "(Tensor self, int dim, bool keepdim=False) -> (Tensor, Tensor(index))"> {
  let opmath = 0; // elements are picked
  let dtypes = ["float", "int", "bool"];
  let torch = "torch." # torchName # "(self, dim, keepdim)";
  let surface = 0;
  let samples = [Case<["2x3"], "dim = 1">,
                 Case<["4x3"], "dim = 0, keepdim = true">,
                 Case<["2x3x2"], "dim = 1">,
                 Case<[""], "dim = 0">];
  let body = Cpp<body_>;
  let grad = [CppGrad<"vjpPicked">];
  let requiredShapes = [Matrix, ZeroDim, NonContiguous, Expanded];
}
def Ag_MaxDim : Ag_ExtremeAlong<"max_dim", "max", "bodyMaxDim"> {
  let title = "greatest element along a dim and its position; the gradient goes there";
  let node = "MaxBackward0";
}
def Ag_MinDim : Ag_ExtremeAlong<"min_dim", "min", "bodyMinDim"> {
  let title = "least element along a dim and its position; the gradient goes there";
  let node = "MinBackward0";
}

// ---------------------------------------------------------------- normalised exponentials

def Ag_Softmax : Ag_Composite<"softmax(Tensor self, int dim) -> Tensor"> {
  let title = "exponentials normalised to sum 1";
  let kernel = "softmax_lastdim_kernel_impl";
  let roundingTolerance = "0.5: the gradient is a difference of terms with the rounded result";
  let samples = [Case<["2x3"], "dim = 1">,
                 Case<["4x3"], "dim = 0">,
                 Case<["2x0"], "dim = 0">,
                 Case<[""], "dim = 0">];
  let body = Expr<"e = exp(self - stop_gradient(supremum(self, dim, true))); e / sum(e, dim, true)">;
  let gradNodes = ["SoftmaxBackwardDataBackward0"];
  let grad = [Wrt<"self", "result * (grad - sum(grad * result, dim, true))">];
}

def Ag_LogSoftmax : Ag_Composite<"log_softmax(Tensor self, int dim) -> Tensor"> {
  let title = "logarithm of softmax";
  let kernel = "log_softmax_lastdim_kernel_impl";
  let roundingTolerance = "1: the gradient is a difference of terms with the rounded result";
  let samples = [Case<["2x3"], "dim = 1">,
                 Case<["4x3"], "dim = 0">,
                 Case<["2x0"], "dim = 0">,
                 Case<[""], "dim = 0">];
  let body = Expr<"m = self - stop_gradient(supremum(self, dim, true)); m - log(sum(exp(m), dim, true))">;
  let gradNodes = ["LogSoftmaxBackwardDataBackward0"];
  let grad = [Wrt<"self", "grad - exp(result) * sum(grad, dim, true)">];
}

def Ag_Logsumexp : Ag_Composite<"logsumexp(Tensor self, int[] dim, bool keepdim=False) -> Tensor"> {
  let title = "logarithm of the sum of exponentials, without overflow";
  let samples = [Case<["2x3"], "dim = [1]">,
                 Case<["4x3"], "dim = [0], keepdim = true">,
                 Case<["2x3x2"], "dim = [0, 2]">,
                 Case<["2x0"], "dim = [1]">,
                 Case<[""], "dim = []">];
  let dtypes = ["float", "complex"];
  let body = Expr<"top = stop_gradient(supremum(real(self), dim, true));"
                  "m = cast_like(where(abs(top) == inf, 0, top), self);"
                  "reduced(log(sum(exp(self - m), dim, true)) + m, dim, keepdim)">;
  let grad = [Wrt<"self", "unreduce(grad, dim, keepdim) * conj(exp(self - unreduce(result, dim, keepdim)))">];
}

// ---------------------------------------------------------------- normalisation

def Ag_LayerNorm : Ag_Composite<
    "layer_norm(Tensor self, Tensor? weight, Tensor? bias, int[] dim, float eps=1e-05) -> Tensor"> {
  let title = "self shifted and scaled to mean 0 and variance 1 over the last dims";
  let kernel = "LayerNormKernelImpl";
  let roundingTolerance = "8: PyTorch rounds the mean and the deviation that it saves";
  let torch = "F.layer_norm(self, self.shape[dim[0]:], locals().get('weight'), locals().get('bias'), eps)";
  let samples = [Case<["4x3", "-", "-"], "dim = [1]">,
                 Case<["4x3", "3", "3"], "dim = [1]">,
                 Case<["2x2x3", "2x3", "2x3"], "dim = [1, 2], eps = 0.01">,
                 Case<["0x3", "3", "3"], "dim = [1]">];
  let requiredShapes = [Matrix, Empty, NonContiguous, Expanded];
  let node = "NativeLayerNormBackward0";
  let saves = ["self", "weight", "bias", "apart"]; // the mean and the deviation
  let body = Expr<"d = self - mean(self, dim, true); x = d * rsqrt(mean(d * d, dim, true) + eps);"
                  "y = choose(isnone(weight), x, x * weight); choose(isnone(bias), y, y + bias)">;
  let gradNodes = ["NativeLayerNormBackwardBackward0"];
  let grad = [
    Wrt<"self", "d = self - mean(self, dim, true); r = rsqrt(mean(d * d, dim, true) + eps); x = d * r;"
                "g = choose(isnone(weight), grad, grad * weight);"
                "r * (g - mean(g, dim, true) - x * mean(g * x, dim, true))">,
    Wrt<"weight", "d = self - mean(self, dim, true); grad * (d * rsqrt(mean(d * d, dim, true) + eps))">,
    Wrt<"bias", "grad">];
}

#endif // AG_COMPOSITE_TD
