// What cannot become values is an error.
// RUN: agc-opt %s --agt-functionalize --split-input-file --verify-diagnostics

// expected-error @below {{tensor objects cannot be arguments or results of a function; pass their values}}
func.func @object_argument(%r: !agt.ref<tensor<f32>>) {
  return
}

// -----

func.func @object_in_control_flow(%c: tensor<i1>, %v: tensor<f32>) -> tensor<f32> {
  %x = agt.leaf %v : tensor<f32>
  %0 = ag.if %c : tensor<i1> -> tensor<f32> {
    // expected-error @below {{tensor objects inside control flow are not supported yet}}
    %1 = agt.read %x : !agt.ref<tensor<f32>>
    ag.yield %1 : tensor<f32>
  } else {
    ag.yield %v : tensor<f32>
  }
  return %0 : tensor<f32>
}

// -----

// PyTorch's node has the mean and the deviation of what self was.
func.func @written_through_data_beside_what_was_saved_apart(%v: tensor<2x3xf32>) {
  %x = agt.leaf %v requires_grad : tensor<2x3xf32>
  %0 = agt.read %x : !agt.ref<tensor<2x3xf32>>
  %1 = ag.apply layer_norm<dim = array<i64: 1>>(%0) : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %2 = ag.reduce sum(%1) dims [0, 1] : tensor<2x3xf32> -> tensor<f32>
  // expected-note @below {{saved for backward by this op}}
  %y = agt.new %2 : tensor<f32>
  %d = agt.data %x : !agt.ref<tensor<2x3xf32>>
  %zero = ag.constant dense<0.0> : tensor<2x3xf32>
  agt.write "zero_" %d, %zero : !agt.ref<tensor<2x3xf32>>
  // expected-error @below {{backward reads a saved tensor that was written through .data; that is not supported yet}}
  agt.backward %y : !agt.ref<tensor<f32>>
  return
}

// -----

// The gradient of a product is differentiated again: it keeps values computed from what it read.
func.func @written_through_data_between_two_gradients(%v: tensor<3xf32>) {
  %x = agt.leaf %v requires_grad : tensor<3xf32>
  %0 = agt.read %x : !agt.ref<tensor<3xf32>>
  %1 = ag.map exp(%0) : (tensor<3xf32>) -> tensor<3xf32>
  // expected-note @below {{saved for backward by this op}}
  %h = agt.new %1 : tensor<3xf32>
  %2 = agt.read %h : !agt.ref<tensor<3xf32>>
  %3 = ag.reduce prod(%2) dims [0] : tensor<3xf32> -> tensor<f32>
  // expected-note @below {{saved for backward by this op}}
  %y = agt.new %3 : tensor<f32>
  // expected-note @below {{saved for backward by this op}}
  %g = agt.grad %y wrt %h create_graph : (!agt.ref<tensor<f32>>, !agt.ref<tensor<3xf32>>) -> !agt.ref<tensor<3xf32>>
  %4 = agt.read %g : !agt.ref<tensor<3xf32>>
  %5 = ag.map mul(%4, %4) : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
  %6 = ag.reduce sum(%5) dims [0] : tensor<3xf32> -> tensor<f32>
  %s = agt.new %6 : tensor<f32>
  %d = agt.data %h : !agt.ref<tensor<3xf32>>
  %two = ag.constant dense<2.0> : tensor<3xf32>
  agt.write "copy_" %d, %two : !agt.ref<tensor<3xf32>>
  // expected-error @below {{backward reads a saved tensor that was written through .data; that is not supported yet}}
  agt.backward %s : !agt.ref<tensor<f32>>
  return
}

// -----

func.func @saved_by_a_gradient_and_written_through_data(%v: tensor<f32>) {
  %x = agt.leaf %v requires_grad : tensor<f32>
  %0 = agt.read %x : !agt.ref<tensor<f32>>
  %1 = ag.map exp(%0) : (tensor<f32>) -> tensor<f32>
  // expected-note @below {{saved for backward by this op}}
  %y = agt.new %1 : tensor<f32>
  // expected-note @below {{saved for backward by this op}}
  %g = agt.grad %y seeds %x for [0] wrt %x create_graph : (!agt.ref<tensor<f32>>, !agt.ref<tensor<f32>>, !agt.ref<tensor<f32>>) -> !agt.ref<tensor<f32>>
  %d = agt.data %y : !agt.ref<tensor<f32>>
  %zero = ag.constant dense<0.0> : tensor<f32>
  agt.write "zero_" %d, %zero : !agt.ref<tensor<f32>>
  // expected-error @below {{backward reads a saved tensor that was written through .data; that is not supported yet}}
  agt.backward %g retain_graph : !agt.ref<tensor<f32>>
  return
}

