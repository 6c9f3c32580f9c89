// The first records in every element type but f32 and f64: a loss and its gradients.

func.func @f16(%x: tensor<4x5xf32> {agc.name = "x"}, %w: tensor<5x3xf32> {agc.name = "w"},
               %b: tensor<3xf32> {agc.name = "b"}, %y: tensor<4xi64> {agc.name = "y"})
    -> (tensor<f32> {agc.name = "loss"}, tensor<5x3xf32> {agc.name = "gw"}, tensor<3xf32> {agc.name = "gb"})
    attributes {agc.export} {
  %xh = ag.cast %x : tensor<4x5xf32> to tensor<4x5xf16>
  %wh = ag.cast %w : tensor<5x3xf32> to tensor<5x3xf16>
  %bh = ag.cast %b : tensor<3xf32> to tensor<3xf16>
  %one = ag.constant dense<1.0> : tensor<f16>
  %three = ag.constant dense<3.0> : tensor<f16>
  %wm = ag.leaf_mark %wh : tensor<5x3xf16>
  %bm = ag.leaf_mark %bh : tensor<3xf16>
  %0 = ag.apply mm(%xh, %wm) : (tensor<4x5xf16>, tensor<5x3xf16>) -> tensor<4x3xf16>
  %1 = ag.map add(%0, %bm) : (tensor<4x3xf16>, tensor<3xf16>) -> tensor<4x3xf16>
  %h = ag.map relu(%1) : (tensor<4x3xf16>) -> tensor<4x3xf16>
  %lp = ag.apply log_softmax<dim = 1>(%h) : (tensor<4x3xf16>) -> tensor<4x3xf16>
  %nll = ag.apply nll_loss(%lp, %y) : (tensor<4x3xf16>, tensor<4xi64>) -> tensor<f16>
  %n = ag.map neg(%h) : (tensor<4x3xf16>) -> tensor<4x3xf16>
  %e = ag.map exp(%n) : (tensor<4x3xf16>) -> tensor<4x3xf16>
  %s = ag.map sub(%e, %h) : (tensor<4x3xf16>, tensor<4x3xf16>) -> tensor<4x3xf16>
  %d = ag.map div(%s, %three) : (tensor<4x3xf16>, tensor<f16>) -> tensor<4x3xf16>
  %m = ag.apply mean<dim = array<i64: 0, 1>>(%d) : (tensor<4x3xf16>) -> tensor<f16>
  %c = ag.reduce sum(%e) dims [0] : tensor<4x3xf16> -> tensor<3xf16>
  %l = ag.map log(%c) : (tensor<3xf16>) -> tensor<3xf16>
  %q = ag.reduce sum(%l) dims [0] : tensor<3xf16> -> tensor<f16>
  %t = ag.map add(%nll, %m) : (tensor<f16>, tensor<f16>) -> tensor<f16>
  %loss = ag.map add(%t, %q) : (tensor<f16>, tensor<f16>) -> tensor<f16>
  %g:2 = ag.grad %loss seeds %one wrt %wm, %bm
    : (tensor<f16>, tensor<f16>, tensor<5x3xf16>, tensor<3xf16>) -> (tensor<5x3xf16>, tensor<3xf16>)
  %r0 = ag.cast %loss : tensor<f16> to tensor<f32>
  %r1 = ag.cast %g#0 : tensor<5x3xf16> to tensor<5x3xf32>
  %r2 = ag.cast %g#1 : tensor<3xf16> to tensor<3xf32>
  return %r0, %r1, %r2 : tensor<f32>, tensor<5x3xf32>, tensor<3xf32>
}

