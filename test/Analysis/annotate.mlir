// What autograd knows of each object, rule by rule.
// RUN: agc-opt %s --agt-check --agt-annotate | FileCheck %s

// CHECK-LABEL: func @leaf_and_non_leaf
func.func @leaf_and_non_leaf(%v: tensor<2xf32>) {
  // CHECK: agt.leaf {{.*}}leaf = true, object = 0 : i64, requires_grad = true{{.*}}version = 0
  %x = agt.leaf %v requires_grad : tensor<2xf32>
  %0 = agt.read %x : !agt.ref<tensor<2xf32>>
  %1 = ag.map exp(%0) : (tensor<2xf32>) -> tensor<2xf32>
  // CHECK: agt.new {{.*}}grad_fn = "ExpBackward0", leaf = false, {{.*}}requires_grad = true
  %y = agt.new %1 : tensor<2xf32>
  // CHECK: agt.new {{.*}}grad_fn = "CloneBackward0"
  %z = agt.new %0 : tensor<2xf32>
  %2 = ag.cast %0 : tensor<2xf32> to tensor<2xf64>
  // CHECK: agt.new {{.*}}grad_fn = "ToCopyBackward0"
  %d = agt.new %2 : tensor<2xf64>
  %3 = ag.cast %0 : tensor<2xf32> to tensor<2xi64>
  // CHECK: agt.new {{.*}}leaf = true, {{.*}}requires_grad = false
  %i = agt.new %3 : tensor<2xi64>
  %4 = ag.map ne(%0, %0) : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xi1>
  // CHECK: agt.new {{.*}}leaf = true, {{.*}}requires_grad = false
  %b = agt.new %4 : tensor<2xi1>
  return
}

// Casts beside an op are part of its node.
// CHECK-LABEL: func @promotion_is_no_node
func.func @promotion_is_no_node(%v: tensor<2xf32>, %u: tensor<2xi64>) {
  %x = agt.leaf %v requires_grad : tensor<2xf32>
  %i = agt.leaf %u : tensor<2xi64>
  %0 = agt.read %i : !agt.ref<tensor<2xi64>>
  %1 = ag.cast %0 : tensor<2xi64> to tensor<2xf32>
  %2 = agt.read %x : !agt.ref<tensor<2xf32>>
  %3 = ag.map mul(%1, %2) : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  // CHECK: agt.new {{.*}}grad_fn = "MulBackward0"
  %y = agt.new %3 : tensor<2xf32>
  return
}

// CHECK-LABEL: func @grad_modes
func.func @grad_modes(%v: tensor<2xf32>) {
  %x = agt.leaf %v requires_grad : tensor<2xf32>
  agt.grad_mode push no_grad
  %0 = agt.read %x : !agt.ref<tensor<2xf32>>
  %1 = ag.map exp(%0) : (tensor<2xf32>) -> tensor<2xf32>
  // CHECK: agt.new {{.*}}leaf = true, {{.*}}requires_grad = false
  %a = agt.new %1 : tensor<2xf32>
  agt.grad_mode push enable_grad
  // CHECK: agt.new {{.*}}grad_fn = "ExpBackward0"
  %b = agt.new %1 : tensor<2xf32>
  agt.grad_mode pop
  // CHECK: agt.write {{.*}}leaf = true, {{.*}}requires_grad = true, {{.*}}version = 1
  agt.write "copy_" %x, %1 : !agt.ref<tensor<2xf32>>
  agt.grad_mode pop
  return
}

// A write through a view puts CopySlices on the base and AsStrided on the view.
// CHECK-LABEL: func @write_through_a_view
func.func @write_through_a_view(%v: tensor<2x2xf32>) {
  %x = agt.leaf %v requires_grad : tensor<2x2xf32>
  %0 = agt.read %x : !agt.ref<tensor<2x2xf32>>
  %1 = ag.map exp(%0) : (tensor<2x2xf32>) -> tensor<2x2xf32>
  // CHECK: agt.new {{.*}}grad_fn = "ExpBackward0"{{.*}}object = [[Y:[0-9]+]] :
  %y = agt.new %1 : tensor<2x2xf32>
  // CHECK: agt.view {{.*}}base = [[Y]] : {{.*}}grad_fn = "SelectBackward0"
  %row = agt.view %y select [0, 1] : !agt.ref<tensor<2x2xf32>> to !agt.ref<tensor<2xf32>>
  // CHECK: agt.view {{.*}}base = [[Y]] : {{.*}}grad_fn = "SliceBackward0"
  %e = agt.view %row slice [0, 0, 1] : !agt.ref<tensor<2xf32>> to !agt.ref<tensor<1xf32>>
  %ten = ag.constant dense<10.0> : tensor<1xf32>
  // CHECK: agt.write {{.*}}grad_fn = "AsStridedBackward0"{{.*}}version = 1
  agt.write "fill_" %e, %ten : !agt.ref<tensor<1xf32>>
  // CHECK: agt.retain_grad {{.*}}grad_fn = "CopySlices"{{.*}}version = 1
  agt.retain_grad %y : !agt.ref<tensor<2x2xf32>>
  return
}

