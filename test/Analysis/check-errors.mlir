// Each error of autograd, in PyTorch's words, at the op, with notes at the other lines.
// RUN: agc-opt %s --agt-check --split-input-file --verify-diagnostics

// error number 1
func.func @leaf_written(%v: tensor<2xf32>) {
  // expected-note @below {{the leaf is made here}}
  %w = agt.leaf %v requires_grad : tensor<2xf32>
  %0 = agt.read %w : !agt.ref<tensor<2xf32>>
  %1 = ag.map neg(%0) : (tensor<2xf32>) -> tensor<2xf32>
  // expected-error @below {{a leaf Variable that requires grad is being used in an in-place operation.}}
  agt.write "neg_" %w, %1 : !agt.ref<tensor<2xf32>>
  return
}

// -----

// error number 2
func.func @leaf_view_written(%v: tensor<2x2xf32>) {
  // expected-note @below {{of this leaf}}
  %a = agt.leaf %v requires_grad : tensor<2x2xf32>
  %row = agt.view %a select [0, 0] : !agt.ref<tensor<2x2xf32>> to !agt.ref<tensor<2xf32>>
  // expected-note @below {{the view is made here}}
  %e = agt.view %row select [0, 0] : !agt.ref<tensor<2xf32>> to !agt.ref<tensor<f32>>
  %ten = ag.constant dense<10.0> : tensor<f32>
  // expected-error @below {{a view of a leaf Variable that requires grad is being used in an in-place operation.}}
  agt.write "fill_" %e, %ten : !agt.ref<tensor<f32>>
  return
}

// -----

// error number 3
func.func @no_grad_view_written(%v: tensor<4xf32>) {
  %x = agt.leaf %v requires_grad : tensor<4xf32>
  %0 = agt.read %x : !agt.ref<tensor<4xf32>>
  %1 = ag.map neg(%0) : (tensor<4xf32>) -> tensor<4xf32>
  %y = agt.new %1 : tensor<4xf32>
  agt.grad_mode push no_grad
  // expected-note @below {{the view is made here}}
  %s = agt.view %y slice [0, 0, 1] : !agt.ref<tensor<4xf32>> to !agt.ref<tensor<2xf32>>
  agt.grad_mode pop
  %2 = agt.read %s : !agt.ref<tensor<2xf32>>
  %3 = ag.map neg(%2) : (tensor<2xf32>) -> tensor<2xf32>
  // expected-error @below {{A view was created in no_grad mode and is being modified inplace with grad mode enabled. Given that this use case is ambiguous and error-prone, it is forbidden. You can clarify your code by moving both the view and the inplace either both inside the no_grad block (if you don't want the inplace to be tracked) or both outside (if you want the inplace to be tracked).}}
  agt.write "neg_" %s, %3 : !agt.ref<tensor<2xf32>>
  return
}

// -----

func.func @view_of_no_grad_view_written(%v: tensor<4xf32>) {
  %x = agt.leaf %v requires_grad : tensor<4xf32>
  %0 = agt.read %x : !agt.ref<tensor<4xf32>>
  %1 = ag.map neg(%0) : (tensor<4xf32>) -> tensor<4xf32>
  %y = agt.new %1 : tensor<4xf32>
  agt.grad_mode push no_grad
  %s = agt.view %y slice [0, 0, 1] : !agt.ref<tensor<4xf32>> to !agt.ref<tensor<2xf32>>
  agt.grad_mode pop
  // expected-note @below {{the view is made here}}
  %t = agt.view %s slice [0, 0, 1] : !agt.ref<tensor<2xf32>> to !agt.ref<tensor<1xf32>>
  %one = ag.constant dense<1.0> : tensor<1xf32>
  // expected-error @below {{Output 0 of Slice is a view of a view which was created in no_grad mode and is being modified inplace with grad mode enabled. Given that}}
  agt.write "fill_" %t, %one : !agt.ref<tensor<1xf32>>
  return
}

// -----

