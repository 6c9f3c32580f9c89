// What stood in a slot is part of the sum that create_graph puts there: also where it is a leaf, and
// where the gradient that comes has no history of its own.
// RUN: agc-opt %s --agt-functionalize | FileCheck %s

// CHECK-LABEL: func @main
func.func @main(%v: tensor<2xf64>, %u: tensor<2xf64>) -> tensor<2xf64> {
  %x = agt.leaf %v requires_grad : tensor<2xf64>
  %w = agt.leaf %u requires_grad : tensor<2xf64>
  agt.grad_set %x, %w : !agt.ref<tensor<2xf64>>, !agt.ref<tensor<2xf64>>
  %0 = agt.read %x : !agt.ref<tensor<2xf64>>
  %1 = ag.reduce sum(%0) dims [0] : tensor<2xf64> -> tensor<f64>
  %y = agt.new %1 : tensor<f64>
  agt.backward %y create_graph : !agt.ref<tensor<f64>>
  %sum = agt.grad_get %x : !agt.ref<tensor<2xf64>>
  %2 = agt.read %sum : !agt.ref<tensor<2xf64>>
  %3 = ag.reduce sum(%2) dims [0] : tensor<2xf64> -> tensor<f64>
  %z = agt.new %3 : tensor<f64>
  // CHECK: %[[W:.+]] = ag.leaf_mark %arg1
  // CHECK: %[[SUM:.+]] = ag.map add(%[[W]], %{{.+}})
  // CHECK: %[[Z:.+]] = ag.reduce sum(%[[SUM]])
  // CHECK: %[[G:.+]] = ag.grad %[[Z]] {{.*}} wrt %[[W]]
  // CHECK: return %[[G]]
  agt.backward %z : !agt.ref<tensor<f64>>
  %g = agt.grad_get %w : !agt.ref<tensor<2xf64>>
  %4 = agt.read %g : !agt.ref<tensor<2xf64>>
  return %4 : tensor<2xf64>
}
