// Activation functions of neural networks; kinks are PyTorch's.
#ifndef AG_ACTIVATION_TD
#define AG_ACTIVATION_TD

include "dialect/Pointwise.td"

class Ag_Activation<string schema> : Ag_Pointwise<schema> {
  let samples = [Domain<"*", "-4", "4">, Special<["0", "-0.0", "inf", "-inf", "nan"]>];
  let opmath = 1;
}

def Ag_Sigmoid : Ag_Activation<"sigmoid(Tensor self) -> Tensor"> {
  let title = "logistic function";
  let roundingTolerance = "0.5: 1 - result cancels";
  let dtypes = ["float", "complex"];
  let promotion = "float";
  let inplace = 1;
  let eval = Expr<"1 / (1 + std.exp(-self))">;
  let lower = [OnComplex<"1 / complex.add(1, exp(-self))">, OnAny<"1 / (1 + exp(-self))">];
  let gradNodes = ["SigmoidBackwardBackward0"];
  let grad = [Wrt<"self", "grad * conj((1 - result) * result)">];
}

def Ag_Relu : Ag_Activation<"relu(Tensor self) -> Tensor"> {
  let title = "the positive part; zero has gradient zero";
  let unsupported = [SaysOfComplex<"clamp is not supported for complex types">];
  let dtypes = ["float", "int"];
  let inplace = 1;
  let eval = Expr<"std.select(self < 0, 0, self)">;
  let lower = [OnFloat<"arith.select(arith.cmpf.olt(self, 0), 0, self)">, OnUnsigned<"self">,
               OnInt<"arith.maxsi(self, 0)">];
  let gradNodes = ["ThresholdBackwardBackward0"];
  let grad = [Wrt<"self", "where(result <= 0, zeros_like(grad), grad)">];
  let flat = ["result"];
}

def Ag_LeakyRelu : Ag_Activation<"leaky_relu(Tensor self, float negative_slope=0.01) -> Tensor"> {
  let title = "self where positive, else self times a slope";
  let samples = [Domain<"*", "-4", "4">, Special<["0", "-0.0", "inf", "-inf", "nan"]>,
                 Case<[]>,
                 Case<[], "negative_slope = 0.2">];
  let inplace = 1;
  let overloads = [InPlaceNodeOfResult<"LeakyReluBackward1", "negative_slope",
      "In-place leakyReLu backward calculation is triggered with a negative slope which is not supported. This is caused "
      "by calling in-place forward function with a negative slope, please call out-of-place version instead. File an "
      "issue at https://github.com/pytorch/pytorch if you do require supporting in-place leakRelu backward calculation "
      "with negative slope">];
  let eval = Expr<"std.select(self > 0, self, self * negative_slope)">;
  let lower = [OnFloat<"where(self > 0, self, self * negative_slope)">];
  let gradNodes = ["LeakyReluBackwardBackward0"];
  let grad = [Wrt<"self", "where(self > 0, grad, grad * negative_slope)">];
  let flat = ["self"];
}

def Ag_PreluKernel : Ag_Activation<"prelu_kernel(Tensor self, Tensor weight) -> Tensor"> {
  let title = "self where positive, else self times its slope in weight";
  let kernel = "prelu_cpu";
  let promotion = "none";
  let mixed = "prelu: Type promoting not supported. Got {0} and {1}";
  let torch = "torch._prelu_kernel(*torch.broadcast_tensors(self, weight))";
  let eval = Expr<"std.select(self > 0, self, weight * self)">;
  let lower = [OnFloat<"where(self > 0, self, weight * self)">];
  // At 0 the slope is in the gradient, and not in what PyTorch derives from it.
  let gradNodes = ["PreluKernelBackwardBackward0"];
  let grad = [Wrt<"self", "s = weight * grad; straight_through(where(self >= 0, grad, s), where(self > 0, grad, s))">,
              Wrt<"weight", "where(self >= 0, zeros_like(grad), self * grad)">];
  let saves = ["self", "weight"];
}

def Ag_Elu : Ag_Activation<"elu(Tensor self, float alpha=1, float scale=1, float input_scale=1) -> Tensor"> {
  let title = "self where positive, else alpha times (exp(self) - 1)";
  let torch = "torch.ops.aten.elu(self, alpha, scale, input_scale)";
  let samples = [Domain<"*", "-4", "4">, Special<["0", "-0.0", "inf", "-inf", "nan"]>,
                 Case<[]>,
                 Case<[], "alpha = 0.5">];
  let inplace = 1;
  let overloads = [InPlaceNodeOfResult<"EluBackward1", "alpha",
      "In-place elu backward calculation is triggered with a negative slope which is not supported. This is caused by "
      "calling in-place forward function with a negative slope, please call out-of-place version instead.">];
  let eval = Expr<"std.select(self > 0, self * scale, std.expm1(self * input_scale) * (alpha * scale))">;
  let lower = [OnFloat<"where(self > 0, self * scale, expm1(self * input_scale) * (alpha * scale))">];
  // What is not negative has no part in the exponential, nor in its derivative.
  let gradNodes = ["EluBackwardBackward0"];
  let grad = [Wrt<"self", "z = where(self < 0, self, 0); where(self <= 0,"
                          "grad * (input_scale * (alpha * scale)) * exp(z * input_scale), grad * scale)">];
}

