// Derivatives by the interpreter's own autograd, at points where they can be checked by hand.
// RUN: agc-interpret %s --entry=second_order | FileCheck %s --check-prefix=SECOND
// RUN: agc-interpret %s --entry=marks | FileCheck %s --check-prefix=MARKS
// RUN: agc-interpret %s --entry=complex | FileCheck %s --check-prefix=COMPLEX
// RUN: agc-interpret %s --entry=jvp_of_grad | FileCheck %s --check-prefix=HVP
// RUN: agc-interpret %s --entry=composite | FileCheck %s --check-prefix=COMPOSITE
// RUN: agc-interpret %s --entry=log_sigmoid_is_smooth_at_zero | FileCheck %s --check-prefix=SMOOTH
// RUN: agc-interpret %s --entry=logaddexp_is_smooth_where_both_are_equal | FileCheck %s --check-prefix=TIE

// x^3 at 2: 12, then 12 again; without create_graph the first is a constant.
func.func @second_order() -> (tensor<f64>, tensor<f64>, tensor<f64>) {
  %two = ag.constant dense<2.0> : tensor<f64>
  %one = ag.constant dense<1.0> : tensor<f64>
  %x = ag.leaf_mark %two : tensor<f64>
  %xx = ag.map mul(%x, %x) : (tensor<f64>, tensor<f64>) -> tensor<f64>
  %y = ag.map mul(%xx, %x) : (tensor<f64>, tensor<f64>) -> tensor<f64>
  // SECOND: result 0: tensor<f64> 12
  %g = ag.grad %y seeds %one wrt %x create_graph : (tensor<f64>, tensor<f64>, tensor<f64>) -> tensor<f64>
  // SECOND: result 1: tensor<f64> 12
  %gg = ag.grad %g seeds %one wrt %x : (tensor<f64>, tensor<f64>, tensor<f64>) -> tensor<f64>
  // SECOND: result 2: tensor<f64> 0
  %cut = ag.grad %y seeds %one wrt %x : (tensor<f64>, tensor<f64>, tensor<f64>) -> tensor<f64>
  %zero = ag.grad %cut seeds %one wrt %x : (tensor<f64>, tensor<f64>, tensor<f64>) -> tensor<f64>
  return %g, %gg, %zero : tensor<f64>, tensor<f64>, tensor<f64>
}

func.func @marks() -> (tensor<f64>, tensor<f64>, tensor<f64>, tensor<f64>) {
  %three = ag.constant dense<3.0> : tensor<f64>
  %one = ag.constant dense<1.0> : tensor<f64>
  %x = ag.leaf_mark %three : tensor<f64>
  %xx = ag.map mul(%x, %x) : (tensor<f64>, tensor<f64>) -> tensor<f64>
  // x * stop(x): 3 instead of 6.
  %stopped = ag.stop_gradient %x : tensor<f64>
  %y = ag.map mul(%x, %stopped) : (tensor<f64>, tensor<f64>) -> tensor<f64>
  // MARKS: result 0: tensor<f64> 3
  %g0 = ag.grad %y seeds %one wrt %x : (tensor<f64>, tensor<f64>, tensor<f64>) -> tensor<f64>
  // The value is 1, the path is x * x.
  %through = ag.straight_through %xx, %one : tensor<f64>
  // MARKS: result 1: tensor<f64> 1
  // MARKS: result 2: tensor<f64> 6
  %g1 = ag.grad %through seeds %one wrt %x : (tensor<f64>, tensor<f64>, tensor<f64>) -> tensor<f64>
  // A value on the way is differentiated by as a leaf is.
  %z = ag.map mul(%xx, %xx) : (tensor<f64>, tensor<f64>) -> tensor<f64>
  // MARKS: result 3: tensor<f64> 18
  %g2 = ag.grad %z seeds %one wrt %xx : (tensor<f64>, tensor<f64>, tensor<f64>) -> tensor<f64>
  return %g0, %through, %g1, %g2 : tensor<f64>, tensor<f64>, tensor<f64>, tensor<f64>
}

