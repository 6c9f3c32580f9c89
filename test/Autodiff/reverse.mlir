// The backward that ag-differentiate emits, for a telling few records.
// RUN: agc-opt %s --ag-differentiate --canonicalize --cse --split-input-file | FileCheck %s

// CHECK-LABEL: @partial_of_tanh
// CHECK-SAME: (%[[X:.+]]: tensor<4xf32>, %[[S:.+]]: tensor<4xf32>)
func.func @partial_of_tanh(%x: tensor<4xf32>, %s: tensor<4xf32>) -> tensor<4xf32> {
  // CHECK: %[[ONE:.+]] = ag.constant dense<1.0
  // CHECK: %[[Y:.+]] = ag.map tanh(%[[X]])
  // CHECK: %[[YY:.+]] = ag.map mul(%[[Y]], %[[Y]])
  // CHECK: %[[D:.+]] = ag.map sub(%[[ONE]], %[[YY]])
  // CHECK: %[[G:.+]] = ag.map mul(%[[S]], %[[D]])
  // CHECK: %[[R:.+]] = ag.stop_gradient %[[G]]
  // CHECK: return %[[R]]
  %y = ag.map tanh(%x) : (tensor<4xf32>) -> tensor<4xf32>
  %g = ag.grad %y seeds %s wrt %x : (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %g : tensor<4xf32>
}

// -----

// The weight is trained, its input and the last layer are not: one contraction, of the backward of
// the last layer, and one for the weight.
// CHECK-LABEL: @frozen_leaf_costs_nothing
// CHECK-SAME: (%[[X:.+]]: tensor<8x4xf32>, %[[W:.+]]: tensor<4x3xf32>, %[[V:.+]]: tensor<3x2xf32>, %[[S:.+]]: tensor<8x2xf32>)
func.func @frozen_leaf_costs_nothing(%x: tensor<8x4xf32>, %w: tensor<4x3xf32>, %v: tensor<3x2xf32>, %s: tensor<8x2xf32>) -> tensor<4x3xf32> {
  // CHECK-NEXT: %[[GH:.+]] = ag.contract "mn,kn->mk"(%[[S]], %[[V]])
  // CHECK-NEXT: %[[GW:.+]] = ag.contract "mk,mn->kn"(%[[X]], %[[GH]])
  // CHECK-NEXT: ag.stop_gradient %[[GW]]
  // CHECK-NEXT: return
  %leaf = ag.leaf_mark %w : tensor<4x3xf32>
  %h = ag.apply mm(%x, %leaf) : (tensor<8x4xf32>, tensor<4x3xf32>) -> tensor<8x3xf32>
  %y = ag.apply mm(%h, %v) : (tensor<8x3xf32>, tensor<3x2xf32>) -> tensor<8x2xf32>
  %g = ag.grad %y seeds %s wrt %leaf : (tensor<8x2xf32>, tensor<8x2xf32>, tensor<4x3xf32>) -> tensor<4x3xf32>
  return %g : tensor<4x3xf32>
}

// -----

// CHECK-LABEL: @broadcast_operand_is_summed
func.func @broadcast_operand_is_summed(%x: tensor<3x1xf32>, %y: tensor<2x3x4xf32>, %s: tensor<2x3x4xf32>) -> tensor<3x1xf32> {
  // CHECK: %[[G:.+]] = ag.map mul(%{{.+}}, %{{.+}}) : (tensor<2x3x4xf32>, tensor<2x3x4xf32>)
  // CHECK: %[[SUM:.+]] = ag.reduce sum(%[[G]]) dims [0, 2] : tensor<2x3x4xf32> -> tensor<3xf32>
  // CHECK: ag.reshape %[[SUM]] : tensor<3xf32> to tensor<3x1xf32>
  %z = ag.map mul(%x, %y) : (tensor<3x1xf32>, tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  %g = ag.grad %z seeds %s wrt %x : (tensor<2x3x4xf32>, tensor<2x3x4xf32>, tensor<3x1xf32>) -> tensor<3x1xf32>
  return %g : tensor<3x1xf32>
}

// -----

// CHECK-LABEL: @complex_partial_is_conjugated
// CHECK-SAME: (%[[X:.+]]: tensor<4xcomplex<f32>>, %[[S:.+]]: tensor<4xcomplex<f32>>)
func.func @complex_partial_is_conjugated(%x: tensor<4xcomplex<f32>>, %s: tensor<4xcomplex<f32>>) -> tensor<4xcomplex<f32>> {
  // CHECK: %[[Y:.+]] = ag.map exp(%[[X]])
  // CHECK: %[[C:.+]] = ag.map conj(%[[Y]])
  // CHECK: ag.map mul(%[[S]], %[[C]])
  %y = ag.map exp(%x) : (tensor<4xcomplex<f32>>) -> tensor<4xcomplex<f32>>
  %g = ag.grad %y seeds %s wrt %x : (tensor<4xcomplex<f32>>, tensor<4xcomplex<f32>>, tensor<4xcomplex<f32>>) -> tensor<4xcomplex<f32>>
  return %g : tensor<4xcomplex<f32>>
}

// -----

// CHECK-LABEL: @real_operand_of_complex_result_takes_the_real_part
func.func @real_operand_of_complex_result_takes_the_real_part(%x: tensor<4xf32>, %z: tensor<4xcomplex<f32>>) -> tensor<4xf32> {
  // CHECK: %[[G:.+]] = ag.map mul(%{{.+}}) : (tensor<4xcomplex<f32>>, tensor<4xcomplex<f32>>)
  // CHECK: ag.cast %[[G]] : tensor<4xcomplex<f32>> to tensor<4xf32>
  %c = ag.cast %x : tensor<4xf32> to tensor<4xcomplex<f32>>
  %y = ag.map mul(%c, %z) : (tensor<4xcomplex<f32>>, tensor<4xcomplex<f32>>) -> tensor<4xcomplex<f32>>
  %g = ag.grad %y seeds %z wrt %x : (tensor<4xcomplex<f32>>, tensor<4xcomplex<f32>>, tensor<4xf32>) -> tensor<4xf32>
  return %g : tensor<4xf32>
}

// -----

// The latest op's cotangent comes first, as in PyTorch's engine.
// CHECK-LABEL: @cotangents_add_up_from_the_latest_op
// CHECK-SAME: (%[[X:.+]]: tensor<4xf32>, %[[S:.+]]: tensor<4xf32>)
func.func @cotangents_add_up_from_the_latest_op(%x: tensor<4xf32>, %s: tensor<4xf32>) -> tensor<4xf32> {
  // CHECK-DAG: %[[EXP:.+]] = ag.map exp(%[[X]])
  // CHECK-DAG: %[[GE:.+]] = ag.map mul(%[[S]], %[[EXP]])
  // CHECK-DAG: %[[COS:.+]] = ag.map cos(%[[X]])
  // CHECK-DAG: %[[GS:.+]] = ag.map mul(%[[S]], %[[COS]])
  // CHECK: ag.map add(%[[GE]], %[[GS]])
  %0 = ag.map sin(%x) : (tensor<4xf32>) -> tensor<4xf32>
  %1 = ag.map exp(%x) : (tensor<4xf32>) -> tensor<4xf32>
  %2 = ag.map add(%0, %1) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %g = ag.grad %2 seeds %s wrt %x : (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %g : tensor<4xf32>
}

// -----

// CHECK-LABEL: @slice_goes_back_to_its_box
func.func @slice_goes_back_to_its_box(%x: tensor<?x5xf32>, %i: index, %n: index, %s: tensor<?x2xf32>) -> tensor<?x5xf32> {
  // CHECK: %[[N:.+]] = tensor.dim %arg0
  // CHECK: ag.pad %arg3, %{{.+}}[%arg1, 1] steps [1, 2] sizes(%[[N]]) : tensor<?x2xf32>, tensor<f32> to tensor<?x5xf32>
  %y = ag.slice %x [%i, 1] steps [1, 2] sizes(%n) : tensor<?x5xf32> to tensor<?x2xf32>
  %g = ag.grad %y seeds %s wrt %x : (tensor<?x2xf32>, tensor<?x2xf32>, tensor<?x5xf32>) -> tensor<?x5xf32>
  return %g : tensor<?x5xf32>
}

// -----

// CHECK-LABEL: @gather_scatters_back
func.func @gather_scatters_back(%x: tensor<4x5xf32>, %i: tensor<4x1xi64>, %s: tensor<4x1xf32>) -> tensor<4x5xf32> {
  // CHECK: %[[Z:.+]] = ag.expand %{{.+}} : tensor<f32> to tensor<4x5xf32>
  // CHECK: ag.scatter add %[[Z]], %arg1, %arg2 dim 1
  %y = ag.gather %x, %i dim 1 : (tensor<4x5xf32>, tensor<4x1xi64>) -> tensor<4x1xf32>
  %g = ag.grad %y seeds %s wrt %x : (tensor<4x1xf32>, tensor<4x1xf32>, tensor<4x5xf32>) -> tensor<4x5xf32>
  return %g : tensor<4x5xf32>
}

// -----

// CHECK-LABEL: @straight_through_passes_to_its_path
func.func @straight_through_passes_to_its_path(%w: tensor<4xf32>, %new: tensor<4xf32>, %s: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  // CHECK-DAG: %[[Z:.+]] = ag.expand
  // CHECK-DAG: %[[G:.+]] = ag.stop_gradient %arg2
  // CHECK: return %[[G]], %[[Z]]
  %leaf = ag.leaf_mark %w : tensor<4xf32>
  %y = ag.straight_through %leaf, %new : tensor<4xf32>
  %g:2 = ag.grad %y seeds %s wrt %leaf, %new : (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>)
  return %g#0, %g#1 : tensor<4xf32>, tensor<4xf32>
}

// -----

// What was computed before a leaf was made is not connected to it.
// CHECK-LABEL: @leaf_mark_cuts
func.func @leaf_mark_cuts(%x: tensor<4xf32>, %s: tensor<4xf32>) -> tensor<4xf32> {
  // CHECK: %[[Z:.+]] = ag.expand %{{.+}} : tensor<f32> to tensor<4xf32>
  // CHECK: return %[[Z]]
  %0 = ag.map exp(%x) : (tensor<4xf32>) -> tensor<4xf32>
  %leaf = ag.leaf_mark %0 : tensor<4xf32>
  %y = ag.map sin(%leaf) : (tensor<4xf32>) -> tensor<4xf32>
  %g = ag.grad %y seeds %s wrt %x : (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %g : tensor<4xf32>
}

// -----

// The gradient of floor is zero, and integers have none.
// CHECK-LABEL: @zero_and_integer_paths_carry_nothing
func.func @zero_and_integer_paths_carry_nothing(%x: tensor<4xf32>, %s: tensor<4xf32>) -> tensor<4xf32> {
  // CHECK: %[[Z:.+]] = ag.expand %{{.+}} : tensor<f32> to tensor<4xf32>
  // CHECK: return %[[Z]]
  %0 = ag.map floor(%x) : (tensor<4xf32>) -> tensor<4xf32>
  %1 = ag.cast %x : tensor<4xf32> to tensor<4xi64>
  %2 = ag.cast %1 : tensor<4xi64> to tensor<4xf32>
  %3 = ag.map mul(%0, %2) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %g = ag.grad %3 seeds %s wrt %x : (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %g : tensor<4xf32>
}

// -----

// Nothing comes to %y but its seed; exp's backward reads what its result is by now.
// CHECK-LABEL: @cut_and_present
// CHECK-SAME: (%[[X:.+]]: tensor<4xf32>, %[[S:.+]]: tensor<4xf32>, %[[T:.+]]: tensor<4xf32>, %[[NOW:.+]]: tensor<4xf32>)
func.func @cut_and_present(%x: tensor<4xf32>, %s: tensor<4xf32>, %t: tensor<4xf32>, %now: tensor<4xf32>) -> tensor<4xf32> {
  // CHECK-NEXT: %[[G:.+]] = ag.map mul(%[[T]], %[[NOW]])
  // CHECK-NEXT: %[[R:.+]] = ag.stop_gradient %[[G]]
  // CHECK-NEXT: return %[[R]]
  %y = ag.map exp(%x) : (tensor<4xf32>) -> tensor<4xf32>
  %z = ag.map sin(%y) : (tensor<4xf32>) -> tensor<4xf32>
  %g = ag.grad %z, %y seeds %s, %t wrt %x cut %y stale %y present %now at [1] : (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %g : tensor<4xf32>
}
