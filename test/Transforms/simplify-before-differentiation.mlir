// Marks mean something as long as a gradient is to be taken.
// RUN: agc-opt %s --ag-simplify | FileCheck %s

// CHECK-LABEL: @marks_stay
func.func @marks_stay(%x: tensor<4xf32>, %s: tensor<4xf32>) -> tensor<4xf32> {
  // CHECK: ag.leaf_mark
  // CHECK: ag.stop_gradient
  %0 = ag.leaf_mark %x : tensor<4xf32>
  %1 = ag.stop_gradient %0 : tensor<4xf32>
  %2 = ag.map mul(%0, %1) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %g = ag.grad %2 seeds %s wrt %0 : (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %g : tensor<4xf32>
}
