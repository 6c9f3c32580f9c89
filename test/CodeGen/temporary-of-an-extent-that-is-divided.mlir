// The size of a temporary may be a quotient: the pass that plans memory failed without saying why.
// RUN: agc -c %s -o %t.o

func.func @groups(%x: tensor<?x4x3xf32> {agc.name = "x"}) -> (tensor<?x4x3xf32> {agc.name = "r"}) attributes {agc.export} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c12 = arith.constant 12 : index
  %n = tensor.dim %x, %c0 : tensor<?x4x3xf32>
  %all = arith.muli %n, %c12 : index
  %rows = arith.muli %n, %c2 : index
  %some = arith.maxsi %rows, %c1 : index
  %rest = arith.divui %all, %some : index
  %y = ag.reshape %x sizes(%n, %rest) : tensor<?x4x3xf32> to tensor<?x2x?xf32>
  %z = ag.apply layer_norm<dim = array<i64: 2>>(%y) : (tensor<?x2x?xf32>) -> tensor<?x2x?xf32>
  %r = ag.reshape %z sizes(%n) : tensor<?x2x?xf32> to tensor<?x4x3xf32>
  return %r : tensor<?x4x3xf32>
}
