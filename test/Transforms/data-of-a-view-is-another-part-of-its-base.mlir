// A view gets another part of its base as its data. When its history is rebuilt, after a write to
// the base, it starts from that part.
// RUN: agc-opt %s --agt-functionalize | FileCheck %s

// CHECK-LABEL: func @main
func.func @main(%v: tensor<6xf64>) -> tensor<2xf64> {
  %x = agt.leaf %v requires_grad : tensor<6xf64>
  %0 = agt.read %x : !agt.ref<tensor<6xf64>>
  %1 = ag.map neg(%0) : (tensor<6xf64>) -> tensor<6xf64>
  %y = agt.new %1 : tensor<6xf64>
  %part = agt.view %y slice [0, 1, 1] : !agt.ref<tensor<6xf64>> to !agt.ref<tensor<2xf64>>
  %view = agt.view %y slice [0, 4, 1] : !agt.ref<tensor<6xf64>> to !agt.ref<tensor<2xf64>>
  agt.set_data %view, %part : !agt.ref<tensor<2xf64>>, !agt.ref<tensor<2xf64>>
  // CHECK: %[[NEW:.+]] = ag.map exp
  %2 = agt.read %y : !agt.ref<tensor<6xf64>>
  %3 = ag.map exp(%2) : (tensor<6xf64>) -> tensor<6xf64>
  agt.write "exp_" %y, %3 : !agt.ref<tensor<6xf64>>
  // CHECK: %[[SEEN:.+]] = ag.slice %[[NEW]] [1] steps [1]
  // CHECK: return %[[SEEN]]
  %4 = agt.read %view : !agt.ref<tensor<2xf64>>
  return %4 : tensor<2xf64>
}
