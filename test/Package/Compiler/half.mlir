func.func @f(%x: tensor<3xf32> {agc.name = "x"}) -> (tensor<3xf32> {agc.name = "y"})
    attributes {agc.export} {
  %half = ag.constant dense<0.5> : tensor<f32>
  %0 = ag.map mul(%x, %half) : (tensor<3xf32>, tensor<f32>) -> tensor<3xf32>
  return %0 : tensor<3xf32>
}