func.func @no_grad_view_used_after_its_base_was_written(%v: tensor<4xf32>) {
  %x = agt.leaf %v requires_grad : tensor<4xf32>
  %0 = agt.read %x : !agt.ref<tensor<4xf32>>
  %1 = ag.map neg(%0) : (tensor<4xf32>) -> tensor<4xf32>
  %y = agt.new %1 : tensor<4xf32>
  agt.grad_mode push no_grad
  // expected-note @below {{the view is made here}}
  %s = agt.view %y slice [0, 0, 1] : !agt.ref<tensor<4xf32>> to !agt.ref<tensor<2xf32>>
  agt.grad_mode pop
  // expected-note @below {{written here}}
  agt.write "neg_" %y, %1 : !agt.ref<tensor<4xf32>>
  // expected-error @below {{A view was created in no_grad mode and its base or another view of its base has been modified inplace with grad mode enabled.}}
  %2 = agt.query is_leaf %s : !agt.ref<tensor<2xf32>> -> i1
  return
}

// -----

// error number 4
func.func @multi_output_view_written(%v: tensor<2x2xf32>) {
  %x = agt.leaf %v requires_grad : tensor<2x2xf32>
  %0 = agt.read %x : !agt.ref<tensor<2x2xf32>>
  %1 = ag.map neg(%0) : (tensor<2x2xf32>) -> tensor<2x2xf32>
  %y = agt.new %1 : tensor<2x2xf32>
  // expected-note @below {{the view is made here}}
  %a, %b = agt.view %y unbind [0] : !agt.ref<tensor<2x2xf32>> to !agt.ref<tensor<2xf32>>, !agt.ref<tensor<2xf32>>
  %2 = agt.read %b : !agt.ref<tensor<2xf32>>
  %3 = ag.map neg(%2) : (tensor<2xf32>) -> tensor<2xf32>
  // expected-error @below {{Output 1 of Unbind is a view and is being modified inplace. This view is the output of a function that returns multiple views. Such functions do not allow the output views to be modified inplace. You should replace the inplace operation by an out-of-place one.}}
  agt.write "neg_" %b, %3 : !agt.ref<tensor<2xf32>>
  return
}

// -----

// error number 6
func.func @saved_result_overwritten(%v: tensor<2xf32>, %s: tensor<2xf32>) {
  %x = agt.leaf %v requires_grad : tensor<2xf32>
  %seed = agt.leaf %s : tensor<2xf32>
  %0 = agt.read %x : !agt.ref<tensor<2xf32>>
  %1 = ag.map exp(%0) : (tensor<2xf32>) -> tensor<2xf32>
  // expected-note @below {{saved for backward by this op}}
  %y = agt.new %1 : tensor<2xf32>
  %d = agt.detach %y : !agt.ref<tensor<2xf32>>
  %zero = ag.constant dense<0.0> : tensor<2xf32>
  // expected-note @below {{overwritten here}}
  agt.write "zero_" %d, %zero : !agt.ref<tensor<2xf32>>
  // expected-note @below {{overwritten here}}
  agt.write "zero_" %d, %zero : !agt.ref<tensor<2xf32>>
  // expected-error @below {{one of the variables needed for gradient computation has been modified by an inplace operation: [torch.FloatTensor [2]], which is output 0 of Exp, is at version 2; expected version 0 instead. Hint: enable anomaly detection to find the operation that failed to compute its gradient, with torch.autograd.set_detect_anomaly(True, check_nan=False).}}
  agt.backward %y seeds %seed for [0] : !agt.ref<tensor<2xf32>>, !agt.ref<tensor<2xf32>>
  return
}

// -----

// A saved input is named by the node that it has when backward finds it: that of the write.
func.func @saved_input_overwritten(%v: tensor<1xf32>) {
  %x = agt.leaf %v requires_grad : tensor<1xf32>
  %0 = agt.read %x : !agt.ref<tensor<1xf32>>
  %two = ag.constant dense<2.0> : tensor<f32>
  %1 = ag.map add(%0, %two) : (tensor<1xf32>, tensor<f32>) -> tensor<1xf32>
  %y = agt.new %1 : tensor<1xf32>
  %2 = agt.read %y : !agt.ref<tensor<1xf32>>
  %3 = ag.map mul(%2, %2) : (tensor<1xf32>, tensor<1xf32>) -> tensor<1xf32>
  // expected-note @below {{saved for backward by this op}}
  %z = agt.new %3 : tensor<1xf32>
  %e = agt.view %y select [0, 0] : !agt.ref<tensor<1xf32>> to !agt.ref<tensor<f32>>
  // expected-note @below {{overwritten here}}
  agt.write "fill_" %e, %two : !agt.ref<tensor<f32>>
  // expected-error @below {{[torch.FloatTensor [1]], which is output 0 of torch::autograd::CopySlices, is at version 1; expected version 0 instead.}}
  agt.backward %z : !agt.ref<tensor<1xf32>>
  return
}

