// Plain functions, whose derivatives come out beside them.

// All ways: a layer on any number of rows; two results, an operand without gradient.
func.func @layer(%x: tensor<?x3xf64> {agc.name = "x", agc.extents = ["n", ""]},
                 %w: tensor<3x4xf64> {agc.name = "w"}, %y: tensor<?xi64> {agc.name = "y", agc.extents = ["n"]})
    -> (tensor<f64> {agc.name = "loss"}, tensor<?x4xf64> {agc.name = "hidden"})
    attributes {agc.export, agc.derive = ["vjp", "split", "jvp"]} {
  %0 = ag.apply mm(%x, %w) : (tensor<?x3xf64>, tensor<3x4xf64>) -> tensor<?x4xf64>
  %1 = ag.map tanh(%0) : (tensor<?x4xf64>) -> tensor<?x4xf64>
  %2 = ag.apply log_softmax<dim = 1>(%1) : (tensor<?x4xf64>) -> tensor<?x4xf64>
  %3 = ag.apply nll_loss(%2, %y) : (tensor<?x4xf64>, tensor<?xi64>) -> tensor<f64>
  return %3, %1 : tensor<f64>, tensor<?x4xf64>
}

// Static extents: the sizes are constants.
func.func @scale(%x: tensor<5xf64> {agc.name = "x"}, %k: tensor<f64> {agc.name = "k"})
    -> (tensor<5xf64> {agc.name = "y"})
    attributes {agc.export, agc.derive = ["vjp", "split", "jvp"]} {
  %0 = ag.map mul(%x, %k) : (tensor<5xf64>, tensor<f64>) -> tensor<5xf64>
  %1 = ag.map sin(%0) : (tensor<5xf64>) -> tensor<5xf64>
  return %1 : tensor<5xf64>
}

// A result's extent that is no argument's: the cotangent's is passed and compared.
func.func @mirror(%x: tensor<?xf64> {agc.name = "x", agc.extents = ["n"]})
    -> (tensor<?xf64> {agc.name = "y"}) attributes {agc.export, agc.derive = ["vjp", "split"]} {
  %0 = ag.flip %x [0] : (tensor<?xf64>) -> tensor<?xf64>
  %1 = ag.cat %x, %0 dim 0 : (tensor<?xf64>, tensor<?xf64>) -> tensor<?xf64>
  %2 = ag.map mul(%1, %1) : (tensor<?xf64>, tensor<?xf64>) -> tensor<?xf64>
  return %2 : tensor<?xf64>
}

// The gradient is scattered into as many rows as the table has.
func.func @pick(%t: tensor<?x?xf32> {agc.name = "t", agc.extents = ["n", "m"]},
                %at: tensor<?x?xi64> {agc.name = "at", agc.extents = ["n", "k"]})
    -> (tensor<?x?xf32> {agc.name = "y"}) attributes {agc.export, agc.derive = ["vjp"]} {
  %0 = ag.gather %t, %at dim 1 : (tensor<?x?xf32>, tensor<?x?xi64>) -> tensor<?x?xf32>
  return %0 : tensor<?x?xf32>
}

// Two extents, of which each half needs both.
func.func @rows(%t: tensor<?x2xf32> {agc.name = "t", agc.extents = ["n", ""]},
                %at: tensor<?xi64> {agc.name = "at", agc.extents = ["m"]})
    -> (tensor<?x2xf32> {agc.name = "y"}) attributes {agc.export, agc.derive = ["split"]} {
  %0 = ag.apply index_select<dim = 0>(%t, %at) : (tensor<?x2xf32>, tensor<?xi64>) -> tensor<?x2xf32>
  return %0 : tensor<?x2xf32>
}

// What the function refuses its derivative refuses, too, which does not compute the result.
func.func @product(%x: tensor<?x?xf64> {agc.name = "x", agc.extents = ["n", "k"]},
                   %y: tensor<?x?xf64> {agc.name = "y", agc.extents = ["l", "m"]})
    -> (tensor<?x?xf64> {agc.name = "z"}) attributes {agc.export, agc.derive = ["vjp", "split"]} {
  %0 = ag.apply mm(%x, %y) : (tensor<?x?xf64>, tensor<?x?xf64>) -> tensor<?x?xf64>
  return %0 : tensor<?x?xf64>
}

