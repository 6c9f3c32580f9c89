// Errors and their absence that random programs found missing; each beside the line in PyTorch.
// RUN: agc-opt %s --agt-check --split-input-file --verify-diagnostics

// error number 36
func.func @leaf_moved_into_the_graph(%v: tensor<2xf32>, %u: tensor<2xf32>, %s: tensor<2xf32>) {
  // expected-note @below {{the leaf is made here}}
  %w = agt.leaf %v requires_grad : tensor<2xf32>
  %x = agt.leaf %u requires_grad : tensor<2xf32>
  %seed = agt.leaf %s : tensor<2xf32>
  %0 = agt.read %w : !agt.ref<tensor<2xf32>>
  %1 = ag.map neg(%0) : (tensor<2xf32>) -> tensor<2xf32>
  %y = agt.new %1 : tensor<2xf32>
  agt.requires_grad_ %w false : !agt.ref<tensor<2xf32>>
  %2 = agt.read %x : !agt.ref<tensor<2xf32>>
  // expected-note @below {{and gets a history here}}
  agt.write "copy_" %w, %2 : !agt.ref<tensor<2xf32>>
  // expected-error @below {{leaf variable has been moved into the graph interior}}
  agt.backward %y seeds %seed for [0] : !agt.ref<tensor<2xf32>>, !agt.ref<tensor<2xf32>>
  return
}

// -----

