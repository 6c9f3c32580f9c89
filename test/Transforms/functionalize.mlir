// Objects become values: reads, writes, aliases, gradients, states.
// RUN: agc-opt %s --agt-functionalize | FileCheck %s
// CHECK-NOT: agt.{{[^s]}}

// CHECK: agt.state @w
agt.state @w requires_grad = dense<0.0> : tensor<4xf32>
agt.state @m = dense<0.0> : tensor<4xf32>

// The step of an optimizer with momentum: the leaf stays the leaf, states that change are results.
// CHECK-LABEL: func @step(
// CHECK-SAME: %[[X:.+]]: tensor<4xf32>, %[[W:.+]]: tensor<4xf32> {agc.state = "w"}, %[[M:.+]]: tensor<4xf32> {agc.state = "m"})
// CHECK-SAME: -> (tensor<f32>, tensor<4xf32> {agc.state = "w"}, tensor<4xf32> {agc.state = "m"})
func.func @step(%x: tensor<4xf32>) -> tensor<f32> {
  %w = agt.state_ref @w : !agt.ref<tensor<4xf32>>
  agt.grad_clear %w : !agt.ref<tensor<4xf32>>
  %in = agt.leaf %x : tensor<4xf32>
  // CHECK: %[[MARK:.+]] = ag.leaf_mark %[[W]]
  %0 = agt.read %w : !agt.ref<tensor<4xf32>>
  %1 = agt.read %in : !agt.ref<tensor<4xf32>>
  // CHECK: %[[MUL:.+]] = ag.map mul(%[[MARK]], %[[X]])
  %2 = ag.map mul(%0, %1) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %3 = agt.new %2 : tensor<4xf32>
  %4 = agt.read %3 : !agt.ref<tensor<4xf32>>
  // CHECK: %[[LOSS:.+]] = ag.reduce sum(%[[MUL]])
  %5 = ag.reduce sum(%4) dims [0] : tensor<4xf32> -> tensor<f32>
  %loss = agt.new %5 : tensor<f32>
  // CHECK: %[[G:.+]] = ag.grad %[[LOSS]] seeds %{{.+}} wrt %[[MARK]]
  agt.backward %loss : !agt.ref<tensor<f32>>
  agt.grad_mode push no_grad
  %m = agt.state_ref @m : !agt.ref<tensor<4xf32>>
  %g = agt.grad_get %w : !agt.ref<tensor<4xf32>>
  %6 = agt.read %m : !agt.ref<tensor<4xf32>>
  %7 = agt.read %g : !agt.ref<tensor<4xf32>>
  // CHECK: %[[NEWM:.+]] = ag.map add(%[[M]], %[[G]])
  %8 = ag.map add(%6, %7) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  agt.write "add_" %m, %8 : !agt.ref<tensor<4xf32>>
  %9 = agt.read %m : !agt.ref<tensor<4xf32>>
  %10 = agt.read %w : !agt.ref<tensor<4xf32>>
  // CHECK: %[[NEWW:.+]] = ag.map sub(%[[MARK]], %[[NEWM]])
  %11 = ag.map sub(%10, %9) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  agt.write "sub_" %w, %11 : !agt.ref<tensor<4xf32>>
  agt.grad_mode pop
  %12 = agt.read %loss : !agt.ref<tensor<f32>>
  // CHECK: return %[[LOSS]], %[[NEWW]], %[[NEWM]]
  return %12 : tensor<f32>
}

// A function that only reads a state gives nothing back.
// CHECK-LABEL: func @predict(
// CHECK-SAME: %[[W:.+]]: tensor<4xf32> {agc.state = "w"}) -> tensor<4xf32>
func.func @predict() -> tensor<4xf32> {
  %w = agt.state_ref @w : !agt.ref<tensor<4xf32>>
  %same = agt.state_ref @w : !agt.ref<tensor<4xf32>>
  %0 = agt.read %same : !agt.ref<tensor<4xf32>>
  // CHECK: return %{{.+}} : tensor<4xf32>
  return %0 : tensor<4xf32>
}

