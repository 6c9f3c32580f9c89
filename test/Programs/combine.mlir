// What combines elements one by one, natively: scans, positions, and the division of integers.

// f32 accumulates in f64; an extent is known at the call only.
func.func @scans(%x: tensor<3x?xf32> {agc.name = "x", agc.extents = ["", "n"]})
    -> (tensor<3x?xf32> {agc.name = "sums"}, tensor<3x?xf32> {agc.name = "down"},
        tensor<3x?xf32> {agc.name = "products"}) attributes {agc.export} {
  %0 = ag.scan cumsum(%x) dim 1 : (tensor<3x?xf32>) -> tensor<3x?xf32>
  %1 = ag.scan cumsum(%x) dim 0 reverse : (tensor<3x?xf32>) -> tensor<3x?xf32>
  %2 = ag.scan cumprod(%x) dim 1 : (tensor<3x?xf32>) -> tensor<3x?xf32>
  return %0, %1, %2 : tensor<3x?xf32>, tensor<3x?xf32>, tensor<3x?xf32>
}

// The gradients of both, with a zero among the factors.
func.func @gradients(%x: tensor<?xf64> {agc.name = "x", agc.extents = ["n"]},
                     %s: tensor<?xf64> {agc.name = "s", agc.extents = ["n"]})
    -> (tensor<?xf64> {agc.name = "of_sums"}, tensor<?xf64> {agc.name = "of_products"},
        tensor<?xf64> {agc.name = "of_product"}) attributes {agc.export} {
  %one = ag.constant dense<1.0> : tensor<f64>
  %l = ag.leaf_mark %x : tensor<?xf64>
  %0 = ag.scan cumsum(%l) dim 0 : (tensor<?xf64>) -> tensor<?xf64>
  %1 = ag.grad %0 seeds %s wrt %l : (tensor<?xf64>, tensor<?xf64>, tensor<?xf64>) -> tensor<?xf64>
  %2 = ag.scan cumprod(%l) dim 0 : (tensor<?xf64>) -> tensor<?xf64>
  %3 = ag.grad %2 seeds %s wrt %l : (tensor<?xf64>, tensor<?xf64>, tensor<?xf64>) -> tensor<?xf64>
  %4 = ag.reduce prod(%l) dims [0] : tensor<?xf64> -> tensor<f64>
  %5 = ag.grad %4 seeds %one wrt %l : (tensor<f64>, tensor<f64>, tensor<?xf64>) -> tensor<?xf64>
  return %1, %3, %5 : tensor<?xf64>, tensor<?xf64>, tensor<?xf64>
}

// Over two dims of unknown extents, and over one of them.
func.func @products(%x: tensor<?x?xf32> {agc.name = "x", agc.extents = ["n", "m"]})
    -> (tensor<?x?xf32> {agc.name = "of_all"}, tensor<?x?xf32> {agc.name = "of_columns"})
    attributes {agc.export} {
  %one = ag.constant dense<1.0> : tensor<f32>
  %l = ag.leaf_mark %x : tensor<?x?xf32>
  %0 = ag.reduce prod(%l) dims [0, 1] : tensor<?x?xf32> -> tensor<f32>
  %1 = ag.grad %0 seeds %one wrt %l : (tensor<f32>, tensor<f32>, tensor<?x?xf32>) -> tensor<?x?xf32>
  %2 = ag.reduce prod(%l) dims [0] : tensor<?x?xf32> -> tensor<?xf32>
  %3 = ag.reduce sum(%2) dims [0] : tensor<?xf32> -> tensor<f32>
  %4 = ag.grad %3 seeds %one wrt %l : (tensor<f32>, tensor<f32>, tensor<?x?xf32>) -> tensor<?x?xf32>
  return %1, %4 : tensor<?x?xf32>, tensor<?x?xf32>
}

// Of equals the first, and of several NaN; of no element an error.
func.func @positions(%x: tensor<2x?xf32> {agc.name = "x", agc.extents = ["", "n"]})
    -> (tensor<2xi64> {agc.name = "most"}, tensor<2x1xi64> {agc.name = "least"},
        tensor<2xf32> {agc.name = "value"}, tensor<2xi64> {agc.name = "at"},
        tensor<i1> {agc.name = "any"}, tensor<2xi1> {agc.name = "all"}) attributes {agc.export} {
  %0 = ag.reduce_index argmax(%x) dim 1 : tensor<2x?xf32> -> tensor<2xi64>
  %1 = ag.reduce_index argmin(%x) dim 1 keepdim : tensor<2x?xf32> -> tensor<2x1xi64>
  %2:2 = ag.apply max_dim<dim = 1>(%x) : (tensor<2x?xf32>) -> (tensor<2xf32>, tensor<2xi64>)
  %3 = ag.apply any<dim = array<i64: 0, 1>>(%x) : (tensor<2x?xf32>) -> tensor<i1>
  %4 = ag.apply all<dim = array<i64: 1>>(%x) : (tensor<2x?xf32>) -> tensor<2xi1>
  return %0, %1, %2#0, %2#1, %3, %4
    : tensor<2xi64>, tensor<2x1xi64>, tensor<2xf32>, tensor<2xi64>, tensor<i1>, tensor<2xi1>
}

