// What a record is: the fields in which each fact about an op stands once.
//
// A *schema* names operands, parameters and results, in PyTorch's words:
//   "leaky_relu(Tensor self, float negative_slope=0.01) -> Tensor"
// Operand types: `Tensor` (the op's element type T), `Tensor(bool)`, `Tensor(index)` (i64),
// `Tensor(any)` (not tied to T). Result types: `Tensor` (T), `Tensor(bool)`, `Tensor(index)`,
// `Tensor(real)` (the real type of a complex T), `Tensor(complex)` (the complex type of a real T). Parameter types: float int bool str int[] float[],
// `str(none|tanh)` where only those words have a meaning;
// `?` after a type makes it optional.
//
// An *expression* is one line over operand and parameter names, numbers, `+ - * / == != < <= > >=`,
// unary `-`, calls, and `name = expression;` before the last one, in parentheses too. What a call may name depends on
// the field:
//   eval    std.NAME (Ag_Std: the interpreter's scalar functions) and other pointwise records
//   lower   arith.NAME, math.NAME, complex.NAME (MLIR's ops; a predicate follows as arith.cmpf.olt)
//           and other pointwise records, which operators stand for
//   grad    records and builtins (Ag_Builtin); besides the operands, `grad` is the result's
//           cotangent and `result` the result (`grad0`, `result1` where there are several)
//   body    records and builtins
// Operators between numbers and parameters are computed at once (`exponent - 1`); inf and nan are
// numbers. agc-tblgen parses all of them: a wrong name or a wrong count of arguments is a build error at
// the record's line.
#ifndef AG_RECORD_BASE_TD
#define AG_RECORD_BASE_TD

class Ag_Rule;
// A rule as an expression.
class Expr<string t> : Ag_Rule { string text = t; }
// A rule as a C++ function, declared by the generated table and defined in the family's file.
class Cpp<string f> : Ag_Rule { string function = f; }
// No rule yet; the reason is what the user reads.
class Missing<string r> : Ag_Rule { string reason = r; }
def NoRule : Ag_Rule;

// ---------------------------------------------------------------- gradient

class Ag_Gradient;
// The cotangent of one operand. An expression that does not name `grad` is a partial derivative
// and is multiplied by it. One that is worth a number, by `choose`, gives no cotangent at all, as
// PyTorch's undefined tensor. In a jvp `grad` stands for the operand's tangent and conj() vanishes:
// what is written here must be linear in `grad`.
class Ag_WrtBase<string operand_> : Ag_Gradient { string operand = operand_; }
class Wrt<string operand, string text_> : Ag_WrtBase<operand> { string text = text_; }
// PyTorch has no derivative with respect to this operand: an error when one is asked for. It may
// stand beside CppGrad and FromBody too.
class NoWrt<string operand> : Ag_WrtBase<operand>;
// All cotangents, by a C++ function of compiler/Autodiff (see VjpRule in compiler/Autodiff/Vjp.h).
class CppGrad<string f> : Ag_Gradient { string function = f; }
// The gradient is zero everywhere: the result requires grad, its cotangent goes nowhere.
def ZeroGrad : Ag_Gradient;
// The result is bool or integer: it never requires grad.
def NonDiff : Ag_Gradient;
// The gradient of the body.
def FromBody : Ag_Gradient;
// PyTorch has none either, or agc not yet: an error when a gradient is asked for. A parameter `refusal` is what PyTorch
// says.
class NotImplemented<string r> : Ag_Gradient { string reason = r; }

// ---------------------------------------------------------------- overloads

// A form of the function whose autograd node PyTorch numbers apart.
class Ag_Overload<string kind_, string node_> {
  string kind = kind_; string node = node_; string operand = ""; int dims = 0;
  bit keepsResult = 0; string refusal = "";
}
class InPlaceNode<string node> : Ag_Overload<"InPlace", node>;
// Its backward reads the result in place of self; where the number `slope` is negative it refuses, in these words.
class InPlaceNodeOfResult<string node, string slope, string words> : Ag_Overload<"InPlace", node> {
  let operand = slope; let keepsResult = 1; let refusal = words;
}
// An operand is a number: the one of that name, or any.
class NumberNode<string node, string operand_ = ""> : Ag_Overload<"WithNumber", node> {
  let operand = operand_;
}
class WholeNode<string node> : Ag_Overload<"WithoutDim", node>;      // the dims are left out
class DimsNode<int least, string node> : Ag_Overload<"WithDims", node> { // the first operand has as many, or more
  let dims = least;
}

// ---------------------------------------------------------------- lowering by kind of element