func.func @bf16(%x: tensor<4x5xf32> {agc.name = "x"}, %w: tensor<5x3xf32> {agc.name = "w"},
               %b: tensor<3xf32> {agc.name = "b"}, %y: tensor<4xi64> {agc.name = "y"})
    -> (tensor<f32> {agc.name = "loss"}, tensor<5x3xf32> {agc.name = "gw"}, tensor<3xf32> {agc.name = "gb"})
    attributes {agc.export} {
  %xh = ag.cast %x : tensor<4x5xf32> to tensor<4x5xbf16>
  %wh = ag.cast %w : tensor<5x3xf32> to tensor<5x3xbf16>
  %bh = ag.cast %b : tensor<3xf32> to tensor<3xbf16>
  %one = ag.constant dense<1.0> : tensor<bf16>
  %three = ag.constant dense<3.0> : tensor<bf16>
  %wm = ag.leaf_mark %wh : tensor<5x3xbf16>
  %bm = ag.leaf_mark %bh : tensor<3xbf16>
  %0 = ag.apply mm(%xh, %wm) : (tensor<4x5xbf16>, tensor<5x3xbf16>) -> tensor<4x3xbf16>
  %1 = ag.map add(%0, %bm) : (tensor<4x3xbf16>, tensor<3xbf16>) -> tensor<4x3xbf16>
  %h = ag.map relu(%1) : (tensor<4x3xbf16>) -> tensor<4x3xbf16>
  %lp = ag.apply log_softmax<dim = 1>(%h) : (tensor<4x3xbf16>) -> tensor<4x3xbf16>
  %nll = ag.apply nll_loss(%lp, %y) : (tensor<4x3xbf16>, tensor<4xi64>) -> tensor<bf16>
  %n = ag.map neg(%h) : (tensor<4x3xbf16>) -> tensor<4x3xbf16>
  %e = ag.map exp(%n) : (tensor<4x3xbf16>) -> tensor<4x3xbf16>
  %s = ag.map sub(%e, %h) : (tensor<4x3xbf16>, tensor<4x3xbf16>) -> tensor<4x3xbf16>
  %d = ag.map div(%s, %three) : (tensor<4x3xbf16>, tensor<bf16>) -> tensor<4x3xbf16>
  %m = ag.apply mean<dim = array<i64: 0, 1>>(%d) : (tensor<4x3xbf16>) -> tensor<bf16>
  %c = ag.reduce sum(%e) dims [0] : tensor<4x3xbf16> -> tensor<3xbf16>
  %l = ag.map log(%c) : (tensor<3xbf16>) -> tensor<3xbf16>
  %q = ag.reduce sum(%l) dims [0] : tensor<3xbf16> -> tensor<bf16>
  %t = ag.map add(%nll, %m) : (tensor<bf16>, tensor<bf16>) -> tensor<bf16>
  %loss = ag.map add(%t, %q) : (tensor<bf16>, tensor<bf16>) -> tensor<bf16>
  %g:2 = ag.grad %loss seeds %one wrt %wm, %bm
    : (tensor<bf16>, tensor<bf16>, tensor<5x3xbf16>, tensor<3xbf16>) -> (tensor<5x3xbf16>, tensor<3xbf16>)
  %r0 = ag.cast %loss : tensor<bf16> to tensor<f32>
  %r1 = ag.cast %g#0 : tensor<5x3xbf16> to tensor<5x3xf32>
  %r2 = ag.cast %g#1 : tensor<3xbf16> to tensor<3xf32>
  return %r0, %r1, %r2 : tensor<f32>, tensor<5x3xf32>, tensor<3xf32>
}

