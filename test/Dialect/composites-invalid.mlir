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
