// The third derivative of a product between three elements that are all zero is the product of the
// rest: it once was zero. Of cumprod too.
// RUN: agc-interpret %s --compare-after=ag-differentiate,ag-simplify
// RUN: agc-opt %s --ag-differentiate | agc-interpret - | FileCheck %s
// RUN: agc-interpret %s --entry=cumprod --compare-after=ag-differentiate,ag-simplify --runs=2

// CHECK: 5
func.func @main() -> tensor<f64> {
  %one = ag.constant dense<1.0> : tensor<f64>
  %x0 = ag.constant dense<[0.0, 0.0, 5.0, 0.0]> : tensor<4xf64>
  %a = ag.constant dense<[1.0, 0.0, 0.0, 0.0]> : tensor<4xf64>
  %b = ag.constant dense<[0.0, 1.0, 0.0, 0.0]> : tensor<4xf64>
  %c = ag.constant dense<[0.0, 0.0, 0.0, 1.0]> : tensor<4xf64>
  %x = ag.leaf_mark %x0 : tensor<4xf64>
  %p = ag.reduce prod(%x) dims [0] : tensor<4xf64> -> tensor<f64>
  %g = ag.grad %p seeds %one wrt %x create_graph : (tensor<f64>, tensor<f64>, tensor<4xf64>) -> tensor<4xf64>
  %h = ag.grad %g seeds %a wrt %x create_graph : (tensor<4xf64>, tensor<4xf64>, tensor<4xf64>) -> tensor<4xf64>
  %t = ag.grad %h seeds %b wrt %x : (tensor<4xf64>, tensor<4xf64>, tensor<4xf64>) -> tensor<4xf64>
  %m = ag.map mul(%t, %c) : (tensor<4xf64>, tensor<4xf64>) -> tensor<4xf64>
  %s = ag.reduce sum(%m) dims [0] : tensor<4xf64> -> tensor<f64>
  return %s : tensor<f64>
}

func.func @cumprod(%in: tensor<4xf64>) -> (tensor<4xf64>, tensor<4xf64>, tensor<4xf64>) {
  %zeros = ag.constant dense<[0.0, 0.0, 1.0, 0.0]> : tensor<4xf64>
  %a = ag.constant dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf64>
  %value = ag.map mul(%in, %zeros) : (tensor<4xf64>, tensor<4xf64>) -> tensor<4xf64>
  %x = ag.leaf_mark %value : tensor<4xf64>
  %p = ag.scan cumprod(%x) dim 0 : (tensor<4xf64>) -> tensor<4xf64>
  %g = ag.grad %p seeds %a wrt %x create_graph : (tensor<4xf64>, tensor<4xf64>, tensor<4xf64>) -> tensor<4xf64>
  %h = ag.grad %g seeds %a wrt %x create_graph : (tensor<4xf64>, tensor<4xf64>, tensor<4xf64>) -> tensor<4xf64>
  %t = ag.grad %h seeds %a wrt %x : (tensor<4xf64>, tensor<4xf64>, tensor<4xf64>) -> tensor<4xf64>
  return %g, %h, %t : tensor<4xf64>, tensor<4xf64>, tensor<4xf64>
}
