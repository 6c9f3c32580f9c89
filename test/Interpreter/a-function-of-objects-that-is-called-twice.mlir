// Each call makes objects and nodes of its own.
// RUN: agc-interpret %s --entry=main --compare-after='func.func(agt-functionalize),ag-differentiate' --runs=3

func.func private @f(%x: tensor<2xf64>) -> tensor<2xf64> {
  %w = agt.leaf %x requires_grad : tensor<2xf64>
  %v = agt.read %w : !agt.ref<tensor<2xf64>>
  %s = ag.map mul(%v, %v) : (tensor<2xf64>, tensor<2xf64>) -> tensor<2xf64>
  %y = agt.new %s : tensor<2xf64>
  %z = agt.read %y : !agt.ref<tensor<2xf64>>
  %t = ag.reduce sum(%z) dims [0] : tensor<2xf64> -> tensor<f64>
  %l = agt.new %t : tensor<f64>
  agt.backward %l : !agt.ref<tensor<f64>>
  %g = agt.grad_get %w : !agt.ref<tensor<2xf64>>
  %r = agt.read %g : !agt.ref<tensor<2xf64>>
  return %r : tensor<2xf64>
}
func.func @main(%x: tensor<2xf64>) -> tensor<2xf64> {
  %0 = func.call @f(%x) : (tensor<2xf64>) -> tensor<2xf64>
  %1 = func.call @f(%0) : (tensor<2xf64>) -> tensor<2xf64>
  return %1 : tensor<2xf64>
}
