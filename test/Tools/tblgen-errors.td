// A record that is wrong or incomplete does not build; the error stands at the record's line.
// RUN: split-file %s %t
// RUN: not agc-tblgen -gen-records %tblgen-include %t/unknown-name.td 2>&1 | FileCheck %s --check-prefix=NAME
// RUN: not agc-tblgen -gen-records %tblgen-include %t/unknown-record.td 2>&1 | FileCheck %s --check-prefix=RECORD
// RUN: not agc-tblgen -gen-records %tblgen-include %t/unknown-std.td 2>&1 | FileCheck %s --check-prefix=STD
// RUN: not agc-tblgen -gen-records %tblgen-include %t/arity.td 2>&1 | FileCheck %s --check-prefix=ARITY
// RUN: not agc-tblgen -gen-records %tblgen-include %t/missing-partial.td 2>&1 | FileCheck %s --check-prefix=PARTIAL
// RUN: not agc-tblgen -gen-records %tblgen-include %t/no-gradient.td 2>&1 | FileCheck %s --check-prefix=GRADIENT
// RUN: not agc-tblgen -gen-records %tblgen-include %t/no-lowering.td 2>&1 | FileCheck %s --check-prefix=LOWERING
// RUN: not agc-tblgen -gen-records %tblgen-include %t/no-evaluation.td 2>&1 | FileCheck %s --check-prefix=EVAL
// RUN: not agc-tblgen -gen-records %tblgen-include %t/dropped-shape.td 2>&1 | FileCheck %s --check-prefix=SHAPE
// RUN: not agc-tblgen -gen-records %tblgen-include %t/no-empty-case.td 2>&1 | FileCheck %s --check-prefix=EMPTY
// RUN: not agc-tblgen -gen-records %tblgen-include %t/no-zero-dim-case.td 2>&1 | FileCheck %s --check-prefix=ZERO
// RUN: not agc-tblgen -gen-records %tblgen-include %t/no-strided-case.td 2>&1 | FileCheck %s --check-prefix=STRIDED
// RUN: not agc-tblgen -gen-records %tblgen-include %t/no-expanded-case.td 2>&1 | FileCheck %s --check-prefix=EXPANDED
// RUN: not agc-tblgen -gen-records %tblgen-include %t/no-broadcast.td 2>&1 | FileCheck %s --check-prefix=BROADCAST
// RUN: not agc-tblgen -gen-records %tblgen-include %t/unknown-failure.td 2>&1 | FileCheck %s --check-prefix=FAILURE
// RUN: not agc-tblgen -gen-records %tblgen-include %t/no-reason.td 2>&1 | FileCheck %s --check-prefix=REASON
// RUN: not agc-tblgen -gen-records %tblgen-include %t/bad-schema.td 2>&1 | FileCheck %s --check-prefix=SCHEMA
// RUN: not agc-tblgen -gen-records %tblgen-include %t/twice.td 2>&1 | FileCheck %s --check-prefix=TWICE
// RUN: not agc-tblgen -gen-records %tblgen-include %t/blank-reason.td 2>&1 | FileCheck %s --check-prefix=BLANK
// RUN: not agc-tblgen -gen-records %tblgen-include %t/nondiff-float.td 2>&1 | FileCheck %s --check-prefix=NONDIFF
// RUN: not agc-tblgen -gen-records %tblgen-include %t/unknown-op.td 2>&1 | FileCheck %s --check-prefix=OP
// RUN: not agc-tblgen -gen-records %tblgen-include %t/unknown-dialect.td 2>&1 | FileCheck %s --check-prefix=DIALECT
// RUN: not agc-tblgen -gen-records %tblgen-include %t/unknown-predicate.td 2>&1 | FileCheck %s --check-prefix=PREDICATE
// RUN: not agc-tblgen -gen-records %tblgen-include %t/op-arity.td 2>&1 | FileCheck %s --check-prefix=OPARITY
// RUN: not agc-tblgen -gen-records %tblgen-include %t/int-only.td 2>&1 | FileCheck %s --check-prefix=KIND
// RUN: not agc-tblgen -gen-records %tblgen-include %t/two-gradients.td 2>&1 | FileCheck %s --check-prefix=TWO
// RUN: not agc-tblgen -gen-records %tblgen-include %t/domain-operand.td 2>&1 | FileCheck %s --check-prefix=DOMAIN
// RUN: not agc-tblgen -gen-records %tblgen-include %t/special-number.td 2>&1 | FileCheck %s --check-prefix=SPECIAL
// RUN: not agc-tblgen -gen-records %tblgen-include %t/case-count.td 2>&1 | FileCheck %s --check-prefix=COUNT
// RUN: not agc-tblgen -gen-records %tblgen-include %t/case-param.td 2>&1 | FileCheck %s --check-prefix=PARAM
// RUN: not agc-tblgen -gen-records %tblgen-include %t/case-shape.td 2>&1 | FileCheck %s --check-prefix=FORM
// RUN: not agc-tblgen -gen-records %tblgen-include %t/no-shapes.td 2>&1 | FileCheck %s --check-prefix=NONE
// RUN: not agc-tblgen -gen-records %tblgen-include %t/no-broadcast-at-all.td 2>&1 | FileCheck %s --check-prefix=ALONE
// RUN: not agc-tblgen -gen-records %tblgen-include %t/unknown-layout.td 2>&1 | FileCheck %s --check-prefix=LAYOUT
// RUN: not agc-tblgen -gen-records %tblgen-include %t/unknown-grad-node.td 2>&1 | FileCheck %s --check-prefix=GRADNODE
// RUN: not agc-tblgen -gen-records %tblgen-include %t/unknown-slope.td 2>&1 | FileCheck %s --check-prefix=SLOPE

