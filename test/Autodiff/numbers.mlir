// What the passes made computes the derivatives that were asked for: against the interpreter's own
// autograd, which reads no gradient rule.
// DEFINE: %{passes} = ag-differentiate,ag-expand-composites,ag-simplify
// RUN: agc-interpret %s --entry=network --compare-after=%{passes} --runs=5
// RUN: agc-interpret %s --entry=movement --compare-after=%{passes} --runs=5
// RUN: agc-interpret %s --entry=unknown_extents --compare-after=%{passes} --runs=5
// RUN: agc-interpret %s --entry=indexing --compare-after=%{passes} --runs=5
// RUN: agc-interpret %s --entry=second_order --compare-after=%{passes} --runs=5
// RUN: agc-interpret %s --entry=tangents --compare-after=%{passes} --runs=5
// RUN: agc-interpret %s --entry=complex --compare-after=%{passes} --runs=5
// RUN: agc-interpret %s --entry=matrices --compare-after=%{passes} --runs=5
// RUN: agc-interpret %s --entry=products --compare-after=%{passes} --runs=5

func.func @network(%x: tensor<6x4xf64>, %w: tensor<4x5xf64>, %b: tensor<5xf64>, %v: tensor<5x3xf64>) -> (tensor<4x5xf64>, tensor<5xf64>, tensor<5x3xf64>) {
  %t = ag.constant dense<[0, 2, 1, 1, 0, 2]> : tensor<6xi64>
  %one = ag.constant dense<1.0> : tensor<f64>
  %lw = ag.leaf_mark %w : tensor<4x5xf64>
  %lb = ag.leaf_mark %b : tensor<5xf64>
  %lv = ag.leaf_mark %v : tensor<5x3xf64>
  %h = ag.apply addmm(%lb, %x, %lw) : (tensor<5xf64>, tensor<6x4xf64>, tensor<4x5xf64>) -> tensor<6x5xf64>
  %r = ag.map relu(%h) : (tensor<6x5xf64>) -> tensor<6x5xf64>
  %o = ag.apply mm(%r, %lv) : (tensor<6x5xf64>, tensor<5x3xf64>) -> tensor<6x3xf64>
  %l = ag.apply log_softmax<dim = 1>(%o) : (tensor<6x3xf64>) -> tensor<6x3xf64>
  %loss = ag.apply nll_loss(%l, %t) : (tensor<6x3xf64>, tensor<6xi64>) -> tensor<f64>
  %g:3 = ag.grad %loss seeds %one wrt %lw, %lb, %lv : (tensor<f64>, tensor<f64>, tensor<4x5xf64>, tensor<5xf64>, tensor<5x3xf64>) -> (tensor<4x5xf64>, tensor<5xf64>, tensor<5x3xf64>)
  return %g#0, %g#1, %g#2 : tensor<4x5xf64>, tensor<5xf64>, tensor<5x3xf64>
}

func.func @movement(%x: tensor<4x6xf64>, %p: tensor<f64>) -> (tensor<4x6xf64>, tensor<f64>) {
  %0 = ag.permute %x [1, 0] : (tensor<4x6xf64>) -> tensor<6x4xf64>
  %1 = ag.slice %0 [1, 0] steps [2, 3] : tensor<6x4xf64> to tensor<3x2xf64>
  %2 = ag.pad %1, %p [0, 1] steps [1, 2] : tensor<3x2xf64>, tensor<f64> to tensor<4x5xf64>
  %3 = ag.flip %2 [1] : (tensor<4x5xf64>) -> tensor<4x5xf64>
  %4 = ag.cat %3, %x, %3 dim 1 : (tensor<4x5xf64>, tensor<4x6xf64>, tensor<4x5xf64>) -> tensor<4x16xf64>
  %5 = ag.reshape %4 : tensor<4x16xf64> to tensor<8x8xf64>
  %6 = ag.expand %5 : tensor<8x8xf64> to tensor<2x8x8xf64>
  %7 = ag.map exp(%6) : (tensor<2x8x8xf64>) -> tensor<2x8x8xf64>
  %g:2 = ag.grad %7 seeds %6 wrt %x, %p : (tensor<2x8x8xf64>, tensor<2x8x8xf64>, tensor<4x6xf64>, tensor<f64>) -> (tensor<4x6xf64>, tensor<f64>)
  return %g#0, %g#1 : tensor<4x6xf64>, tensor<f64>
}

