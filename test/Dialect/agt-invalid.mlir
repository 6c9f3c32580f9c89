// Each rule of agt's verifiers, by its label.
// RUN: agc-opt %s --split-input-file --verify-diagnostics

func.func @view_C1_arguments(%r: !agt.ref<tensor<4x5xf32>>) {
  // expected-error @below {{'agt.view' op C1: 'select' takes 2 arguments, got 1}}
  %0 = agt.view %r select [0] : !agt.ref<tensor<4x5xf32>> to !agt.ref<tensor<5xf32>>
  return
}

// -----

func.func @view_C1_dim(%r: !agt.ref<tensor<4x5xf32>>) {
  // expected-error @below {{C1: dim 2 is not in [0, 2)}}
  %0 = agt.view %r select [2, 0] : !agt.ref<tensor<4x5xf32>> to !agt.ref<tensor<5xf32>>
  return
}

// -----

func.func @view_C1_index(%r: !agt.ref<tensor<4x5xf32>>) {
  // expected-error @below {{C1: index 4 is out of bounds for dim 0 with extent 4}}
  %0 = agt.view %r select [0, 4] : !agt.ref<tensor<4x5xf32>> to !agt.ref<tensor<5xf32>>
  return
}

// -----

func.func @view_C1_permutation(%r: !agt.ref<tensor<4x5xf32>>) {
  // expected-error @below {{C1: [0, 0] is not a permutation of 2 dims}}
  %0 = agt.view %r permute [0, 0] : !agt.ref<tensor<4x5xf32>> to !agt.ref<tensor<4x5xf32>>
  return
}

// -----

func.func @view_C1_slice(%r: !agt.ref<tensor<4x5xf32>>) {
  // expected-error @below {{C1: start must not be negative and step be positive, got 0 and 0}}
  %0 = agt.view %r slice [0, 0, 0] : !agt.ref<tensor<4x5xf32>> to !agt.ref<tensor<4x5xf32>>
  return
}

// -----

func.func @view_C1_split(%r: !agt.ref<tensor<4x5xf32>>) {
  // expected-error @below {{C1: split size must be positive, got 0}}
  %0 = agt.view %r split [0, 0] : !agt.ref<tensor<4x5xf32>> to !agt.ref<tensor<4x5xf32>>
  return
}

// -----

func.func @view_C1_diagonal(%r: !agt.ref<tensor<4x5xf32>>) {
  // expected-error @below {{C1: the dims of a diagonal must differ, got 1 twice}}
  %0 = agt.view %r diagonal [0, 1, 1] : !agt.ref<tensor<4x5xf32>> to !agt.ref<tensor<4xf32>>
  return
}

// -----

func.func @view_C2_shape(%r: !agt.ref<tensor<4x5xf32>>) {
  // expected-error @below {{C2: result 0 has shape [4, 5], expected [5, 4]}}
  %0 = agt.view %r t : !agt.ref<tensor<4x5xf32>> to !agt.ref<tensor<4x5xf32>>
  return
}

// -----

func.func @view_C2_elements(%r: !agt.ref<tensor<4x5xf32>>) {
  // expected-error @below {{C2: the result has 19 elements, self 20}}
  %0 = agt.view %r view : !agt.ref<tensor<4x5xf32>> to !agt.ref<tensor<19xf32>>
  return
}

// -----

func.func @view_C2_element_type(%r: !agt.ref<tensor<4x5xf32>>) {
  // expected-error @below {{C2: the view has the element type 'f32', got 'f64'}}
  %0 = agt.view %r view : !agt.ref<tensor<4x5xf32>> to !agt.ref<tensor<20xf64>>
  return
}

// -----

func.func @view_C2_parts_of_a_real_tensor(%r: !agt.ref<tensor<4xf32>>) {
  // expected-error @below {{C2: there is no such view of 'f32' elements}}
  %0 = agt.view %r view_as_real : !agt.ref<tensor<4xf32>> to !agt.ref<tensor<4x2xf32>>
  return
}

// -----