def Ag_Gelu : Ag_Activation<"gelu(Tensor self, str(none|tanh) approximate='none') -> Tensor"> {
  let title = "self times the normal distribution function of self";
  let kernel = "GeluKernelImpl";
  let samples = [Domain<"*", "-4", "4">, Special<["0", "-0.0", "inf", "-inf", "nan"]>,
                 Case<[]>,
                 Case<[], "approximate = \"tanh\"">];
  let tolerance = "2e-4: 0.5 (1 + erf) loses relative accuracy for large negative self, in PyTorch too";
  let eval = Expr<"choose(is(approximate, 'tanh'),"
                  "0.5 * self * (1 + std.tanh(0.7978845608028654 * (self + 0.044715 * self * self * self))),"
                  "self * 0.5 * (1 + std.erf(self * 0.7071067811865476)))">;
  let lower = [OnFloat<"choose(is(approximate, 'tanh'),"
                       "0.5 * self * (1 + tanh(0.7978845608028654 * (self + 0.044715 * self * self * self))),"
                       "self * 0.5 * (1 + erf(self * 0.7071067811865476)))">];
  let gradNodes = ["GeluBackwardBackward0"];
  let grad = [Wrt<"self",
    "inner = 0.7978845608028654 * (self + 0.044715 * pow(self, 3)); t = tanh(inner);"
    "choose(is(approximate, 'tanh'),"
    "grad * (0.5 * (1 + t) + 0.5 * self * (1 - t * t) * (0.7978845608028654 * (1 + 0.134145 * pow(self, 2)))),"
    "grad * (0.5 * (1 + erf(self * 0.7071067811865476)) + self * (exp(pow(self, 2) * -0.5) * 0.3989422804014327)))">];
}

def Ag_Silu : Ag_Activation<"silu(Tensor self) -> Tensor"> {
  let title = "self times its logistic function";
  let inplace = 1;
  let eval = Expr<"self / (1 + std.exp(-self))">;
  let lower = [OnFloat<"self / (1 + exp(-self))">];
  let grad = [Wrt<"self", "s = sigmoid(self); grad * (s * (1 + self * (1 - s)))">];
}

def Ag_Mish : Ag_Activation<"mish(Tensor self) -> Tensor"> {
  let title = "self times the hyperbolic tangent of its softplus";
  let inplace = 1;
  let eval = Expr<"self * std.tanh(std.log1p(std.exp(self)))">;
  let lower = [OnFloat<"self * tanh(log1p(exp(self)))">];
  let grad = [Wrt<"self", "t = tanh(log1p(exp(self))); grad * (t + self * sigmoid(self) * (1 - t * t))">];
}

def Ag_Softplus : Ag_Activation<"softplus(Tensor self, float beta=1, float threshold=20) -> Tensor"> {
  let title = "smooth positive part; linear above the threshold";
  let samples = [Domain<"*", "-4", "4">, Special<["0", "-0.0", "inf", "-inf", "nan", "20", "30"]>,
                 Case<[]>,
                 Case<[], "beta = 2.0, threshold = 3.0">];
  let eval = Expr<"std.select(self * beta > threshold, self, std.log1p(std.exp(self * beta)) / beta)">;
  let lower = [OnFloat<"where(self * beta > threshold, self, log1p(exp(self * beta)) / beta)">];
  // At the threshold it is curved no more.
  let gradNodes = ["SoftplusBackwardBackward0"];
  let grad = [Wrt<"self", "x = self * beta; z = where(x >= threshold, threshold, x);"
                          "where(x > threshold, grad, grad * sigmoid(z))">];
}

def Ag_LogSigmoid : Ag_Activation<"log_sigmoid(Tensor self) -> Tensor"> {
  let title = "logarithm of the logistic function";
  let torch = "F.logsigmoid(self)";
  let layout = "contiguous";
  let saves = ["self", "apart"]; // the exponential
  let eval = Expr<"std.select(self < 0, self, 0) - std.log1p(std.exp(-std.select(self < 0, -self, self)))">;
  let lower = [OnFloat<"minimum(self, 0) - log1p(exp(-abs(self)))">];
  let gradNodes = ["LogSigmoidBackwardBackward0"];
  let grad = [Wrt<"self", "z = exp(where(self < 0, self, -self)); q = z / (1 + z); where(self < 0, grad * (1 - q), grad * q)">];
}