//--- unknown-name.td
include "dialect/Ag.td"
def Bad : Ag_Pointwise<"bad(Tensor self) -> Tensor"> {
  let title = "a function";
  let eval = Expr<"self">;
  let lower = [OnAny<"self">];
  let grad = [Wrt<"self", "grad * slef">];
}
// NAME: unknown-name.td:2:5: error: in 'grad * slef': no operand, parameter or local value named 'slef'

//--- unknown-record.td
include "dialect/Ag.td"
def Bad : Ag_Pointwise<"bad(Tensor self) -> Tensor"> {
  let title = "a function";
  let eval = Expr<"self">;
  let lower = [OnAny<"self">];
  let grad = [Wrt<"self", "coshh(self)">];
}
// RECORD: unknown-record.td:2:5: error: in 'coshh(self)': no record named 'coshh'

//--- unknown-std.td
include "dialect/Ag.td"
def Bad : Ag_Pointwise<"bad(Tensor self) -> Tensor"> {
  let title = "a function";
  let eval = Expr<"std.gamma(self)">;
  let lower = [OnAny<"self">];
  let grad = [ZeroGrad];
}
// STD: unknown-std.td:2:5: error: in 'std.gamma(self)': no standard function named 'gamma'

//--- arity.td
include "dialect/Ag.td"
def Bad : Ag_Pointwise<"bad(Tensor self) -> Tensor"> {
  let title = "a function";
  let eval = Expr<"self">;
  let lower = [OnAny<"self">];
  let grad = [Wrt<"self", "grad * cosh(self, self)">];
}
// ARITY: arity.td:2:5: error: in 'grad * cosh(self, self)': 'cosh' takes 1 arguments, got 2

//--- missing-partial.td
include "dialect/Ag.td"
def Bad : Ag_Pointwise<"bad(Tensor self, Tensor other) -> Tensor"> {
  let title = "a function";
  let eval = Expr<"self + other">;
  let lower = [OnAny<"self + other">];
  let grad = [Wrt<"self", "grad">];
}
// PARTIAL: missing-partial.td:2:5: error: no gradient for operand 'other'

//--- no-gradient.td
include "dialect/Ag.td"
def Bad : Ag_Pointwise<"bad(Tensor self) -> Tensor"> {
  let title = "a function";
  let eval = Expr<"self">;
  let lower = [OnAny<"self">];
}
// GRADIENT: no-gradient.td:2:5: error: 'bad' has neither a gradient rule nor a reason

//--- no-lowering.td
include "dialect/Ag.td"
def Bad : Ag_Pointwise<"bad(Tensor self) -> Tensor"> {
  let title = "a function";
  let eval = Expr<"self">;
  let grad = [ZeroGrad];
}
// LOWERING: no-lowering.td:2:5: error: 'bad' has no lowering