// -----

// A leaf has no node to be named.
func.func @saved_leaf_overwritten_under_no_grad(%v: tensor<f32>) {
  %w = agt.leaf %v requires_grad : tensor<f32>
  %0 = agt.read %w : !agt.ref<tensor<f32>>
  %1 = ag.map exp(%0) : (tensor<f32>) -> tensor<f32>
  %2 = ag.map log(%0) : (tensor<f32>) -> tensor<f32>
  // expected-note @below {{saved for backward by this op}}
  %y = agt.new %2 : tensor<f32>
  agt.grad_mode push no_grad
  // expected-note @below {{overwritten here}}
  agt.write "exp_" %w, %1 : !agt.ref<tensor<f32>>
  agt.grad_mode pop
  // expected-error @below {{[torch.FloatTensor []] is at version 1; expected version 0 instead.}}
  agt.backward %y : !agt.ref<tensor<f32>>
  return
}

// -----

func.func @saved_view_of_written_base(%v: tensor<4xf32>, %s: tensor<2xf32>) {
  %x = agt.leaf %v requires_grad : tensor<4xf32>
  %seed = agt.leaf %s : tensor<2xf32>
  %0 = agt.read %x : !agt.ref<tensor<4xf32>>
  %1 = ag.map neg(%0) : (tensor<4xf32>) -> tensor<4xf32>
  %y = agt.new %1 : tensor<4xf32>
  %a = agt.view %y slice [0, 0, 1] : !agt.ref<tensor<4xf32>> to !agt.ref<tensor<2xf32>>
  %2 = agt.read %a : !agt.ref<tensor<2xf32>>
  %3 = ag.map log(%2) : (tensor<2xf32>) -> tensor<2xf32>
  // expected-note @below {{saved for backward by this op}}
  %z = agt.new %3 : tensor<2xf32>
  %e = agt.view %y select [0, 3] : !agt.ref<tensor<4xf32>> to !agt.ref<tensor<f32>>
  %zero = ag.constant dense<0.0> : tensor<f32>
  // expected-note @below {{overwritten here}}
  agt.write "fill_" %e, %zero : !agt.ref<tensor<f32>>
  // expected-error @below {{[torch.FloatTensor [2]], which is output 0 of AsStrided, is at version 1; expected version 0 instead.}}
  agt.backward %z seeds %seed for [0] : !agt.ref<tensor<2xf32>>, !agt.ref<tensor<2xf32>>
  return
}

// -----

// y.mul_(y) keeps a copy of self, and of the other operand what it is about to overwrite.
func.func @in_place_op_overwrites_its_other_operand(%v: tensor<f32>) {
  %x = agt.leaf %v requires_grad : tensor<f32>
  %0 = agt.read %x : !agt.ref<tensor<f32>>
  %1 = ag.map neg(%0) : (tensor<f32>) -> tensor<f32>
  %y = agt.new %1 : tensor<f32>
  %2 = agt.read %y : !agt.ref<tensor<f32>>
  %3 = ag.map mul(%2, %2) : (tensor<f32>, tensor<f32>) -> tensor<f32>
  // expected-note @below {{saved for backward by this op}}
  // expected-note @below {{overwritten here}}
  agt.write "mul_" %y, %3 : !agt.ref<tensor<f32>>
  // expected-error @below {{which is output 0 of Mul, is at version 1; expected version 0 instead.}}
  agt.backward %y : !agt.ref<tensor<f32>>
  return
}

// -----

// error number 7
func.func @saved_input_detached_in_place(%v: tensor<f32>) {
  %x = agt.leaf %v requires_grad : tensor<f32>
  %0 = agt.read %x : !agt.ref<tensor<f32>>
  %1 = ag.map neg(%0) : (tensor<f32>) -> tensor<f32>
  %y = agt.new %1 : tensor<f32>
  %2 = agt.read %y : !agt.ref<tensor<f32>>
  %3 = ag.map log(%2) : (tensor<f32>) -> tensor<f32>
  // expected-note @below {{saved by this op}}
  %z = agt.new %3 : tensor<f32>
  agt.detach_ %y : !agt.ref<tensor<f32>>
  // expected-error @below {{Trying to use a saved tensor that has been detached in-place, i.e. with .detach_().This is not supported, please use out-of-place `.detach()` instead}}
  agt.backward %z : !agt.ref<tensor<f32>>
  return
}