// CHECK-LABEL: func @versions_are_shared
func.func @versions_are_shared(%v: tensor<2xf32>) {
  %a = agt.leaf %v : tensor<2xf32>
  %s = agt.view %a slice [0, 0, 1] : !agt.ref<tensor<2xf32>> to !agt.ref<tensor<1xf32>>
  %d = agt.detach %a : !agt.ref<tensor<2xf32>>
  %data = agt.data %a : !agt.ref<tensor<2xf32>>
  %one = ag.constant dense<1.0> : tensor<2xf32>
  // CHECK: agt.write {{.*}}version = 1
  agt.write "fill_" %d, %one : !agt.ref<tensor<2xf32>>
  %1 = ag.constant dense<1.0> : tensor<1xf32>
  // CHECK: agt.write {{.*}}version = 2
  agt.write "fill_" %s, %1 : !agt.ref<tensor<1xf32>>
  // CHECK: agt.write {{.*}}version = 1
  agt.write "fill_" %data, %one : !agt.ref<tensor<2xf32>>
  // CHECK: agt.write {{.*}}version = 3
  agt.write "fill_" %a, %one : !agt.ref<tensor<2xf32>>
  return
}

// A plain tensor that is given values with history becomes a non-leaf.
// CHECK-LABEL: func @copy_into_a_plain_leaf
func.func @copy_into_a_plain_leaf(%v: tensor<2xf32>) {
  %x = agt.leaf %v requires_grad : tensor<2xf32>
  %a = agt.leaf %v : tensor<2xf32>
  %0 = agt.read %x : !agt.ref<tensor<2xf32>>
  // CHECK: agt.write {{.*}}grad_fn = "CopyBackwards", leaf = false, {{.*}}requires_grad = true
  agt.write "copy_" %a, %0 : !agt.ref<tensor<2xf32>>
  // CHECK: agt.detach_ {{.*}}leaf = true, {{.*}}requires_grad = false
  agt.detach_ %a : !agt.ref<tensor<2xf32>>
  // CHECK: agt.requires_grad_ {{.*}}leaf = true, {{.*}}requires_grad = true
  agt.requires_grad_ %a true : !agt.ref<tensor<2xf32>>
  return
}

// A view made without grad has no history, yet reports its base's requires_grad.
// CHECK-LABEL: func @view_under_no_grad
func.func @view_under_no_grad(%v: tensor<2xf32>) {
  %x = agt.leaf %v requires_grad : tensor<2xf32>
  agt.grad_mode push no_grad
  // CHECK: agt.view {{.*}}leaf = true, {{.*}}requires_grad = true
  %s = agt.view %x slice [0, 0, 1] : !agt.ref<tensor<2xf32>> to !agt.ref<tensor<1xf32>>
  agt.grad_mode pop
  return
}

// Pointwise results lie in memory as their operands do; clones keep dense strides.
// CHECK-LABEL: func @strides
func.func @strides(%v: tensor<2x3xf32>, %u: tensor<3xf32>) {
  // CHECK: agt.leaf {{.*}}strides = array<i64: 3, 1>
  %a = agt.leaf %v : tensor<2x3xf32>
  // CHECK: agt.view {{.*}}strides = array<i64: 1, 3>
  %t = agt.view %a t : !agt.ref<tensor<2x3xf32>> to !agt.ref<tensor<3x2xf32>>
  %0 = agt.read %t : !agt.ref<tensor<3x2xf32>>
  %1 = ag.map exp(%0) : (tensor<3x2xf32>) -> tensor<3x2xf32>
  // CHECK: agt.new {{.*}}strides = array<i64: 1, 3>
  %b = agt.new %1 : tensor<3x2xf32>
  // CHECK: agt.new {{.*}}strides = array<i64: 1, 3>
  %c = agt.new %0 : tensor<3x2xf32>
  // CHECK: agt.new {{.*}}strides = array<i64: 2, 1>
  %d = agt.new %0 contiguous : tensor<3x2xf32>
  // CHECK: agt.view {{.*}}strides = array<i64: 1, 6, 3>
  %e = agt.view %b unsqueeze [1] : !agt.ref<tensor<3x2xf32>> to !agt.ref<tensor<3x1x2xf32>>
  // CHECK: agt.view {{.*}}strides = array<i64: 4>
  %f = agt.view %a diagonal [0, 0, 1] : !agt.ref<tensor<2x3xf32>> to !agt.ref<tensor<2xf32>>
  // CHECK: agt.view {{.*}}strides = array<i64: 0, 3, 1>
  %g = agt.view %a expand : !agt.ref<tensor<2x3xf32>> to !agt.ref<tensor<4x2x3xf32>>
  %2 = agt.read %g : !agt.ref<tensor<4x2x3xf32>>
  // CHECK: agt.new {{.*}}strides = array<i64: 6, 3, 1>
  %h = agt.new %2 : tensor<4x2x3xf32>
  // CHECK: agt.view {{.*}}strides = array<i64: 3, 2>
  %i = agt.view %a slice [1, 0, 2] : !agt.ref<tensor<2x3xf32>> to !agt.ref<tensor<2x2xf32>>
  return
}

