// What does not lower is an error at the op.
// RUN: agc-opt %s --ag-to-linalg --split-input-file --verify-diagnostics

func.func @not_differentiated(%x: tensor<f32>, %s: tensor<f32>) -> tensor<f32> {
  // expected-error @below {{must be differentiated before it is lowered (ag-differentiate)}}
  %0 = ag.grad %x seeds %s wrt %x : (tensor<f32>, tensor<f32>, tensor<f32>) -> tensor<f32>
  return %0 : tensor<f32>
}

// -----

func.func @no_lowering_for_the_type(%x: tensor<4xi64>) -> tensor<4xi64> {
  // expected-error @below {{record 'exp' has no lowering for i64}}
  %0 = ag.map exp(%x) : (tensor<4xi64>) -> tensor<4xi64>
  return %0 : tensor<4xi64>
}