// -----

// error number 8
func.func @backward_twice(%v: tensor<f32>) {
  %x = agt.leaf %v requires_grad : tensor<f32>
  %0 = agt.read %x : !agt.ref<tensor<f32>>
  %1 = ag.map mul(%0, %0) : (tensor<f32>, tensor<f32>) -> tensor<f32>
  // expected-note @below {{saved by this op}}
  %y = agt.new %1 : tensor<f32>
  agt.backward %y retain_graph : !agt.ref<tensor<f32>>
  // expected-note @below {{freed by this backward}}
  agt.backward %y : !agt.ref<tensor<f32>>
  // expected-error @below {{Trying to backward through the graph a second time (or directly access saved tensors after they have already been freed). Saved intermediate values of the graph are freed when you call .backward() or autograd.grad(). Specify retain_graph=True if you need to backward through the graph a second time or if you need to access saved tensors after calling backward.}}
  agt.backward %y : !agt.ref<tensor<f32>>
  return
}

// -----

// A number is saved as a tensor is.
func.func @backward_twice_through_a_scalar_factor(%v: tensor<f32>) {
  %x = agt.leaf %v requires_grad : tensor<f32>
  %0 = agt.read %x : !agt.ref<tensor<f32>>
  %two = ag.constant dense<2.0> : tensor<f32>
  %1 = ag.map mul(%0, %two) : (tensor<f32>, tensor<f32>) -> tensor<f32>
  // expected-note @below {{saved by this op}}
  %y = agt.new %1 : tensor<f32>
  // expected-note @below {{freed by this backward}}
  agt.backward %y : !agt.ref<tensor<f32>>
  // expected-error @below {{Trying to backward through the graph a second time}}
  agt.backward %y : !agt.ref<tensor<f32>>
  return
}

// -----

// error number 9
func.func @no_grad_fn(%v: tensor<f32>) {
  // expected-note @below {{made here}}
  %x = agt.leaf %v : tensor<f32>
  %w = agt.leaf %v requires_grad : tensor<f32>
  // expected-error @below {{element 1 of tensors does not require grad and does not have a grad_fn}}
  agt.backward %w, %x : !agt.ref<tensor<f32>>, !agt.ref<tensor<f32>>
  return
}

// -----

func.func @comparison_has_no_grad_fn(%v: tensor<f32>) {
  %w = agt.leaf %v requires_grad : tensor<f32>
  %0 = agt.read %w : !agt.ref<tensor<f32>>
  %1 = ag.map ne(%0, %0) : (tensor<f32>, tensor<f32>) -> tensor<i1>
  // expected-note @below {{made here}}
  %y = agt.new %1 : tensor<i1>
  // expected-error @below {{element 0 of tensors does not require grad and does not have a grad_fn}}
  agt.backward %y : !agt.ref<tensor<i1>>
  return
}

// -----

// error number 10
func.func @not_scalar(%v: tensor<2xf32>) {
  %x = agt.leaf %v requires_grad : tensor<2xf32>
  %0 = agt.read %x : !agt.ref<tensor<2xf32>>
  %1 = ag.map neg(%0) : (tensor<2xf32>) -> tensor<2xf32>
  // expected-note @below {{made here}}
  %y = agt.new %1 : tensor<2xf32>
  // expected-error @below {{grad can be implicitly created only for scalar outputs}}
  agt.backward %y : !agt.ref<tensor<2xf32>>
  return
}

// -----

func.func @not_real_scalar(%v: tensor<complex<f32>>) {
  // expected-note @below {{made here}}
  %x = agt.leaf %v requires_grad : tensor<complex<f32>>
  // expected-error @below {{grad can be implicitly created only for real scalar outputs but got torch.complex64}}
  agt.backward %x : !agt.ref<tensor<complex<f32>>>
  return
}

// -----

