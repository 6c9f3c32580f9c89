// What does not lower is an error at the op.
// RUN: agc-opt %s --ag-to-linalg --split-input-file --verify-diagnostics

func.func @not_differentiated(%x: tensor<f32>, %s: tensor<f32>) -> tensor<f32> {
  // expected-error @below {{must be differentiated before it is lowered (ag-differentiate)}}
  %0 = ag.grad %x seeds %s wrt %x : (tensor<f32>, tensor<f32>, tensor<f32>) -> tensor<f32>
  return %0 : tensor<f32>
}

// -----

func.func @not_expanded(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error @below {{must be expanded before it is lowered (ag-expand-composites)}}
  %0 = ag.apply softmax<dim = 0>(%x) : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

// It was an error of bufferization, about conflicts.
func.func @slice_of_what_a_loop_carries(%x: tensor<?xf32>, %size: index, %n: index) -> tensor<?xf32> {
  %0 = ag.for %n(%x) : tensor<?xf32> {
  ^bb0(%i: tensor<i64>, %v: tensor<?xf32>):
    // expected-error @below {{cannot be carried on by the loop that carries what it is cut from: what a loop carries keeps its extents}}
    %s = ag.slice %v [1] steps [1] sizes(%size) : tensor<?xf32> to tensor<?xf32>
    ag.yield %s : tensor<?xf32>
  }
  return %0 : tensor<?xf32>
}
