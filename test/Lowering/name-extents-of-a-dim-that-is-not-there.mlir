// It read behind the names of the tensor's extents.
// RUN: agc-opt %s --ag-name-extents --verify-diagnostics

func.func @f(%x: tensor<?xf32> {agc.extents = ["n"]}) -> index attributes {agc.export} {
  %seven = arith.constant 7 : index
  // expected-error @+1 {{dim 7 is out of range for 'tensor<?xf32>'}}
  %n = tensor.dim %x, %seven : tensor<?xf32>
  return %n : index
}
