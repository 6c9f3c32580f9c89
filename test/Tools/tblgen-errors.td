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
