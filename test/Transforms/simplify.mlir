// Each rewrite of ag-simplify once, and what it must leave alone.
// RUN: agc-opt %s --ag-simplify | FileCheck %s
// RUN: agc-opt %s --ag-simplify > %t
// RUN: agc-opt %t --ag-simplify | diff %t -

// CHECK-LABEL: @permuted_operands_become_subscripts
func.func @permuted_operands_become_subscripts(%x: tensor<4x5xf32>, %w: tensor<6x5xf32>) -> tensor<4x6xf32> {
  // CHECK-NEXT: %[[Y:.+]] = ag.contract "mk,nk->mn"(%arg0, %arg1)
  // CHECK-NEXT: return %[[Y]]
  %t = ag.permute %w [1, 0] : (tensor<6x5xf32>) -> tensor<5x6xf32>
  %y = ag.contract "mk,kn->mn"(%x, %t) : (tensor<4x5xf32>, tensor<5x6xf32>) -> tensor<4x6xf32>
  return %y : tensor<4x6xf32>
}

// CHECK-LABEL: @three_dims_permuted
func.func @three_dims_permuted(%x: tensor<5x2x4xf32>, %w: tensor<2x5x6xf32>) -> tensor<2x4x6xf32> {
  // CHECK-NEXT: ag.contract "kbm,bkn->bmn"(%arg0, %arg1)
  %t = ag.permute %x [1, 2, 0] : (tensor<5x2x4xf32>) -> tensor<2x4x5xf32>
  %y = ag.contract "bmk,bkn->bmn"(%t, %w) : (tensor<2x4x5xf32>, tensor<2x5x6xf32>) -> tensor<2x4x6xf32>
  return %y : tensor<2x4x6xf32>
}

// CHECK-LABEL: @permuted_result_becomes_subscripts
func.func @permuted_result_becomes_subscripts(%x: tensor<4x5xf32>, %w: tensor<5x6xf32>) -> tensor<6x4xf32> {
  // CHECK-NEXT: ag.contract "mk,kn->nm"(%arg0, %arg1) : (tensor<4x5xf32>, tensor<5x6xf32>) -> tensor<6x4xf32>
  %y = ag.contract "mk,kn->mn"(%x, %w) : (tensor<4x5xf32>, tensor<5x6xf32>) -> tensor<4x6xf32>
  %t = ag.permute %y [1, 0] : (tensor<4x6xf32>) -> tensor<6x4xf32>
  return %t : tensor<6x4xf32>
}

// CHECK-LABEL: @broadcast_goes_into_map
func.func @broadcast_goes_into_map(%x: tensor<4x5xf32>, %b: tensor<5xf32>) -> tensor<4x5xf32> {
  // CHECK-NEXT: ag.map add(%arg0, %arg1) : (tensor<4x5xf32>, tensor<5xf32>) -> tensor<4x5xf32>
  %e = ag.expand %b : tensor<5xf32> to tensor<4x5xf32>
  %y = ag.map add(%x, %e) : (tensor<4x5xf32>, tensor<4x5xf32>) -> tensor<4x5xf32>
  return %y : tensor<4x5xf32>
}

// CHECK-LABEL: @broadcast_that_gives_the_shape_stays
func.func @broadcast_that_gives_the_shape_stays(%x: tensor<1x5xf32>, %b: tensor<5xf32>) -> tensor<4x5xf32> {
  // CHECK-NEXT: ag.expand
  // CHECK-NEXT: ag.map add
  %e = ag.expand %b : tensor<5xf32> to tensor<4x5xf32>
  %y = ag.map add(%x, %e) : (tensor<1x5xf32>, tensor<4x5xf32>) -> tensor<4x5xf32>
  return %y : tensor<4x5xf32>
}

