// Objects that retain their gradient get it from agt.grad too, and as a root whose node is not run.
// RUN: agc-opt %s --agt-functionalize | FileCheck %s

// CHECK-LABEL: func @grad_fills_the_slot_of_what_retains
func.func @grad_fills_the_slot_of_what_retains(%v: tensor<f32>) -> tensor<f32> {
  %x = agt.leaf %v requires_grad : tensor<f32>
  %0 = agt.read %x : !agt.ref<tensor<f32>>
  // CHECK: %[[Y:.+]] = ag.map exp
  %1 = ag.map exp(%0) : (tensor<f32>) -> tensor<f32>
  %y = agt.new %1 : tensor<f32>
  agt.retain_grad %y : !agt.ref<tensor<f32>>
  %2 = agt.read %y : !agt.ref<tensor<f32>>
  %3 = ag.map sin(%2) : (tensor<f32>) -> tensor<f32>
  %z = agt.new %3 : tensor<f32>
  // CHECK: %[[G:.+]]:2 = ag.grad {{.*}} wrt %{{.+}}, %[[Y]]
  %g = agt.grad %z wrt %x : (!agt.ref<tensor<f32>>, !agt.ref<tensor<f32>>) -> !agt.ref<tensor<f32>>
  %slot = agt.grad_get %y : !agt.ref<tensor<f32>>
  %4 = agt.read %slot : !agt.ref<tensor<f32>>
  // CHECK: return %[[G]]#1
  return %4 : tensor<f32>
}

// CHECK-LABEL: func @root_that_retains_and_is_not_run
func.func @root_that_retains_and_is_not_run(%v: tensor<f32>, %u: tensor<f32>) -> tensor<f32> {
  %x = agt.leaf %v requires_grad : tensor<f32>
  %other = agt.leaf %u requires_grad : tensor<f32>
  %0 = agt.read %x : !agt.ref<tensor<f32>>
  // CHECK: %[[Y:.+]] = ag.map exp
  %1 = ag.map exp(%0) : (tensor<f32>) -> tensor<f32>
  %y = agt.new %1 : tensor<f32>
  agt.retain_grad %y : !agt.ref<tensor<f32>>
  // CHECK: %[[G:.+]] = ag.grad %[[Y]] {{.*}} wrt %[[Y]]
  agt.backward %y inputs %other : !agt.ref<tensor<f32>>, !agt.ref<tensor<f32>>
  %slot = agt.grad_get %y : !agt.ref<tensor<f32>>
  %2 = agt.read %slot : !agt.ref<tensor<f32>>
  // CHECK: return %[[G]]
  return %2 : tensor<f32>
}

// The slots that were filled before an error stay so: the later summand's, and not that of the one whose node was freed.
// CHECK-LABEL: func @partial_backward
func.func @partial_backward(%v: tensor<f32>, %u: tensor<f32>) -> (tensor<f32>, tensor<f32>) {
  %x = agt.leaf %v requires_grad : tensor<f32>
  %b = agt.leaf %u requires_grad : tensor<f32>
  %0 = agt.read %x : !agt.ref<tensor<f32>>
  %1 = ag.map exp(%0) : (tensor<f32>) -> tensor<f32>
  %y = agt.new %1 : tensor<f32>
  %2 = agt.read %b : !agt.ref<tensor<f32>>
  %3 = ag.map neg(%2) : (tensor<f32>) -> tensor<f32>
  %n = agt.new %3 : tensor<f32>
  %4 = agt.read %y : !agt.ref<tensor<f32>>
  %5 = agt.read %n : !agt.ref<tensor<f32>>
  %6 = ag.map add(%4, %5) : (tensor<f32>, tensor<f32>) -> tensor<f32>
  %z = agt.new %6 : tensor<f32>
  // CHECK: %[[FIRST:.+]]:2 = ag.grad
  agt.backward %z : !agt.ref<tensor<f32>>
  // CHECK: %[[SECOND:[^:]+]] = ag.grad
  // CHECK: %[[SUM:.+]] = ag.map add(%[[FIRST]]#0, %[[SECOND]])
  agt.backward %z partial : !agt.ref<tensor<f32>>
  %gx = agt.grad_get %x : !agt.ref<tensor<f32>>
  %gb = agt.grad_get %b : !agt.ref<tensor<f32>>
  %7 = agt.read %gx : !agt.ref<tensor<f32>>
  %8 = agt.read %gb : !agt.ref<tensor<f32>>
  // CHECK: return %[[FIRST]]#1, %[[SUM]]
  return %7, %8 : tensor<f32>, tensor<f32>
}