// error number 12
func.func @seed_shape(%v: tensor<3xf32>, %s: tensor<2xf32>) {
  // expected-note @below {{made here}}
  %x = agt.leaf %v requires_grad : tensor<3xf32>
  %seed = agt.leaf %s : tensor<2xf32>
  // expected-error @below {{Mismatch in shape: grad_output[0] has a shape of torch.Size([2]) and output[0] has a shape of torch.Size([3]).}}
  agt.backward %x seeds %seed for [0] : !agt.ref<tensor<3xf32>>, !agt.ref<tensor<2xf32>>
  return
}

// -----

// error number 13
func.func @seed_complex(%v: tensor<3xcomplex<f32>>, %s: tensor<3xf32>) {
  // expected-note @below {{made here}}
  %x = agt.leaf %v requires_grad : tensor<3xcomplex<f32>>
  %seed = agt.leaf %s : tensor<3xf32>
  // expected-error @below {{For complex Tensors, both grad_output and output are required to have the same dtype. Mismatch in dtype: grad_output[0] has a dtype of torch.float32 and output[0] has a dtype of torch.complex64.}}
  agt.backward %x seeds %seed for [0] : !agt.ref<tensor<3xcomplex<f32>>>, !agt.ref<tensor<3xf32>>
  return
}

// -----

// error number 16
func.func @input_does_not_require_grad(%v: tensor<f32>) {
  %x = agt.leaf %v requires_grad : tensor<f32>
  // expected-note @below {{made here}}
  %c = agt.leaf %v : tensor<f32>
  // expected-error @below {{One of the differentiated Tensors does not require grad}}
  %g = agt.grad %x wrt %c allow_unused : (!agt.ref<tensor<f32>>, !agt.ref<tensor<f32>>) -> !agt.ref<tensor<f32>>
  return
}

// -----

// error number 17
func.func @input_unused(%v: tensor<f32>) {
  %x = agt.leaf %v requires_grad : tensor<f32>
  // expected-note @below {{made here}}
  %z = agt.leaf %v requires_grad : tensor<f32>
  // expected-error @below {{The differentiated Tensor at index 1 appears to not have been used in the graph. Set allow_unused=True if this is the desired behavior.}}
  %g:2 = agt.grad %x wrt %x, %z : (!agt.ref<tensor<f32>>, !agt.ref<tensor<f32>>, !agt.ref<tensor<f32>>) -> (!agt.ref<tensor<f32>>, !agt.ref<tensor<f32>>)
  return
}

// -----

// error number 18
func.func @integers_cannot_require_grad(%v: tensor<2xi64>) {
  // expected-error @below {{Only Tensors of floating point and complex dtype can require gradients}}
  %x = agt.leaf %v requires_grad : tensor<2xi64>
  // expected-error @below {{only Tensors of floating point dtype can require gradients}}
  agt.requires_grad_ %x true : !agt.ref<tensor<2xi64>>
  // expected-error @below {{only Tensors of floating point and complex dtype can require gradients}}
  agt.set_requires_grad %x true : !agt.ref<tensor<2xi64>>
  agt.requires_grad_ %x false : !agt.ref<tensor<2xi64>>
  return
}

// -----

// error number 19
func.func @flag_of_non_leaf(%v: tensor<2xf32>) {
  %x = agt.leaf %v requires_grad : tensor<2xf32>
  %0 = agt.read %x : !agt.ref<tensor<2xf32>>
  %1 = ag.map neg(%0) : (tensor<2xf32>) -> tensor<2xf32>
  // expected-note @below {{computed here}}
  %y = agt.new %1 : tensor<2xf32>
  agt.requires_grad_ %y true : !agt.ref<tensor<2xf32>>
  // expected-error @below {{you can only change requires_grad flags of leaf variables. If you want to use a computed variable in a subgraph that doesn't require differentiation use var_no_grad = var.detach().}}
  agt.requires_grad_ %y false : !agt.ref<tensor<2xf32>>
  // expected-error @below {{you can only change requires_grad flags of leaf variables.}}
  agt.set_requires_grad %y true : !agt.ref<tensor<2xf32>>
  // expected-error @below {{use var_no_grad = var.detach().}}
  agt.set_requires_grad %y false : !agt.ref<tensor<2xf32>>
  return
}

// -----

