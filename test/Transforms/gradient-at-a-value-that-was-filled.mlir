// A value that was filled has a gradient of its own, which no detached twin of it passes.
// y = x * 2; y.fill_(3); y.retain_grad(); (y * y.detach()).sum().backward(): y.grad is 3, x.grad 0.
// RUN: agc-interpret %s | FileCheck %s
// RUN: agc-opt %s --agt-functionalize --ag-differentiate | agc-interpret - | FileCheck %s

// CHECK: tensor<2xf32> [3, 3]
// CHECK: tensor<2xf32> [0, 0]
func.func @main() -> (tensor<2xf32>, tensor<2xf32>) {
  %v = ag.constant dense<1.0> : tensor<2xf32>
  %two = ag.constant dense<2.0> : tensor<f32>
  %three = ag.constant dense<3.0> : tensor<2xf32>
  %x = agt.leaf %v requires_grad : tensor<2xf32>
  %0 = agt.read %x : !agt.ref<tensor<2xf32>>
  %1 = ag.map mul(%0, %two) : (tensor<2xf32>, tensor<f32>) -> tensor<2xf32>
  %y = agt.new %1 : tensor<2xf32>
  agt.write "fill_" %y, %three : !agt.ref<tensor<2xf32>>
  agt.retain_grad %y : !agt.ref<tensor<2xf32>>
  %d = agt.detach %y : !agt.ref<tensor<2xf32>>
  %2 = agt.read %y : !agt.ref<tensor<2xf32>>
  %3 = agt.read %d : !agt.ref<tensor<2xf32>>
  %4 = ag.map mul(%2, %3) : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  %5 = ag.reduce sum(%4) dims [0] : tensor<2xf32> -> tensor<f32>
  %z = agt.new %5 : tensor<f32>
  agt.backward %z : !agt.ref<tensor<f32>>
  %gy = agt.grad_get %y : !agt.ref<tensor<2xf32>>
  %gx = agt.grad_get %x : !agt.ref<tensor<2xf32>>
  %6 = agt.read %gy : !agt.ref<tensor<2xf32>>
  %7 = agt.read %gx : !agt.ref<tensor<2xf32>>
  return %6, %7 : tensor<2xf32>, tensor<2xf32>
}