func.func @unknown_extents(%x: tensor<?x4xf64>, %w: tensor<4x?xf64>, %b: tensor<?xf64>) -> (tensor<?x4xf64>, tensor<4x?xf64>, tensor<?xf64>) {
  %one = ag.constant dense<1.0> : tensor<f64>
  %0 = ag.apply addmm(%b, %x, %w) : (tensor<?xf64>, tensor<?x4xf64>, tensor<4x?xf64>) -> tensor<?x?xf64>
  %1 = ag.apply softmax<dim = 1>(%0) : (tensor<?x?xf64>) -> tensor<?x?xf64>
  %2 = ag.map mul(%1, %0) : (tensor<?x?xf64>, tensor<?x?xf64>) -> tensor<?x?xf64>
  %3 = ag.apply mean<dim = array<i64: 0, 1>>(%2) : (tensor<?x?xf64>) -> tensor<f64>
  %g:3 = ag.grad %3 seeds %one wrt %x, %w, %b : (tensor<f64>, tensor<f64>, tensor<?x4xf64>, tensor<4x?xf64>, tensor<?xf64>) -> (tensor<?x4xf64>, tensor<4x?xf64>, tensor<?xf64>)
  return %g#0, %g#1, %g#2 : tensor<?x4xf64>, tensor<4x?xf64>, tensor<?xf64>
}

func.func @indexing(%x: tensor<4x5xf64>, %s: tensor<4x2xf64>) -> (tensor<4x5xf64>, tensor<4x2xf64>, tensor<4x5xf64>, tensor<4x2xf64>) {
  %i = ag.constant dense<[[0, 3], [1, 4], [2, 0], [4, 3]]> : tensor<4x2xi64>
  %0 = ag.scatter %x, %i, %s dim 1 : (tensor<4x5xf64>, tensor<4x2xi64>, tensor<4x2xf64>) -> tensor<4x5xf64>
  %1 = ag.map exp(%0) : (tensor<4x5xf64>) -> tensor<4x5xf64>
  %2 = ag.gather %1, %i dim 1 : (tensor<4x5xf64>, tensor<4x2xi64>) -> tensor<4x2xf64>
  %3 = ag.map mul(%2, %2) : (tensor<4x2xf64>, tensor<4x2xf64>) -> tensor<4x2xf64>
  %g:2 = ag.grad %1, %3 seeds %x, %2 wrt %x, %s : (tensor<4x5xf64>, tensor<4x2xf64>, tensor<4x5xf64>, tensor<4x2xf64>, tensor<4x5xf64>, tensor<4x2xf64>) -> (tensor<4x5xf64>, tensor<4x2xf64>)
  %4 = ag.scatter add %x, %i, %s dim 1 : (tensor<4x5xf64>, tensor<4x2xi64>, tensor<4x2xf64>) -> tensor<4x5xf64>
  %5 = ag.map sin(%4) : (tensor<4x5xf64>) -> tensor<4x5xf64>
  %h:2 = ag.grad %5 seeds %x wrt %x, %s : (tensor<4x5xf64>, tensor<4x5xf64>, tensor<4x5xf64>, tensor<4x2xf64>) -> (tensor<4x5xf64>, tensor<4x2xf64>)
  return %g#0, %g#1, %h#0, %h#1 : tensor<4x5xf64>, tensor<4x2xf64>, tensor<4x5xf64>, tensor<4x2xf64>
}