func.func @losses(%x: tensor<?x3xf64> {agc.name = "x", agc.extents = ["n", ""]},
                  %at: tensor<?xi64> {agc.name = "at", agc.extents = ["m"]})
    -> (tensor<f64> {agc.name = "loss"}) attributes {agc.export, agc.derive = ["vjp"]} {
  %0 = ag.apply nll_loss(%x, %at) : (tensor<?x3xf64>, tensor<?xi64>) -> tensor<f64>
  return %0 : tensor<f64>
}

// Sizes that do not fit in 64 bits.
func.func @chain(%x: tensor<?x2xf64> {agc.name = "x", agc.extents = ["n", ""]},
                 %y: tensor<2x?xf64> {agc.name = "y", agc.extents = ["", "m"]},
                 %z: tensor<?xf64> {agc.name = "z", agc.extents = ["m"]})
    -> (tensor<?xf64> {agc.name = "r"}) attributes {agc.export, agc.derive = []} {
  %0 = ag.apply mm(%x, %y) : (tensor<?x2xf64>, tensor<2x?xf64>) -> tensor<?x?xf64>
  %1 = ag.apply mv(%0, %z) : (tensor<?x?xf64>, tensor<?xf64>) -> tensor<?xf64>
  return %1 : tensor<?xf64>
}

// An extent that two elements or fewer make negative, of a result and of a value in between.
func.func @shorter(%x: tensor<?xf64> {agc.name = "x", agc.extents = ["n"]})
    -> (tensor<?xf64> {agc.name = "y"}) attributes {agc.export, agc.derive = []} {
  %0 = arith.constant 0 : index
  %1 = arith.constant 3 : index
  %n = tensor.dim %x, %0 : tensor<?xf64>
  %size = arith.subi %n, %1 : index
  %2 = ag.slice %x [0] steps [1] sizes(%size) : tensor<?xf64> to tensor<?xf64>
  return %2 : tensor<?xf64>
}
func.func @sum_of_shorter(%x: tensor<?xf64> {agc.name = "x", agc.extents = ["n"]})
    -> (tensor<f64> {agc.name = "y"}) attributes {agc.export, agc.derive = ["split"]} {
  %0 = arith.constant 0 : index
  %1 = arith.constant 3 : index
  %n = tensor.dim %x, %0 : tensor<?xf64>
  %size = arith.subi %n, %1 : index
  %2 = ag.map sin(%x) : (tensor<?xf64>) -> tensor<?xf64>
  %3 = ag.slice %2 [0] steps [1] sizes(%size) : tensor<?xf64> to tensor<?xf64>
  %4 = ag.map sin(%3) : (tensor<?xf64>) -> tensor<?xf64>
  %5 = ag.scan cumsum(%4) dim 0 : (tensor<?xf64>) -> tensor<?xf64>
  %6 = ag.reduce sum(%5) dims [0] : tensor<?xf64> -> tensor<f64>
  return %6 : tensor<f64>
}

// By default a vjp, and nothing else.
func.func @square(%x: tensor<2xf64> {agc.name = "x"}) -> (tensor<2xf64> {agc.name = "y"})
    attributes {agc.export} {
  %0 = ag.map mul(%x, %x) : (tensor<2xf64>, tensor<2xf64>) -> tensor<2xf64>
  return %0 : tensor<2xf64>
}

// Control flow has no derivative yet: absent.
func.func @branch(%x: tensor<2xf64> {agc.name = "x"}, %c: tensor<i1> {agc.name = "c"})
    -> (tensor<2xf64> {agc.name = "y"}) attributes {agc.export} {
  %0 = ag.if %c : tensor<i1> -> tensor<2xf64> {
    ag.yield %x : tensor<2xf64>
  } else {
    %1 = ag.map neg(%x) : (tensor<2xf64>) -> tensor<2xf64>
    ag.yield %1 : tensor<2xf64>
  }
  return %0 : tensor<2xf64>
}

// Not wanted.
func.func @plain(%x: tensor<2xf64> {agc.name = "x"}) -> (tensor<2xf64> {agc.name = "y"})
    attributes {agc.export, agc.derive = []} {
  %0 = ag.map exp(%x) : (tensor<2xf64>) -> tensor<2xf64>
  return %0 : tensor<2xf64>
}
