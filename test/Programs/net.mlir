// A 64-32-10 network at the level `ag`: a training step with its gradients, and a prediction on any
// number of rows.
func.func private @logits(%x: tensor<16x64xf32>, %w1: tensor<64x32xf32>, %b1: tensor<32xf32>,
                          %w2: tensor<32x10xf32>) -> tensor<16x10xf32> {
  %0 = ag.apply mm(%x, %w1) : (tensor<16x64xf32>, tensor<64x32xf32>) -> tensor<16x32xf32>
  %1 = ag.map add(%0, %b1) : (tensor<16x32xf32>, tensor<32xf32>) -> tensor<16x32xf32>
  %2 = ag.map relu(%1) : (tensor<16x32xf32>) -> tensor<16x32xf32>
  %3 = ag.apply mm(%2, %w2) : (tensor<16x32xf32>, tensor<32x10xf32>) -> tensor<16x10xf32>
  return %3 : tensor<16x10xf32>
}

func.func @train_step(
    %x: tensor<16x64xf32> {agc.name = "x"}, %y: tensor<16xi64> {agc.name = "y"},
    %w1: tensor<64x32xf32> {agc.state = "fc1.weight"},
    %b1: tensor<32xf32> {agc.state = "fc1.bias"},
    %w2: tensor<32x10xf32> {agc.state = "fc2.weight"})
    -> (tensor<f32> {agc.name = "loss"}, tensor<64x32xf32> {agc.state = "fc1.weight"},
        tensor<32xf32> {agc.state = "fc1.bias"}, tensor<32x10xf32> {agc.state = "fc2.weight"})
    attributes {agc.export} {
  %p = ag.leaf_mark %w1 : tensor<64x32xf32>
  %q = ag.leaf_mark %b1 : tensor<32xf32>
  %r = ag.leaf_mark %w2 : tensor<32x10xf32>
  %0 = call @logits(%x, %p, %q, %r)
    : (tensor<16x64xf32>, tensor<64x32xf32>, tensor<32xf32>, tensor<32x10xf32>) -> tensor<16x10xf32>
  %1 = ag.apply log_softmax<dim = 1>(%0) : (tensor<16x10xf32>) -> tensor<16x10xf32>
  %loss = ag.apply nll_loss(%1, %y) : (tensor<16x10xf32>, tensor<16xi64>) -> tensor<f32>
  %one = ag.constant dense<1.0> : tensor<f32>
  %g:3 = ag.grad %loss seeds %one wrt %p, %q, %r
    : (tensor<f32>, tensor<f32>, tensor<64x32xf32>, tensor<32xf32>, tensor<32x10xf32>)
    -> (tensor<64x32xf32>, tensor<32xf32>, tensor<32x10xf32>)
  %w1n = ag.map sub<alpha = 0.1>(%w1, %g#0) : (tensor<64x32xf32>, tensor<64x32xf32>) -> tensor<64x32xf32>
  %b1n = ag.map sub<alpha = 0.1>(%b1, %g#1) : (tensor<32xf32>, tensor<32xf32>) -> tensor<32xf32>
  %w2n = ag.map sub<alpha = 0.1>(%w2, %g#2) : (tensor<32x10xf32>, tensor<32x10xf32>) -> tensor<32x10xf32>
  return %loss, %w1n, %b1n, %w2n
    : tensor<f32>, tensor<64x32xf32>, tensor<32xf32>, tensor<32x10xf32>
}

func.func @predict(
    %x: tensor<?x64xf32> {agc.name = "x", agc.extents = ["n", ""]},
    %w1: tensor<64x32xf32> {agc.state = "fc1.weight"},
    %b1: tensor<32xf32> {agc.state = "fc1.bias"},
    %w2: tensor<32x10xf32> {agc.state = "fc2.weight"})
    -> (tensor<?x10xf32> {agc.name = "probabilities"}) attributes {agc.export} {
  %0 = ag.apply mm(%x, %w1) : (tensor<?x64xf32>, tensor<64x32xf32>) -> tensor<?x32xf32>
  %1 = ag.map add(%0, %b1) : (tensor<?x32xf32>, tensor<32xf32>) -> tensor<?x32xf32>
  %2 = ag.map relu(%1) : (tensor<?x32xf32>) -> tensor<?x32xf32>
  %3 = ag.apply mm(%2, %w2) : (tensor<?x32xf32>, tensor<32x10xf32>) -> tensor<?x10xf32>
  %4 = ag.apply softmax<dim = 1>(%3) : (tensor<?x10xf32>) -> tensor<?x10xf32>
  return %4 : tensor<?x10xf32>
}
