// The gradient at a copy of %y counted what was computed from %y itself.
// RUN: agc-interpret %s "--compare-after=agt-check,func.func(agt-functionalize)" | FileCheck %s --check-prefix=SAME
// RUN: agc-opt %s --agt-functionalize | FileCheck %s

// SAME: results agree
// CHECK-LABEL: func.func @main
// CHECK: %[[Y:.+]] = ag.map neg
// CHECK: %[[COPY:.+]] = ag.reshape %[[Y]]
// CHECK: %[[MADE:.+]] = ag.reshape %[[Y]]
// CHECK: ag.grad {{.*}} wrt %[[COPY]], %[[MADE]]
func.func @main(%v: tensor<2xf64>) -> (tensor<2xf64>, tensor<2xf64>) {
  %x = agt.leaf %v requires_grad : tensor<2xf64>
  %0 = agt.read %x : !agt.ref<tensor<2xf64>>
  %1 = ag.map neg(%0) : (tensor<2xf64>) -> tensor<2xf64>
  %y = agt.new %1 : tensor<2xf64>
  %2 = ag.map exp(%0) : (tensor<2xf64>) -> tensor<2xf64>
  %copy = agt.new %2 : tensor<2xf64>
  %3 = agt.read %y : !agt.ref<tensor<2xf64>>
  agt.write "copy_" %copy, %3 : !agt.ref<tensor<2xf64>>
  %made = agt.new %3 : tensor<2xf64>
  %4 = agt.read %copy : !agt.ref<tensor<2xf64>>
  %5 = agt.read %made : !agt.ref<tensor<2xf64>>
  %6 = ag.map mul(%3, %4) : (tensor<2xf64>, tensor<2xf64>) -> tensor<2xf64>
  %7 = ag.map mul(%6, %5) : (tensor<2xf64>, tensor<2xf64>) -> tensor<2xf64>
  %8 = ag.reduce sum(%7) dims [0] : tensor<2xf64> -> tensor<f64>
  %loss = agt.new %8 : tensor<f64>
  %g:2 = agt.grad %loss wrt %copy, %made : (!agt.ref<tensor<f64>>, !agt.ref<tensor<2xf64>>, !agt.ref<tensor<2xf64>>) -> (!agt.ref<tensor<2xf64>>, !agt.ref<tensor<2xf64>>)
  %9 = agt.read %g#0 : !agt.ref<tensor<2xf64>>
  %10 = agt.read %g#1 : !agt.ref<tensor<2xf64>>
  return %9, %10 : tensor<2xf64>, tensor<2xf64>
}