// -----

func.func private @hook(tensor<f32>) -> tensor<f32>
func.func @hooks(%v: tensor<f32>) {
  %x = agt.leaf %v requires_grad : tensor<f32>
  // expected-error @below {{gradient hooks are not supported yet}}
  agt.hook %x @hook : !agt.ref<tensor<f32>>
  return
}

// -----

func.func @empty_result_used(%v: tensor<f32>) -> tensor<f32> {
  %x = agt.leaf %v requires_grad : tensor<f32>
  %z = agt.leaf %v requires_grad : tensor<f32>
  // expected-error @below {{an input that the outputs do not depend on has no gradient, and its result must not be used}}
  %g = agt.grad %x wrt %z allow_unused : (!agt.ref<tensor<f32>>, !agt.ref<tensor<f32>>) -> !agt.ref<tensor<f32>>
  %0 = agt.read %g : !agt.ref<tensor<f32>>
  return %0 : tensor<f32>
}

// -----

// An error of autograd is one here too.
func.func @leaf_written(%v: tensor<f32>) {
  // expected-note @below {{the leaf is made here}}
  %x = agt.leaf %v requires_grad : tensor<f32>
  // expected-error @below {{a leaf Variable that requires grad is being used in an in-place operation.}}
  agt.write "copy_" %x, %v : !agt.ref<tensor<f32>>
  return
}

// -----

agt.state @a = dense<0.0> : tensor<f32>
agt.state @b = dense<0.0> : tensor<f32>
// expected-error @below {{states 'a' and 'b' share their elements at the end of the function}}
func.func @states_that_share() {
  %a = agt.state_ref @a : !agt.ref<tensor<f32>>
  %b = agt.state_ref @b : !agt.ref<tensor<f32>>
  agt.set_data %a, %b : !agt.ref<tensor<f32>>, !agt.ref<tensor<f32>>
  return
}

// -----

func.func @history_of_a_view_that_got_other_data(%v: tensor<4xf32>, %u: tensor<2xf32>) -> tensor<2xf32> {
  %x = agt.leaf %v requires_grad : tensor<4xf32>
  %other = agt.leaf %u : tensor<2xf32>
  %0 = agt.read %x : !agt.ref<tensor<4xf32>>
  %1 = ag.map neg(%0) : (tensor<4xf32>) -> tensor<4xf32>
  %y = agt.new %1 : tensor<4xf32>
  %view = agt.view %y slice [0, 2, 1] : !agt.ref<tensor<4xf32>> to !agt.ref<tensor<2xf32>>
  agt.set_data %view, %other : !agt.ref<tensor<2xf32>>, !agt.ref<tensor<2xf32>>
  %2 = ag.map exp(%0) : (tensor<4xf32>) -> tensor<4xf32>
  agt.write "copy_" %y, %2 : !agt.ref<tensor<4xf32>>
  // expected-error @below {{the history of a view that got other data is not supported yet}}
  %3 = agt.read %view : !agt.ref<tensor<2xf32>>
  return %3 : tensor<2xf32>
}

// -----

func.func @view_of_a_view_with_a_history_in_place(%v: tensor<2x2xf32>) {
  %x = agt.leaf %v requires_grad : tensor<2x2xf32>
  %0 = agt.read %x : !agt.ref<tensor<2x2xf32>>
  %1 = ag.map neg(%0) : (tensor<2x2xf32>) -> tensor<2x2xf32>
  %y = agt.new %1 : tensor<2x2xf32>
  %view = agt.view %y alias : !agt.ref<tensor<2x2xf32>> to !agt.ref<tensor<2x2xf32>>
  %t = agt.view %view t : !agt.ref<tensor<2x2xf32>> to !agt.ref<tensor<2x2xf32>>
  // expected-error @below {{this view op in place is not supported yet where a gradient passes}}
  %2 = agt.become %view, %t : !agt.ref<tensor<2x2xf32>>, !agt.ref<tensor<2x2xf32>>
  return
}

// -----

func.func @windows_that_overlap_written(%v: tensor<4xf32>, %u: tensor<3x2xf32>) {
  %x = agt.leaf %v : tensor<4xf32>
  %w = agt.view %x unfold [0, 2, 1] : !agt.ref<tensor<4xf32>> to !agt.ref<tensor<3x2xf32>>
  // expected-error @below {{a write to windows that overlap is not supported yet}}
  agt.write "copy_" %w, %u : !agt.ref<tensor<3x2xf32>>
  return
}
