// What is behind a zero does not reach the elements before it, as in PyTorch without create_graph;
// the gradient's own gradient is that of the formula that has one.
// RUN: agc-opt %s --ag-differentiate | agc-interpret - | FileCheck %s

// CHECK: tensor<4xf64> [1, nan, 0, 0]
// CHECK: tensor<4xf64> [1, inf, 0, 0]
// CHECK: tensor<4xf64> [7, 0, 0, 0]
// CHECK: tensor<4xf64> [inf, nan, inf, 0]
// CHECK: tensor<4xf64> [94, 211, 69, 48]
func.func @main() -> (tensor<4xf64>, tensor<4xf64>, tensor<4xf64>, tensor<4xf64>, tensor<4xf64>) {
  %s = ag.constant dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf64>
  %a = ag.constant dense<[2.0, 0.0, 0x7FF8000000000000, 3.0]> : tensor<4xf64>
  %b = ag.constant dense<[2.0, 0.0, 0x7FF0000000000000, 3.0]> : tensor<4xf64>
  %c = ag.constant dense<[0.0, 3.0, 0.0, 0x7FF8000000000000]> : tensor<4xf64>
  %d = ag.constant dense<[2.0, 0x7FF0000000000000, 0.0, 5.0]> : tensor<4xf64>
  %e = ag.constant dense<[3.0, 0.0, 4.0, 5.0]> : tensor<4xf64>
  %0 = func.call @gradient(%a, %s) : (tensor<4xf64>, tensor<4xf64>) -> tensor<4xf64>
  %1 = func.call @gradient(%b, %s) : (tensor<4xf64>, tensor<4xf64>) -> tensor<4xf64>
  %2 = func.call @gradient(%c, %s) : (tensor<4xf64>, tensor<4xf64>) -> tensor<4xf64>
  %3 = func.call @gradient(%d, %s) : (tensor<4xf64>, tensor<4xf64>) -> tensor<4xf64>
  %x = ag.leaf_mark %e : tensor<4xf64>
  %4 = ag.scan cumprod(%x) dim 0 : (tensor<4xf64>) -> tensor<4xf64>
  %5 = ag.grad %4 seeds %s wrt %x create_graph : (tensor<4xf64>, tensor<4xf64>, tensor<4xf64>) -> tensor<4xf64>
  %ones = ag.constant dense<1.0> : tensor<4xf64>
  %6 = ag.grad %5 seeds %ones wrt %x : (tensor<4xf64>, tensor<4xf64>, tensor<4xf64>) -> tensor<4xf64>
  return %0, %1, %2, %3, %6 : tensor<4xf64>, tensor<4xf64>, tensor<4xf64>, tensor<4xf64>, tensor<4xf64>
}

func.func private @gradient(%v: tensor<4xf64>, %s: tensor<4xf64>) -> tensor<4xf64> {
  %x = ag.leaf_mark %v : tensor<4xf64>
  %0 = ag.scan cumprod(%x) dim 0 : (tensor<4xf64>) -> tensor<4xf64>
  %1 = ag.grad %0 seeds %s wrt %x : (tensor<4xf64>, tensor<4xf64>, tensor<4xf64>) -> tensor<4xf64>
  return %1 : tensor<4xf64>
}