// CHECK-LABEL: @broadcasts_are_one
func.func @broadcasts_are_one(%s: tensor<f32>, %n: index) -> tensor<3x?xf32> {
  // CHECK-NEXT: ag.expand %arg0 sizes(%arg1) : tensor<f32> to tensor<3x?xf32>
  // CHECK-NEXT: return
  %0 = ag.reshape %s : tensor<f32> to tensor<1xf32>
  %1 = ag.expand %0 sizes(%n) : tensor<1xf32> to tensor<?xf32>
  %2 = ag.expand %1 sizes(%n) : tensor<?xf32> to tensor<3x?xf32>
  return %2 : tensor<3x?xf32>
}

// CHECK-LABEL: @identities_are_dropped
func.func @identities_are_dropped(%x: tensor<4xf32>) -> tensor<4xf32> {
  // CHECK-NEXT: return %arg0
  %one = ag.constant dense<1.0> : tensor<f32>
  %zero = ag.constant dense<0.0> : tensor<f32>
  %negative_zero = ag.constant dense<-0.0> : tensor<f32>
  %0 = ag.map mul(%x, %one) : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  %1 = ag.map div(%0, %one) : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  %2 = ag.map sub(%1, %zero) : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  %3 = ag.map add(%negative_zero, %2) : (tensor<f32>, tensor<4xf32>) -> tensor<4xf32>
  %4 = ag.map neg(%3) : (tensor<4xf32>) -> tensor<4xf32>
  %5 = ag.map neg(%4) : (tensor<4xf32>) -> tensor<4xf32>
  return %5 : tensor<4xf32>
}

