// A box without elements has no place in its tensor: a slice op of it would not verify.
// RUN: agc-opt %s --ag-to-linalg | FileCheck %s

// CHECK-LABEL: func @slice
// CHECK-NOT: extract_slice
// CHECK: tensor.empty() : tensor<0x3xf32>
func.func @slice(%x: tensor<2x3xf32>) -> tensor<0x3xf32> {
  %0 = ag.slice %x [2, 0] steps [1, 1] : tensor<2x3xf32> to tensor<0x3xf32>
  return %0 : tensor<0x3xf32>
}

// CHECK-LABEL: func @pad
// CHECK-NOT: insert_slice
func.func @pad(%x: tensor<0x3xf32>, %v: tensor<f32>) -> tensor<2x3xf32> {
  %0 = ag.pad %x, %v [2, 0] steps [1, 1] : tensor<0x3xf32>, tensor<f32> to tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// CHECK-LABEL: func @cat
// CHECK-COUNT-1: insert_slice
// CHECK-NOT: insert_slice
func.func @cat(%x: tensor<2xf32>, %y: tensor<0xf32>) -> tensor<2xf32> {
  %0 = ag.cat %x, %y dim 0 : (tensor<2xf32>, tensor<0xf32>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}