func.func @c64(%z: tensor<2x3xcomplex<f32>> {agc.name = "z"}, %w: tensor<3x2xcomplex<f32>> {agc.name = "w"})
    -> (tensor<complex<f32>> {agc.name = "sum"}, tensor<2x3xcomplex<f32>> {agc.name = "gz"}, tensor<3x2xcomplex<f32>> {agc.name = "gw"})
    attributes {agc.export} {
  %one = ag.constant dense<(1.0, 0.0)> : tensor<complex<f32>>
  %zm = ag.leaf_mark %z : tensor<2x3xcomplex<f32>>
  %wm = ag.leaf_mark %w : tensor<3x2xcomplex<f32>>
  %p = ag.apply mm(%zm, %wm) : (tensor<2x3xcomplex<f32>>, tensor<3x2xcomplex<f32>>) -> tensor<2x2xcomplex<f32>>
  %e = ag.map exp(%p) : (tensor<2x2xcomplex<f32>>) -> tensor<2x2xcomplex<f32>>
  %l = ag.map log(%p) : (tensor<2x2xcomplex<f32>>) -> tensor<2x2xcomplex<f32>>
  %m = ag.map mul(%e, %l) : (tensor<2x2xcomplex<f32>>, tensor<2x2xcomplex<f32>>) -> tensor<2x2xcomplex<f32>>
  %s = ag.map sub(%m, %p) : (tensor<2x2xcomplex<f32>>, tensor<2x2xcomplex<f32>>) -> tensor<2x2xcomplex<f32>>
  %n = ag.map neg(%l) : (tensor<2x2xcomplex<f32>>) -> tensor<2x2xcomplex<f32>>
  %d = ag.map div(%s, %n) : (tensor<2x2xcomplex<f32>>, tensor<2x2xcomplex<f32>>) -> tensor<2x2xcomplex<f32>>
  %a = ag.apply mean<dim = array<i64: 0>>(%d) : (tensor<2x2xcomplex<f32>>) -> tensor<2xcomplex<f32>>
  %r = ag.reduce sum(%a) dims [0] : tensor<2xcomplex<f32>> -> tensor<complex<f32>>
  %g:2 = ag.grad %r seeds %one wrt %zm, %wm
    : (tensor<complex<f32>>, tensor<complex<f32>>, tensor<2x3xcomplex<f32>>, tensor<3x2xcomplex<f32>>) -> (tensor<2x3xcomplex<f32>>, tensor<3x2xcomplex<f32>>)
  return %r, %g#0, %g#1 : tensor<complex<f32>>, tensor<2x3xcomplex<f32>>, tensor<3x2xcomplex<f32>>
}

func.func @c128(%z: tensor<2x3xcomplex<f64>> {agc.name = "z"}, %w: tensor<3x2xcomplex<f64>> {agc.name = "w"})
    -> (tensor<complex<f64>> {agc.name = "sum"}, tensor<2x3xcomplex<f64>> {agc.name = "gz"}, tensor<3x2xcomplex<f64>> {agc.name = "gw"})
    attributes {agc.export} {
  %one = ag.constant dense<(1.0, 0.0)> : tensor<complex<f64>>
  %zm = ag.leaf_mark %z : tensor<2x3xcomplex<f64>>
  %wm = ag.leaf_mark %w : tensor<3x2xcomplex<f64>>
  %p = ag.apply mm(%zm, %wm) : (tensor<2x3xcomplex<f64>>, tensor<3x2xcomplex<f64>>) -> tensor<2x2xcomplex<f64>>
  %e = ag.map exp(%p) : (tensor<2x2xcomplex<f64>>) -> tensor<2x2xcomplex<f64>>
  %l = ag.map log(%p) : (tensor<2x2xcomplex<f64>>) -> tensor<2x2xcomplex<f64>>
  %m = ag.map mul(%e, %l) : (tensor<2x2xcomplex<f64>>, tensor<2x2xcomplex<f64>>) -> tensor<2x2xcomplex<f64>>
  %s = ag.map sub(%m, %p) : (tensor<2x2xcomplex<f64>>, tensor<2x2xcomplex<f64>>) -> tensor<2x2xcomplex<f64>>
  %n = ag.map neg(%l) : (tensor<2x2xcomplex<f64>>) -> tensor<2x2xcomplex<f64>>
  %d = ag.map div(%s, %n) : (tensor<2x2xcomplex<f64>>, tensor<2x2xcomplex<f64>>) -> tensor<2x2xcomplex<f64>>
  %a = ag.apply mean<dim = array<i64: 0>>(%d) : (tensor<2x2xcomplex<f64>>) -> tensor<2xcomplex<f64>>
  %r = ag.reduce sum(%a) dims [0] : tensor<2xcomplex<f64>> -> tensor<complex<f64>>
  %g:2 = ag.grad %r seeds %one wrt %zm, %wm
    : (tensor<complex<f64>>, tensor<complex<f64>>, tensor<2x3xcomplex<f64>>, tensor<3x2xcomplex<f64>>) -> (tensor<2x3xcomplex<f64>>, tensor<3x2xcomplex<f64>>)
  return %r, %g#0, %g#1 : tensor<complex<f64>>, tensor<2x3xcomplex<f64>>, tensor<3x2xcomplex<f64>>
}
