// A view of a view whose base was written: its node is older than the history that was rebuilt for
// it, and the way to %x was not found.
// RUN: agc-opt %s --agt-functionalize | FileCheck %s

// CHECK-LABEL: func @main
// CHECK: %[[X:.+]] = ag.leaf_mark %arg0
// CHECK: %[[G:.+]] = ag.grad %{{.+}} wrt %[[X]]
// CHECK: return %[[G]]
func.func @main(%v: tensor<2x3xf64>, %u: tensor<2xf64>) -> tensor<2x3xf64> {
  %x = agt.leaf %v requires_grad : tensor<2x3xf64>
  %0 = agt.read %x : !agt.ref<tensor<2x3xf64>>
  %1 = ag.map neg(%0) : (tensor<2x3xf64>) -> tensor<2x3xf64>
  %y = agt.new %1 : tensor<2x3xf64>
  %t = agt.view %y t : !agt.ref<tensor<2x3xf64>> to !agt.ref<tensor<3x2xf64>>
  %2 = agt.read %y : !agt.ref<tensor<2x3xf64>>
  %3 = ag.map exp(%2) : (tensor<2x3xf64>) -> tensor<2x3xf64>
  agt.write "exp_" %y, %3 : !agt.ref<tensor<2x3xf64>>
  %part = agt.view %t select [0, 1] : !agt.ref<tensor<3x2xf64>> to !agt.ref<tensor<2xf64>>
  %w = agt.leaf %u : tensor<2xf64>
  %g = agt.grad %part seeds %w for [0] wrt %x : (!agt.ref<tensor<2xf64>>, !agt.ref<tensor<2xf64>>, !agt.ref<tensor<2x3xf64>>) -> !agt.ref<tensor<2x3xf64>>
  %4 = agt.read %g : !agt.ref<tensor<2x3xf64>>
  return %4 : tensor<2x3xf64>
}
