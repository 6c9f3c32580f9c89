// RUN: agc-opt %s --split-input-file --verify-diagnostics
// Operands and parameters that a composite's body refuses, in PyTorch's words where it has some.

func.func @roll_aligns(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  // expected-error @+1 {{shifts and dimensions must align. shifts: 2, dims:1}}
  %0 = ag.apply roll<dims = array<i64: 0>, shifts = array<i64: 1, 2>>(%x) : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// -----

func.func @roll_dim_in_range(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  // expected-error @+1 {{roll(): dim 2 is out of range for rank 2}}
  %0 = ag.apply roll<dims = array<i64: 2>, shifts = array<i64: 1>>(%x) : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// -----

func.func @repeat_has_a_number_for_each_dim(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  // expected-error @+1 {{Number of dimensions of repeat dims can not be smaller than number of dimensions of tensor}}
  %0 = ag.apply repeat<repeats = array<i64: 2>>(%x) : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// -----

func.func @triangle_of_a_matrix(%x: tensor<3xf32>) -> tensor<3xf32> {
  // expected-error @+1 {{triu: input tensor must have at least 2 dimensions}}
  %0 = ag.apply triu(%x) : (tensor<3xf32>) -> tensor<3xf32>
  return %0 : tensor<3xf32>
}

// -----

func.func @index_is_a_vector(%x: tensor<3xf32>, %i: tensor<1x1xi64>) -> tensor<1xf32> {
  // expected-error @+1 {{index_select(): Index is supposed to be a vector}}
  %0 = ag.apply index_select<dim = 0>(%x, %i) : (tensor<3xf32>, tensor<1x1xi64>) -> tensor<1xf32>
  return %0 : tensor<1xf32>
}

// -----

func.func @source_has_a_slice_for_each_index(%x: tensor<3x2xf32>, %i: tensor<2xi64>, %s: tensor<4x2xf32>) -> tensor<3x2xf32> {
  // expected-error @+1 {{index_add_(): Number of indices (2) should be equal to source.size(dim): (4), for dim: 0}}
  %0 = ag.apply index_add<dim = 0>(%x, %i, %s) : (tensor<3x2xf32>, tensor<2xi64>, tensor<4x2xf32>) -> tensor<3x2xf32>
  return %0 : tensor<3x2xf32>
}

// -----

func.func @source_matches_self(%x: tensor<3x2xf32>, %i: tensor<2xi64>, %s: tensor<2x5xf32>) -> tensor<3x2xf32> {
  // expected-error @+1 {{source tensor shape must match self tensor shape, excluding the specified dimension}}
  %0 = ag.apply index_add<dim = 0>(%x, %i, %s) : (tensor<3x2xf32>, tensor<2xi64>, tensor<2x5xf32>) -> tensor<3x2xf32>
  return %0 : tensor<3x2xf32>
}

// -----

func.func @scatter_add_index_has_selfs_rank(%x: tensor<3x2xf32>, %i: tensor<2xi64>, %s: tensor<2xf32>) -> tensor<3x2xf32> {
  // expected-error @+1 {{'ag.scatter' op C1: self has rank 2, index has rank 1}}
  %0 = ag.apply scatter_add<dim = 0>(%x, %i, %s) : (tensor<3x2xf32>, tensor<2xi64>, tensor<2xf32>) -> tensor<3x2xf32>
  return %0 : tensor<3x2xf32>
}

// -----

func.func @weight_is_a_table(%w: tensor<3xf32>, %i: tensor<2xi64>) -> tensor<2xf32> {
  // expected-error @+1 {{embedding(): 'weight' must be 2-D, got 'tensor<3xf32>'}}
  %0 = ag.apply embedding(%w, %i) : (tensor<3xf32>, tensor<2xi64>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}

// -----

func.func @classes_are_positive(%i: tensor<2xi64>) -> tensor<2x0xi64> {
  // expected-error @+1 {{one_hot(): num_classes should be positive, got 0}}
  %0 = ag.apply one_hot<num_classes = 0>(%i) : (tensor<2xi64>) -> tensor<2x0xi64>
  return %0 : tensor<2x0xi64>
}

// -----

// Each of these stopped the compiler, or went on.
func.func @body_does_not_broadcast(%x: tensor<4xf32>, %y: tensor<5xf32>) -> tensor<f32> {
  // expected-error @+1 {{C4: the operands' shapes do not broadcast}}
  %0 = ag.apply mse_loss(%x, %y) : (tensor<4xf32>, tensor<5xf32>) -> tensor<f32>
  return %0 : tensor<f32>
}

// -----

func.func @weight_does_not_broadcast(%x: tensor<4x3xf32>, %w: tensor<5xf32>) -> tensor<4x3xf32> {
  // expected-error @+1 {{C4: the operands' shapes do not broadcast}}
  %0 = ag.apply layer_norm<dim = array<i64: 1>>(%x, %w) : (tensor<4x3xf32>, tensor<5xf32>) -> tensor<4x3xf32>
  return %0 : tensor<4x3xf32>
}

// -----

func.func @product_of_a_vector(%x: tensor<4x3xf32>, %y: tensor<5xf32>) -> tensor<4x3xf32> {
  // expected-error @+1 {{C2: 'kn' does not count the dims of 'tensor<5xf32>'}}
  %0 = ag.apply mm(%x, %y) : (tensor<4x3xf32>, tensor<5xf32>) -> tensor<4x3xf32>
  return %0 : tensor<4x3xf32>
}

// -----

func.func @reduced_dim_in_range(%x: tensor<4xf32>) -> tensor<f32> {
  // expected-error @+1 {{mean(): dim 5 is out of range for rank 1}}
  %0 = ag.apply mean<dim = array<i64: 5>>(%x) : (tensor<4xf32>) -> tensor<f32>
  return %0 : tensor<f32>
}

// -----

func.func @reduced_dim_is_counted_from_the_front(%x: tensor<4xf32>) -> tensor<f32> {
  // expected-error @+1 {{mean(): dim -1 is out of range for rank 1}}
  %0 = ag.apply mean<dim = array<i64: -1>>(%x) : (tensor<4xf32>) -> tensor<f32>
  return %0 : tensor<f32>
}

// -----

func.func @softmax_dim_in_range(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error @+1 {{softmax(): dim 5 is out of range for rank 1}}
  %0 = ag.apply softmax<dim = 5>(%x) : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

func.func @softmax_of_a_number_has_one_dim(%x: tensor<f32>) -> tensor<f32> {
  // expected-error @+1 {{softmax(): dim 1 is out of range for rank 0}}
  %0 = ag.apply softmax<dim = 1>(%x) : (tensor<f32>) -> tensor<f32>
  return %0 : tensor<f32>
}

// -----

func.func @mean_of_a_number_has_no_dim(%x: tensor<f32>) -> tensor<f32> {
  // expected-error @+1 {{mean(): dim 0 is out of range for rank 0}}
  %0 = ag.apply mean<dim = array<i64: 0>>(%x) : (tensor<f32>) -> tensor<f32>
  return %0 : tensor<f32>
}

// -----

func.func @dim_is_there(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error @+1 {{C5: 'softmax' needs the parameter 'dim'}}
  %0 = ag.apply softmax(%x) : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

func.func @extreme_dim_in_range(%x: tensor<4x3xf32>) -> (tensor<4xf32>, tensor<4xi64>) {
  // expected-error @+1 {{max_dim(): dim 7 is out of range for rank 2}}
  %0:2 = ag.apply max_dim<dim = 7>(%x) : (tensor<4x3xf32>) -> (tensor<4xf32>, tensor<4xi64>)
  return %0#0, %0#1 : tensor<4xf32>, tensor<4xi64>
}

// -----

func.func @extreme_of_an_element(%x: tensor<4x0xf32>) -> (tensor<4xf32>, tensor<4xi64>) {
  // expected-error @+1 {{'ag.reduce_index' op C3: dim 1 has no element}}
  %0:2 = ag.apply max_dim<dim = 1>(%x) : (tensor<4x0xf32>) -> (tensor<4xf32>, tensor<4xi64>)
  return %0#0, %0#1 : tensor<4xf32>, tensor<4xi64>
}

// -----

func.func @greatest_of_an_element(%x: tensor<4x0xf32>) -> tensor<f32> {
  // expected-error @+1 {{'ag.reduce' op C3: dim 1 has no element}}
  %0 = ag.apply max(%x) : (tensor<4x0xf32>) -> tensor<f32>
  return %0 : tensor<f32>
}

// -----

func.func @infinite_norm_of_an_element(%x: tensor<0xf32>) -> tensor<f32> {
  // expected-error @+1 {{'ag.reduce' op C3: dim 0 has no element}}
  %0 = ag.apply vector_norm<dim = array<i64: 0>, ord = 0x7FF0000000000000 : f64>(%x) : (tensor<0xf32>) -> tensor<f32>
  return %0 : tensor<f32>
}

// -----

func.func @classes_have_a_dim(%x: tensor<f32>, %t: tensor<i64>) -> tensor<f32> {
  // expected-error @+1 {{nll_loss(): expected at least one dimension of classes, got 'tensor<f32>'}}
  %0 = ag.apply nll_loss(%x, %t) : (tensor<f32>, tensor<i64>) -> tensor<f32>
  return %0 : tensor<f32>
}

// -----

func.func @target_for_each_row(%x: tensor<4x3xf32>, %t: tensor<5xi64>) -> tensor<f32> {
  // expected-error @+1 {{nll_loss(): expected a target of 'tensor<4xi64>', got 'tensor<5xi64>'}}
  %0 = ag.apply nll_loss(%x, %t) : (tensor<4x3xf32>, tensor<5xi64>) -> tensor<f32>
  return %0 : tensor<f32>
}

// -----

func.func @weight_for_each_class(%x: tensor<4x3xf32>, %t: tensor<4xi64>, %w: tensor<2xf32>) -> tensor<f32> {
  // expected-error @+1 {{weight tensor should be defined either for all 3 classes or no classes but got weight tensor of 'tensor<2xf32>'}}
  %0 = ag.apply nll_loss(%x, %t, %w) : (tensor<4x3xf32>, tensor<4xi64>, tensor<2xf32>) -> tensor<f32>
  return %0 : tensor<f32>
}