// Where autograd did not see a write, reads have the new numbers on the old path.
// CHECK-LABEL: func @untracked_write(
// CHECK-SAME: %[[V:.+]]: tensor<4xf32>)
func.func @untracked_write(%v: tensor<4xf32>) -> tensor<4xf32> {
  // CHECK: %[[MARK:.+]] = ag.leaf_mark %[[V]]
  %w = agt.leaf %v requires_grad : tensor<4xf32>
  %0 = agt.read %w : !agt.ref<tensor<4xf32>>
  // CHECK: %[[NEW:.+]] = ag.map neg(%[[MARK]])
  %1 = ag.map neg(%0) : (tensor<4xf32>) -> tensor<4xf32>
  agt.grad_mode push no_grad
  agt.write "neg_" %w, %1 : !agt.ref<tensor<4xf32>>
  agt.grad_mode pop
  // CHECK: %[[READ:.+]] = ag.straight_through %[[MARK]], %[[NEW]]
  %2 = agt.read %w : !agt.ref<tensor<4xf32>>
  // CHECK: return %[[READ]]
  return %2 : tensor<4xf32>
}

// CHECK-LABEL: func @detach_aliases(
// CHECK-SAME: %[[V:.+]]: tensor<4xf32>)
func.func @detach_aliases(%v: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %x = agt.leaf %v requires_grad : tensor<4xf32>
  %0 = agt.read %x : !agt.ref<tensor<4xf32>>
  // CHECK: %[[Y:.+]] = ag.map neg
  %1 = ag.map neg(%0) : (tensor<4xf32>) -> tensor<4xf32>
  %y = agt.new %1 : tensor<4xf32>
  %d = agt.detach %y : !agt.ref<tensor<4xf32>>
  // CHECK: %[[STOPPED:.+]] = ag.stop_gradient %[[Y]]
  %2 = agt.read %d : !agt.ref<tensor<4xf32>>
  // CHECK: %[[TEN:.+]] = ag.map neg(%[[STOPPED]])
  %3 = ag.map neg(%2) : (tensor<4xf32>) -> tensor<4xf32>
  agt.write "neg_" %d, %3 : !agt.ref<tensor<4xf32>>
  // CHECK: %[[THROUGH:.+]] = ag.straight_through %[[Y]], %[[TEN]]
  %4 = agt.read %y : !agt.ref<tensor<4xf32>>
  %5 = agt.read %d : !agt.ref<tensor<4xf32>>
  // CHECK: return %[[THROUGH]], %[[TEN]]
  return %4, %5 : tensor<4xf32>, tensor<4xf32>
}

// A view of a view is written: the base's value gets the new part.
// CHECK-LABEL: func @write_through_views(
func.func @write_through_views(%v: tensor<2x3xf32>, %n: tensor<3xf32>) -> tensor<2x3xf32> {
  %x = agt.leaf %v requires_grad : tensor<2x3xf32>
  %0 = agt.read %x : !agt.ref<tensor<2x3xf32>>
  // CHECK: %[[Y:.+]] = ag.map neg
  %1 = ag.map neg(%0) : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %y = agt.new %1 : tensor<2x3xf32>
  %t = agt.view %y t : !agt.ref<tensor<2x3xf32>> to !agt.ref<tensor<3x2xf32>>
  %c = agt.view %t select [1, 0] : !agt.ref<tensor<3x2xf32>> to !agt.ref<tensor<3xf32>>
  // CHECK: %[[T:.+]] = ag.permute %[[Y]] [1, 0]
  // CHECK: %[[COLUMN:.+]] = ag.reshape %arg1 : tensor<3xf32> to tensor<3x1xf32>
  // CHECK: %[[MASK:.+]] = ag.pad %{{.+}}, %{{.+}} [0, 0] steps [1, 1] : tensor<3x1xi1>, tensor<i1> to tensor<3x2xi1>
  // CHECK: %[[PLACED:.+]] = ag.pad %[[COLUMN]], %{{.+}} [0, 0] steps [1, 1]
  // CHECK: %[[WHERE:.+]] = ag.map where(%[[MASK]], %[[PLACED]], %[[T]])
  // CHECK: %[[BACK:.+]] = ag.permute %[[WHERE]] [1, 0]
  agt.write "copy_" %c, %n : !agt.ref<tensor<3xf32>>
  // CHECK: return %[[BACK]]
  %2 = agt.read %y : !agt.ref<tensor<2x3xf32>>
  return %2 : tensor<2x3xf32>
}