func.func @view_C2_three_parts(%r: !agt.ref<tensor<4x3xf32>>) {
  // expected-error @below {{C2: 'view_as_complex' takes two parts along the last dim}}
  %0 = agt.view %r view_as_complex : !agt.ref<tensor<4x3xf32>> to !agt.ref<tensor<4xcomplex<f32>>>
  return
}

// -----

func.func @view_C2_slice_ends_outside(%r: !agt.ref<tensor<4x5xf32>>) {
  // expected-error @below {{C2: the slice ends outside dim 1 with extent 5}}
  %0 = agt.view %r slice [1, 2, 1] : !agt.ref<tensor<4x5xf32>> to !agt.ref<tensor<4x4xf32>>
  return
}

// -----

func.func @view_C2_slice_rank(%r: !agt.ref<tensor<4x5xf32>>) {
  // expected-error @below {{C2: 'slice' keeps the rank 2, got 1}}
  %0 = agt.view %r slice [1, 2, 1] : !agt.ref<tensor<4x5xf32>> to !agt.ref<tensor<4xf32>>
  return
}

// -----

func.func @view_C2_matrix(%r: !agt.ref<tensor<4x5x6xf32>>) {
  // expected-error @below {{C2: 't' takes a matrix at most, got rank 3}}
  %0 = agt.view %r t : !agt.ref<tensor<4x5x6xf32>> to !agt.ref<tensor<6x5x4xf32>>
  return
}

// -----

func.func @view_C2_broadcast(%r: !agt.ref<tensor<4x5xf32>>) {
  // expected-error @below {{C2: self does not broadcast to the result}}
  %0 = agt.view %r expand : !agt.ref<tensor<4x5xf32>> to !agt.ref<tensor<8x5xf32>>
  return
}

// -----

func.func @view_C2_results(%r: !agt.ref<tensor<2x5xf32>>) {
  // expected-error @below {{C2: expected 2 results, got 1}}
  %0 = agt.view %r unbind [0] : !agt.ref<tensor<2x5xf32>> to !agt.ref<tensor<5xf32>>
  return
}

// -----

func.func @view_C2_one_result(%r: !agt.ref<tensor<2x5xf32>>) {
  // expected-error @below {{C2: 'alias' has one result, got 2}}
  %0:2 = agt.view %r alias : !agt.ref<tensor<2x5xf32>> to !agt.ref<tensor<2x5xf32>>, !agt.ref<tensor<2x5xf32>>
  return
}

// -----

func.func @view_C2_split_sizes(%r: !agt.ref<tensor<4x5xf32>>) {
  // expected-error @below {{C2: the split sizes sum to 3, dim 0 has extent 4}}
  %0:2 = agt.view %r split_with_sizes [0] : !agt.ref<tensor<4x5xf32>> to !agt.ref<tensor<1x5xf32>>, !agt.ref<tensor<2x5xf32>>
  return
}

// -----

func.func @view_C3_sizes(%r: !agt.ref<tensor<4x5xf32>>) {
  // expected-error @below {{C3: expected 1 sizes, got 0}}
  %0 = agt.view %r view : !agt.ref<tensor<4x5xf32>> to !agt.ref<tensor<?xf32>>
  return
}

// -----

func.func @view_C4_extent(%r: !agt.ref<tensor<?x5xf32>>) {
  // expected-error @below {{C4: 'unbind' needs to know the extent of dim 0}}
  %0 = agt.view %r unbind [0] : !agt.ref<tensor<?x5xf32>> to !agt.ref<tensor<5xf32>>
  return
}

// -----

func.func @view_C5_start(%r: !agt.ref<tensor<4x5xf32>>) {
  // expected-error @below {{C5: expected a start}}
  %0 = agt.view %r select [0, ?] : !agt.ref<tensor<4x5xf32>> to !agt.ref<tensor<5xf32>>
  return
}

// -----

func.func @view_C5_no_start(%r: !agt.ref<tensor<4x5xf32>>, %i: index) {
  // expected-error @below {{C5: expected no start}}
  %0 = agt.view %r slice [0, 1, 1] start(%i) : !agt.ref<tensor<4x5xf32>> to !agt.ref<tensor<2x5xf32>>
  return
}