//--- no-evaluation.td
include "dialect/Ag.td"
def Bad : Ag_Pointwise<"bad(Tensor self) -> Tensor"> {
  let title = "a function";
  let lower = [OnAny<"self">];
  let grad = [ZeroGrad];
}
// EVAL: no-evaluation.td:2:5: error: 'bad' has no reference evaluation

//--- dropped-shape.td
include "dialect/Ag.td"
def Bad : Ag_Pointwise<"bad(Tensor self) -> Tensor"> {
  let title = "a function";
  let eval = Expr<"self">;
  let lower = [OnAny<"self">];
  let grad = [ZeroGrad];
  let shapes = [Matrix, Empty, Broadcast, NonContiguous, Expanded];
}
// SHAPE: dropped-shape.td:2:5: error: samples lack the shape 'zero_dim' that the family declares

//--- no-broadcast.td
include "dialect/Ag.td"
def Bad : Ag_Pointwise<"bad(Tensor self, Tensor other) -> Tensor"> {
  let title = "a function";
  let eval = Expr<"self + other">;
  let lower = [OnAny<"self + other">];
  let grad = [ZeroGrad];
  let shapes = [Matrix, Empty, ZeroDim, NonContiguous, Expanded];
}
// BROADCAST: no-broadcast.td:2:5: error: samples lack the shape 'broadcast' that the family declares

//--- no-empty-case.td
include "dialect/Ag.td"
def Bad : Ag_Composite<"bad(Tensor self) -> Tensor"> {
  let title = "a function";
  let samples = [Case<["2x3"]>, Case<[""]>];
  let body = Expr<"self + self">;
  let grad = [FromBody];
}
// EMPTY: no-empty-case.td:2:5: error: samples lack the shape 'empty' that the family declares

//--- no-zero-dim-case.td
include "dialect/Ag.td"
def Bad : Ag_Composite<"bad(Tensor self) -> Tensor"> {
  let title = "a function";
  let samples = [Case<["2x3"]>, Case<["0x3"]>];
  let body = Expr<"self + self">;
  let grad = [FromBody];
}
// ZERO: no-zero-dim-case.td:2:5: error: samples lack the shape 'zero_dim' that the family declares

//--- no-strided-case.td
include "dialect/Ag.td"
def Bad : Ag_Composite<"bad(Tensor self) -> Tensor"> {
  let title = "a function";
  let samples = [Case<["1"]>, Case<["0"]>, Case<[""]>];
  let body = Expr<"self + self">;
  let grad = [FromBody];
}
// STRIDED: no-strided-case.td:2:5: error: samples lack the shape 'non_contiguous' that the family declares

//--- no-expanded-case.td
include "dialect/Ag.td"
def Bad : Ag_Composite<"bad(Tensor self) -> Tensor"> {
  let title = "a function";
  let samples = [Case<["2x3"]>, Case<["0"]>, Case<[""]>];
  let body = Expr<"self + self">;
  let grad = [FromBody];
  let shapes = [Matrix, Empty, ZeroDim, NonContiguous];
}
// EXPANDED: no-expanded-case.td:2:5: error: samples lack the shape 'expanded' that the family declares

//--- unknown-failure.td
include "dialect/Ag.td"
def Bad : Ag_Pointwise<"bad(Tensor self) -> Tensor"> {
  let title = "a function";
  let eval = Expr<"self">;
  let lower = [OnAny<"self">];
  let grad = [ZeroGrad];
  let mayFail = [FailsOnInt<"slef == 0", "VALUE", "no zero, please">];
}
// FAILURE: unknown-failure.td:2:5: error: in 'slef == 0': no operand, parameter or local value named 'slef'

//--- no-reason.td
include "dialect/Ag.td"
def Bad : Ag_Pointwise<"bad(Tensor self) -> Tensor"> {
  let title = "a function";
  let eval = Expr<"self">;
  let lower = [OnAny<"self">];
  let grad = [ZeroGrad];
  let tolerance = "0.1";
}
// REASON: no-reason.td:2:5: error: 'bad' has no number and reason, 'NUMBER: why', for its tolerance

