// One row is rounded, which has no derivative; the gradient of the other depends on the seed.
// RUN: agc-opt %s --agt-functionalize | FileCheck %s

// CHECK-LABEL: func @main
// CHECK: %[[SEED:.+]] = ag.leaf_mark %arg1
// CHECK: %[[FIRST:.+]] = ag.grad %{{.+}} seeds %[[SEED]]
// CHECK: %[[SECOND:.+]] = ag.grad %[[FIRST]] {{.*}} wrt %[[SEED]]
// CHECK: return %[[SECOND]]
func.func @main(%v: tensor<2x2xf64>, %u: tensor<2x2xf64>) -> tensor<2x2xf64> {
  %x = agt.leaf %v requires_grad : tensor<2x2xf64>
  %0 = agt.read %x : !agt.ref<tensor<2x2xf64>>
  %1 = ag.map neg(%0) : (tensor<2x2xf64>) -> tensor<2x2xf64>
  %y = agt.new %1 : tensor<2x2xf64>
  %row = agt.view %y select [0, 0] : !agt.ref<tensor<2x2xf64>> to !agt.ref<tensor<2xf64>>
  %2 = agt.read %row : !agt.ref<tensor<2xf64>>
  %3 = ag.map ceil(%2) : (tensor<2xf64>) -> tensor<2xf64>
  agt.write "ceil_" %row, %3 : !agt.ref<tensor<2xf64>>
  %seed = agt.leaf %u requires_grad : tensor<2x2xf64>
  %g = agt.grad %y seeds %seed for [0] wrt %x create_graph : (!agt.ref<tensor<2x2xf64>>, !agt.ref<tensor<2x2xf64>>, !agt.ref<tensor<2x2xf64>>) -> !agt.ref<tensor<2x2xf64>>
  %h = agt.grad %g seeds %x for [0] wrt %seed : (!agt.ref<tensor<2x2xf64>>, !agt.ref<tensor<2x2xf64>>, !agt.ref<tensor<2x2xf64>>) -> !agt.ref<tensor<2x2xf64>>
  %4 = agt.read %h : !agt.ref<tensor<2x2xf64>>
  return %4 : tensor<2x2xf64>
}