// The first gradient is the slot's object, the second is added to it in place.
// CHECK-LABEL: func @accumulate(
func.func @accumulate(%v: tensor<f32>) -> tensor<f32> {
  // CHECK: %[[MARK:.+]] = ag.leaf_mark
  %x = agt.leaf %v requires_grad : tensor<f32>
  %0 = agt.read %x : !agt.ref<tensor<f32>>
  %1 = ag.map mul(%0, %0) : (tensor<f32>, tensor<f32>) -> tensor<f32>
  %y = agt.new %1 : tensor<f32>
  // CHECK: %[[G1:.+]] = ag.grad %{{.+}} seeds %{{.+}} wrt %[[MARK]]
  agt.backward %y retain_graph : !agt.ref<tensor<f32>>
  %g = agt.grad_get %x : !agt.ref<tensor<f32>>
  // CHECK: %[[G2:.+]] = ag.grad %{{.+}} seeds %{{.+}} wrt %[[MARK]]
  // CHECK: %[[SUM:.+]] = ag.map add(%[[G1]], %[[G2]])
  agt.backward %y : !agt.ref<tensor<f32>>
  %2 = agt.read %g : !agt.ref<tensor<f32>>
  // CHECK: return %[[SUM]]
  return %2 : tensor<f32>
}

// CHECK-LABEL: func @gradient_of_gradient(
func.func @gradient_of_gradient(%v: tensor<f32>) -> tensor<f32> {
  // CHECK: %[[MARK:.+]] = ag.leaf_mark
  %x = agt.leaf %v requires_grad : tensor<f32>
  %0 = agt.read %x : !agt.ref<tensor<f32>>
  %1 = ag.map mul(%0, %0) : (tensor<f32>, tensor<f32>) -> tensor<f32>
  %y = agt.new %1 : tensor<f32>
  // CHECK: %[[G:.+]] = ag.grad %{{.+}} seeds %{{.+}} wrt %[[MARK]] create_graph
  %g = agt.grad %y wrt %x create_graph : (!agt.ref<tensor<f32>>, !agt.ref<tensor<f32>>) -> !agt.ref<tensor<f32>>
  // CHECK: %[[GG:.+]] = ag.grad %[[G]] seeds %{{.+}} wrt %[[MARK]] :
  agt.backward %g : !agt.ref<tensor<f32>>
  %gg = agt.grad_get %x : !agt.ref<tensor<f32>>
  %2 = agt.read %gg : !agt.ref<tensor<f32>>
  // CHECK: return %[[GG]]
  return %2 : tensor<f32>
}

// CHECK-LABEL: func @extents_of_the_call(
// CHECK-SAME: %[[V:.+]]: tensor<?x3xf32>
func.func @extents_of_the_call(%v: tensor<?x3xf32>, %n: index) -> tensor<?xf32> {
  %x = agt.leaf %v : tensor<?x3xf32>
  %f = agt.view %x view sizes(%n) : !agt.ref<tensor<?x3xf32>> to !agt.ref<tensor<?xf32>>
  %zero = ag.constant dense<0.0> : tensor<3xf32>
  %row = agt.view %x select [0, 0] : !agt.ref<tensor<?x3xf32>> to !agt.ref<tensor<3xf32>>
  // CHECK: %[[NEW:.+]] = ag.map where
  agt.write "zero_" %row, %zero : !agt.ref<tensor<3xf32>>
  // CHECK: ag.reshape %[[NEW]] sizes(%{{.+}}) : tensor<?x3xf32> to tensor<?xf32>
  %0 = agt.read %f : !agt.ref<tensor<?xf32>>
  return %0 : tensor<?xf32>
}