// error number 20
func.func @detach_of_view(%v: tensor<2xf32>) {
  %x = agt.leaf %v : tensor<2xf32>
  // expected-note @below {{the view is made here}}
  %s = agt.view %x slice [0, 0, 1] : !agt.ref<tensor<2xf32>> to !agt.ref<tensor<1xf32>>
  // expected-error @below {{Can't detach views in-place. Use detach() instead. If you are using DistributedDataParallel (DDP) for training, and gradient_as_bucket_view is set as True, gradients are views of DDP buckets, and hence detach_() cannot be called on these gradients. To fix this error, please refer to the Optimizer.zero_grad() function in torch/optim/optimizer.py as the solution.}}
  agt.detach_ %s : !agt.ref<tensor<1xf32>>
  return
}

// -----

func.func private @hook(tensor<2xf32>) -> tensor<2xf32>
// error number 21
// error number 22
func.func @retain_and_hook_without_grad(%v: tensor<2xf32>) {
  // expected-note @below {{made here}}
  %x = agt.leaf %v : tensor<2xf32>
  // expected-error @below {{can't retain_grad on Tensor that has requires_grad=False}}
  agt.retain_grad %x : !agt.ref<tensor<2xf32>>
  // expected-error @below {{cannot register a hook on a tensor that doesn't require gradient}}
  agt.hook %x @hook : !agt.ref<tensor<2xf32>>
  return
}

// -----

// error number 29
func.func @own_grad(%v: tensor<2xf32>) {
  %x = agt.leaf %v requires_grad : tensor<2xf32>
  // expected-error @below {{can't assign Variable as its own grad}}
  agt.grad_set %x, %x : !agt.ref<tensor<2xf32>>, !agt.ref<tensor<2xf32>>
  return
}

// -----

// error number 33
func.func @overlapping_write(%v: tensor<2x1xf32>, %n: tensor<2x3xf32>) {
  %x = agt.leaf %v : tensor<2x1xf32>
  %e = agt.view %x expand : !agt.ref<tensor<2x1xf32>> to !agt.ref<tensor<2x3xf32>>
  // expected-error @below {{unsupported operation: more than one element of the written-to tensor refers to a single memory location. Please clone() the tensor before performing the operation.}}
  agt.write "copy_" %e, %n : !agt.ref<tensor<2x3xf32>>
  return
}

// -----

// error number 34
func.func @view_needs_copy(%v: tensor<2x3xf32>) {
  %a = agt.leaf %v : tensor<2x3xf32>
  %t = agt.view %a t : !agt.ref<tensor<2x3xf32>> to !agt.ref<tensor<3x2xf32>>
  // expected-error @below {{view size is not compatible with input tensor's size and stride (at least one dimension spans across two contiguous subspaces). Use .reshape(...) instead.}}
  %f = agt.view %t view : !agt.ref<tensor<3x2xf32>> to !agt.ref<tensor<6xf32>>
  return
}

// -----

// error number 35
func.func @empty_grad(%v: tensor<2xf32>) {
  // expected-note @below {{made here}}
  %a = agt.leaf %v requires_grad : tensor<2xf32>
  // expected-error @below {{the gradient slot is empty here: no backward has reached this tensor}}
  %g = agt.grad_get %a : !agt.ref<tensor<2xf32>>
  return
}

// -----

// All errors are reported: after one the op counts as done.
func.func @check_goes_on(%v: tensor<f32>) {
  // expected-note @below {{the leaf is made here}}
  %w = agt.leaf %v requires_grad : tensor<f32>
  %0 = agt.read %w : !agt.ref<tensor<f32>>
  // expected-error @below {{a leaf Variable that requires grad is being used in an in-place operation.}}
  agt.write "copy_" %w, %0 : !agt.ref<tensor<f32>>
  // expected-note @below {{made here}}
  %c = agt.leaf %v : tensor<f32>
  // expected-error @below {{can't retain_grad on Tensor that has requires_grad=False}}
  agt.retain_grad %c : !agt.ref<tensor<f32>>
  return
}

// -----

// So are those of all functions.
func.func @first(%v: tensor<2xi64>) {
  // expected-error @below {{Only Tensors of floating point and complex dtype can require gradients}}
  %x = agt.leaf %v requires_grad : tensor<2xi64>
  return
}
func.func @second(%v: tensor<2xi64>) {
  // expected-error @below {{Only Tensors of floating point and complex dtype can require gradients}}
  %x = agt.leaf %v requires_grad : tensor<2xi64>
  return
}