//--- bad-schema.td
include "dialect/Ag.td"
def Bad : Ag_Pointwise<"bad(Tensor self, double x) -> Tensor"> {
  let title = "a function";
}
// SCHEMA: bad-schema.td:2:5: error: in schema: no argument type 'double'

//--- twice.td
include "dialect/Ag.td"
def Bad : Ag_Pointwise<"tanh(Tensor self) -> Tensor"> {
  let title = "a function";
  let eval = Expr<"self">;
  let lower = [OnAny<"self">];
  let grad = [ZeroGrad];
}
// TWICE: error: a second record named 'tanh'

//--- blank-reason.td
include "dialect/Ag.td"
def Bad : Ag_Pointwise<"bad(Tensor self) -> Tensor"> {
  let title = "a function";
  let eval = Expr<"self">;
  let lower = [OnAny<"self">];
  let grad = [NotImplemented<" ">];
}
// BLANK: blank-reason.td:2:5: error: 'bad' has no reason why it has no gradient

//--- nondiff-float.td
include "dialect/Ag.td"
def Bad : Ag_Pointwise<"bad(Tensor self) -> Tensor"> {
  let title = "a function";
  let eval = Expr<"self">;
  let lower = [OnAny<"self">];
  let grad = [NonDiff];
}
// NONDIFF: nondiff-float.td:2:5: error: NonDiff is for results that are bool or integer, which those of 'bad' are not

//--- unknown-op.td
include "dialect/Ag.td"
def Bad : Ag_Pointwise<"bad(Tensor self) -> Tensor"> {
  let title = "a function";
  let eval = Expr<"self">;
  let lower = [OnAny<"math.sinn(self)">];
  let grad = [ZeroGrad];
}
// OP: unknown-op.td:2:5: error: in 'math.sinn(self)': no op of arith, math or complex named 'math.sinn'

//--- unknown-dialect.td
include "dialect/Ag.td"
def Bad : Ag_Pointwise<"bad(Tensor self) -> Tensor"> {
  let title = "a function";
  let eval = Expr<"self">;
  let lower = [OnAny<"mth.sin(self)">];
  let grad = [ZeroGrad];
}
// DIALECT: unknown-dialect.td:2:5: error: in 'mth.sin(self)': no op of arith, math or complex named 'mth.sin'

//--- unknown-predicate.td
include "dialect/Ag.td"
def Bad : Ag_Pointwise<"bad(Tensor self) -> Tensor"> {
  let title = "a function";
  let eval = Expr<"self">;
  let lower = [OnAny<"arith.cmpf.less(self, self)">];
  let grad = [ZeroGrad];
}
// PREDICATE: unknown-predicate.td:2:5: error: in 'arith.cmpf.less(self, self)': 'arith.cmpf' has no predicate 'less'

//--- op-arity.td
include "dialect/Ag.td"
def Bad : Ag_Pointwise<"bad(Tensor self) -> Tensor"> {
  let title = "a function";
  let eval = Expr<"self">;
  let lower = [OnAny<"arith.addf(self)">];
  let grad = [ZeroGrad];
}
// OPARITY: op-arity.td:2:5: error: in 'arith.addf(self)': 'arith.addf' takes 2 arguments, got 1

//--- int-only.td
include "dialect/Ag.td"
def Bad : Ag_Pointwise<"bad(Tensor self) -> Tensor"> {
  let title = "a function";
  let eval = Expr<"self">;
  let lower = [OnInt<"self">];
  let grad = [ZeroGrad];
}
// KIND: int-only.td:2:5: error: 'bad' has no lowering of float elements

//--- two-gradients.td
include "dialect/Ag.td"
def Bad : Ag_Pointwise<"bad(Tensor self) -> Tensor"> {
  let title = "a function";
  let eval = Expr<"self">;
  let lower = [OnAny<"self">];
  let grad = [Wrt<"self", "grad">, Wrt<"self", "grad * 2">];
}
// TWO: two-gradients.td:2:5: error: two gradients for operand 'self'

//--- domain-operand.td
include "dialect/Ag.td"
def Bad : Ag_Pointwise<"bad(Tensor self) -> Tensor"> {
  let title = "a function";
  let eval = Expr<"self">;
  let lower = [OnAny<"self">];
  let grad = [ZeroGrad];
  let samples = [Domain<"slef", "-1", "1">];
}
// DOMAIN: domain-operand.td:2:5: error: a Domain is of no operand: 'slef'

