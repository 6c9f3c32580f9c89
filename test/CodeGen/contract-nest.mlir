// RUN: agc-opt %s --agc-contract-nest | FileCheck %s

// A contraction of integers stays for the plain loop lowering.
// CHECK-LABEL: @integers_are_left_alone
// CHECK: linalg.matmul
func.func @integers_are_left_alone(%a: memref<4x5xi32>, %b: memref<5x6xi32>, %c: memref<4x6xi32>) {
  linalg.matmul ins(%a, %b : memref<4x5xi32>, memref<5x6xi32>) outs(%c : memref<4x6xi32>)
  return
}
