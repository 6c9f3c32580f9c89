// Each step of a long chain with its backward may take an iteration of the pass: it goes on until it is done.
// RUN: agc --emit=linalg --derive=none %s -o - | FileCheck %s

// CHECK: agc.export
// CHECK: return
func.func @run(%x: tensor<4xf32>, %seed: tensor<4xf32>) -> tensor<4xf32> attributes {agc.export} {
  %0 = ag.leaf_mark %x : tensor<4xf32>
  %1 = ag.map sin(%0) : (tensor<4xf32>) -> tensor<4xf32>
  %2 = ag.map sin(%1) : (tensor<4xf32>) -> tensor<4xf32>
  %3 = ag.map sin(%2) : (tensor<4xf32>) -> tensor<4xf32>
  %4 = ag.map sin(%3) : (tensor<4xf32>) -> tensor<4xf32>
  %5 = ag.map sin(%4) : (tensor<4xf32>) -> tensor<4xf32>
  %6 = ag.map sin(%5) : (tensor<4xf32>) -> tensor<4xf32>
  %7 = ag.map sin(%6) : (tensor<4xf32>) -> tensor<4xf32>
  %8 = ag.map sin(%7) : (tensor<4xf32>) -> tensor<4xf32>
  %9 = ag.map sin(%8) : (tensor<4xf32>) -> tensor<4xf32>
  %10 = ag.map sin(%9) : (tensor<4xf32>) -> tensor<4xf32>
  %11 = ag.map sin(%10) : (tensor<4xf32>) -> tensor<4xf32>
  %12 = ag.map sin(%11) : (tensor<4xf32>) -> tensor<4xf32>
  %13 = ag.map sin(%12) : (tensor<4xf32>) -> tensor<4xf32>
  %14 = ag.map sin(%13) : (tensor<4xf32>) -> tensor<4xf32>
  %15 = ag.map sin(%14) : (tensor<4xf32>) -> tensor<4xf32>
  %16 = ag.map sin(%15) : (tensor<4xf32>) -> tensor<4xf32>
  %17 = ag.map sin(%16) : (tensor<4xf32>) -> tensor<4xf32>
  %18 = ag.map sin(%17) : (tensor<4xf32>) -> tensor<4xf32>
  %19 = ag.map sin(%18) : (tensor<4xf32>) -> tensor<4xf32>
  %20 = ag.map sin(%19) : (tensor<4xf32>) -> tensor<4xf32>
  %21 = ag.map sin(%20) : (tensor<4xf32>) -> tensor<4xf32>
  %22 = ag.map sin(%21) : (tensor<4xf32>) -> tensor<4xf32>
  %23 = ag.map sin(%22) : (tensor<4xf32>) -> tensor<4xf32>
  %24 = ag.map sin(%23) : (tensor<4xf32>) -> tensor<4xf32>
  %g = ag.grad %24 seeds %seed wrt %0 : (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %g : tensor<4xf32>
}