//--- special-number.td
include "dialect/Ag.td"
def Bad : Ag_Pointwise<"bad(Tensor self) -> Tensor"> {
  let title = "a function";
  let eval = Expr<"self">;
  let lower = [OnAny<"self">];
  let grad = [ZeroGrad];
  let samples = [Special<["nen"]>];
}
// SPECIAL: special-number.td:2:5: error: not a number: 'nen'

//--- case-count.td
include "dialect/Ag.td"
def Bad : Ag_Pointwise<"bad(Tensor self) -> Tensor"> {
  let title = "a function";
  let eval = Expr<"self">;
  let lower = [OnAny<"self">];
  let grad = [ZeroGrad];
  let samples = [Case<["2x3", "2x3", "4"]>];
}
// COUNT: case-count.td:2:5: error: a Case has 3 operands, expected 1

//--- case-param.td
include "dialect/Ag.td"
def Bad : Ag_Pointwise<"bad(Tensor self, int[] dim) -> Tensor"> {
  let title = "a function";
  let eval = Expr<"self">;
  let lower = [OnAny<"self">];
  let grad = [ZeroGrad];
  let samples = [Case<["2x3"], "dim = [0, 1], nonsense = 3">];
}
// PARAM: case-param.td:2:5: error: a Case gives 'nonsense', which is no parameter

//--- case-shape.td
include "dialect/Ag.td"
def Bad : Ag_Pointwise<"bad(Tensor self) -> Tensor"> {
  let title = "a function";
  let eval = Expr<"self">;
  let lower = [OnAny<"self">];
  let grad = [ZeroGrad];
  let samples = [Case<["2x"]>];
}
// FORM: case-shape.td:2:5: error: a Case has an operand that is no shape: '2x'

//--- no-shapes.td
include "dialect/Ag.td"
def Bad : Ag_Pointwise<"bad(Tensor self) -> Tensor"> {
  let title = "a function";
  let eval = Expr<"self">;
  let lower = [OnAny<"self">];
  let grad = [ZeroGrad];
  let requiredShapes = [];
}
// NONE: no-shapes.td:2:5: error: requiredShapes lacks 'matrix', which 'bad' cannot refuse

//--- no-broadcast-at-all.td
include "dialect/Ag.td"
def Bad : Ag_Pointwise<"bad(Tensor self, Tensor other) -> Tensor"> {
  let title = "a function";
  let eval = Expr<"self">;
  let lower = [OnAny<"self">];
  let grad = [ZeroGrad];
  let requiredShapes = [Matrix, Empty, ZeroDim, NonContiguous, Expanded];
}
// ALONE: no-broadcast-at-all.td:2:5: error: requiredShapes lacks 'broadcast', which 'bad' cannot refuse

//--- unknown-layout.td
include "dialect/Ag.td"
def Bad : Ag_Pointwise<"bad(Tensor self) -> Tensor"> {
  let title = "a function";
  let eval = Expr<"self">;
  let lower = [OnAny<"self">];
  let grad = [Wrt<"self", "grad">];
  let layout = "other";
}
// LAYOUT: unknown-layout.td:2:5: error: no operand named 'other' to lay a result out as

//--- unknown-slope.td
include "dialect/Ag.td"
def Bad : Ag_Pointwise<"bad(Tensor self) -> Tensor"> {
  let title = "a function";
  let eval = Expr<"self">;
  let lower = [OnAny<"self">];
  let grad = [Wrt<"self", "grad">];
  let overloads = [InPlaceNodeOfResult<"BadBackward1", "slope", "words">];
}
// SLOPE: unknown-slope.td:2:5: error: no argument named 'slope'

//--- unknown-grad-node.td
include "dialect/Ag.td"
def Bad : Ag_Pointwise<"bad(Tensor self) -> Tensor"> {
  let title = "a function";
  let eval = Expr<"self">;
  let lower = [OnAny<"self">];
  let grad = [Wrt<"self", "grad">];
  let gradNodes = ["other: MulBackward0"];
}
// GRADNODE: unknown-grad-node.td:2:5: error: no operand named 'other' for the node of a cotangent