class Ag_Lowering<string kind_, string text_> { string kind = kind_; string text = text_; }
class OnFloat<string text> : Ag_Lowering<"float", text>;
class OnComplex<string text> : Ag_Lowering<"complex", text>;
class OnInt<string text> : Ag_Lowering<"int", text>;          // i8 to i64; ui8 and bool unless given
class OnUnsigned<string text> : Ag_Lowering<"unsigned", text>;
class OnBool<string text> : Ag_Lowering<"bool", text>;
class OnAny<string text> : Ag_Lowering<"any", text>;           // whatever has no entry of its own

// ---------------------------------------------------------------- element types that PyTorch lacks

// What PyTorch says of operands of a kind of element, where it is no kernel that is not implemented for it;
// {0} is the dtype as a title.
class Ag_Says<string kind_, string text_> { string kind = kind_; string text = text_; }
class SaysOfComplex<string text> : Ag_Says<"complex", text>;
class SaysOfInt<string text> : Ag_Says<"int", text>;   // ui8 and bool too, unless given
class SaysOfBool<string text> : Ag_Says<"bool", text>;

// ---------------------------------------------------------------- failure

// A call fails where `when` holds of any element: an expression over the operands, of the kinds of
// elements that `kind` names, in what eval and lower have in common. It is checked before the first
// write; what is lowered must neither trap nor be poison where it holds. `status` is AGC_ERROR_...
// without the prefix.
class Ag_Failure<string kind_, string when_, string status_, string message_> {
  string kind = kind_; string when = when_; string status = status_; string message = message_;
}
class FailsOnInt<string when, string status, string message>       // ui8 too
    : Ag_Failure<"int", when, status, message>;

class FailsOnFloat<string when, string status, string message>
    : Ag_Failure<"float", when, status, message>;

// ---------------------------------------------------------------- samples

// Where the generated tests draw values from, per operand ("*" for all).
class Ag_Sample;
class Domain<string operand_, string low_, string high_> : Ag_Sample {
  string operand = operand_; string low = low_; string high = high_; string diagonal = "0";
}
// The same of square matrices, whose diagonals get a number more.
class DiagonalDomain<string operand, string low, string high, string diagonal_> : Domain<operand, low, high> {
  let diagonal = diagonal_;
}
// Values tried one by one (kinks, singular points), for every operand. "-1+0i" is for complex operands
// alone: it tries values, part by part, and no gradient.
class Special<list<string> values_> : Ag_Sample { list<string> values = values_; }
// The same, and complex numbers on branch cuts, with zero parts, where parts overflow, and infinities.
class ComplexSpecial<list<string> values_> : Special<!listconcat(values_, [
    "1+0i", "-1+0i", "-1-0i", "-4+0i", "3-0i", "-3+0i", "0+2i", "-2-3i", "100+1i", "-100-1i",
    "inf+1i", "-inf+2i", "1+infi", "-inf+infi", "-inf-infi", "nan+1i", "inf+nani", "-0+nani"])>;

// One call that the generated tests make. Operands in the schema's order: "4x5" (elements of T, or
// what the schema says), "4x5xi64", "" for a 0-dim one, "-" for an absent one. Parameters as an
// attribute dictionary has them: "dim = 1, keepdim = true". Records that are neither pointwise nor
// a reduction need one; those may have them for their parameters and leave the operands out.
class Case<list<string> operands_, string params_ = ""> : Ag_Sample {
  list<string> operands = operands_; string params = params_;
  string op = ""; string torch = "";
}
// The same for an op whose result type is not inferred: its text after `%0 =`, with T for the
// element type, and the PyTorch call, a Python expression over the operands' names.
class OpCase<list<string> operands_, string op_, string torch_> : Case<operands_> {
  let op = op_; let torch = torch_;
}

// Which shapes a generated test runs. A family says which apply; a record that drops one of them
// is a build error.
class Ag_Shape<string n> { string name = n; }
def Matrix : Ag_Shape<"matrix">;
def Empty : Ag_Shape<"empty">;               // numel 0
def ZeroDim : Ag_Shape<"zero_dim">;
def Broadcast : Ag_Shape<"broadcast">;
def NonContiguous : Ag_Shape<"non_contiguous">;
def Expanded : Ag_Shape<"expanded">;

// ---------------------------------------------------------------- the record

