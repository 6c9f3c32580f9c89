// What a call writes into a copy of its input has the extents that the input has.
// RUN: agc -c %s -o %t.o

func.func @index_add(%x: tensor<?x?xf32> {agc.name = "x"}, %i: tensor<?xi64> {agc.name = "i"},
                     %s: tensor<?x?xf32> {agc.name = "s"}) -> (tensor<?x?xf32> {agc.name = "r"}) attributes {agc.export} {
  %r = ag.apply index_add<dim = 0>(%x, %i, %s) : (tensor<?x?xf32>, tensor<?xi64>, tensor<?x?xf32>) -> tensor<?x?xf32>
  return %r : tensor<?x?xf32>
}
