// Plain functions get their derivatives beside them.
// RUN: agc-opt %s --ag-derive-functions="jvp=true split=true" --ag-differentiate --split-input-file --verify-diagnostics | FileCheck %s

// CHECK-LABEL: func @exp(
// CHECK: func @exp_vjp(%[[X:.+]]: tensor<4xf32> {agc.name = "x"}, %[[S:.+]]: tensor<4xf32> {agc.name = "result0_cotangent"}) -> (tensor<4xf32> {agc.name = "x_gradient"}) attributes {agc.export, agc.optional}
// CHECK: %[[Y:.+]] = ag.map exp(%[[X]])
// CHECK: %[[G:.+]] = ag.map mul(%[[S]], %[[Y]])
// CHECK: return %[[G]]
// CHECK: func @exp_jvp(%{{.+}}, %{{.+}}: tensor<4xf32> {agc.name = "x_tangent"}) -> (tensor<4xf32> {agc.name = "result0"}, tensor<4xf32> {agc.name = "result0_tangent"})
// CHECK: func private @exp.split(%{{.+}}, %{{.+}}: tensor<4xf32> {agc.name = "result0_cotangent"}) -> (tensor<4xf32> {agc.name = "result0"}, tensor<4xf32> {agc.name = "x_gradient"}) attributes {agc.split = array<i64: 1, 1>}
func.func @exp(%x: tensor<4xf32> {agc.name = "x"}) -> tensor<4xf32> attributes {agc.export} {
  %y = ag.map exp(%x) : (tensor<4xf32>) -> tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

// A result's extents are named as the arguments' that they are.
// CHECK: func @rows_vjp(%{{.+}}, %{{.+}}, %{{.+}}: tensor<?x?xf32> {agc.extents = ["n", "w_1"], agc.name = "y_cotangent"})
func.func @rows(%x: tensor<?x3xf32> {agc.name = "x", agc.extents = ["n", ""]}, %w: tensor<3x?xf32> {agc.name = "w"})
    -> (tensor<?x?xf32> {agc.name = "y"}) attributes {agc.export} {
  %0 = ag.apply mm(%x, %w) : (tensor<?x3xf32>, tensor<3x?xf32>) -> tensor<?x?xf32>
  %y = ag.scan cumsum(%0) dim 0 : (tensor<?x?xf32>) -> tensor<?x?xf32>
  return %y : tensor<?x?xf32>
}

// -----

// A mark of a leaf is the argument's own.
// CHECK: func @leaf_vjp(%[[X:.+]]: tensor<f32>, %[[S:.+]]: tensor<f32>
// CHECK: ag.map mul(%[[S]], %{{.+}})
func.func @leaf(%x: tensor<f32>) -> tensor<f32> attributes {agc.export} {
  %m = ag.leaf_mark %x : tensor<f32>
  %y = ag.map exp(%m) : (tensor<f32>) -> tensor<f32>
  return %y : tensor<f32>
}

// -----

// Neither states, nor gradients of its own, nor integers alone.
// CHECK-LABEL: func @state(
// CHECK-NOT: @state
func.func @state(%w: tensor<f32> {agc.state = "w"}) -> tensor<f32> attributes {agc.export} {
  return %w : tensor<f32>
}

// -----

// CHECK-LABEL: func @integers(
// CHECK-NOT: @integers
func.func @integers(%x: tensor<i64>) -> tensor<i64> attributes {agc.export} {
  return %x : tensor<i64>
}

// -----

// CHECK-LABEL: func @own_gradient(
// CHECK-NOT: @own_gradient
func.func @own_gradient(%x: tensor<f32>) -> tensor<f32> attributes {agc.export} {
  %one = ag.constant dense<1.0> : tensor<f32>
  %y = ag.map exp(%x) : (tensor<f32>) -> tensor<f32>
  %g = ag.grad %y seeds %one wrt %x : (tensor<f32>, tensor<f32>, tensor<f32>) -> tensor<f32>
  return %g : tensor<f32>
}

// -----

// What has no rule has no derivative, and a remark says so.
// CHECK-LABEL: func @no_rule(
// CHECK-NOT: @no_rule
// expected-remark@+3 {{'no_rule' has no vjp in the interface}}
// expected-remark@+2 {{'no_rule' has no jvp in the interface}}
// expected-remark@+1 {{'no_rule' has no split in the interface}}
func.func @no_rule(%x: tensor<f32>, %c: tensor<i1>) -> tensor<f32> attributes {agc.export} {
  // expected-note@+1 {{cannot differentiate 'ag.if': gradients through control flow are not supported yet}}
  %y = ag.if %c : tensor<i1> -> tensor<f32> {
    ag.yield %x : tensor<f32>
  } else {
    ag.yield %x : tensor<f32>
  }
  return %y : tensor<f32>
}

// -----

// Asked for by the function itself, it is an error.
// expected-note@+2 {{on the path ag.if}}
// expected-note@+1 {{with respect to this value}}
func.func @no_rule_asked(%x: tensor<f32>, %c: tensor<i1>) -> tensor<f32>
    attributes {agc.export, agc.derive = ["vjp"]} {
  // expected-error@below {{cannot differentiate 'ag.if': gradients through control flow are not supported yet}}
  %y = ag.if %c : tensor<i1> -> tensor<f32> {
    ag.yield %x : tensor<f32>
  } else {
    ag.yield %x : tensor<f32>
  }
  return %y : tensor<f32>
}

// -----

// expected-error@below {{cannot derive "hvp", only vjp, jvp and split}}
func.func @word(%x: tensor<f32>) -> tensor<f32> attributes {agc.export, agc.derive = ["hvp"]} {
  return %x : tensor<f32>
}

// -----

// expected-error@below {{has no derivative: no argument has a float type}}
func.func @no_float(%x: tensor<i64>) -> tensor<i64> attributes {agc.export, agc.derive = ["vjp"]} {
  return %x : tensor<i64>
}

// -----

// expected-error@below {{a function with a state or gradients of its own has no derivatives: 'agc.derive' must go}}
func.func @state_asked(%w: tensor<f32> {agc.state = "w"}) -> tensor<f32>
    attributes {agc.export, agc.derive = ["vjp"]} {
  return %w : tensor<f32>
}

// -----

// expected-error@below {{'f_vjp' is the name of what is derived from 'f': rename it, or derive no vjp (agc.derive = [] or --derive=none)}}
func.func private @f_vjp(%x: tensor<f32>) -> tensor<f32>
// expected-note@below {{derived from this function}}
func.func @f(%x: tensor<f32>) -> tensor<f32> attributes {agc.export, agc.derive = ["vjp"]} {
  return %x : tensor<f32>
}

// -----

// Nor does the program's own take the place of a default in silence.
// expected-note@below {{derived from this function}}
func.func @by_default(%x: tensor<f32>) -> tensor<f32> attributes {agc.export} {
  return %x : tensor<f32>
}
// expected-error@below {{'by_default_vjp' is the name of what is derived from 'by_default'}}
func.func @by_default_vjp(%x: tensor<f32>) -> tensor<f32> attributes {agc.export, agc.derive = []} {
  return %x : tensor<f32>
}

// -----

// Where nothing can be derived, it is the program's to say.
// expected-remark@+3 {{'own' has no vjp in the interface}}
// expected-remark@+2 {{'own' has no jvp in the interface}}
// expected-remark@+1 {{'own' has no split in the interface}}
func.func @own(%x: tensor<f32>, %c: tensor<i1>) -> tensor<f32> attributes {agc.export} {
  // expected-note@+1 {{cannot differentiate 'ag.if': gradients through control flow are not supported yet}}
  %y = ag.if %c : tensor<i1> -> tensor<f32> {
    ag.yield %x : tensor<f32>
  } else {
    ag.yield %x : tensor<f32>
  }
  return %y : tensor<f32>
}
func.func @own_vjp(%x: tensor<f32>) -> tensor<f32> attributes {agc.export, agc.derive = []} {
  return %x : tensor<f32>
}

// -----

// expected-error@below {{'agc.derive' must be a list of vjp, jvp and split}}
func.func @no_list(%x: tensor<f32>) -> tensor<f32> attributes {agc.export, agc.derive = "vjp"} {
  return %x : tensor<f32>
}