// -----

func.func @view_C1_windows(%r: !agt.ref<tensor<4x5xf32>>) {
  // expected-error @below {{C1: windows of 6 at every 1 do not fit an extent of 5}}
  %0 = agt.view %r unfold [1, 6, 1] : !agt.ref<tensor<4x5xf32>> to !agt.ref<tensor<4x0x6xf32>>
  return
}

// -----

func.func @new_C1(%v: tensor<4xf32>, %s: !agt.ref<tensor<2x2xf32>>) {
  // expected-error @below {{C1: the value has shape [4], what it is like [2, 2]}}
  %0 = agt.new %v like %s : !agt.ref<tensor<2x2xf32>> : tensor<4xf32>
  return
}

// -----

// error number 30: the types agree, so that autograd never sees it.
func.func @set_data_C1(%r: !agt.ref<tensor<4xf32>>, %s: !agt.ref<tensor<4xf64>>) {
  // expected-error @below {{C1: self is an object of 'tensor<4xf32>', other of 'tensor<4xf64>'}}
  agt.set_data %r, %s : !agt.ref<tensor<4xf32>>, !agt.ref<tensor<4xf64>>
  return
}

// -----

func.func @grad_mode_C1_left() {
  // expected-error @below {{C1: no grad mode to leave was entered in this block}}
  agt.grad_mode pop
  return
}

// -----

func.func @grad_mode_C1_entered() {
  agt.grad_mode push enable_grad
  agt.grad_mode pop
  // expected-error @below {{C1: this grad mode is not left in its block}}
  agt.grad_mode push no_grad
  return
}

// -----

func.func @grad_set_C1(%r: !agt.ref<tensor<2xf32>>, %g: !agt.ref<tensor<3xf32>>) {
  // expected-error @below {{C1: the gradient of an object of 'tensor<2xf32>' cannot be 'tensor<3xf32>'}}
  agt.grad_set %r, %g : !agt.ref<tensor<2xf32>>, !agt.ref<tensor<3xf32>>
  return
}

// -----

func.func @backward_C1_count(%y: !agt.ref<tensor<f32>>) {
  // expected-error @below {{C1: 1 seeds, but 2 root numbers}}
  agt.backward %y seeds %y for [0, 1] : !agt.ref<tensor<f32>>, !agt.ref<tensor<f32>>
  return
}

// -----

func.func @backward_C1_range(%y: !agt.ref<tensor<f32>>) {
  // expected-error @below {{C1: root numbers must ascend and be less than 1}}
  agt.backward %y seeds %y for [1] : !agt.ref<tensor<f32>>, !agt.ref<tensor<f32>>
  return
}

// -----

func.func @grad_C2(%y: !agt.ref<tensor<f32>>, %x: !agt.ref<tensor<4xf32>>) {
  // expected-error @below {{C2: expected one result per input, of its type}}
  %g = agt.grad %y wrt %x : (!agt.ref<tensor<f32>>, !agt.ref<tensor<4xf32>>) -> !agt.ref<tensor<f32>>
  return
}

// -----

func.func @query_C1(%x: !agt.ref<tensor<4xf32>>) {
  // expected-error @below {{C1: 'version' gives an i64, got 'i1'}}
  %0 = agt.query version %x : !agt.ref<tensor<4xf32>> -> i1
  return
}

// -----

// expected-error @below {{C1: the initial value must be a ranked tensor, got 'vector<4xf32>'}}
agt.state @state_C1 = dense<0.0> : vector<4xf32>

// -----

func.func @state_ref_C1_name() {
  // expected-error @below {{C1: no state named @w}}
  %0 = agt.state_ref @w : !agt.ref<tensor<4xf32>>
  return
}

// -----

agt.state @w = dense<0.0> : tensor<4xf32>
func.func @state_ref_C1_type() {
  // expected-error @below {{C1: state @w has type 'tensor<4xf32>', got 'tensor<5xf32>'}}
  %0 = agt.state_ref @w : !agt.ref<tensor<5xf32>>
  return
}
