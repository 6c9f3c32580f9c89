// The gradient at a view of the whole of %x counted what was computed from %x itself too.
// RUN: agc-interpret %s "--compare-after=agt-check,func.func(agt-functionalize)" | FileCheck %s --check-prefix=SAME
// RUN: agc-opt %s --agt-functionalize | FileCheck %s

// SAME: results agree
// CHECK-LABEL: func.func @main
// CHECK: %[[X:.+]] = ag.leaf_mark %arg0
// CHECK: %[[VIEW:.+]] = ag.reshape %[[X]] : tensor<5xf64> to tensor<5xf64>
// CHECK: %[[DOT:.+]] = ag.apply dot(%[[VIEW]], %[[X]])
// CHECK: ag.grad %[[DOT]] seeds %{{.+}} wrt %[[VIEW]]
func.func @main(%arg0: tensor<5xf64>) -> tensor<5xf64> {
  %x = agt.leaf %arg0 requires_grad : tensor<5xf64>
  %view = agt.view %x view : !agt.ref<tensor<5xf64>> to !agt.ref<tensor<5xf64>>
  %0 = agt.read %view : !agt.ref<tensor<5xf64>>
  %1 = agt.read %x : !agt.ref<tensor<5xf64>>
  %2 = ag.apply dot(%0, %1) : (tensor<5xf64>, tensor<5xf64>) -> tensor<f64>
  %y = agt.new %2 : tensor<f64>
  %g = agt.grad %y wrt %view : (!agt.ref<tensor<f64>>, !agt.ref<tensor<5xf64>>) -> !agt.ref<tensor<5xf64>>
  %3 = agt.read %g : !agt.ref<tensor<5xf64>>
  return %3 : tensor<5xf64>
}