func.func @second_order(%x: tensor<3x4xf64>, %v: tensor<4xf64>, %s: tensor<3x4xf64>) -> (tensor<3x4xf64>, tensor<4xf64>, tensor<3x4xf64>) {
  %0 = ag.map mul(%x, %v) : (tensor<3x4xf64>, tensor<4xf64>) -> tensor<3x4xf64>
  %1 = ag.map tanh(%0) : (tensor<3x4xf64>) -> tensor<3x4xf64>
  %2 = ag.apply log_softmax<dim = 1>(%1) : (tensor<3x4xf64>) -> tensor<3x4xf64>
  %g:2 = ag.grad %2 seeds %s wrt %x, %v create_graph : (tensor<3x4xf64>, tensor<3x4xf64>, tensor<3x4xf64>, tensor<4xf64>) -> (tensor<3x4xf64>, tensor<4xf64>)
  %gg:2 = ag.grad %g#0, %g#1 seeds %s, %v wrt %x, %v create_graph : (tensor<3x4xf64>, tensor<4xf64>, tensor<3x4xf64>, tensor<4xf64>, tensor<3x4xf64>, tensor<4xf64>) -> (tensor<3x4xf64>, tensor<4xf64>)
  %ggg = ag.grad %gg#0 seeds %s wrt %x : (tensor<3x4xf64>, tensor<3x4xf64>, tensor<3x4xf64>) -> tensor<3x4xf64>
  return %gg#0, %gg#1, %ggg : tensor<3x4xf64>, tensor<4xf64>, tensor<3x4xf64>
}

func.func @tangents(%x: tensor<3x4xf64>, %w: tensor<4x2xf64>, %tx: tensor<3x4xf64>, %tw: tensor<4x2xf64>) -> (tensor<3xf64>, tensor<3x4xf64>) {
  %t = ag.constant dense<[1, 0, 1]> : tensor<3xi64>
  %one = ag.constant dense<1.0> : tensor<3xf64>
  %0 = ag.apply mm(%x, %w) : (tensor<3x4xf64>, tensor<4x2xf64>) -> tensor<3x2xf64>
  %1 = ag.apply log_softmax<dim = 1>(%0) : (tensor<3x2xf64>) -> tensor<3x2xf64>
  %2 = ag.apply nll_loss<reduction = "none">(%1, %t) : (tensor<3x2xf64>, tensor<3xi64>) -> tensor<3xf64>
  %j = ag.jvp %2 wrt %x, %w tangents %tx, %tw : (tensor<3xf64>, tensor<3x4xf64>, tensor<4x2xf64>, tensor<3x4xf64>, tensor<4x2xf64>) -> tensor<3xf64>
  %g = ag.grad %2 seeds %one wrt %x create_graph : (tensor<3xf64>, tensor<3xf64>, tensor<3x4xf64>) -> tensor<3x4xf64>
  %h = ag.jvp %g wrt %x tangents %tx : (tensor<3x4xf64>, tensor<3x4xf64>, tensor<3x4xf64>) -> tensor<3x4xf64>
  return %j, %h : tensor<3xf64>, tensor<3x4xf64>
}

func.func @complex(%x: tensor<4xf64>, %z: tensor<4xcomplex<f64>>, %s: tensor<4xcomplex<f64>>) -> (tensor<4xf64>, tensor<4xcomplex<f64>>) {
  %c = ag.cast %x : tensor<4xf64> to tensor<4xcomplex<f64>>
  %0 = ag.map mul(%c, %z) : (tensor<4xcomplex<f64>>, tensor<4xcomplex<f64>>) -> tensor<4xcomplex<f64>>
  %1 = ag.map exp(%0) : (tensor<4xcomplex<f64>>) -> tensor<4xcomplex<f64>>
  %2 = ag.map conj(%z) : (tensor<4xcomplex<f64>>) -> tensor<4xcomplex<f64>>
  %3 = ag.map div(%1, %2) : (tensor<4xcomplex<f64>>, tensor<4xcomplex<f64>>) -> tensor<4xcomplex<f64>>
  %g:2 = ag.grad %3 seeds %s wrt %x, %z : (tensor<4xcomplex<f64>>, tensor<4xcomplex<f64>>, tensor<4xf64>, tensor<4xcomplex<f64>>) -> (tensor<4xf64>, tensor<4xcomplex<f64>>)
  return %g#0, %g#1 : tensor<4xf64>, tensor<4xcomplex<f64>>
}

