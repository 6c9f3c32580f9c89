// Results of 16 MiB and more are stored past the caches where they are aligned.
func.func @clip(%x: tensor<?xf32> {agc.name = "x", agc.extents = ["n"]}) -> (tensor<?xf32> {agc.name = "y"})
    attributes {agc.export, agc.derive = []} {
  %0 = ag.map relu(%x) : (tensor<?xf32>) -> tensor<?xf32>
  return %0 : tensor<?xf32>
}
