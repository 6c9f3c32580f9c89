// What pointwise-torch.py times beside PyTorch.
func.func @add(%x: tensor<?x1024xf32> {agc.name = "x", agc.extents = ["n", ""]},
                %y: tensor<?x1024xf32> {agc.name = "y", agc.extents = ["n", ""]})
    -> (tensor<?x1024xf32> {agc.name = "out"}) attributes {agc.export, agc.derive = []} {
  %0 = ag.map add(%x, %y) : (tensor<?x1024xf32>, tensor<?x1024xf32>) -> tensor<?x1024xf32>
  return %0 : tensor<?x1024xf32>
}
func.func @mul(%x: tensor<?x1024xf32> {agc.name = "x", agc.extents = ["n", ""]},
                %y: tensor<?x1024xf32> {agc.name = "y", agc.extents = ["n", ""]})
    -> (tensor<?x1024xf32> {agc.name = "out"}) attributes {agc.export, agc.derive = []} {
  %0 = ag.map mul(%x, %y) : (tensor<?x1024xf32>, tensor<?x1024xf32>) -> tensor<?x1024xf32>
  return %0 : tensor<?x1024xf32>
}
func.func @relu(%x: tensor<?x1024xf32> {agc.name = "x", agc.extents = ["n", ""]})
    -> (tensor<?x1024xf32> {agc.name = "out"}) attributes {agc.export, agc.derive = []} {
  %0 = ag.map relu(%x) : (tensor<?x1024xf32>) -> tensor<?x1024xf32>
  return %0 : tensor<?x1024xf32>
}
func.func @exp(%x: tensor<?x1024xf32> {agc.name = "x", agc.extents = ["n", ""]})
    -> (tensor<?x1024xf32> {agc.name = "out"}) attributes {agc.export, agc.derive = []} {
  %0 = ag.map exp(%x) : (tensor<?x1024xf32>) -> tensor<?x1024xf32>
  return %0 : tensor<?x1024xf32>
}
func.func @tanh(%x: tensor<?x1024xf32> {agc.name = "x", agc.extents = ["n", ""]})
    -> (tensor<?x1024xf32> {agc.name = "out"}) attributes {agc.export, agc.derive = []} {
  %0 = ag.map tanh(%x) : (tensor<?x1024xf32>) -> tensor<?x1024xf32>
  return %0 : tensor<?x1024xf32>
}
func.func @sigmoid(%x: tensor<?x1024xf32> {agc.name = "x", agc.extents = ["n", ""]})
    -> (tensor<?x1024xf32> {agc.name = "out"}) attributes {agc.export, agc.derive = []} {
  %0 = ag.map sigmoid(%x) : (tensor<?x1024xf32>) -> tensor<?x1024xf32>
  return %0 : tensor<?x1024xf32>
}
func.func @erf(%x: tensor<?x1024xf32> {agc.name = "x", agc.extents = ["n", ""]})
    -> (tensor<?x1024xf32> {agc.name = "out"}) attributes {agc.export, agc.derive = []} {
  %0 = ag.map erf(%x) : (tensor<?x1024xf32>) -> tensor<?x1024xf32>
  return %0 : tensor<?x1024xf32>
}
func.func @gelu(%x: tensor<?x1024xf32> {agc.name = "x", agc.extents = ["n", ""]})
    -> (tensor<?x1024xf32> {agc.name = "out"}) attributes {agc.export, agc.derive = []} {
  %0 = ag.map gelu(%x) : (tensor<?x1024xf32>) -> tensor<?x1024xf32>
  return %0 : tensor<?x1024xf32>
}
func.func @softmax(%x: tensor<?x1024xf32> {agc.name = "x", agc.extents = ["n", ""]})
    -> (tensor<?x1024xf32> {agc.name = "out"}) attributes {agc.export, agc.derive = []} {
  %0 = ag.apply softmax<dim = 1>(%x) : (tensor<?x1024xf32>) -> tensor<?x1024xf32>
  return %0 : tensor<?x1024xf32>
}
func.func @layer_norm(%x: tensor<?x1024xf32> {agc.name = "x", agc.extents = ["n", ""]})
    -> (tensor<?x1024xf32> {agc.name = "out"}) attributes {agc.export, agc.derive = []} {
  %0 = ag.apply layer_norm<dim = array<i64: 1>>(%x) : (tensor<?x1024xf32>) -> tensor<?x1024xf32>
  return %0 : tensor<?x1024xf32>
}