// What is cut out of an interval around 0, or below a threshold; the gradient is cut with it.
class Ag_Shrink<string schema> : Ag_Activation<schema> {
  string inside = "logical_and(self >= -lambd, self <= lambd)";
  let grad = [Wrt<"self", "where(" # inside # ", zeros_like(grad), grad)">];
  let flat = ["self"];
  let samples = [Domain<"self", "-3", "3">, Special<["0", "-0.0", "0.5", "-0.5", "inf", "-inf", "nan"]>,
                 Case<[]>,
                 Case<[], "lambd = 1.5">];
}
def Ag_Hardshrink : Ag_Shrink<"hardshrink(Tensor self, float lambd=0.5) -> Tensor"> {
  let title = "self outside of an interval around 0, else 0";
  let opmath = 0; // PyTorch's lambd is of the dtype
  let eval = Expr<"std.select(std.and(self >= -lambd, self <= lambd), 0, self)">;
  let lower = [OnFloat<"where(" # inside # ", 0, self)">];
  let gradNodes = ["HardshrinkBackwardBackward0"];
}
def Ag_Softshrink : Ag_Shrink<"softshrink(Tensor self, float lambd=0.5) -> Tensor"> {
  let title = "self moved towards 0, and no further";
  let kernel = "softshrink_check";
  let eval = Expr<"std.select(self > lambd, self - lambd, std.select(self < -lambd, self + lambd, self * 0))">;
  let lower = [OnFloat<"where(self > lambd, self - lambd, where(self < -lambd, self + lambd, self * 0))">];
  let gradNodes = ["SoftshrinkBackwardBackward0"];
}

def Ag_Threshold : Ag_Activation<"threshold(Tensor self, float threshold, float value) -> Tensor"> {
  let title = "self where it is greater than a threshold, else a value";
  let dtypes = ["float", "int"];
  let inplace = 1;
  let idempotent = 1;
  let overloads = [InPlaceNode<"ThresholdBackward1">];
  let eval = Expr<"std.select(self <= threshold, value, self)">;
  let lower = [OnAny<"where(self <= threshold, value, self)">];
  let gradNodes = ["ThresholdBackwardBackward0"];
  let grad = [Wrt<"self", "where(self <= threshold, zeros_like(grad), grad)">];
  let flat = ["self"];
  let samples = [Domain<"self", "-3", "3">, Special<["0", "1", "-1", "inf", "-inf", "nan"]>,
                 Case<[], "threshold = 1.0, value = 20.0">];
}

def Ag_Hardtanh : Ag_Activation<"hardtanh(Tensor self, float min_val=-1, float max_val=1) -> Tensor"> {
  let title = "self clamped; no gradient at the edges";
  let unsupported = [SaysOfComplex<"clamp is not supported for complex types">];
  let notes = "The gradient of NaN passes, as in PyTorch's loop of single elements; its loop of vectors stops it.";
  let opmath = 0; // PyTorch's bounds are of the dtype
  let dtypes = ["float", "int"];
  let inplace = 1;
  let eval = Expr<"std.select(self < min_val, min_val, std.select(self > max_val, max_val, self))">;
  let lower = [OnAny<"where(self < min_val, min_val, where(self > max_val, max_val, self))">];
  let gradNodes = ["HardtanhBackwardBackward0"];
  let grad = [Wrt<"self", "where(logical_or(self <= min_val, self >= max_val), zeros_like(grad), grad)">];
  let flat = ["self"];
  let samples = [Domain<"self", "-3", "3">, Special<["0", "1", "-1", "inf", "-inf", "nan"]>];
}

def Ag_Hardsigmoid : Ag_Activation<"hardsigmoid(Tensor self) -> Tensor"> {
  let title = "piecewise linear logistic function";
  let inplace = 1;
  let eval = Expr<"std.select(self <= -3, 0, std.select(self >= 3, 1, (self + 3) / 6))">;
  let lower = [OnFloat<"minimum(maximum(self + 3, 0), 6) / 6">];
  let grad = [Wrt<"self", "underived(where(logical_and(self > -3, self < 3), grad * 0.1666666716337204, zeros_like(grad))," // the sixth of f32
                          "'derivative for aten::hardsigmoid_backward is not implemented')">];
  let flat = ["self"];
  let samples = [Domain<"self", "-4", "4">, Special<["0", "3", "-3", "inf", "-inf", "nan"]>];
}

def Ag_Hardswish : Ag_Activation<"hardswish(Tensor self) -> Tensor"> {
  let title = "self times its piecewise linear logistic function";
  let inplace = 1;
  let eval = Expr<"std.select(self <= -3, 0, std.select(self >= 3, self, self * (self + 3) / 6))">;
  let lower = [OnFloat<"self * minimum(maximum(self + 3, 0), 6) / 6">];
  let gradNodes = ["HardswishBackwardBackward0"];
  let grad = [Wrt<"self", "where(self <= -3, zeros_like(grad), where(self < 3, grad * (self / 3 + 0.5), grad))">];
  let samples = [Domain<"self", "-4", "4">, Special<["0", "3", "-3", "inf", "nan"]>];
}

#endif // AG_ACTIVATION_TD