class Ag_Record<string schema_, string family_> {
  string schema = schema_;
  string family = family_;            // pointwise reduce reduce_index scan composite primitive
  string title;                       // a noun phrase
  string notes = "";                  // edge cases, source
  string formula = "";                // for the documentation, where eval does not say it
  // Element types PyTorch has it for: float complex int bool.
  list<string> dtypes = ["float"];
  // Whether f16 and bf16 are among the floats.
  bit halves = 1;
  // What the surface does to operands first: "same" (promote to a common type), "float" (integers
  // become the default float), "sum" (integers and bool become i64), "none" (operands as they are).
  string promotion = "same";
  // The autograd node's name; by default the record's in camel case with Backward0.
  string node = "";
  list<Ag_Overload> overloads = [];
  // What PyTorch's errors call it, where that is not the record's name.
  string function = "";
  // PyTorch's name of the kernel that is not implemented for an element type; by default the function's, of pointwise
  // records with _cpu. It has a `_lastdim` in it where the parameter `dim` is the last.
  string kernel = "";
  list<Ag_Says> unsupported = [];
  // The function that says in PyTorch's words what shapes it does not take (Refusals.h).
  string refusal = "";
  // What PyTorch says of operands of two dtypes, as a format: {0} and {1} are the dtypes as titles,
  // {2} and {3} as C++ names them, {4} and {5} the operands.
  string mixed = "";
  Ag_Rule eval = NoRule;
  list<Ag_Lowering> lower = [];
  Ag_Rule body = NoRule;
  list<Ag_Gradient> grad = [];
  // What PyTorch says of an index that is none: {0}, for the dim {1} of extent {2}.
  string outOfRange = "index out of range in self";
  // Of an op without `dim`: the dim of its first operand that an index counts in, or the last one where
  // there are fewer; -1 where an index must fit all.
  int indexed = -1;
  // What fails at run time; of pointwise records only.
  list<Ag_Failure> mayFail = [];
  // Operands or `result` that PyTorch saves although our rule does not read them; with `self if other`
  // only where other's gradient is asked for. `apart` says that it saves more, which our rule computes
  // again from these: where they were written without notice, there is no gradient.
  list<string> saves = [];
  // Operands whose cotangent PyTorch computes in the shape of another one: "src as index". Of one that is larger there is
  // none, and its backward says so.
  list<string> gradShapes = [];
  // What PyTorch names the node of its backward by, where that is an op of its own and not the last one of our rule:
  // "GeluBackwardBackward0" for all operands, "self: MaskedFillBackward0" for one.
  list<string> gradNodes = [];
  // Operands or `result` by which PyTorch's backward has a derivative that is zero everywhere: what
  // it computes requires grad where they do.
  list<string> flat = [];
  // Whether the surface has a function of this name and schema, made from the record; 0 for what
  // only rules use, and for what the surface writes itself (views, casts, factories).
  bit surface = 1;
  // Whether a number in an operand's place must be one that the dtype holds, as PyTorch's overloads for
  // numbers take it; else it becomes a tensor, and wraps.
  bit numbersFit = 0;
  // Whether beside f16 and bf16 a number, or a last operand of one element, keeps the digits of f32, and the result
  // alone is rounded, as in PyTorch's kernels of products and quotients; else it is rounded first.
  bit wideNumbers = 0;
  // True where PyTorch has an in-place form (`tanh_`).
  bit inplace = 0;
  // Whether that form may write a place twice, as it may be applied twice.
  bit idempotent = 0;
  // What a result lies in memory like: all "operands", as PyTorch's iteration over elements lays it out, the
  // operand of that name alone, its matrices by "columns", as LAPACK's, or "contiguous".
  string layout = !if(!eq(family_, "pointwise"), "operands", "contiguous");
  // The smallest relative error at which values agree with PyTorch, where the default is too strict,
  // and why.
  string tolerance = "";
  // Whether values and gradients of f16 and bf16 are computed in f32 and rounded once, as by PyTorch's
  // kernels (its "opmath"); else each op of a body or a rule rounds.
  bit opmath = 0;
  // The absolute error that f16 and bf16 need, and gradients, where rounded terms cancel or PyTorch
  // rounds between its steps, in multiples of torch.testing's relative one: "2: why".
  string roundingTolerance = "";
  // PyTorch's call for the recorded values: a Python expression over the schema's names. By default
  // the function of the record's name in torch or torch.nn.functional.
  string torch = "";
  list<Ag_Sample> samples = [];
  list<Ag_Shape> requiredShapes = [];
  list<Ag_Shape> shapes = requiredShapes;
}

// What a record adds whose op combines elements one by one.
class Ag_Combining {
  // Over `acc` and the operands; for a reduce_index, whether self takes the place of acc.
  string combine;
  // What acc starts from: a number, lowest or highest.
  string identity;
  // Whether a call without an element to combine is an error, as in PyTorch; else it is the identity.
  bit needsElement = 0;
}

// A scalar function that the interpreter knows, with its derivative (compiler/Interpreter/Std.cpp).
class Ag_Std<string name_, int arity_> { string name = name_; int arity = arity_; }
// A function of the rule language that is no record (compiler/Autodiff/Builtins.cpp).
class Ag_Builtin<string name_, int arity_> {
  string name = name_; int arity = arity_; string title;
  // Decided from parameters while an expression is evaluated: of use in every field.
  bit everywhere = 0;
  // Of use in eval and lower alone; else in rules.
  bit ofElements = 0;
}

#endif // AG_RECORD_BASE_TD
