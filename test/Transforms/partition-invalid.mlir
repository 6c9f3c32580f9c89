// RUN: agc-opt %s --ag-partition --split-input-file --verify-diagnostics

// expected-error@below {{'agc.split' is of what ag-derive-functions makes}}
func.func @f.split(%x: tensor<f32>) -> tensor<f32> attributes {agc.split = array<i64: 2, 1>} {
  return %x : tensor<f32>
}

// -----

// expected-error@below {{'agc.split' is of what ag-derive-functions makes}}
func.func @f(%x: tensor<f32>) -> tensor<f32> attributes {agc.split = array<i64: 1, 1>} {
  return %x : tensor<f32>
}

// -----

// A result of the forward that is a cotangent.
// expected-error@below {{'agc.split' is of what ag-derive-functions makes}}
func.func @f.split(%x: tensor<f32>) -> tensor<f32> attributes {agc.split = array<i64: 0, 1>} {
  return %x : tensor<f32>
}
