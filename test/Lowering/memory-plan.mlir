// One workspace takes the place of allocations; those that are not in use together share bytes.
// RUN: agc-opt %s --ag-memory-plan | FileCheck %s

// CHECK-LABEL: func @shared
// CHECK-SAME: %[[W:[a-z0-9]+]]: memref<?xi8> {agc.workspace}
// CHECK-SAME: agc.workspace_bytes = 8192 : i64
func.func @shared(%x: memref<1024xf32>, %y: memref<1024xf32>) attributes {agc.export} {
  // CHECK-NOT: memref.alloc
  // CHECK-COUNT-3: memref.view %[[W]]
  %a = memref.alloc() : memref<1024xf32>
  %b = memref.alloc() : memref<1024xf32>
  %c = memref.alloc() : memref<1024xf32>
  linalg.copy ins(%x : memref<1024xf32>) outs(%a : memref<1024xf32>)
  linalg.copy ins(%a : memref<1024xf32>) outs(%b : memref<1024xf32>)
  linalg.copy ins(%b : memref<1024xf32>) outs(%c : memref<1024xf32>)
  linalg.copy ins(%c : memref<1024xf32>) outs(%y : memref<1024xf32>)
  return
}
