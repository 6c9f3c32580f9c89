// The scalar functions of `eval` expressions and the helper functions of rules.
#ifndef AG_STD_TD
#define AG_STD_TD

include "dialect/AgRecordBase.td"

// What operators stand for.
def : Ag_Std<"add", 2>;
def : Ag_Std<"sub", 2>;
def : Ag_Std<"mul", 2>;
def : Ag_Std<"div", 2>;
def : Ag_Std<"scale", 2>;            // (x, y): y times a real x, which counts as complex beside a complex y
def : Ag_Std<"neg", 1>;
def : Ag_Std<"eq", 2>;
def : Ag_Std<"ne", 2>;
def : Ag_Std<"lt", 2>;
def : Ag_Std<"le", 2>;
def : Ag_Std<"gt", 2>;
def : Ag_Std<"ge", 2>;
// Smooth functions; the interpreter knows each one's derivative from calculus, not from a record.
def : Ag_Std<"exp", 1>;
def : Ag_Std<"expm1", 1>;
def : Ag_Std<"log", 1>;
def : Ag_Std<"log1p", 1>;
def : Ag_Std<"sqrt", 1>;
def : Ag_Std<"sin", 1>;
def : Ag_Std<"cos", 1>;
def : Ag_Std<"tan", 1>;
def : Ag_Std<"asin", 1>;
def : Ag_Std<"acos", 1>;
def : Ag_Std<"atan", 1>;
def : Ag_Std<"sinh", 1>;
def : Ag_Std<"cosh", 1>;
def : Ag_Std<"tanh", 1>;
def : Ag_Std<"asinh", 1>;
def : Ag_Std<"acosh", 1>;
def : Ag_Std<"atanh", 1>;
def : Ag_Std<"erf", 1>;
def : Ag_Std<"erfc", 1>;
def : Ag_Std<"erfinv", 1>;
def : Ag_Std<"pow", 2>;
def : Ag_Std<"atan2", 2>;
def : Ag_Std<"hypot", 2>;
def : Ag_Std<"abs", 1>;
def : Ag_Std<"conj", 1>;
def : Ag_Std<"real", 1>;
def : Ag_Std<"imag", 1>;
def : Ag_Std<"sgn", 1>;              // z / |z|, 0 at 0
def : Ag_Std<"complex", 2>;          // of a real and an imaginary part
// Locally constant functions: no tangent passes.
def : Ag_Std<"sign", 1>;
def : Ag_Std<"floor", 1>;
def : Ag_Std<"ceil", 1>;
def : Ag_Std<"trunc", 1>;
def : Ag_Std<"rint", 1>;             // halves to even
def : Ag_Std<"isnan", 1>;
def : Ag_Std<"isinf", 1>;
def : Ag_Std<"not", 1>;              // logical
def : Ag_Std<"and", 2>;
def : Ag_Std<"or", 2>;
def : Ag_Std<"bitnot", 1>;
def : Ag_Std<"bitand", 2>;
def : Ag_Std<"bitor", 2>;
def : Ag_Std<"bitxor", 2>;
def : Ag_Std<"fmod", 2>;             // C's: the sign of the dividend; exact between integers
def : Ag_Std<"quotient", 2>;         // C's: between integers exact, then rounded towards zero
def : Ag_Std<"select", 3>;           // (condition, then, else)

// In rules (grad, body).
def : Ag_Builtin<"stop_gradient", 1> { let title = "the same value, with no gradient through it"; }
def : Ag_Builtin<"straight_through", 2> { let title = "(path, x): the value of x, with the gradient of path"; }
def : Ag_Builtin<"zeros_like", 1> { let title = "zeros of the operand's shape and type"; }
def : Ag_Builtin<"ones_like", 1> { let title = "ones of the operand's shape and type"; }
def : Ag_Builtin<"cast_like", 2> { let title = "the first operand in the second's element type"; }
def : Ag_Builtin<"expand_like", 2> { let title = "the first operand broadcast to the second's shape"; }
def : Ag_Builtin<"unreduce", 3> {
  let title = "(x, dim, keepdim): x with the reduced dims `dim` put back as extent 1, unless kept";
}
def : Ag_Builtin<"reduced", 3> {
  let title = "(x, dim, keepdim): x without the extent-1 dims `dim`, unless kept";
}
def : Ag_Builtin<"count", 2> {
  let title = "(x, dim): how many elements of x one element of a reduction over dim sees, in x's type";
}
def : Ag_Builtin<"extent_index", 2> {
  let title = "(x, dim): each element's index along dim, as an i64 tensor of x's rank, extent 1 elsewhere";
}
def : Ag_Builtin<"dims", 1> { let title = "all of the operand's dims, as a list"; }
def : Ag_Builtin<"shift", 4> {
  let title = "(x, dim, reverse, fill): x moved by one place along dim, or back with reverse; fill where it left";
}
def : Ag_Builtin<"iscomplex", 1> { let title = "whether the operand is complex, for choose"; }
def : Ag_Builtin<"truth_like", 2> {
  let title = "a bool tensor as PyTorch's any and all give it for the second operand: ui8 of ui8";
}
def : Ag_Builtin<"transpose", 1> { let title = "the last two dims exchanged"; }

// In eval and lower.
let ofElements = 1 in
def : Ag_Builtin<"narrow", 1> { let title = "rounded to f16 or bf16 where these are the record's elements"; }

// In every field, decided by parameters alone; `choose` evaluates one branch only.
let everywhere = 1 in {
def : Ag_Builtin<"isnone", 1> { let title = "whether an optional operand or parameter was left out"; }
def : Ag_Builtin<"is", 2> { let title = "whether a parameter equals a literal"; }
def : Ag_Builtin<"choose", 3> { let title = "the second if the first, a fact about parameters, holds, else the third"; }
}

#endif // AG_STD_TD
