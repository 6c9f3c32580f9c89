// What a call writes into a copy of its input has the extents that the input has.
// RUN: agc -c %s -o %t.o

func.func @index_add(%x: tensor<?x?xf32> {agc.name = "x"}, %i: tensor<?xi64> {agc.name = "i"},
                     %s: tensor<?x?xf32> {agc.name = "s"}) -> (tensor<?x?xf32> {agc.name = "r"}) attributes {agc.export} {
  %r = ag.apply index_add<dim = 0>(%x, %i, %s) : (tensor<?x?xf32>, tensor<?xi64>, tensor<?x?xf32>) -> tensor<?x?xf32>
  return %r : tensor<?x?xf32>
}

func.func @scatter(%x: tensor<?x4xf32> {agc.name = "x"}, %i: tensor<?xi64> {agc.name = "i"},
                   %s: tensor<?xf32> {agc.name = "s"}) -> (tensor<?xf32> {agc.name = "r"}) attributes {agc.export} {
  %c0 = arith.constant 0 : index
  %c4 = arith.constant 4 : index
  %rows = tensor.dim %x, %c0 : tensor<?x4xf32>
  %n = arith.muli %rows, %c4 : index
  %flat = ag.reshape %x sizes(%n) : tensor<?x4xf32> to tensor<?xf32>
  %r = ag.scatter %flat, %i, %s dim 0 : (tensor<?xf32>, tensor<?xi64>, tensor<?xf32>) -> tensor<?xf32>
  return %r : tensor<?xf32>
}