// error number 24
func.func @argument_without_derivative(%v: tensor<2x3xf32>, %t: tensor<2x3xf32>, %u: tensor<2x3xf32>) {
  %x = agt.leaf %v : tensor<2x3xf32>
  %w = agt.leaf %u requires_grad : tensor<2x3xf32>
  %0 = agt.read %x : !agt.ref<tensor<2x3xf32>>
  %1 = agt.read %w : !agt.ref<tensor<2x3xf32>>
  %2 = ag.apply binary_cross_entropy(%0, %t, %1) : (tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<f32>
  // expected-error @below {{The function 'binary_cross_entropy' is not differentiable with respect to argument 'weight'. This input cannot have requires_grad True.}}
  %loss = agt.new %2 : tensor<f32>
  return
}

// -----

func.func @argument_without_derivative_under_no_grad(%v: tensor<2x3xf32>, %t: tensor<2x3xf32>, %u: tensor<2x3xf32>) {
  %x = agt.leaf %v : tensor<2x3xf32>
  %w = agt.leaf %u requires_grad : tensor<2x3xf32>
  agt.grad_mode push no_grad
  %0 = agt.read %x : !agt.ref<tensor<2x3xf32>>
  %1 = agt.read %w : !agt.ref<tensor<2x3xf32>>
  %2 = ag.apply binary_cross_entropy(%0, %t, %1) : (tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<f32>
  %loss = agt.new %2 : tensor<f32>
  agt.grad_mode pop
  return
}

// -----

func.func @write_across_its_input(%v: tensor<3x3xf32>) {
  %x = agt.leaf %v : tensor<3x3xf32>
  // expected-note @below {{the input is made here}}
  %t = agt.view %x t : !agt.ref<tensor<3x3xf32>> to !agt.ref<tensor<3x3xf32>>
  %0 = agt.read %x : !agt.ref<tensor<3x3xf32>>
  %1 = agt.read %t : !agt.ref<tensor<3x3xf32>>
  %2 = ag.map mul(%0, %1) : (tensor<3x3xf32>, tensor<3x3xf32>) -> tensor<3x3xf32>
  // expected-error @below {{unsupported operation: some elements of the input tensor and the written-to tensor refer to a single memory location. Please clone() the tensor before performing the operation.}}
  agt.write "mul_" %x, %2 : !agt.ref<tensor<3x3xf32>>
  return
}

// -----

func.func @scatter_of_what_is_written(%v: tensor<4xf32>, %i: tensor<2xi64>) {
  %x = agt.leaf %v : tensor<4xf32>
  // expected-note @below {{the input is made here}}
  %s = agt.view %x slice [0, 2, 1] : !agt.ref<tensor<4xf32>> to !agt.ref<tensor<2xf32>>
  %0 = agt.read %x : !agt.ref<tensor<4xf32>>
  %1 = agt.read %s : !agt.ref<tensor<2xf32>>
  %2 = ag.scatter %0, %i, %1 dim 0 : (tensor<4xf32>, tensor<2xi64>, tensor<2xf32>) -> tensor<4xf32>
  // expected-error @below {{unsupported operation: some elements of the input tensor and the written-to tensor refer to a single memory location. Please clone() the tensor before performing the operation.}}
  agt.write "scatter_" %x, %2 : !agt.ref<tensor<4xf32>>
  return
}

// -----

func.func @scatter_of_itself(%v: tensor<4xf32>, %i: tensor<2xi64>) {
  // expected-note @below {{the input is made here}}
  %x = agt.leaf %v : tensor<4xf32>
  %0 = agt.read %x : !agt.ref<tensor<4xf32>>
  %1 = ag.scatter %0, %i, %0 dim 0 : (tensor<4xf32>, tensor<2xi64>, tensor<4xf32>) -> tensor<4xf32>
  // expected-error @below {{unsupported operation: some elements of the input tensor and the written-to tensor refer to a single memory location. Please clone() the tensor before performing the operation.}}
  agt.write "scatter_" %x, %1 : !agt.ref<tensor<4xf32>>
  return
}

// -----

func.func @fill_by_an_element_of_what_is_filled(%v: tensor<4xf32>, %m: tensor<4xi1>) {
  %x = agt.leaf %v : tensor<4xf32>
  %s = agt.view %x select [0, 2] : !agt.ref<tensor<4xf32>> to !agt.ref<tensor<f32>>
  %0 = agt.read %x : !agt.ref<tensor<4xf32>>
  %1 = agt.read %s : !agt.ref<tensor<f32>>
  %2 = ag.map where(%m, %1, %0) : (tensor<4xi1>, tensor<f32>, tensor<4xf32>) -> tensor<4xf32>
  agt.write "masked_fill_" %x, %2 : !agt.ref<tensor<4xf32>>
  return
}

// -----

func.func @copy_of_one_of_its_elements(%v: tensor<4xf32>) {
  %x = agt.leaf %v : tensor<4xf32>
  // expected-note @below {{the input is made here}}
  %s = agt.view %x select [0, 2] : !agt.ref<tensor<4xf32>> to !agt.ref<tensor<f32>>
  %0 = agt.read %s : !agt.ref<tensor<f32>>
  %1 = ag.expand %0 : tensor<f32> to tensor<4xf32>
  // expected-error @below {{unsupported operation: some elements of the input tensor and the written-to tensor refer to a single memory location. Please clone() the tensor before performing the operation.}}
  agt.write "copy_" %x, %1 : !agt.ref<tensor<4xf32>>
  return
}

// -----

func.func @copy_of_an_expanded_object_to_itself(%v: tensor<f32>) {
  %x = agt.leaf %v : tensor<f32>
  %e = agt.view %x expand : !agt.ref<tensor<f32>> to !agt.ref<tensor<2xf32>>
  %0 = agt.read %e : !agt.ref<tensor<2xf32>>
  agt.write "copy_" %e, %0 : !agt.ref<tensor<2xf32>>
  return
}

// -----

func.func @write_to_an_expanded_object_without_elements(%v: tensor<0x1xf32>, %u: tensor<0x3xf32>) {
  %x = agt.leaf %v : tensor<0x1xf32>
  %e = agt.view %x expand : !agt.ref<tensor<0x1xf32>> to !agt.ref<tensor<0x3xf32>>
  agt.write "copy_" %e, %u : !agt.ref<tensor<0x3xf32>>
  return
}

// -----

func.func @loss_saves_its_operand(%v: tensor<4x3xf32>, %t: tensor<4xi64>, %u: tensor<4x3xf32>) {
  %x = agt.leaf %v requires_grad : tensor<4x3xf32>
  %0 = agt.read %x : !agt.ref<tensor<4x3xf32>>
  %1 = ag.map neg(%0) : (tensor<4x3xf32>) -> tensor<4x3xf32>
  %y = agt.new %1 : tensor<4x3xf32>
  %2 = agt.read %y : !agt.ref<tensor<4x3xf32>>
  %3 = ag.apply nll_loss(%2, %t) : (tensor<4x3xf32>, tensor<4xi64>) -> tensor<f32>
  // expected-note @below {{saved for backward by this op}}
  %loss = agt.new %3 : tensor<f32>
  // expected-note @below {{overwritten here}}
  agt.write "copy_" %y, %u : !agt.ref<tensor<4x3xf32>>
  // expected-error @below {{one of the variables needed for gradient computation has been modified by an inplace operation: [torch.FloatTensor [4, 3]]}}
  agt.backward %loss : !agt.ref<tensor<f32>>
  return
}

// -----

// A gradient that a mask chooses does not depend on what the mask was made of.
func.func @gradient_of_amax_has_no_history(%v: tensor<2xf32>) {
  %x = agt.leaf %v requires_grad : tensor<2xf32>
  %0 = agt.read %x : !agt.ref<tensor<2xf32>>
  %1 = ag.reduce amax(%0) dims [0] : tensor<2xf32> -> tensor<f32>
  %y = agt.new %1 : tensor<f32>
  // expected-note @below {{made here}}
  %g = agt.grad %y wrt %x create_graph : (!agt.ref<tensor<f32>>, !agt.ref<tensor<2xf32>>) -> !agt.ref<tensor<2xf32>>
  // expected-error @below {{element 0 of tensors does not require grad and does not have a grad_fn}}
  agt.backward %g seeds %x for [0] : !agt.ref<tensor<2xf32>>, !agt.ref<tensor<2xf32>>
  return
}

// -----

func.func @retain_grad_of_a_view_that_has_no_history_any_more(%v: tensor<2x2xf32>, %u: tensor<2x2xf32>) {
  %x = agt.leaf %v requires_grad : tensor<2x2xf32>
  %0 = agt.read %x : !agt.ref<tensor<2x2xf32>>
  %1 = ag.map neg(%0) : (tensor<2x2xf32>) -> tensor<2x2xf32>
  %y = agt.new %1 : tensor<2x2xf32>
  // expected-note @below {{the view is made here}}
  %rows:2 = agt.view %y unbind [0] : !agt.ref<tensor<2x2xf32>> to !agt.ref<tensor<2xf32>>, !agt.ref<tensor<2xf32>>
  // expected-note @below {{written here}}
  agt.write "copy_" %y, %u : !agt.ref<tensor<2x2xf32>>
  // expected-error @below {{Output 0 of Unbind is a view and its base or another view of its base has been modified inplace.}}
  agt.retain_grad %rows#0 : !agt.ref<tensor<2xf32>>
  return
}

// -----

// error number 23
func.func @no_derivative(%v: tensor<4xf32>, %n: index) {
  %x = agt.leaf %v requires_grad : tensor<4xf32>
  %0 = agt.read %x : !agt.ref<tensor<4xf32>>
  %1 = ag.for %n(%0) : tensor<4xf32> {
  ^bb0(%i: tensor<i64>, %w: tensor<4xf32>):
    ag.yield %w : tensor<4xf32>
  }
  // expected-note @below {{the gradient passes this op}}
  %y = agt.new %1 : tensor<4xf32>
  // expected-error @below {{the derivative for 'ag.for' is not implemented.}}
  agt.backward %y seeds %x for [0] : !agt.ref<tensor<4xf32>>, !agt.ref<tensor<4xf32>>
  return
}

// -----

// PyTorch has no such entry in its list of derivatives at all, and says so in other words.
func.func @floor_divide_has_no_derivative(%v: tensor<2xf32>) {
  %x = agt.leaf %v requires_grad : tensor<2xf32>
  %0 = agt.read %x : !agt.ref<tensor<2xf32>>
  %1 = ag.map neg(%0) : (tensor<2xf32>) -> tensor<2xf32>
  %y = agt.new %1 : tensor<2xf32>
  %2 = agt.read %y : !agt.ref<tensor<2xf32>>
  %3 = ag.map floor_divide(%2, %2) : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  // expected-note @below {{the gradient passes this op}}
  agt.write "floor_divide_" %y, %3 : !agt.ref<tensor<2xf32>>
  // expected-error @below {{derivative for aten::floor_divide_ is not implemented}}
  agt.backward %y seeds %x for [0] : !agt.ref<tensor<2xf32>>, !agt.ref<tensor<2xf32>>
  return
}

// -----

// A derivative that is zero keeps what PyTorch's formula reads: self, where other has a gradient.
func.func @quotient_keeps_self(%v: tensor<2xf32>, %u: tensor<2xf32>) {
  %x = agt.leaf %v : tensor<2xf32>
  %w = agt.leaf %u requires_grad : tensor<2xf32>
  %0 = agt.read %x : !agt.ref<tensor<2xf32>>
  %1 = agt.read %w : !agt.ref<tensor<2xf32>>
  %2 = ag.map div_trunc(%0, %1) : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  // expected-note @below {{saved for backward by this op}}
  %y = agt.new %2 : tensor<2xf32>
  // expected-note @below {{overwritten here}}
  agt.write "copy_" %x, %u : !agt.ref<tensor<2xf32>>
  // expected-error @below {{one of the variables needed for gradient computation has been modified by an inplace operation: [torch.FloatTensor [2]] is at version 1; expected version 0 instead.}}
  agt.backward %y seeds %x for [0] : !agt.ref<tensor<2xf32>>, !agt.ref<tensor<2xf32>>
  return
}

// -----

// But not where only self has one.
func.func @quotient_of_a_constant_does_not_keep_self(%v: tensor<2xf32>, %u: tensor<2xf32>) {
  %x = agt.leaf %v requires_grad : tensor<2xf32>
  %w = agt.leaf %u : tensor<2xf32>
  %0 = agt.read %x : !agt.ref<tensor<2xf32>>
  %1 = ag.map neg(%0) : (tensor<2xf32>) -> tensor<2xf32>
  %y = agt.new %1 : tensor<2xf32>
  %2 = agt.read %y : !agt.ref<tensor<2xf32>>
  %3 = agt.read %w : !agt.ref<tensor<2xf32>>
  %4 = ag.map div_trunc(%2, %3) : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  %z = agt.new %4 : tensor<2xf32>
  agt.write "copy_" %y, %u : !agt.ref<tensor<2xf32>>
  agt.backward %z seeds %w for [0] : !agt.ref<tensor<2xf32>>, !agt.ref<tensor<2xf32>>
  return
}

// -----

// PyTorch saves the power whoever of the two has a gradient.
func.func @power_is_kept(%v: tensor<2xf32>, %u: tensor<2xf32>) {
  %x = agt.leaf %v requires_grad : tensor<2xf32>
  %e = agt.leaf %u : tensor<2xf32>
  %0 = agt.read %x : !agt.ref<tensor<2xf32>>
  %1 = agt.read %e : !agt.ref<tensor<2xf32>>
  %2 = ag.map pow_tensor(%0, %1) : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  // expected-note @below {{saved for backward by this op}}
  %y = agt.new %2 : tensor<2xf32>
  // expected-note @below {{overwritten here}}
  agt.write "copy_" %y, %u : !agt.ref<tensor<2xf32>>
  // expected-error @below {{output 0 of Pow1, is at version 1; expected version 0 instead.}}
  agt.backward %y seeds %e for [0] : !agt.ref<tensor<2xf32>>, !agt.ref<tensor<2xf32>>
  return
}

// -----

// PyTorch adds in place to the gradient that a slot has.
func.func @gradient_that_overlaps_itself(%v: tensor<2xf32>, %u: tensor<1xf32>) {
  %x = agt.leaf %v requires_grad : tensor<2xf32>
  %w = agt.leaf %u : tensor<1xf32>
  %e = agt.view %w expand : !agt.ref<tensor<1xf32>> to !agt.ref<tensor<2xf32>>
  agt.grad_set %x, %e : !agt.ref<tensor<2xf32>>, !agt.ref<tensor<2xf32>>
  // expected-error @below {{unsupported operation: more than one element of the written-to tensor refers to a single memory location. Please clone() the tensor before performing the operation.}}
  agt.backward %x seeds %x for [0] : !agt.ref<tensor<2xf32>>, !agt.ref<tensor<2xf32>>
  return
}

// -----

func.func @floor_divide_of_a_view_has_no_derivative(%v: tensor<2xf32>) {
  %x = agt.leaf %v requires_grad : tensor<2xf32>
  %0 = agt.read %x : !agt.ref<tensor<2xf32>>
  %1 = ag.map neg(%0) : (tensor<2xf32>) -> tensor<2xf32>
  %y = agt.new %1 : tensor<2xf32>
  %view = agt.view %y alias : !agt.ref<tensor<2xf32>> to !agt.ref<tensor<2xf32>>
  %2 = agt.read %view : !agt.ref<tensor<2xf32>>
  %3 = ag.map floor_divide(%2, %2) : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  // expected-note @below {{the gradient passes this op}}
  agt.write "floor_divide_" %view, %3 : !agt.ref<tensor<2xf32>>
  // expected-error @below {{derivative for aten::floor_divide_ is not implemented}}
  agt.backward %y seeds %x for [0] : !agt.ref<tensor<2xf32>>, !agt.ref<tensor<2xf32>>
  return
}

// -----

// PyTorch's backward of relu has a derivative by its result, zero everywhere.
func.func @gradient_of_relu_has_a_history(%v: tensor<2xf32>) {
  %x = agt.leaf %v requires_grad : tensor<2xf32>
  %0 = agt.read %x : !agt.ref<tensor<2xf32>>
  %1 = ag.map relu(%0) : (tensor<2xf32>) -> tensor<2xf32>
  %y = agt.new %1 : tensor<2xf32>
  %s = agt.detach %x : !agt.ref<tensor<2xf32>>
  %g = agt.grad %y seeds %s for [0] wrt %x create_graph : (!agt.ref<tensor<2xf32>>, !agt.ref<tensor<2xf32>>, !agt.ref<tensor<2xf32>>) -> !agt.ref<tensor<2xf32>>
  agt.backward %g seeds %x for [0] : !agt.ref<tensor<2xf32>>, !agt.ref<tensor<2xf32>>
  return
}

// -----

// What sin reads is no object, and has a history all the same.
func.func @gradient_of_an_expression_has_a_history(%v: tensor<2xf32>) {
  %x = agt.leaf %v requires_grad : tensor<2xf32>
  %0 = agt.read %x : !agt.ref<tensor<2xf32>>
  %1 = ag.map mul(%0, %v) : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  %2 = ag.map sin(%1) : (tensor<2xf32>) -> tensor<2xf32>
  %y = agt.new %2 : tensor<2xf32>
  %s = agt.detach %x : !agt.ref<tensor<2xf32>>
  %g = agt.grad %y seeds %s for [0] wrt %x create_graph : (!agt.ref<tensor<2xf32>>, !agt.ref<tensor<2xf32>>, !agt.ref<tensor<2xf32>>) -> !agt.ref<tensor<2xf32>>
  agt.backward %g seeds %x for [0] : !agt.ref<tensor<2xf32>>, !agt.ref<tensor<2xf32>>
  return
}

// -----

func.func @nll_loss_has_no_derivative_by_its_weight(%v: tensor<4x3xf32>, %t: tensor<4xi64>, %u: tensor<3xf32>) {
  %x = agt.leaf %v requires_grad : tensor<4x3xf32>
  %w = agt.leaf %u requires_grad : tensor<3xf32>
  %0 = agt.read %x : !agt.ref<tensor<4x3xf32>>
  %1 = agt.read %w : !agt.ref<tensor<3xf32>>
  %2 = ag.apply nll_loss(%0, %t, %1) : (tensor<4x3xf32>, tensor<4xi64>, tensor<3xf32>) -> tensor<f32>
  // expected-error @below {{The function 'nll_loss_forward' is not differentiable with respect to argument 'weight'. This input cannot have requires_grad True.}}
  %loss = agt.new %2 : tensor<f32>
  return
}

// -----

// PyTorch's gradient of how many elements are not zero is an undefined tensor: nothing arrives.
func.func @count_of_nonzero_elements_gives_no_gradient(%v: tensor<3xf32>) {
  // expected-note @below {{made here}}
  %x = agt.leaf %v requires_grad : tensor<3xf32>
  %0 = agt.read %x : !agt.ref<tensor<3xf32>>
  %1 = ag.apply vector_norm<dim = array<i64: 0>, ord = 0.0>(%0) : (tensor<3xf32>) -> tensor<f32>
  %y = agt.new %1 : tensor<f32>
  // expected-error @below {{The differentiated Tensor at index 0 appears to not have been used in the graph. Set allow_unused=True if this is the desired behavior.}}
  %g = agt.grad %y wrt %x : (!agt.ref<tensor<f32>>, !agt.ref<tensor<3xf32>>) -> !agt.ref<tensor<3xf32>>
  return
}

// -----

// What comes after an error is looked at too, as if there were a gradient; it stopped the compiler.
func.func @gradient_that_is_missing_is_used(%v: tensor<3xf32>, %u: tensor<3xf32>) -> i1 {
  %x = agt.leaf %v requires_grad : tensor<3xf32>
  // expected-note @below {{made here}}
  %w = agt.leaf %u requires_grad : tensor<3xf32>
  // expected-error @below {{The differentiated Tensor at index 0 appears to not have been used in the graph. Set allow_unused=True if this is the desired behavior.}}
  %g = agt.grad %x seeds %x for [0] wrt %w : (!agt.ref<tensor<3xf32>>, !agt.ref<tensor<3xf32>>, !agt.ref<tensor<3xf32>>) -> !agt.ref<tensor<3xf32>>
  %q = agt.query requires_grad %g : !agt.ref<tensor<3xf32>> -> i1
  return %q : i1
}

// -----

func.func @empty_gradient_is_used(%v: tensor<3xf32>, %u: tensor<3xf32>) -> i1 {
  %x = agt.leaf %v requires_grad : tensor<3xf32>
  %w = agt.leaf %u requires_grad : tensor<3xf32>
  %g = agt.grad %x seeds %x for [0] wrt %w allow_unused : (!agt.ref<tensor<3xf32>>, !agt.ref<tensor<3xf32>>, !agt.ref<tensor<3xf32>>) -> !agt.ref<tensor<3xf32>>
  // expected-error @below {{the gradient is empty here: the outputs do not depend on this input}}
  %q = agt.query requires_grad %g : !agt.ref<tensor<3xf32>> -> i1
  return %q : i1
}

// -----

// A gradient that is zero everywhere is one all the same.
func.func @gradient_of_sign_is_zero(%v: tensor<3xf32>, %s: tensor<3xf32>) {
  %x = agt.leaf %v requires_grad : tensor<3xf32>
  %seed = agt.leaf %s : tensor<3xf32>
  %0 = agt.read %x : !agt.ref<tensor<3xf32>>
  %1 = ag.map sign(%0) : (tensor<3xf32>) -> tensor<3xf32>
  %y = agt.new %1 : tensor<3xf32>
  %g = agt.grad %y seeds %seed for [0] wrt %x : (!agt.ref<tensor<3xf32>>, !agt.ref<tensor<3xf32>>, !agt.ref<tensor<3xf32>>) -> !agt.ref<tensor<3xf32>>
  return
}

// -----

// Behind a write of zeros a gradient has no history, whatever its seed has.
func.func @no_history_behind_zeros(%v: tensor<2xf32>, %u: tensor<2xf32>, %s: tensor<2xf32>) {
  %x = agt.leaf %v : tensor<2xf32>
  %w = agt.leaf %u requires_grad : tensor<2xf32>
  %seed = agt.leaf %s : tensor<2xf32>
  %0 = agt.read %x : !agt.ref<tensor<2xf32>>
  %1 = agt.read %w : !agt.ref<tensor<2xf32>>
  %2 = ag.map mul(%0, %1) : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  %y = agt.new %2 : tensor<2xf32>
  %zeros = ag.constant dense<0.0> : tensor<2xf32>
  agt.write "zero_" %y, %zeros node "ZeroBackward0" : !agt.ref<tensor<2xf32>>
  // expected-note @below {{made here}}
  %g = agt.grad %y seeds %w for [0] wrt %w retain_graph create_graph : (!agt.ref<tensor<2xf32>>, !agt.ref<tensor<2xf32>>, !agt.ref<tensor<2xf32>>) -> !agt.ref<tensor<2xf32>>
  // expected-error @below {{element 0 of tensors does not require grad and does not have a grad_fn}}
  agt.backward %g seeds %seed for [0] : !agt.ref<tensor<2xf32>>, !agt.ref<tensor<2xf32>>
  return
}

// -----

// What was saved is looked at by its names in the schema: exponent comes before self.
func.func @saved_is_unpacked_by_name(%v: tensor<2xf32>, %u: tensor<2xf32>, %t: tensor<3xf32>, %s: tensor<3x2xf32>) {
  %x = agt.leaf %v : tensor<2xf32>
  %w = agt.leaf %u requires_grad : tensor<2xf32>
  %exponent = agt.leaf %s : tensor<3x2xf32>
  %seed = agt.leaf %s : tensor<3x2xf32>
  %0 = agt.read %w : !agt.ref<tensor<2xf32>>
  %1 = ag.map neg(%0) : (tensor<2xf32>) -> tensor<2xf32>
  %self = agt.new %1 : tensor<2xf32>
  %2 = agt.read %self : !agt.ref<tensor<2xf32>>
  %3 = agt.read %exponent : !agt.ref<tensor<3x2xf32>>
  %4 = ag.map pow_tensor(%2, %3) : (tensor<2xf32>, tensor<3x2xf32>) -> tensor<3x2xf32>
  // expected-note @below {{saved for backward by this op}}
  %y = agt.new %4 : tensor<3x2xf32>
  %zeros = ag.constant dense<0.0> : tensor<2xf32>
  agt.write "zero_" %self, %zeros node "ZeroBackward0" : !agt.ref<tensor<2xf32>>
  %5 = ag.constant dense<0.0> : tensor<3x2xf32>
  // expected-note @below {{overwritten here}}
  agt.write "zero_" %exponent, %5 node "ZeroBackward0" : !agt.ref<tensor<3x2xf32>>
  // expected-error @below {{one of the variables needed for gradient computation has been modified by an inplace operation: [torch.FloatTensor [3, 2]] is at version 1}}
  agt.backward %y seeds %seed for [0] : !agt.ref<tensor<3x2xf32>>, !agt.ref<tensor<3x2xf32>>
  return
}

// -----

// index_add saves its source for the shape, and copysign saves its result alone.
func.func @source_and_self(%v: tensor<2xf32>, %u: tensor<2xi64>, %s: tensor<3xf32>, %seed: tensor<3xf32>) {
  %self = agt.leaf %s : tensor<3xf32>
  %source = agt.leaf %v : tensor<2xf32>
  %x = agt.leaf %s requires_grad : tensor<3xf32>
  %w = agt.leaf %v requires_grad : tensor<2xf32>
  %ones = agt.leaf %seed : tensor<3xf32>
  %0 = agt.read %self : !agt.ref<tensor<3xf32>>
  %1 = agt.read %x : !agt.ref<tensor<3xf32>>
  %2 = ag.map copysign(%0, %1) : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
  %y = agt.new %2 : tensor<3xf32>
  %zero = ag.constant dense<0.0> : tensor<3xf32>
  agt.write "zero_" %self, %zero node "ZeroBackward0" : !agt.ref<tensor<3xf32>>
  agt.backward %y seeds %ones for [0] : !agt.ref<tensor<3xf32>>, !agt.ref<tensor<3xf32>>
  %3 = agt.read %w : !agt.ref<tensor<2xf32>>
  %4 = ag.map neg(%3) : (tensor<2xf32>) -> tensor<2xf32>
  %added = agt.new %4 : tensor<2xf32>
  %5 = agt.read %added : !agt.ref<tensor<2xf32>>
  %6 = ag.apply index_add<dim = 0>(%1, %u, %5) : (tensor<3xf32>, tensor<2xi64>, tensor<2xf32>) -> tensor<3xf32>
  // expected-note @below {{saved for backward by this op}}
  %z = agt.new %6 : tensor<3xf32>
  %zeros = ag.constant dense<0.0> : tensor<2xf32>
  // expected-note @below {{overwritten here}}
  agt.write "zero_" %added, %zeros node "ZeroBackward0" : !agt.ref<tensor<2xf32>>
  // expected-error @below {{one of the variables needed for gradient computation has been modified by an inplace operation: [torch.FloatTensor [2]]}}
  agt.backward %z seeds %ones for [0] : !agt.ref<tensor<3xf32>>, !agt.ref<tensor<3xf32>>
  return
}
