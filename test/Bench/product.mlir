// The contraction that two threads are timed on.
func.func @product(%a: tensor<512x512xf32> {agc.name = "a"}, %b: tensor<512x512xf32> {agc.name = "b"})
    -> (tensor<512x512xf32> {agc.name = "c"}) attributes {agc.export, agc.derive = []} {
  %0 = ag.apply mm(%a, %b) : (tensor<512x512xf32>, tensor<512x512xf32>) -> tensor<512x512xf32>
  return %0 : tensor<512x512xf32>
}
