// Gradients of gradients, and tangents.
// RUN: agc-opt %s --ag-differentiate --canonicalize --cse | FileCheck %s
// RUN: agc-opt %s --ag-differentiate --canonicalize --cse > %t
// RUN: agc-opt %t --ag-differentiate | diff %t -

// CHECK-LABEL: @second_derivative_of_exp
// CHECK-SAME: (%[[X:.+]]: tensor<f32>, %[[S:.+]]: tensor<f32>)
func.func @second_derivative_of_exp(%x: tensor<f32>, %s: tensor<f32>) -> tensor<f32> {
  // CHECK: %[[Y:.+]] = ag.map exp(%[[X]])
  // CHECK: %[[G:.+]] = ag.map mul(%[[S]], %[[S]])
  // CHECK: %[[GG:.+]] = ag.map mul(%[[G]], %[[Y]])
  // CHECK: %[[R:.+]] = ag.stop_gradient %[[GG]]
  // CHECK: return %[[R]]
  %y = ag.map exp(%x) : (tensor<f32>) -> tensor<f32>
  %g = ag.grad %y seeds %s wrt %x create_graph : (tensor<f32>, tensor<f32>, tensor<f32>) -> tensor<f32>
  %gg = ag.grad %g seeds %s wrt %x : (tensor<f32>, tensor<f32>, tensor<f32>) -> tensor<f32>
  return %gg : tensor<f32>
}

// CHECK-LABEL: @without_create_graph_a_gradient_is_constant
func.func @without_create_graph_a_gradient_is_constant(%x: tensor<f32>, %s: tensor<f32>) -> tensor<f32> {
  // CHECK: %[[Z:.+]] = ag.constant dense<0.0
  // CHECK: return %[[Z]]
  %y = ag.map exp(%x) : (tensor<f32>) -> tensor<f32>
  %g = ag.grad %y seeds %s wrt %x : (tensor<f32>, tensor<f32>, tensor<f32>) -> tensor<f32>
  %gg = ag.grad %g seeds %s wrt %x : (tensor<f32>, tensor<f32>, tensor<f32>) -> tensor<f32>
  return %gg : tensor<f32>
}

// CHECK-LABEL: @jvp_of_pointwise_multiplies_by_the_partial
// CHECK-SAME: (%[[X:.+]]: tensor<3x1xf32>, %[[Y:.+]]: tensor<4xf32>, %[[T:.+]]: tensor<3x1xf32>)
func.func @jvp_of_pointwise_multiplies_by_the_partial(%x: tensor<3x1xf32>, %y: tensor<4xf32>, %t: tensor<3x1xf32>) -> tensor<3x4xf32> {
  // CHECK: %[[R:.+]] = ag.map mul(%[[T]], %[[Y]]) : (tensor<3x1xf32>, tensor<4xf32>) -> tensor<3x4xf32>
  // CHECK: return %[[R]]
  %z = ag.map mul(%x, %y) : (tensor<3x1xf32>, tensor<4xf32>) -> tensor<3x4xf32>
  %r = ag.jvp %z wrt %x tangents %t : (tensor<3x4xf32>, tensor<3x1xf32>, tensor<3x1xf32>) -> tensor<3x4xf32>
  return %r : tensor<3x4xf32>
}

// The transpose of the transpose is the op itself.
// CHECK-LABEL: @jvp_of_linear_ops_repeats_them
// CHECK-SAME: (%[[X:.+]]: tensor<4x5xf32>, %[[W:.+]]: tensor<5x3xf32>, %[[T:.+]]: tensor<4x5xf32>)
func.func @jvp_of_linear_ops_repeats_them(%x: tensor<4x5xf32>, %w: tensor<5x3xf32>, %t: tensor<4x5xf32>) -> tensor<3xf32> {
  // CHECK: %[[C:.+]] = ag.contract "mk,kn->mn"(%[[T]], %[[W]])
  // CHECK: %[[P:.+]] = ag.permute %[[C]] [1, 0]
  // CHECK: %[[S:.+]] = ag.slice %[[P]] [0, 1] steps [1, 2]
  // CHECK: %[[R:.+]] = ag.reduce sum(%[[S]]) dims [1]
  // CHECK: return %[[R]]
  %0 = ag.contract "mk,kn->mn"(%x, %w) : (tensor<4x5xf32>, tensor<5x3xf32>) -> tensor<4x3xf32>
  %1 = ag.permute %0 [1, 0] : (tensor<4x3xf32>) -> tensor<3x4xf32>
  %2 = ag.slice %1 [0, 1] steps [1, 2] : tensor<3x4xf32> to tensor<3x2xf32>
  %3 = ag.reduce sum(%2) dims [1] : tensor<3x2xf32> -> tensor<3xf32>
  %r = ag.jvp %3 wrt %x tangents %t : (tensor<3xf32>, tensor<4x5xf32>, tensor<4x5xf32>) -> tensor<3xf32>
  return %r : tensor<3xf32>
}

// A Hessian-vector product: the tangent of a gradient.
// CHECK-LABEL: @jvp_of_grad
// CHECK-SAME: (%[[X:.+]]: tensor<f32>, %[[S:.+]]: tensor<f32>, %[[T:.+]]: tensor<f32>)
func.func @jvp_of_grad(%x: tensor<f32>, %s: tensor<f32>, %t: tensor<f32>) -> tensor<f32> {
  // CHECK: %[[SIN:.+]] = ag.map sin(%[[X]])
  // CHECK: %[[N:.+]] = ag.map neg(%[[SIN]])
  // CHECK: %[[D:.+]] = ag.map mul(%[[T]], %[[N]])
  // CHECK: %[[R:.+]] = ag.map mul(%[[D]], %[[S]])
  // CHECK: return %[[R]]
  %y = ag.map sin(%x) : (tensor<f32>) -> tensor<f32>
  %g = ag.grad %y seeds %s wrt %x create_graph : (tensor<f32>, tensor<f32>, tensor<f32>) -> tensor<f32>
  %r = ag.jvp %g wrt %x tangents %t : (tensor<f32>, tensor<f32>, tensor<f32>) -> tensor<f32>
  return %r : tensor<f32>
}
