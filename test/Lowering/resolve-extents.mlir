// RUN: agc-opt %s --ag-resolve-extents | FileCheck %s

// CHECK-LABEL: func @loop_that_writes_into_what_it_carries
// CHECK-SAME: %[[N:.+]]: index
func.func @loop_that_writes_into_what_it_carries(%n: index, %x: tensor<?xf32>) -> index {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty(%n) : tensor<3x?xf32>
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%t = %empty) -> tensor<3x?xf32> {
    %q:2 = scf.for %j = %c0 to %n step %c1 iter_args(%a = %zero, %u = %t) -> (f32, tensor<3x?xf32>) {
      %v = tensor.extract %x[%j] : tensor<?xf32>
      %w = tensor.insert %v into %u[%i, %j] : tensor<3x?xf32>
      scf.yield %v, %w : f32, tensor<3x?xf32>
    }
    scf.yield %q#1 : tensor<3x?xf32>
  }
  // CHECK: return %[[N]]
  %d = tensor.dim %r, %c1 : tensor<3x?xf32>
  return %d : index
}

// CHECK-LABEL: func @loop_that_carries_another_tensor
func.func @loop_that_carries_another_tensor(%n: index, %x: tensor<?xf32>, %y: tensor<?xf32>) -> index {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  // CHECK: %[[R:.+]] = scf.for
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%t = %x) -> tensor<?xf32> {
    scf.yield %y : tensor<?xf32>
  }
  // CHECK: tensor.dim %[[R]]
  %d = tensor.dim %r, %c0 : tensor<?xf32>
  return %d : index
}
