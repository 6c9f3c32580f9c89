// RUN: agc-opt %s --split-input-file --verify-diagnostics --ag-lowering-pipeline | FileCheck %s
// RUN: agc-opt %s --split-input-file --verify-diagnostics --ag-lowering-pipeline --ag-memory-plan | FileCheck %s --check-prefix=PLAN
// Extents that a call finds: room for the most, a count beside it, temporaries of the room's size.

// CHECK-LABEL: func private @room_and_count.extent0
// CHECK: %[[ROOM:.+]] = arith.muli %arg0, %c3
// CHECK: return %[[ROOM]]
// CHECK-LABEL: func @room_and_count
// CHECK-SAME: memref<?x2xi64> {agc.count = 1 : i64
// CHECK-SAME: agc.shape = array<i64: -2, 2>
// CHECK-SAME: memref<i64> {agc.name = "at_count", agc.shape = array<i64>
// CHECK: arith.minui
// CHECK: memref.subview
func.func @room_and_count(%x: tensor<?x3xf32>) -> (tensor<?x2xi64> {agc.name = "at"}) attributes {agc.export} {
  %0 = ag.nonzero %x : (tensor<?x3xf32>) -> tensor<?x2xi64>
  return %0 : tensor<?x2xi64>
}

// -----

// PLAN-LABEL: func @room_is_known
// PLAN-SAME: agc.shape = array<i64: 12>
// PLAN-SAME: agc.workspace_bytes = {{[0-9]+}} : i64
func.func @room_is_known(%x: tensor<6xf32>) -> tensor<?xf32> attributes {agc.export} {
  %values, %inverse, %counts = ag.unique %x : (tensor<6xf32>) -> (tensor<?xf32>, tensor<6xi64>, tensor<?xi64>)
  %0 = ag.cat %values, %values dim 0 : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
  return %0 : tensor<?xf32>
}

// -----

// A tensor that loops update keeps its extents.
// CHECK-LABEL: func @extents_pass_through_loops
// CHECK-SAME: agc.shape = array<i64: -1>
func.func @extents_pass_through_loops(%x: tensor<?xf32>, %i: tensor<4xi64>, %s: tensor<4xf32>) -> tensor<?xf32>
    attributes {agc.export} {
  %0 = ag.scatter add %x, %i, %s dim 0 : (tensor<?xf32>, tensor<4xi64>, tensor<4xf32>) -> tensor<?xf32>
  return %0 : tensor<?xf32>
}

// -----

// expected-error @+1 {{extent 1 of a result depends on computed values: only the first may}}
func.func @only_the_first(%x: tensor<4xf32>) -> tensor<1x?xi64> attributes {agc.export} {
  %0 = ag.nonzero %x : (tensor<4xf32>) -> tensor<?x1xi64>
  %1 = ag.permute %0 [1, 0] : (tensor<?x1xi64>) -> tensor<1x?xi64>
  return %1 : tensor<1x?xi64>
}