// CHECK-LABEL: func @places_of_the_call(
// CHECK-SAME: %[[V:.+]]: tensor<?x3xf32>, %[[I:.+]]: index, %[[N:.+]]: index
func.func @places_of_the_call(%v: tensor<?x3xf32>, %i: index, %n: index) -> (tensor<3xf32>, tensor<?x3x2xf32>) {
  %x = agt.leaf %v : tensor<?x3xf32>
  %rest = agt.view %x slice [0, ?, 1] start(%i) sizes(%n) : !agt.ref<tensor<?x3xf32>> to !agt.ref<tensor<?x3xf32>>
  %zero = ag.constant dense<0.0> : tensor<f32>
  %zeros = ag.expand %zero sizes(%n) : tensor<f32> to tensor<?x3xf32>
  // CHECK: %[[PLACED:.+]] = ag.pad %{{.+}}, %{{.+}} [%[[I]], 0] steps [1, 1] sizes(%{{.+}}) : tensor<?x3xf32>, tensor<f32> to tensor<?x3xf32>
  // CHECK: %[[NEW:.+]] = ag.map where(%{{.+}}, %[[PLACED]], %[[V]])
  agt.write "zero_" %rest, %zeros : !agt.ref<tensor<?x3xf32>>
  %row = agt.view %x select [0, ?] start(%i) : !agt.ref<tensor<?x3xf32>> to !agt.ref<tensor<3xf32>>
  // CHECK: ag.slice %[[NEW]] [%[[I]], 0] steps [1, 1] : tensor<?x3xf32> to tensor<1x3xf32>
  %0 = agt.read %row : !agt.ref<tensor<3xf32>>
  %windows = agt.view %x unfold [0, 2, 1] sizes(%n) : !agt.ref<tensor<?x3xf32>> to !agt.ref<tensor<?x3x2xf32>>
  // CHECK: ag.iota 0 sizes(%[[N]]) : tensor<?x2xi64>
  %1 = agt.read %windows : !agt.ref<tensor<?x3x2xf32>>
  return %0, %1 : tensor<3xf32>, tensor<?x3x2xf32>
}

// CHECK-LABEL: func @saved_result_written_through_data(
func.func @saved_result_written_through_data(%v: tensor<f32>) -> tensor<f32> {
  %x = agt.leaf %v requires_grad : tensor<f32>
  %0 = agt.read %x : !agt.ref<tensor<f32>>
  // CHECK: %[[Y:.+]] = ag.map exp
  %1 = ag.map exp(%0) : (tensor<f32>) -> tensor<f32>
  %y = agt.new %1 : tensor<f32>
  %d = agt.data %y : !agt.ref<tensor<f32>>
  // CHECK: %[[ZERO:.+]] = ag.constant dense<0.0
  %zero = ag.constant dense<0.0> : tensor<f32>
  agt.write "zero_" %d, %zero : !agt.ref<tensor<f32>>
  // CHECK: ag.grad %{{.+}} seeds %{{.+}} wrt %{{.+}} stale %[[Y]] present %[[ZERO]] at [1] :
  agt.backward %y : !agt.ref<tensor<f32>>
  %g = agt.grad_get %x : !agt.ref<tensor<f32>>
  %2 = agt.read %g : !agt.ref<tensor<f32>>
  return %2 : tensor<f32>
}

// CHECK-LABEL: func @backward_past_a_cut(
func.func @backward_past_a_cut(%v: tensor<f32>, %s: tensor<f32>) -> tensor<f32> {
  %x = agt.leaf %v requires_grad : tensor<f32>
  %0 = agt.read %x : !agt.ref<tensor<f32>>
  // CHECK: %[[Y:.+]] = ag.map neg
  %1 = ag.map neg(%0) : (tensor<f32>) -> tensor<f32>
  %y = agt.new %1 : tensor<f32>
  %at = agt.edge %y : !agt.ref<tensor<f32>>
  %2 = agt.read %y : !agt.ref<tensor<f32>>
  // CHECK: %[[Z:.+]] = ag.map sin(%[[Y]])
  %3 = ag.map sin(%2) : (tensor<f32>) -> tensor<f32>
  agt.write "sin_" %y, %3 : !agt.ref<tensor<f32>>
  %seed = agt.leaf %s : tensor<f32>
  // CHECK: ag.grad %[[Z]], %{{.+}} seeds %{{.+}}, %{{.+}} wrt %{{.+}} cut %[[Y]] :
  agt.backward %y, %at seeds %seed for [1] cut %at : !agt.ref<tensor<f32>>, !agt.ref<tensor<f32>>, !agt.ref<tensor<f32>>, !agt.ref<tensor<f32>>
  %g = agt.grad_get %x : !agt.ref<tensor<f32>>
  %4 = agt.read %g : !agt.ref<tensor<f32>>
  return %4 : tensor<f32>
}
