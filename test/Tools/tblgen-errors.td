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
