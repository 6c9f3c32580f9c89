// A view that unbind made of a base without history becomes a leaf, although its base was written:
// as the root of a backward it is its mark, and its gradient the seed.
// RUN: agc-opt %s --agt-functionalize | FileCheck %s

// CHECK-LABEL: func @main
func.func @main(%v: tensor<2xf64>, %u: tensor<2xf64>) -> tensor<f64> {
  %x = agt.leaf %v : tensor<2xf64>
  %part:2 = agt.view %x unbind [0] : !agt.ref<tensor<2xf64>> to !agt.ref<tensor<f64>>, !agt.ref<tensor<f64>>
  agt.write "copy_" %x, %u : !agt.ref<tensor<2xf64>>
  agt.requires_grad_ %part#0 true : !agt.ref<tensor<f64>>
  // CHECK: %[[LEAF:.+]] = ag.leaf_mark
  // CHECK: ag.grad %[[LEAF]] seeds %{{.+}} wrt %[[LEAF]]
  agt.backward %part#0 : !agt.ref<tensor<f64>>
  %slot = agt.grad_get %part#0 : !agt.ref<tensor<f64>>
  %gradient = agt.read %slot : !agt.ref<tensor<f64>>
  return %gradient : tensor<f64>
}
