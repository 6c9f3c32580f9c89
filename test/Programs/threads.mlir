// Loops that are large enough to be split: their bits must not depend on who takes the parts.

// Pointwise; a reduction over all, over rows, over columns; rows that share a loop.
func.func @chain(%x: tensor<?x512xf32> {agc.name = "x", agc.extents = ["n", ""]})
    -> (tensor<?x512xf32> {agc.name = "wave"}, tensor<f32> {agc.name = "total"},
        tensor<?xf32> {agc.name = "rows"}, tensor<512xf32> {agc.name = "columns"},
        tensor<?x512xf32> {agc.name = "chances"}) attributes {agc.export, agc.derive = []} {
  %0 = ag.map sin(%x) : (tensor<?x512xf32>) -> tensor<?x512xf32>
  %1 = ag.reduce sum(%0) dims [0, 1] : tensor<?x512xf32> -> tensor<f32>
  %2 = ag.reduce sum(%0) dims [1] : tensor<?x512xf32> -> tensor<?xf32>
  %3 = ag.reduce sum(%0) dims [0] : tensor<?x512xf32> -> tensor<512xf32>
  %4 = ag.apply softmax<dim = 1>(%x) : (tensor<?x512xf32>) -> tensor<?x512xf32>
  return %0, %1, %2, %3, %4
    : tensor<?x512xf32>, tensor<f32>, tensor<?xf32>, tensor<512xf32>, tensor<?x512xf32>
}

// The same with a known extent.
func.func @known(%x: tensor<600x512xf32> {agc.name = "x"})
    -> (tensor<600x512xf32> {agc.name = "wave"}, tensor<512xf32> {agc.name = "columns"})
    attributes {agc.export, agc.derive = []} {
  %0 = ag.map sin(%x) : (tensor<600x512xf32>) -> tensor<600x512xf32>
  %1 = ag.reduce sum(%0) dims [0] : tensor<600x512xf32> -> tensor<512xf32>
  return %0, %1 : tensor<600x512xf32>, tensor<512xf32>
}

// A contraction with what is fused into it.
func.func @layer(%x: tensor<?x512xf32> {agc.name = "x", agc.extents = ["n", ""]},
                 %w: tensor<512x256xf32> {agc.name = "w"})
    -> (tensor<?x256xf32> {agc.name = "y"}) attributes {agc.export, agc.derive = []} {
  %0 = ag.apply mm(%x, %w) : (tensor<?x512xf32>, tensor<512x256xf32>) -> tensor<?x256xf32>
  %1 = ag.map relu(%0) : (tensor<?x256xf32>) -> tensor<?x256xf32>
  return %1 : tensor<?x256xf32>
}
