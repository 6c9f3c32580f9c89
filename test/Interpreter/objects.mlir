// Objects have memory and an autograd of their own: what functionalisation and differentiation make
// of them computes the same.
// RUN: agc-interpret %s --entry=views --compare-after='func.func(agt-functionalize),ag-differentiate' --runs=3
// RUN: agc-interpret %s --entry=aliases --compare-after='func.func(agt-functionalize),ag-differentiate' --runs=3
// RUN: agc-interpret %s --entry=view_of_an_expanded --compare-after='func.func(agt-functionalize),ag-differentiate'
// RUN: agc-interpret %s --entry=untracked_write | FileCheck %s
// RUN: not agc-interpret %s --entry=unknown_extent 2>&1 | FileCheck %s --check-prefix=UNKNOWN

// A write through a view of a view, and gradients through it.
func.func @views(%v: tensor<3x4xf64>, %u: tensor<2xf64>) -> (tensor<3x4xf64>, tensor<3x4xf64>, tensor<2xf64>) {
  %x = agt.leaf %v requires_grad : tensor<3x4xf64>
  %w = agt.leaf %u requires_grad : tensor<2xf64>
  %0 = agt.read %x : !agt.ref<tensor<3x4xf64>>
  %1 = ag.map neg(%0) : (tensor<3x4xf64>) -> tensor<3x4xf64>
  %y = agt.new %1 : tensor<3x4xf64>
  %t = agt.view %y t : !agt.ref<tensor<3x4xf64>> to !agt.ref<tensor<4x3xf64>>
  %row = agt.view %t select [0, 1] : !agt.ref<tensor<4x3xf64>> to !agt.ref<tensor<3xf64>>
  %part = agt.view %row slice [0, 0, 2] : !agt.ref<tensor<3xf64>> to !agt.ref<tensor<2xf64>>
  %2 = agt.read %part : !agt.ref<tensor<2xf64>>
  %3 = agt.read %w : !agt.ref<tensor<2xf64>>
  %4 = ag.map mul(%2, %3) : (tensor<2xf64>, tensor<2xf64>) -> tensor<2xf64>
  agt.write "mul_" %part, %4 : !agt.ref<tensor<2xf64>>
  %5 = agt.read %t : !agt.ref<tensor<4x3xf64>>
  %6 = ag.map sin(%5) : (tensor<4x3xf64>) -> tensor<4x3xf64>
  %7 = ag.reduce sum(%6) dims [0, 1] : tensor<4x3xf64> -> tensor<f64>
  %loss = agt.new %7 : tensor<f64>
  agt.backward %loss : !agt.ref<tensor<f64>>
  %gx = agt.grad_get %x : !agt.ref<tensor<3x4xf64>>
  %gw = agt.grad_get %w : !agt.ref<tensor<2xf64>>
  %8 = agt.read %y : !agt.ref<tensor<3x4xf64>>
  %9 = agt.read %gx : !agt.ref<tensor<3x4xf64>>
  %10 = agt.read %gw : !agt.ref<tensor<2xf64>>
  return %8, %9, %10 : tensor<3x4xf64>, tensor<3x4xf64>, tensor<2xf64>
}

// A detached alias shares elements and no history; gradients accumulate.
func.func @aliases(%v: tensor<3xf64>) -> (tensor<3xf64>, tensor<3xf64>) {
  %x = agt.leaf %v requires_grad : tensor<3xf64>
  %0 = agt.read %x : !agt.ref<tensor<3xf64>>
  %1 = ag.map neg(%0) : (tensor<3xf64>) -> tensor<3xf64>
  %y = agt.new %1 : tensor<3xf64>
  %d = agt.detach %y : !agt.ref<tensor<3xf64>>
  %2 = agt.read %d : !agt.ref<tensor<3xf64>>
  %3 = ag.map exp(%2) : (tensor<3xf64>) -> tensor<3xf64>
  agt.write "exp_" %d, %3 : !agt.ref<tensor<3xf64>>
  %4 = agt.read %y : !agt.ref<tensor<3xf64>>
  %5 = ag.map mul(%4, %4) : (tensor<3xf64>, tensor<3xf64>) -> tensor<3xf64>
  %6 = ag.reduce sum(%5) dims [0] : tensor<3xf64> -> tensor<f64>
  %loss = agt.new %6 : tensor<f64>
  agt.backward %loss retain_graph : !agt.ref<tensor<f64>>
  agt.backward %loss : !agt.ref<tensor<f64>>
  %g = agt.grad_get %x : !agt.ref<tensor<3xf64>>
  %7 = agt.read %y : !agt.ref<tensor<3xf64>>
  %8 = agt.read %g : !agt.ref<tensor<3xf64>>
  return %7, %8 : tensor<3xf64>, tensor<3xf64>
}

// The copies that expand made share their memory, and have a gradient each.
func.func @view_of_an_expanded(%v: tensor<2xf64>) -> tensor<3x2xf64> {
  %x = agt.leaf %v requires_grad : tensor<2xf64>
  %e = agt.view %x expand : !agt.ref<tensor<2xf64>> to !agt.ref<tensor<3x2xf64>>
  agt.retain_grad %e : !agt.ref<tensor<3x2xf64>>
  %row = agt.view %e select [0, 0] : !agt.ref<tensor<3x2xf64>> to !agt.ref<tensor<2xf64>>
  %0 = agt.read %row : !agt.ref<tensor<2xf64>>
  %1 = ag.reduce sum(%0) dims [0] : tensor<2xf64> -> tensor<f64>
  %loss = agt.new %1 : tensor<f64>
  agt.backward %loss : !agt.ref<tensor<f64>>
  %g = agt.grad_get %e : !agt.ref<tensor<3x2xf64>>
  %2 = agt.read %g : !agt.ref<tensor<3x2xf64>>
  return %2 : tensor<3x2xf64>
}

// An optimizer's step: the leaf has new numbers and is still the leaf.
// CHECK: result 0: tensor<2xf64> [-2, -2]
// CHECK: result 1: tensor<2xf64> [2, 2]
func.func @untracked_write() -> (tensor<2xf64>, tensor<2xf64>) {
  %0 = ag.constant dense<0.0> : tensor<2xf64>
  %two = ag.constant dense<2.0> : tensor<2xf64>
  %w = agt.leaf %0 requires_grad : tensor<2xf64>
  %1 = agt.read %w : !agt.ref<tensor<2xf64>>
  %2 = ag.map mul(%1, %two) : (tensor<2xf64>, tensor<2xf64>) -> tensor<2xf64>
  %3 = ag.reduce sum(%2) dims [0] : tensor<2xf64> -> tensor<f64>
  %loss = agt.new %3 : tensor<f64>
  agt.backward %loss : !agt.ref<tensor<f64>>
  agt.grad_mode push no_grad
  %g = agt.grad_get %w : !agt.ref<tensor<2xf64>>
  %4 = agt.read %w : !agt.ref<tensor<2xf64>>
  %5 = agt.read %g : !agt.ref<tensor<2xf64>>
  %6 = ag.map sub(%4, %5) : (tensor<2xf64>, tensor<2xf64>) -> tensor<2xf64>
  agt.write "sub_" %w, %6 : !agt.ref<tensor<2xf64>>
  agt.grad_mode pop
  %7 = agt.read %w : !agt.ref<tensor<2xf64>>
  return %7, %5 : tensor<2xf64>, tensor<2xf64>
}

// UNKNOWN: the interpreter needs to know the extents of tensor objects
func.func @unknown_extent(%v: tensor<?xf64>) {
  %x = agt.leaf %v : tensor<?xf64>
  return
}
