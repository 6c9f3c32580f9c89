// Equal groups of loops are one private function, named for what it computes.
// RUN: agc-opt %s --ag-outline-kernels | FileCheck %s

// CHECK-LABEL: func @twice
// CHECK: call @[[MM:.+]](%{{.+}}, %{{.+}}, %{{.+}}) : (memref<4x8xf32>, memref<8x4xf32>, memref<4x4xf32>) -> ()
// CHECK: call @[[MM]](
// CHECK-NOT: linalg.matmul
// CHECK: return
// CHECK: func.func private @[[MM]]
// CHECK: linalg.matmul
// CHECK-NOT: linalg.matmul
func.func @twice(%a: memref<4x8xf32>, %b: memref<8x4xf32>, %c: memref<4x4xf32>, %d: memref<4x4xf32>)
    attributes {agc.export} {
  linalg.matmul ins(%a, %b : memref<4x8xf32>, memref<8x4xf32>) outs(%c : memref<4x4xf32>)
  linalg.matmul ins(%a, %b : memref<4x8xf32>, memref<8x4xf32>) outs(%d : memref<4x4xf32>)
  return
}
