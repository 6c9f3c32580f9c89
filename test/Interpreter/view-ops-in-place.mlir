// An object that becomes a view of itself: its gradient passes the view, and what it shares elements with sees its writes.
// RUN: agc-interpret %s --entry=main --compare-after='func.func(agt-functionalize),ag-differentiate' --runs=3
// RUN: agc-interpret %s --entry=shared --compare-after='func.func(agt-functionalize),ag-differentiate'

func.func @main(%v: tensor<3x4xf64>, %u: tensor<4x1x3xf64>) -> (tensor<3x4xf64>, tensor<4x1x3xf64>) {
  %x = agt.leaf %v requires_grad : tensor<3x4xf64>
  %0 = agt.read %x : !agt.ref<tensor<3x4xf64>>
  %1 = ag.map sin(%0) : (tensor<3x4xf64>) -> tensor<3x4xf64>
  %y = agt.new %1 : tensor<3x4xf64>
  %t = agt.view %y t : !agt.ref<tensor<3x4xf64>> to !agt.ref<tensor<4x3xf64>>
  %y1 = agt.become %y, %t : !agt.ref<tensor<3x4xf64>>, !agt.ref<tensor<4x3xf64>>
  %w = agt.view %y1 unsqueeze [1] : !agt.ref<tensor<4x3xf64>> to !agt.ref<tensor<4x1x3xf64>>
  %y2 = agt.become %y1, %w : !agt.ref<tensor<4x3xf64>>, !agt.ref<tensor<4x1x3xf64>>
  %2 = agt.read %y2 : !agt.ref<tensor<4x1x3xf64>>
  %3 = ag.map mul(%2, %u) : (tensor<4x1x3xf64>, tensor<4x1x3xf64>) -> tensor<4x1x3xf64>
  agt.write "mul_" %y2, %3 : !agt.ref<tensor<4x1x3xf64>>
  %4 = agt.read %y2 : !agt.ref<tensor<4x1x3xf64>>
  %5 = ag.reduce sum(%4) dims [0, 1, 2] : tensor<4x1x3xf64> -> tensor<f64>
  %loss = agt.new %5 : tensor<f64>
  agt.backward %loss : !agt.ref<tensor<f64>>
  %g = agt.grad_get %x : !agt.ref<tensor<3x4xf64>>
  %6 = agt.read %g : !agt.ref<tensor<3x4xf64>>
  %7 = agt.read %y2 : !agt.ref<tensor<4x1x3xf64>>
  return %6, %7 : tensor<3x4xf64>, tensor<4x1x3xf64>
}

func.func @shared(%v: tensor<2x3xf64>, %u: tensor<3xf64>) -> (tensor<3x2xf64>, tensor<3xf64>) {
  %x = agt.leaf %v : tensor<2x3xf64>
  %row = agt.view %x select [0, 1] : !agt.ref<tensor<2x3xf64>> to !agt.ref<tensor<3xf64>>
  %t = agt.view %x t : !agt.ref<tensor<2x3xf64>> to !agt.ref<tensor<3x2xf64>>
  %x1 = agt.become %x, %t : !agt.ref<tensor<2x3xf64>>, !agt.ref<tensor<3x2xf64>>
  agt.write "copy_" %row, %u : !agt.ref<tensor<3xf64>>
  %0 = agt.read %x1 : !agt.ref<tensor<3x2xf64>>
  %1 = ag.map exp(%0) : (tensor<3x2xf64>) -> tensor<3x2xf64>
  agt.write "exp_" %x1, %1 : !agt.ref<tensor<3x2xf64>>
  %2 = agt.read %x1 : !agt.ref<tensor<3x2xf64>>
  %3 = agt.read %row : !agt.ref<tensor<3xf64>>
  return %2, %3 : tensor<3x2xf64>, tensor<3xf64>
}
