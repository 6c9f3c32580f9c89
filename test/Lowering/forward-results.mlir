// What is copied to an output is computed there; not where the output is read in between.
// RUN: agc-opt %s --ag-forward-results --split-input-file | FileCheck %s

// CHECK-LABEL: func @copied
// CHECK-SAME: (%[[X:.+]]: memref<4xf32>, %[[OUT:.+]]: memref<4xf32>)
// CHECK-NOT: memref.alloc
// CHECK: linalg.exp ins(%[[X]] {{.*}} outs(%[[OUT]]
// CHECK-NOT: memref.copy
func.func @copied(%x: memref<4xf32>, %out: memref<4xf32>) attributes {agc.export} {
  %0 = memref.alloc() : memref<4xf32>
  linalg.exp ins(%x : memref<4xf32>) outs(%0 : memref<4xf32>)
  memref.copy %0, %out : memref<4xf32> to memref<4xf32>
  return
}

// -----

// CHECK-LABEL: func @state_is_read_later
// CHECK: memref.alloc
// CHECK: memref.copy
func.func @state_is_read_later(%w: memref<4xf32> {agc.state = "w"}, %out: memref<4xf32>) attributes {agc.export} {
  %0 = memref.alloc() : memref<4xf32>
  linalg.exp ins(%w : memref<4xf32>) outs(%0 : memref<4xf32>)
  linalg.log ins(%w : memref<4xf32>) outs(%out : memref<4xf32>)
  memref.copy %0, %w : memref<4xf32> to memref<4xf32>
  return
}
