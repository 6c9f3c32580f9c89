// Windows that overlap see elements of their base, and gradients of them add up; those that do not may be written.
// RUN: agc-interpret %s --entry=overlapping --compare-after='func.func(agt-functionalize),ag-differentiate' --runs=3
// RUN: agc-interpret %s --entry=written --compare-after='func.func(agt-functionalize),ag-differentiate' --runs=3

func.func @overlapping(%v: tensor<2x7xf64>, %u: tensor<2x3x4xf64>) -> (tensor<2x7xf64>, tensor<2x3x4xf64>) {
  %x = agt.leaf %v requires_grad : tensor<2x7xf64>
  %0 = agt.read %x : !agt.ref<tensor<2x7xf64>>
  %1 = ag.map neg(%0) : (tensor<2x7xf64>) -> tensor<2x7xf64>
  %y = agt.new %1 : tensor<2x7xf64>
  %w = agt.view %y unfold [1, 4, 1] : !agt.ref<tensor<2x7xf64>> to !agt.ref<tensor<2x4x4xf64>>
  %2 = agt.read %y : !agt.ref<tensor<2x7xf64>>
  %3 = ag.map sin(%2) : (tensor<2x7xf64>) -> tensor<2x7xf64>
  agt.write "sin_" %y, %3 : !agt.ref<tensor<2x7xf64>>
  %part = agt.view %w slice [1, 1, 1] : !agt.ref<tensor<2x4x4xf64>> to !agt.ref<tensor<2x3x4xf64>>
  %4 = agt.read %part : !agt.ref<tensor<2x3x4xf64>>
  %5 = ag.map mul(%4, %u) : (tensor<2x3x4xf64>, tensor<2x3x4xf64>) -> tensor<2x3x4xf64>
  %6 = ag.reduce sum(%5) dims [0, 1, 2] : tensor<2x3x4xf64> -> tensor<f64>
  %loss = agt.new %6 : tensor<f64>
  agt.backward %loss : !agt.ref<tensor<f64>>
  %g = agt.grad_get %x : !agt.ref<tensor<2x7xf64>>
  %7 = agt.read %g : !agt.ref<tensor<2x7xf64>>
  return %7, %4 : tensor<2x7xf64>, tensor<2x3x4xf64>
}

func.func @written(%v: tensor<8x2xf64>, %u: tensor<2x2x3xf64>) -> (tensor<8x2xf64>, tensor<8x2xf64>) {
  %x = agt.leaf %v requires_grad : tensor<8x2xf64>
  %0 = agt.read %x : !agt.ref<tensor<8x2xf64>>
  %1 = ag.map neg(%0) : (tensor<8x2xf64>) -> tensor<8x2xf64>
  %y = agt.new %1 : tensor<8x2xf64>
  %w = agt.view %y unfold [0, 3, 4] : !agt.ref<tensor<8x2xf64>> to !agt.ref<tensor<2x2x3xf64>>
  %2 = agt.read %w : !agt.ref<tensor<2x2x3xf64>>
  %3 = ag.map mul(%2, %u) : (tensor<2x2x3xf64>, tensor<2x2x3xf64>) -> tensor<2x2x3xf64>
  agt.write "mul_" %w, %3 : !agt.ref<tensor<2x2x3xf64>>
  %4 = agt.read %y : !agt.ref<tensor<8x2xf64>>
  %5 = ag.map sin(%4) : (tensor<8x2xf64>) -> tensor<8x2xf64>
  %6 = ag.reduce sum(%5) dims [0, 1] : tensor<8x2xf64> -> tensor<f64>
  %loss = agt.new %6 : tensor<f64>
  agt.backward %loss : !agt.ref<tensor<f64>>
  %g = agt.grad_get %x : !agt.ref<tensor<8x2xf64>>
  %7 = agt.read %g : !agt.ref<tensor<8x2xf64>>
  return %7, %4 : tensor<8x2xf64>, tensor<8x2xf64>
}
