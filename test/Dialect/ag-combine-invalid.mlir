// Each rule of the verifiers of ag.reduce_index and ag.scan, by its label.
// RUN: agc-opt %s --split-input-file --verify-diagnostics

func.func @reduce_index_C1(%x: tensor<4x5xf32>) -> tensor<4xi64> {
  // expected-error @+2 {{C1: 'sum' is not a record of this op class}}
  // expected-error @below {{'ag.reduce_index' op failed to infer returned types}}
  %0 = ag.reduce_index sum(%x) dim 1 : tensor<4x5xf32> -> tensor<4xi64>
  return %0 : tensor<4xi64>
}

// -----

func.func @reduce_index_C2(%x: tensor<4x5xf32>) -> tensor<4x5xi64> {
  // expected-error @below {{'ag.reduce_index' op C2: dim 2 is out of range for rank 2}}
  %0 = ag.reduce_index argmax(%x) dim 2 : tensor<4x5xf32> -> tensor<4x5xi64>
  return %0 : tensor<4x5xi64>
}

// -----

func.func @reduce_index_C3(%x: tensor<4x0xf32>) -> tensor<4xi64> {
  // expected-error @below {{'ag.reduce_index' op C3: dim 1 has no element}}
  %0 = ag.reduce_index argmax(%x) dim 1 : tensor<4x0xf32> -> tensor<4xi64>
  return %0 : tensor<4xi64>
}

// -----

func.func @scan_C1(%x: tensor<4x5xf32>) -> tensor<4x5xf32> {
  // expected-error @+2 {{C1: 'tanh' is not a record of this op class}}
  // expected-error @below {{'ag.scan' op failed to infer returned types}}
  %0 = ag.scan tanh(%x) dim 1 : (tensor<4x5xf32>) -> tensor<4x5xf32>
  return %0 : tensor<4x5xf32>
}

// -----

func.func @scan_C2(%x: tensor<4x5xf32>) -> tensor<4x5xf32> {
  // expected-error @+2 {{C2: 'cumsum' takes 1 operands, got 2}}
  // expected-error @below {{'ag.scan' op failed to infer returned types}}
  %0 = ag.scan cumsum(%x, %x) dim 1 : (tensor<4x5xf32>, tensor<4x5xf32>) -> tensor<4x5xf32>
  return %0 : tensor<4x5xf32>
}

// -----

func.func @scan_C3(%x: tensor<4x5xf32>, %y: tensor<4x5xf64>) -> tensor<4x5xf32> {
  // expected-error @+2 {{C3: operand 'factor' of 'recurrence' has element type 'f64', expected 'f32'}}
  // expected-error @below {{'ag.scan' op failed to infer returned types}}
  %0 = ag.scan recurrence(%x, %y) dim 1 : (tensor<4x5xf32>, tensor<4x5xf64>) -> tensor<4x5xf32>
  return %0 : tensor<4x5xf32>
}

// -----

func.func @scan_C4(%x: tensor<4x5xf32>, %y: tensor<5xf32>) -> tensor<4x5xf32> {
  // expected-error @+2 {{C4: the operands' shapes differ}}
  // expected-error @below {{'ag.scan' op failed to infer returned types}}
  %0 = ag.scan recurrence(%x, %y) dim 1 : (tensor<4x5xf32>, tensor<5xf32>) -> tensor<4x5xf32>
  return %0 : tensor<4x5xf32>
}

// -----

func.func @scan_C5(%x: tensor<4x5xf32>) -> tensor<4x5xf32> {
  // expected-error @below {{'ag.scan' op C5: dim 2 is out of range for rank 2}}
  %0 = ag.scan cumsum(%x) dim 2 : (tensor<4x5xf32>) -> tensor<4x5xf32>
  return %0 : tensor<4x5xf32>
}

// -----

func.func @loss_C5_reduction(%x: tensor<4xf32>) -> tensor<f32> {
  // expected-error @below {{'ag.apply' op C5: parameter 'reduction' of 'mse_loss' must be none, mean or sum, got "avg"}}
  %0 = ag.apply mse_loss<reduction = "avg">(%x, %x) : (tensor<4xf32>, tensor<4xf32>) -> tensor<f32>
  return %0 : tensor<f32>
}

// -----

func.func @reduce_index_C4(%x: tensor<4x5xcomplex<f32>>) -> tensor<4xi64> {
  // expected-error @below {{'ag.reduce_index' op C4: 'argmax' takes elements of float, int or bool, got 'complex<f32>'}}
  %0 = ag.reduce_index argmax(%x) dim 1 : tensor<4x5xcomplex<f32>> -> tensor<4xi64>
  return %0 : tensor<4xi64>
}

// -----

func.func @scan_C3_record_lacks_integers(%x: tensor<4x5xi32>) -> tensor<4x5xi32> {
  // expected-error @below {{'ag.scan' op C3: 'recurrence' takes elements of float or complex, got 'i32'}}
  %0 = ag.scan recurrence(%x, %x) dim 1 : (tensor<4x5xi32>, tensor<4x5xi32>) -> tensor<4x5xi32>
  return %0 : tensor<4x5xi32>
}
