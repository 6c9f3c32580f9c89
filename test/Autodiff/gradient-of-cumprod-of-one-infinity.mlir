// The gradient of one element's running product is the cotangent, as PyTorch has it; by division it
// was NaN.
// RUN: agc-opt %s --ag-differentiate | agc-interpret - | FileCheck %s

// CHECK: tensor<2x1xf64> {{\[\[}}3], [4{{\]\]}}
// CHECK: tensor<f64> 5
func.func @main() -> (tensor<2x1xf64>, tensor<f64>) {
  %in = ag.constant dense<[[0x7FF0000000000000], [2.0]]> : tensor<2x1xf64>
  %seeds = ag.constant dense<[[3.0], [4.0]]> : tensor<2x1xf64>
  %x = ag.leaf_mark %in : tensor<2x1xf64>
  %0 = ag.scan cumprod(%x) dim 1 : (tensor<2x1xf64>) -> tensor<2x1xf64>
  %1 = ag.grad %0 seeds %seeds wrt %x : (tensor<2x1xf64>, tensor<2x1xf64>, tensor<2x1xf64>) -> tensor<2x1xf64>
  %alone = ag.constant dense<0x7FF0000000000000> : tensor<f64>
  %seed = ag.constant dense<5.0> : tensor<f64>
  %y = ag.leaf_mark %alone : tensor<f64>
  %2 = ag.scan cumprod(%y) dim 0 : (tensor<f64>) -> tensor<f64>
  %3 = ag.grad %2 seeds %seed wrt %y : (tensor<f64>, tensor<f64>, tensor<f64>) -> tensor<f64>
  return %1, %3 : tensor<2x1xf64>, tensor<f64>
}
