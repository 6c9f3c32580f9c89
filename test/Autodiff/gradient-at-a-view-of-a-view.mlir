// The inliner folded one reshape into the next, past the value at which a gradient was asked: it
// was zero.
// RUN: agc %s --emit=ag --derive=none -o - | FileCheck %s
// RUN: agc-interpret %s "--compare-after=agt-check,func.func(agt-functionalize),inline,ag-differentiate"
// RUN: agc-opt %s --canonicalize --ag-differentiate | FileCheck %s --check-prefix=FOLDED

// CHECK-LABEL: func.func @main
// CHECK-SAME: %[[X:.+]]: tensor<3x3xf64>
// CHECK: %[[PART:.+]] = ag.slice %[[X]] [2, 0]
// CHECK: %[[ROW:.+]] = ag.reshape %[[PART]] : tensor<1x3xf64> to tensor<3xf64>
// CHECK: return %[[ROW]]
func.func @main(%x: tensor<3x3xf64> {agc.name = "x"}) -> (tensor<3xf64> {agc.name = "g"}) attributes {agc.export} {
  %0 = agt.leaf %x requires_grad : tensor<3x3xf64>
  %1:3 = agt.view %0 unbind [0]
      : !agt.ref<tensor<3x3xf64>> to !agt.ref<tensor<3xf64>>, !agt.ref<tensor<3xf64>>, !agt.ref<tensor<3xf64>>
  %2 = agt.view %1#2 view : !agt.ref<tensor<3xf64>> to !agt.ref<tensor<3x1xf64>>
  %3 = agt.grad %2 seeds %2 for [0] wrt %1#2
      : (!agt.ref<tensor<3x1xf64>>, !agt.ref<tensor<3x1xf64>>, !agt.ref<tensor<3xf64>>) -> (!agt.ref<tensor<3xf64>>)
  %4 = agt.read %3 : !agt.ref<tensor<3xf64>>
  return %4 : tensor<3xf64>
}

// FOLDED-LABEL: func.func @reshapes
// FOLDED-NOT: ag.constant
// FOLDED: ag.reshape %arg1 : tensor<3x1xf64> to tensor<3xf64>
// FOLDED-NOT: ag.constant
// FOLDED: return
func.func @reshapes(%x: tensor<1x3xf64>, %seed: tensor<3x1xf64>) -> tensor<3xf64> {
  %0 = ag.reshape %x : tensor<1x3xf64> to tensor<3xf64>
  %1 = ag.reshape %0 : tensor<3xf64> to tensor<3x1xf64>
  %2 = ag.grad %1 seeds %seed wrt %0 : (tensor<3x1xf64>, tensor<3x1xf64>, tensor<3xf64>) -> tensor<3xf64>
  return %2 : tensor<3xf64>
}