// Without a zero, with one, and with two.
func.func @products(%x: tensor<3x3xf64>, %s: tensor<3xf64>) -> (tensor<3x3xf64>, tensor<3xf64>) {
  %keep = ag.constant dense<[[1.0, 1.0, 1.0], [1.0, 0.0, 1.0], [0.0, 0.0, 1.0]]> : tensor<3x3xf64>
  %0 = ag.map mul(%x, %keep) : (tensor<3x3xf64>, tensor<3x3xf64>) -> tensor<3x3xf64>
  %1 = ag.reduce prod(%0) dims [1] : tensor<3x3xf64> -> tensor<3xf64>
  %g = ag.grad %1 seeds %s wrt %0 : (tensor<3xf64>, tensor<3xf64>, tensor<3x3xf64>) -> tensor<3x3xf64>
  %t = ag.jvp %1 wrt %0 tangents %x : (tensor<3xf64>, tensor<3x3xf64>, tensor<3x3xf64>) -> tensor<3xf64>
  return %g, %t : tensor<3x3xf64>, tensor<3xf64>
}

// A diagonal that outweighs the rows keeps the order of elimination and the roots' signs.
func.func @matrices(%x: tensor<2x3x3xf64>, %y: tensor<2x3x2xf64>, %u: tensor<?x?xf64>)
    -> (tensor<2x3x3xf64>, tensor<2x3x2xf64>, tensor<2x3x3xf64>, tensor<2x3x3xf64>, tensor<?x?xf64>) {
  %five = ag.constant dense<5.0> : tensor<3xf64>
  %i = ag.iota 0 : tensor<3x1xi64>
  %j = ag.iota 1 : tensor<1x3xi64>
  %same = ag.map eq(%i, %j) : (tensor<3x1xi64>, tensor<1x3xi64>) -> tensor<3x3xi1>
  %zero = ag.constant dense<0.0> : tensor<f64>
  %d = ag.map where(%same, %five, %zero) : (tensor<3x3xi1>, tensor<3xf64>, tensor<f64>) -> tensor<3x3xf64>
  %A = ag.map add(%x, %d) : (tensor<2x3x3xf64>, tensor<3x3xf64>) -> tensor<2x3x3xf64>
  %L, %info = ag.cholesky_factor %A : (tensor<2x3x3xf64>) -> (tensor<2x3x3xf64>, tensor<2xi64>)
  %0 = ag.solve_triangular %L, %y : (tensor<2x3x3xf64>, tensor<2x3x2xf64>) -> tensor<2x3x2xf64>
  %X, %fine = ag.apply solve(%A, %0) : (tensor<2x3x3xf64>, tensor<2x3x2xf64>) -> (tensor<2x3x2xf64>, tensor<2xi64>)
  %g:2 = ag.grad %X seeds %y wrt %x, %y create_graph : (tensor<2x3x2xf64>, tensor<2x3x2xf64>, tensor<2x3x3xf64>, tensor<2x3x2xf64>) -> (tensor<2x3x3xf64>, tensor<2x3x2xf64>)
  %gg = ag.grad %g#0 seeds %x wrt %x : (tensor<2x3x3xf64>, tensor<2x3x3xf64>, tensor<2x3x3xf64>) -> tensor<2x3x3xf64>
  %LU, %pivots, %order, %zeros = ag.lu_factor %A : (tensor<2x3x3xf64>) -> (tensor<2x3x3xf64>, tensor<2x3xi64>, tensor<2x3xi64>, tensor<2xi64>)
  %h = ag.grad %LU seeds %x wrt %x : (tensor<2x3x3xf64>, tensor<2x3x3xf64>, tensor<2x3x3xf64>) -> tensor<2x3x3xf64>
  %one = ag.constant dense<1.0> : tensor<f64>
  %det = ag.apply det(%u) : (tensor<?x?xf64>) -> tensor<f64>
  %k = ag.grad %det seeds %one wrt %u : (tensor<f64>, tensor<f64>, tensor<?x?xf64>) -> tensor<?x?xf64>
  return %g#0, %g#1, %gg, %h, %k : tensor<2x3x3xf64>, tensor<2x3x2xf64>, tensor<2x3x3xf64>, tensor<2x3x3xf64>, tensor<?x?xf64>
}