// z^2 at 1+2i: the conjugate of 2z. conj(z): the conjugate seed.
func.func @complex() -> (tensor<complex<f64>>, tensor<complex<f64>>) {
  %c = ag.constant dense<(1.0, 2.0)> : tensor<complex<f64>>
  %seed = ag.constant dense<(1.0, 3.0)> : tensor<complex<f64>>
  %one = ag.constant dense<(1.0, 0.0)> : tensor<complex<f64>>
  %z = ag.leaf_mark %c : tensor<complex<f64>>
  %zz = ag.map mul(%z, %z) : (tensor<complex<f64>>, tensor<complex<f64>>) -> tensor<complex<f64>>
  // COMPLEX: result 0: tensor<complex<f64>> (2, -4)
  %g = ag.grad %zz seeds %one wrt %z
      : (tensor<complex<f64>>, tensor<complex<f64>>, tensor<complex<f64>>) -> tensor<complex<f64>>
  %conj = ag.map conj(%z) : (tensor<complex<f64>>) -> tensor<complex<f64>>
  // COMPLEX: result 1: tensor<complex<f64>> (1, -3)
  %h = ag.grad %conj seeds %seed wrt %z
      : (tensor<complex<f64>>, tensor<complex<f64>>, tensor<complex<f64>>) -> tensor<complex<f64>>
  return %g, %h : tensor<complex<f64>>, tensor<complex<f64>>
}

// The Hessian of x0^2 * x1 at (2, 3), along (1, 0): (2 * x1, 2 * x0).
func.func @jvp_of_grad() -> tensor<2xf64> {
  %at = ag.constant dense<[2.0, 3.0]> : tensor<2xf64>
  %along = ag.constant dense<[1.0, 0.0]> : tensor<2xf64>
  %one = ag.constant dense<1.0> : tensor<1xf64>
  %x = ag.leaf_mark %at : tensor<2xf64>
  %x0 = ag.slice %x [0] steps [1] : tensor<2xf64> to tensor<1xf64>
  %x1 = ag.slice %x [1] steps [1] : tensor<2xf64> to tensor<1xf64>
  %sq = ag.map mul(%x0, %x0) : (tensor<1xf64>, tensor<1xf64>) -> tensor<1xf64>
  %y = ag.map mul(%sq, %x1) : (tensor<1xf64>, tensor<1xf64>) -> tensor<1xf64>
  %g = ag.grad %y seeds %one wrt %x create_graph : (tensor<1xf64>, tensor<1xf64>, tensor<2xf64>) -> tensor<2xf64>
  // HVP: result 0: tensor<2xf64> [6, 4]
  %hv = ag.jvp %g wrt %x tangents %along : (tensor<2xf64>, tensor<2xf64>, tensor<2xf64>) -> tensor<2xf64>
  return %hv : tensor<2xf64>
}

// Through a composite's body, whose stop_gradient it honours.
func.func @composite() -> tensor<2xf64> {
  %at = ag.constant dense<[0.0, 0.0]> : tensor<2xf64>
  %seed = ag.constant dense<[1.0, 0.0]> : tensor<2xf64>
  %x = ag.leaf_mark %at : tensor<2xf64>
  %y = ag.apply softmax<dim = 0>(%x) : (tensor<2xf64>) -> tensor<2xf64>
  // COMPOSITE: result 0: tensor<2xf64> [0.25, -0.25]
  %g = ag.grad %y seeds %seed wrt %x : (tensor<2xf64>, tensor<2xf64>, tensor<2xf64>) -> tensor<2xf64>
  return %g : tensor<2xf64>
}

// Its evaluation takes another branch on either side of 0, and has the slope of both there.
// SMOOTH: result 0: tensor<f64> 0.5
func.func @log_sigmoid_is_smooth_at_zero() -> tensor<f64> {
  %zero = ag.constant dense<0.0> : tensor<f64>
  %one = ag.constant dense<1.0> : tensor<f64>
  %x = ag.leaf_mark %zero : tensor<f64>
  %y = ag.map log_sigmoid(%x) : (tensor<f64>) -> tensor<f64>
  %g = ag.grad %y seeds %one wrt %x : (tensor<f64>, tensor<f64>, tensor<f64>) -> tensor<f64>
  return %g : tensor<f64>
}

// TIE: result 0: tensor<f64> 0.5
// TIE: result 1: tensor<f64> 0.5
func.func @logaddexp_is_smooth_where_both_are_equal() -> (tensor<f64>, tensor<f64>) {
  %one = ag.constant dense<1.0> : tensor<f64>
  %x = ag.leaf_mark %one : tensor<f64>
  %y = ag.leaf_mark %one : tensor<f64>
  %z = ag.map logaddexp(%x, %y) : (tensor<f64>, tensor<f64>) -> tensor<f64>
  %g:2 = ag.grad %z seeds %one wrt %x, %y : (tensor<f64>, tensor<f64>, tensor<f64>, tensor<f64>) -> (tensor<f64>, tensor<f64>)
  return %g#0, %g#1 : tensor<f64>, tensor<f64>
}
