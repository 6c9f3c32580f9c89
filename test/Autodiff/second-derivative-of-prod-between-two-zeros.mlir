// The second derivative of a product between two elements that are both zero is the product of the
// rest: it once was zero.
// RUN: agc-interpret %s --compare-after=ag-differentiate,ag-simplify --runs=2

func.func @main(%in: tensor<3xf64>) -> (tensor<3xf64>, tensor<3xf64>) {
  %one = ag.constant dense<1.0> : tensor<f64>
  %zeros = ag.constant dense<[0.0, 0.0, 1.0]> : tensor<3xf64>
  %first = ag.constant dense<[1.0, 0.0, 0.0]> : tensor<3xf64>
  %value = ag.map mul(%in, %zeros) : (tensor<3xf64>, tensor<3xf64>) -> tensor<3xf64>
  %x = ag.leaf_mark %value : tensor<3xf64>
  %p = ag.reduce prod(%x) dims [0] : tensor<3xf64> -> tensor<f64>
  %g = ag.grad %p seeds %one wrt %x create_graph : (tensor<f64>, tensor<f64>, tensor<3xf64>) -> tensor<3xf64>
  %h = ag.grad %g seeds %first wrt %x : (tensor<3xf64>, tensor<3xf64>, tensor<3xf64>) -> tensor<3xf64>
  return %g, %h : tensor<3xf64>, tensor<3xf64>
}