// Extremes of no element are an error, and what is a sum of nothing is none.
func.func @extremes(%x: tensor<?x2xf32> {agc.name = "x", agc.extents = ["n", ""]})
    -> (tensor<2xf32> {agc.name = "greatest"}, tensor<f32> {agc.name = "least"})
    attributes {agc.export} {
  %0 = ag.reduce amax(%x) dims [0] : tensor<?x2xf32> -> tensor<2xf32>
  %1 = ag.apply min(%x) : (tensor<?x2xf32>) -> tensor<f32>
  return %0, %1 : tensor<2xf32>, tensor<f32>
}
func.func @norm(%x: tensor<?xf32> {agc.name = "x", agc.extents = ["n"]})
    -> (tensor<f32> {agc.name = "norm"}) attributes {agc.export} {
  %0 = ag.apply vector_norm<dim = array<i64: 0>, ord = -1.0>(%x) : (tensor<?xf32>) -> tensor<f32>
  return %0 : tensor<f32>
}
func.func @of_nothing(%x: tensor<?x2xf32> {agc.name = "x", agc.extents = ["n", ""]})
    -> (tensor<?x2xf32> {agc.name = "softmax"}, tensor<2xf32> {agc.name = "logsumexp"},
        tensor<?xf32> {agc.name = "rows"}) attributes {agc.export} {
  %0 = ag.apply softmax<dim = 0>(%x) : (tensor<?x2xf32>) -> tensor<?x2xf32>
  %1 = ag.apply logsumexp<dim = array<i64: 0>>(%x) : (tensor<?x2xf32>) -> tensor<2xf32>
  %2 = ag.reduce amax(%x) dims [1] : tensor<?x2xf32> -> tensor<?xf32>
  return %0, %1, %2 : tensor<?x2xf32>, tensor<2xf32>, tensor<?xf32>
}

// Probabilities lie between 0 and 1.
func.func @entropy(%x: tensor<3xf32> {agc.name = "x"}, %t: tensor<3xf32> {agc.name = "t"})
    -> (tensor<f32> {agc.name = "loss"}) attributes {agc.export} {
  %0 = ag.apply binary_cross_entropy<reduction = "sum">(%x, %t) : (tensor<3xf32>, tensor<3xf32>) -> tensor<f32>
  return %0 : tensor<f32>
}

// By zero an error before anything is written; the least integer by -1 wraps.
func.func @divisions(%x: tensor<?xi32> {agc.name = "x", agc.extents = ["n"]},
                     %y: tensor<?xi32> {agc.name = "y", agc.extents = ["n"]})
    -> (tensor<?xi32> {agc.name = "floored"}, tensor<?xi32> {agc.name = "truncated"},
        tensor<?xi32> {agc.name = "rest"}, tensor<?xi32> {agc.name = "modulo"})
    attributes {agc.export} {
  %0 = ag.map div_floor(%x, %y) : (tensor<?xi32>, tensor<?xi32>) -> tensor<?xi32>
  %1 = ag.map div_trunc(%x, %y) : (tensor<?xi32>, tensor<?xi32>) -> tensor<?xi32>
  %2 = ag.map fmod(%x, %y) : (tensor<?xi32>, tensor<?xi32>) -> tensor<?xi32>
  %3 = ag.map remainder(%x, %y) : (tensor<?xi32>, tensor<?xi32>) -> tensor<?xi32>
  return %0, %1, %2, %3 : tensor<?xi32>, tensor<?xi32>, tensor<?xi32>, tensor<?xi32>
}

// Bytes without a sign, by one divisor for all.
func.func @bytes(%x: tensor<4xui8> {agc.name = "x"}, %y: tensor<ui8> {agc.name = "y"})
    -> (tensor<4xui8> {agc.name = "floored"}, tensor<4xui8> {agc.name = "modulo"})
    attributes {agc.export} {
  %0 = ag.map floor_divide(%x, %y) : (tensor<4xui8>, tensor<ui8>) -> tensor<4xui8>
  %1 = ag.map remainder(%x, %y) : (tensor<4xui8>, tensor<ui8>) -> tensor<4xui8>
  return %0, %1 : tensor<4xui8>, tensor<4xui8>
}