// A view keeps its numbers when its base gets other data.
// CHECK-LABEL: func @view_of_a_base_with_other_data
// CHECK-SAME: %{{.+}}: tensor<2xf32>, %{{.+}}: tensor<2xf32>, %[[NEW:.+]]: tensor<2xf32>
func.func @view_of_a_base_with_other_data(%v: tensor<2xf32>, %u: tensor<2xf32>, %w: tensor<2xf32>) -> tensor<2xf32> {
  %x = agt.leaf %v requires_grad : tensor<2xf32>
  %other = agt.leaf %u : tensor<2xf32>
  %0 = agt.read %x : !agt.ref<tensor<2xf32>>
  %1 = ag.map neg(%0) : (tensor<2xf32>) -> tensor<2xf32>
  %y = agt.new %1 : tensor<2xf32>
  %a = agt.view %y alias : !agt.ref<tensor<2xf32>> to !agt.ref<tensor<2xf32>>
  %b = agt.view %y alias : !agt.ref<tensor<2xf32>> to !agt.ref<tensor<2xf32>>
  agt.write "copy_" %b, %w : !agt.ref<tensor<2xf32>>
  agt.set_data %y, %other : !agt.ref<tensor<2xf32>>, !agt.ref<tensor<2xf32>>
  // CHECK: %[[SEEN:.+]] = ag.reshape %[[NEW]]
  // CHECK: %[[READ:.+]] = ag.straight_through %{{.+}}, %[[SEEN]]
  // CHECK: return %[[READ]]
  %2 = agt.read %a : !agt.ref<tensor<2xf32>>
  return %2 : tensor<2xf32>
}

// A view retains the gradient of what it was computed as, although its base was written since.
// CHECK-LABEL: func @retained_by_a_view_of_a_written_base
func.func @retained_by_a_view_of_a_written_base(%v: tensor<2xf32>, %u: tensor<2xf32>) -> tensor<2xf32> {
  %x = agt.leaf %v requires_grad : tensor<2xf32>
  // CHECK: %[[VIEW:.+]] = ag.reshape
  %view = agt.view %x alias : !agt.ref<tensor<2xf32>> to !agt.ref<tensor<2xf32>>
  agt.retain_grad %view : !agt.ref<tensor<2xf32>>
  %0 = agt.read %view : !agt.ref<tensor<2xf32>>
  %1 = ag.map neg(%0) : (tensor<2xf32>) -> tensor<2xf32>
  %y = agt.new %1 : tensor<2xf32>
  %d = agt.detach %x : !agt.ref<tensor<2xf32>>
  agt.write "copy_" %d, %u : !agt.ref<tensor<2xf32>>
  // CHECK: %[[G:.+]]:2 = ag.grad {{.*}} wrt %[[VIEW]]
  %w = agt.leaf %u : tensor<2xf32>
  agt.backward %y seeds %w for [0] : !agt.ref<tensor<2xf32>>, !agt.ref<tensor<2xf32>>
  %slot = agt.grad_get %view : !agt.ref<tensor<2xf32>>
  %2 = agt.read %slot : !agt.ref<tensor<2xf32>>
  // CHECK: return %[[G]]#0
  return %2 : tensor<2xf32>
}
