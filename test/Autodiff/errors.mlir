// What cannot be differentiated is an error at its op, with the path.
// RUN: agc-opt %s --ag-differentiate --split-input-file --verify-diagnostics

func.func @control_flow(%x: tensor<4xf32>, %n: index, %s: tensor<4xf32>) -> tensor<4xf32> {
  // expected-note@below {{with respect to this value}}
  %leaf = ag.leaf_mark %x : tensor<4xf32>
  %0 = ag.map sin(%leaf) : (tensor<4xf32>) -> tensor<4xf32>
  // expected-error@below {{cannot differentiate 'ag.for': gradients through control flow are not supported yet}}
  %1 = ag.for %n(%0) : tensor<4xf32> {
  ^bb0(%i: tensor<i64>, %v: tensor<4xf32>):
    ag.yield %v : tensor<4xf32>
  }
  %2 = ag.map exp(%1) : (tensor<4xf32>) -> tensor<4xf32>
  // expected-note@below {{on the path ag.map sin -> ag.for -> ag.map exp}}
  %g = ag.grad %2 seeds %s wrt %leaf : (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %g : tensor<4xf32>
}

// -----

func.func @value_captured_by_a_region(%x: tensor<4xf32>, %c: tensor<i1>, %s: tensor<4xf32>) -> tensor<4xf32> {
  // expected-note@below {{with respect to this value}}
  %leaf = ag.leaf_mark %x : tensor<4xf32>
  // expected-error@below {{cannot differentiate 'ag.if': gradients through control flow are not supported yet}}
  %1 = ag.if %c : tensor<i1> -> tensor<4xf32> {
    ag.yield %leaf : tensor<4xf32>
  } else {
    ag.yield %s : tensor<4xf32>
  }
  // expected-note@below {{on the path ag.if}}
  %g = ag.grad %1 seeds %s wrt %leaf : (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %g : tensor<4xf32>
}

// -----

func.func @op_of_another_dialect(%x: tensor<f32>, %s: tensor<f32>) -> tensor<f32> {
  // expected-note@below {{with respect to this value}}
  %leaf = ag.leaf_mark %x : tensor<f32>
  // expected-error@below {{cannot differentiate 'math.exp': it has no gradient rule}}
  %1 = math.exp %leaf : tensor<f32>
  // expected-note@below {{on the path math.exp}}
  %g = ag.grad %1 seeds %s wrt %leaf : (tensor<f32>, tensor<f32>, tensor<f32>) -> tensor<f32>
  return %g : tensor<f32>
}

// -----

func.func @tangent_through_control_flow(%x: tensor<4xf32>, %n: index, %t: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error@below {{cannot differentiate 'ag.for': gradients through control flow are not supported yet}}
  %1 = ag.for %n(%x) : tensor<4xf32> {
  ^bb0(%i: tensor<i64>, %v: tensor<4xf32>):
    ag.yield %v : tensor<4xf32>
  }
  %r = ag.jvp %1 wrt %x tangents %t : (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %r : tensor<4xf32>
}

// -----

// An op beside the path may be whatever it is.
func.func @no_error_off_the_path(%x: tensor<f32>, %y: tensor<f32>) -> tensor<f32> {
  %0 = math.exp %y : tensor<f32>
  %1 = ag.map mul(%x, %0) : (tensor<f32>, tensor<f32>) -> tensor<f32>
  %2 = math.exp %1 : tensor<f32>
  %g = ag.grad %1 seeds %y wrt %x : (tensor<f32>, tensor<f32>, tensor<f32>) -> tensor<f32>
  return %g : tensor<f32>
}

// -----

func.func @operand_without_derivative(%x: tensor<4xf32>, %y: tensor<4xf32>, %v: tensor<4xf32>, %s: tensor<f32>) -> tensor<4xf32> {
  // expected-note@below {{with respect to this value}}
  %w = ag.leaf_mark %v : tensor<4xf32>
  // expected-error@below {{cannot differentiate 'ag.apply binary_cross_entropy': the function 'binary_cross_entropy' is not differentiable with respect to argument 'weight'}}
  %l = ag.apply binary_cross_entropy(%x, %y, %w) : (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<f32>
  // expected-note@below {{on the path ag.apply binary_cross_entropy}}
  %g = ag.grad %l seeds %s wrt %w : (tensor<f32>, tensor<f32>, tensor<4xf32>) -> tensor<4xf32>
  return %g : tensor<4xf32>
}