// CHECK-LABEL: func @backward_fills_slots
func.func @backward_fills_slots(%v: tensor<f32>) -> (i1, i1, i1) {
  %x = agt.leaf %v requires_grad : tensor<f32>
  %z = agt.leaf %v requires_grad : tensor<f32>
  %0 = agt.read %x : !agt.ref<tensor<f32>>
  %1 = ag.map exp(%0) : (tensor<f32>) -> tensor<f32>
  %y = agt.new %1 : tensor<f32>
  agt.backward %y : !agt.ref<tensor<f32>>
  // CHECK: %[[FALSE:.+]] = arith.constant false
  %2 = agt.query grad_is_none %x : !agt.ref<tensor<f32>> -> i1
  // CHECK: agt.grad_get {{.*}}leaf = true, {{.*}}requires_grad = false
  %g = agt.grad_get %x : !agt.ref<tensor<f32>>
  agt.grad_clear %x : !agt.ref<tensor<f32>>
  // CHECK: %[[TRUE:.+]] = arith.constant true
  %3 = agt.query grad_is_none %x : !agt.ref<tensor<f32>> -> i1
  // CHECK: %[[UNREACHED:.+]] = arith.constant true
  %4 = agt.query grad_is_none %z : !agt.ref<tensor<f32>> -> i1
  // CHECK: return %[[FALSE]], %[[TRUE]], %[[UNREACHED]]
  return %2, %3, %4 : i1, i1, i1
}

// A second backward through a graph that saved nothing is fine.
// CHECK-LABEL: func @second_backward_without_saved
func.func @second_backward_without_saved(%v: tensor<2xf32>) {
  %x = agt.leaf %v requires_grad : tensor<2xf32>
  %0 = agt.read %x : !agt.ref<tensor<2xf32>>
  %1 = ag.reduce sum(%0) dims [0] : tensor<2xf32> -> tensor<f32>
  %y = agt.new %1 : tensor<f32>
  agt.backward %y : !agt.ref<tensor<f32>>
  agt.backward %y : !agt.ref<tensor<f32>>
  return
}

// exp saved its result, so that its input may be overwritten; add saved nothing.
// CHECK-LABEL: func @unsaved_values_may_be_overwritten
func.func @unsaved_values_may_be_overwritten(%v: tensor<f32>) {
  %x = agt.leaf %v requires_grad : tensor<f32>
  %0 = agt.read %x : !agt.ref<tensor<f32>>
  %1 = ag.map neg(%0) : (tensor<f32>) -> tensor<f32>
  %a = agt.new %1 : tensor<f32>
  %2 = agt.read %a : !agt.ref<tensor<f32>>
  %3 = ag.map exp(%2) : (tensor<f32>) -> tensor<f32>
  %y = agt.new %3 : tensor<f32>
  %4 = ag.map add(%2, %2) : (tensor<f32>, tensor<f32>) -> tensor<f32>
  %z = agt.new %4 : tensor<f32>
  agt.write "neg_" %a, %1 : !agt.ref<tensor<f32>>
  agt.backward %y, %z : !agt.ref<tensor<f32>>, !agt.ref<tensor<f32>>
  return
}

// A gradient that is zero everywhere is one all the same.
// CHECK-LABEL: func @rounded_value_requires_grad
func.func @rounded_value_requires_grad(%v: tensor<2xf32>) {
  %x = agt.leaf %v requires_grad : tensor<2xf32>
  %0 = agt.read %x : !agt.ref<tensor<2xf32>>
  %1 = ag.map floor(%0) : (tensor<2xf32>) -> tensor<2xf32>
  // CHECK: agt.new {{.*}}grad_fn = "FloorBackward0", leaf = false, {{.*}}requires_grad = true
  %y = agt.new %1 : tensor<2xf32>
  return
}
