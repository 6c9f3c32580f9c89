// Extents that are found at run time: outputs with room for the most, and a count beside them.

func.func @nonzero(%x: tensor<?x3xf32> {agc.name = "x", agc.extents = ["n", ""]})
    -> (tensor<?x2xi64> {agc.name = "at"}) attributes {agc.export} {
  %0 = ag.nonzero %x : (tensor<?x3xf32>) -> tensor<?x2xi64>
  return %0 : tensor<?x2xi64>
}

func.func @unique(%x: tensor<?xf32> {agc.name = "x", agc.extents = ["n"]})
    -> (tensor<?xf32> {agc.name = "values"}, tensor<?xi64> {agc.name = "inverse"},
        tensor<?xi64> {agc.name = "times"}) attributes {agc.export} {
  %values, %inverse, %times = ag.unique %x : (tensor<?xf32>) -> (tensor<?xf32>, tensor<?xi64>, tensor<?xi64>)
  return %values, %inverse, %times : tensor<?xf32>, tensor<?xi64>, tensor<?xi64>
}

// What was found is computed with: temporaries of its size, twice it, and results of known size.
func.func @chosen(%x: tensor<6xf32> {agc.name = "x"}, %k: tensor<f32> {agc.name = "k"})
    -> (tensor<f32> {agc.name = "sum"}, tensor<?xf32> {agc.name = "twice"}) attributes {agc.export} {
  %0 = ag.map gt(%x, %k) : (tensor<6xf32>, tensor<f32>) -> tensor<6xi1>
  %1 = ag.nonzero %0 : (tensor<6xi1>) -> tensor<?x1xi64>
  %c0 = arith.constant 0 : index
  %n = tensor.dim %1, %c0 : tensor<?x1xi64>
  %2 = ag.reshape %1 sizes(%n) : tensor<?x1xi64> to tensor<?xi64>
  %3 = ag.apply index_select<dim = 0>(%x, %2) : (tensor<6xf32>, tensor<?xi64>) -> tensor<?xf32>
  %4 = ag.map exp(%3) : (tensor<?xf32>) -> tensor<?xf32>
  %5 = ag.map log(%4) : (tensor<?xf32>) -> tensor<?xf32>
  %6 = ag.reduce sum(%5) dims [0] : tensor<?xf32> -> tensor<f32>
  %7 = ag.cat %3, %3 dim 0 : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
  return %6, %7 : tensor<f32>, tensor<?xf32>
}

// The gradient of the sum of the elements that were found.
func.func @grad(%x: tensor<5xf64> {agc.name = "x"}) -> (tensor<5xf64> {agc.name = "gradient"})
    attributes {agc.export} {
  %m = ag.leaf_mark %x : tensor<5xf64>
  %1 = ag.nonzero %x : (tensor<5xf64>) -> tensor<?x1xi64>
  %c0 = arith.constant 0 : index
  %n = tensor.dim %1, %c0 : tensor<?x1xi64>
  %2 = ag.reshape %1 sizes(%n) : tensor<?x1xi64> to tensor<?xi64>
  %3 = ag.apply index_select<dim = 0>(%m, %2) : (tensor<5xf64>, tensor<?xi64>) -> tensor<?xf64>
  %4 = ag.map mul(%3, %3) : (tensor<?xf64>, tensor<?xf64>) -> tensor<?xf64>
  %5 = ag.reduce sum(%4) dims [0] : tensor<?xf64> -> tensor<f64>
  %one = ag.constant dense<1.0> : tensor<f64>
  %g = ag.grad %5 seeds %one wrt %m : (tensor<f64>, tensor<f64>, tensor<5xf64>) -> tensor<5xf64>
  return %g : tensor<5xf64>
}

// Composites of movement with an extent that the call knows.
func.func @moved(%x: tensor<?x3xf32> {agc.name = "x", agc.extents = ["n", ""]})
    -> (tensor<?x3xf32> {agc.name = "rolled"}, tensor<?x3xf32> {agc.name = "flat"},
        tensor<?x6xf32> {agc.name = "repeated"}, tensor<?x3xf32> {agc.name = "lower"})
    attributes {agc.export, agc.derive = []} {
  %0 = ag.apply roll<shifts = array<i64: 1, -1>, dims = array<i64: 0, 1>>(%x) : (tensor<?x3xf32>) -> tensor<?x3xf32>
  %1 = ag.apply roll<shifts = array<i64: 4>>(%x) : (tensor<?x3xf32>) -> tensor<?x3xf32>
  %2 = ag.apply repeat<repeats = array<i64: 2, 2>>(%x) : (tensor<?x3xf32>) -> tensor<?x6xf32>
  %3 = ag.apply tril<diagonal = -1>(%x) : (tensor<?x3xf32>) -> tensor<?x3xf32>
  return %0, %1, %2, %3 : tensor<?x3xf32>, tensor<?x3xf32>, tensor<?x6xf32>, tensor<?x3xf32>
}

// Of rows the first element counts most, and NaN comes last.
func.func @rows(%x: tensor<?x?xf32> {agc.name = "x", agc.extents = ["n", "m"]})
    -> (tensor<?x?xf32> {agc.name = "values"}, tensor<?xi64> {agc.name = "inverse"},
        tensor<?xi64> {agc.name = "times"}) attributes {agc.export} {
  %values, %inverse, %times = ag.unique rows %x : (tensor<?x?xf32>) -> (tensor<?x?xf32>, tensor<?xi64>, tensor<?xi64>)
  return %values, %inverse, %times : tensor<?x?xf32>, tensor<?xi64>, tensor<?xi64>
}