// -0 + 0 is 0.
// CHECK-LABEL: @adding_zero_stays
func.func @adding_zero_stays(%x: tensor<4xf32>) -> tensor<4xf32> {
  // CHECK: ag.map add
  %zero = ag.constant dense<0.0> : tensor<f32>
  %0 = ag.map add(%x, %zero) : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// An infinity or NaN times zero is NaN.
// CHECK-LABEL: @multiplying_by_zero_stays
func.func @multiplying_by_zero_stays(%x: tensor<4xf32>) -> tensor<4xf32> {
  // CHECK: ag.map mul
  %zero = ag.constant dense<0.0> : tensor<f32>
  %0 = ag.map mul(%x, %zero) : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// CHECK-LABEL: @negations_fold_into_sums
func.func @negations_fold_into_sums(%x: tensor<4xf32>, %y: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) {
  // CHECK-NEXT: ag.map sub(%arg0, %arg1)
  // CHECK-NEXT: ag.map sub(%arg1, %arg0)
  // CHECK-NEXT: ag.map add(%arg0, %arg1)
  // CHECK-NEXT: return
  %nx = ag.map neg(%x) : (tensor<4xf32>) -> tensor<4xf32>
  %ny = ag.map neg(%y) : (tensor<4xf32>) -> tensor<4xf32>
  %0 = ag.map add(%x, %ny) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %1 = ag.map add(%nx, %y) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %2 = ag.map sub(%x, %ny) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %0, %1, %2 : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
}

// CHECK-LABEL: @exact_casts_are_one
func.func @exact_casts_are_one(%x: tensor<4xf32>, %b: tensor<4xi1>) -> (tensor<4xf32>, tensor<4xf64>) {
  // CHECK-NEXT: %[[B:.+]] = ag.cast %arg1 : tensor<4xi1> to tensor<4xf64>
  // CHECK-NEXT: return %arg0, %[[B]]
  %0 = ag.cast %x : tensor<4xf32> to tensor<4xf64>
  %1 = ag.cast %0 : tensor<4xf64> to tensor<4xf32>
  %2 = ag.cast %b : tensor<4xi1> to tensor<4xf32>
  %3 = ag.cast %2 : tensor<4xf32> to tensor<4xf64>
  return %1, %3 : tensor<4xf32>, tensor<4xf64>
}

// CHECK-LABEL: @casts_that_round_stay
func.func @casts_that_round_stay(%x: tensor<4xf32>, %i: tensor<4xi64>) -> (tensor<4xf32>, tensor<4xi64>) {
  // CHECK-COUNT-4: ag.cast
  %0 = ag.cast %x : tensor<4xf32> to tensor<4xf16>
  %1 = ag.cast %0 : tensor<4xf16> to tensor<4xf32>
  %2 = ag.cast %i : tensor<4xi64> to tensor<4xf64>
  %3 = ag.cast %2 : tensor<4xf64> to tensor<4xi64>
  return %1, %3 : tensor<4xf32>, tensor<4xi64>
}

// CHECK-LABEL: @sum_of_zeros_is_zero
func.func @sum_of_zeros_is_zero() -> tensor<4xf32> {
  // CHECK-NEXT: %[[Z:.+]] = ag.constant dense<0.0
  // CHECK-NEXT: ag.expand %[[Z]] : tensor<f32> to tensor<4xf32>
  %zero = ag.constant dense<0.0> : tensor<f32>
  %0 = ag.expand %zero : tensor<f32> to tensor<4x5xf32>
  %1 = ag.reduce sum(%0) dims [1] : tensor<4x5xf32> -> tensor<4xf32>
  return %1 : tensor<4xf32>
}

// CHECK-LABEL: @extents_come_from_arguments
func.func @extents_come_from_arguments(%x: tensor<?x5xf32>, %w: tensor<5x?xf32>) -> (index, index) {
  // CHECK-DAG: %[[N:.+]] = tensor.dim %arg0, %c0
  // CHECK-DAG: %[[M:.+]] = tensor.dim %arg1, %c1
  // CHECK: return %[[M]], %[[N]]
  // CHECK-NOT: ag.
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %0 = ag.contract "mk,kn->mn"(%x, %w) : (tensor<?x5xf32>, tensor<5x?xf32>) -> tensor<?x?xf32>
  %1 = ag.map exp(%0) : (tensor<?x?xf32>) -> tensor<?x?xf32>
  %2 = ag.permute %1 [1, 0] : (tensor<?x?xf32>) -> tensor<?x?xf32>
  %values, %places = ag.sort %2 dim 0 : (tensor<?x?xf32>) -> (tensor<?x?xf32>, tensor<?x?xi64>)
  %3 = ag.scan cumsum(%values) dim 0 : (tensor<?x?xf32>) -> tensor<?x?xf32>
  %d0 = tensor.dim %3, %c0 : tensor<?x?xf32>
  %4 = ag.reduce sum(%3) dims [0] keepdim : tensor<?x?xf32> -> tensor<1x?xf32>
  %5 = ag.reduce_index argmax(%4) dim 0 : tensor<1x?xf32> -> tensor<?xi64>
  %d1 = tensor.dim %5, %c0 : tensor<?xi64>
  return %d0, %d1 : index, index
}

// CHECK-LABEL: @marks_go_after_differentiation
func.func @marks_go_after_differentiation(%x: tensor<4xf32>, %y: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  // CHECK-NEXT: return %arg0, %arg1
  %0 = ag.leaf_mark %x : tensor<4xf32>
  %1 = ag.stop_gradient %0 : tensor<4xf32>
  %2 = ag.straight_through %1, %y : tensor<4xf32>
  return %1, %2 : tensor<4xf32>, tensor<4xf32>
}

// CHECK-LABEL: @what_is_read_where_it_was_written
func.func @what_is_read_where_it_was_written(%x: tensor<8xf32>, %v: tensor<3xf32>, %i: index) -> tensor<3xf32> {
  // CHECK-NEXT: return %arg1
  %true = ag.constant dense<true> : tensor<3xi1>
  %false = ag.constant dense<false> : tensor<i1>
  %zero = ag.constant dense<0.0> : tensor<f32>
  %m = ag.pad %true, %false [%i] steps [2] : tensor<3xi1>, tensor<i1> to tensor<8xi1>
  %p = ag.pad %v, %zero [%i] steps [2] : tensor<3xf32>, tensor<f32> to tensor<8xf32>
  %w = ag.map where(%m, %p, %x) : (tensor<8xi1>, tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %y = ag.slice %w [%i] steps [2] : tensor<8xf32> to tensor<3xf32>
  return %y : tensor<3xf32>
}

// CHECK-LABEL: @what_is_read_beside_what_was_written
func.func @what_is_read_beside_what_was_written(%x: tensor<8xf32>, %v: tensor<3xf32>, %i: index) -> tensor<3xf32> {
  // CHECK: ag.slice
  %true = ag.constant dense<true> : tensor<3xi1>
  %false = ag.constant dense<false> : tensor<i1>
  %zero = ag.constant dense<0.0> : tensor<f32>
  %m = ag.pad %true, %false [%i] steps [1] : tensor<3xi1>, tensor<i1> to tensor<8xi1>
  %p = ag.pad %v, %zero [%i] steps [1] : tensor<3xf32>, tensor<f32> to tensor<8xf32>
  %w = ag.map where(%m, %p, %x) : (tensor<8xi1>, tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %y = ag.slice %w [2] steps [1] : tensor<8xf32> to tensor<3xf32>
  return %y : tensor<3xf32>
}

// CHECK-LABEL: @a_smaller_mask_does_not_write_all
func.func @a_smaller_mask_does_not_write_all(%x: tensor<8xf32>, %v: tensor<3xf32>) -> tensor<3xf32> {
  // CHECK: ag.slice
  %true = ag.constant dense<true> : tensor<2xi1>
  %false = ag.constant dense<false> : tensor<i1>
  %zero = ag.constant dense<0.0> : tensor<f32>
  %m = ag.pad %true, %false [1] steps [1] : tensor<2xi1>, tensor<i1> to tensor<8xi1>
  %p = ag.pad %v, %zero [1] steps [1] : tensor<3xf32>, tensor<f32> to tensor<8xf32>
  %w = ag.map where(%m, %p, %x) : (tensor<8xi1>, tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %y = ag.slice %w [1] steps [1] : tensor<8xf32> to tensor<3xf32>
  return %y : tensor<3xf32>
}

// CHECK-LABEL: @a_part_written_back_changes_nothing
func.func @a_part_written_back_changes_nothing(%x: tensor<8xf32>) -> tensor<8xf32> {
  // CHECK-NEXT: return %arg0
  %true = ag.constant dense<true> : tensor<3xi1>
  %false = ag.constant dense<false> : tensor<i1>
  %zero = ag.constant dense<0.0> : tensor<f32>
  %v = ag.slice %x [1] steps [2] : tensor<8xf32> to tensor<3xf32>
  %m = ag.pad %true, %false [1] steps [2] : tensor<3xi1>, tensor<i1> to tensor<8xi1>
  %p = ag.pad %v, %zero [1] steps [2] : tensor<3xf32>, tensor<f32> to tensor<8xf32>
  %w = ag.map where(%m, %p, %x) : (tensor<8xi1>, tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  return %w : tensor<8xf32>
}

// CHECK-LABEL: @a_part_written_elsewhere_does
func.func @a_part_written_elsewhere_does(%x: tensor<8xf32>) -> tensor<8xf32> {
  // CHECK: ag.map where
  %true = ag.constant dense<true> : tensor<3xi1>
  %false = ag.constant dense<false> : tensor<i1>
  %zero = ag.constant dense<0.0> : tensor<f32>
  %v = ag.slice %x [1] steps [2] : tensor<8xf32> to tensor<3xf32>
  %m = ag.pad %true, %false [2] steps [2] : tensor<3xi1>, tensor<i1> to tensor<8xi1>
  %p = ag.pad %v, %zero [2] steps [2] : tensor<3xf32>, tensor<f32> to tensor<8xf32>
  %w = ag.map where(%m, %p, %x) : (tensor<8xi1>, tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  return %w : tensor<8xf32>
}
